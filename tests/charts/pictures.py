"""One dashboard, where its marks belong worked out by hand, and SciPy's densities."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gaussian_kde

from amtviz.charts import (
    draw_dashboard,
)
from tests.charts.scene import (
    HEIGHT,
    START,
    WIDTH,
    View,
    at,
    draw,
    make_data,
    make_trials,
    padded,
    places,
)

N = 60
SECTIONS = ("progress", "values")  # those of the panels that are read here


@functools.cache
def small() -> pd.DataFrame:
    """Trials in the order of their start, as the rows of a page are."""
    return make_trials(N).sort_values("TrainingStartTime", ignore_index=True)


@functools.cache
def spec() -> dict:
    chart = draw_dashboard(make_data(small()), sections=SECTIONS, advanced=True)
    return chart.to_dict(validate=False)


@functools.cache
def dashboard() -> dict[str, View]:
    return draw(spec())


def brushed(jobs: tuple[int, ...] = (), hover: int | None = None, **brushes) -> dict[str, View]:
    return draw(spec(), brushes=brushes, jobs=jobs, hover=hover)


def scored(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["loss"].notna()]


def best_last(frame: pd.DataFrame) -> pd.DataFrame:
    """The scored trials in the order in which points are drawn."""
    return scored(frame).sort_values("loss", ascending=False)


def job_numbers(frame: pd.DataFrame) -> list[int]:
    names = list(dict.fromkeys(small()["TuningJobName"]))
    return [names.index(name) for name in frame["TuningJobName"]]


def heights(values, log: bool = False) -> np.ndarray:
    """Pixels of an objective, from the top."""
    return HEIGHT - at(values, *padded(small()["loss"], 0.05, log), HEIGHT, log)


def times(frame: pd.DataFrame) -> pd.Series:
    return (frame["TrainingStartTime"] - START).dt.total_seconds()


KINDS = {"2": 0, "10": 1, "x": 2}


def across(frame: pd.DataFrame, view: str) -> np.ndarray:
    """Pixels of the trials' places on a panel's x, worked out by hand."""
    if view == "progress":
        return at(times(frame), *padded(times(small()), 0.04), WIDTH)
    if view == "hyperparameter_0":
        return at(frame["rate"], 10**-5.16, 10**-0.84, WIDTH, log=True)
    if view == "hyperparameter_1":
        return at(frame["depth"], 0.5, 6.5, WIDTH)
    if view == "hyperparameter_3":
        return at(frame["share"], -0.04, 1.04, WIDTH)
    assert view == "training_jobs"
    ranks = small()["loss"].rank().loc[frame.index]
    return at(ranks, *padded([1, ranks_of(small())], 0.04), WIDTH)


def ranks_of(frame: pd.DataFrame) -> int:
    return int(frame["loss"].notna().sum())


VIEWS = ["progress", "hyperparameter_0", "hyperparameter_1", "hyperparameter_3", "training_jobs"]


def silverman(values: pd.Series) -> float:
    spread = min(values.std(), (values.quantile(0.75) - values.quantile(0.25)) / 1.34)
    return 0.9 * float(spread) * len(values) ** -0.2


def curve(values: pd.Series, bandwidth: float, centres: np.ndarray) -> np.ndarray:
    """SciPy's density, scaled to its peak."""
    found = gaussian_kde(values, bw_method=bandwidth / values.std())(centres)
    return found / found.max()


def close(found: np.ndarray, expected: np.ndarray, few: int) -> bool:
    """Within what moving each value by half a bin does to the curve."""
    return np.abs(found - expected).max() < (0.1 if few < 40 else 0.05)


def check_densities(
    frame: pd.DataFrame, view: View, groups: list[pd.Series], log: bool, brushed: bool = False
) -> None:
    """Compare an objective density's areas with SciPy's estimate of each group."""
    everything = scored(frame)["loss"]
    unit = np.log10 if log else (lambda v: v)
    low, high = (float(unit(end)) for end in padded(everything, 0.05, log))
    bandwidth = silverman(unit(everything))
    assert (high - low) / 60 < bandwidth < (high - low) / 5
    behind = [area for area in view.lines("background", "area") if area]
    areas = view.lines("selected", "area")
    assert len(behind) == (1 if brushed else 0)
    assert len(areas) == len(groups)
    for area, values in zip([*behind, *areas], [everything] * brushed + groups, strict=True):
        x, x2, y = places(sorted(area, key=lambda mark: -mark["y"]), "x", "x2", "y").T
        centres = high - y / HEIGHT * (high - low)
        step = (high - low) / len(x)
        assert centres == pytest.approx(low + (np.arange(len(x)) + 0.5) * step, abs=step / 50)
        found = np.maximum(x, x2) / WIDTH * 1.05
        assert found.max() == pytest.approx(1, abs=1e-3)
        assert close(found, curve(unit(values), bandwidth, centres), len(values))


def by_job(frame: pd.DataFrame) -> list[pd.Series]:
    return [jobs["loss"] for _, jobs in scored(frame).groupby("TuningJobName", sort=False)]


def legend_labels(view: View) -> list[str]:
    entries = view.marks("job_names", "text") + view.marks("sign_names", "text")
    return [mark["text"] for mark in entries]
