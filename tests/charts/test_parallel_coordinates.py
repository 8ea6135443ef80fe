"""Parallel coordinates: where each trial's line runs, which lines are drawn, and the sentence."""

from __future__ import annotations

import functools
import re
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, TuningData
from amtviz.charts import draw_dashboard, draw_parallel_coordinates
from amtviz.charts.chart import link
from amtviz.charts.values.parallel_coordinates import CHART
from amtviz.findings.facts import facts_of
from amtviz.findings.parallel_coordinates import state_concentration
from amtviz.grammar.theme import JOB_COLOURS
from tests.charts.scene import (
    RANGES,
    View,
    at,
    draw,
    draw_panels,
    make_data,
    make_trials,
    padded,
    places,
)
from tests.contract.cases import CASES

HEIGHT, UNSET = 240, 260  # pixels: of an axis, and where trials without a value cross
LEFT, RIGHT = 11, 949  # the first axis and the last
BACKGROUND, SELECTED, TARGET = "background", "selected", "target"  # layers


def trials(n: int = 60) -> pd.DataFrame:
    """Trials in the order of their start, as the rows of a page are; some without a share."""
    frame = make_trials(n).sort_values("TrainingStartTime", ignore_index=True)
    return frame.assign(share=frame["share"].where(frame.index % 4 > 0))


@functools.cache
def chart() -> alt.VConcatChart:
    return draw_parallel_coordinates(make_data(trials()))


@functools.cache
def dashboard() -> alt.VConcatChart:
    return draw_dashboard(make_data(trials()), sections=["values"])


def lines_of(drawn: alt.VConcatChart, **selections) -> View:
    return draw(drawn, **selections)["parallel_lines"]


def corners(view: View, layer: str = SELECTED) -> np.ndarray:
    """Where each line crosses the axes, in pixels: lines by axes by x and y."""
    found = []
    for mark in view.marks(layer, "symbol"):
        assert mark["shape"].startswith(f"M0,0M0,{UNSET}M")
        assert mark["size"] == 4
        points = re.findall(r"[ML]([\d.]+),(-?[\d.]+)", mark["shape"])[2:]
        found.append([[float(x), float(y)] for x, y in points])
    return np.array(found)


def heights(frame: pd.DataFrame, n: int = 60) -> dict[str, np.ndarray]:
    """Each hyperparameter's and the objective's pixels from the top, worked out by hand."""
    everything = trials(n)["loss"]
    spread = (np.arange(n) * 0.6180339887498949) % 1  # over a category's strip
    kind = frame["kind"].map({"2": 0, "10": 1, "x": 2}) + (spread[frame.index] - 0.5) * 0.6
    found = {
        "rate": HEIGHT - at(frame["rate"], 10**-5.16, 10**-0.84, HEIGHT, log=True),
        "depth": HEIGHT - at(frame["depth"], 0.5, 6.5, HEIGHT),
        "kind": HEIGHT - at(kind, -0.5, 2.5, HEIGHT),
        "share": HEIGHT - at(frame["share"], -0.04, 1.04, HEIGHT),
        "loss": HEIGHT - at(frame["loss"], *padded(everything, 0.05), HEIGHT),
    }
    return {name: np.where(np.isnan(y), UNSET, y) for name, y in found.items()}


def names_of(view: View) -> list[str]:
    """Titles of the axes from the left."""
    return [mark["text"] for mark in view.marks("titles", "text")]


def drawn_trials(view: View, frame: pd.DataFrame) -> list[int]:
    """Which trials the selected lines are, by where they run."""
    names = names_of(view)
    expected = np.column_stack([heights(frame, len(frame))[name] for name in names])
    found = corners(view)[:, :, 1]
    distance = np.abs(found[:, None, :] - expected[None]).max(axis=2)
    assert (distance.min(axis=1) < 0.12).all()
    return sorted(distance.argmin(axis=1).tolist())


# --- where lines run


def test_each_trial_is_one_line_across_all_axes() -> None:
    frame = trials()
    view = lines_of(chart())
    names = names_of(view)
    assert sorted(names) == ["depth", "kind", "loss", "rate", "share"]
    assert names[-1] == "loss"
    assert drawn_trials(view, frame) == list(range(60))
    for layer in (SELECTED, TARGET):
        x = corners(view, layer)[:, :, 0]
        assert x == pytest.approx(np.tile(np.linspace(LEFT, RIGHT, 5), (60, 1)), abs=0.06)


def test_behind_a_selection_lie_all_trials() -> None:
    frame = trials()
    assert lines_of(chart()).layer(BACKGROUND)[1] == [[]]
    view = lines_of(chart(), strips={"p0": (1e-4, 1e-2)})
    assert len(view.marks(SELECTED, "symbol")) == frame["rate"].between(1e-4, 1e-2).sum()
    assert corners(view, BACKGROUND)[:, :, 1] == pytest.approx(
        np.column_stack([heights(frame)[name] for name in names_of(view)]), abs=0.12
    )


def test_axes_stand_in_the_order_of_a_signal_which_hides_some() -> None:
    frame = trials()
    names = names_of(lines_of(chart()))
    spec = chart().to_dict(validate=False)
    order = [4, 0, 2]
    for param in spec["params"]:
        if param["name"] == "axis_order":
            assert param["value"] == [0, 1, 2, 3, 4]
            param["value"] = order
    view = draw(spec, strips={"p0": (1e-4, 1e-2)})["parallel_lines"]
    shown = [names[axis] for axis in order]
    titles = {m["text"]: m["x"] for m in view.marks("titles", "text")}
    assert sorted(titles, key=titles.__getitem__) == shown
    x = np.linspace(LEFT, RIGHT, 3)
    found = corners(view, BACKGROUND)
    assert found[:, :, 0] == pytest.approx(np.tile(x, (60, 1)), abs=0.06)
    assert found[:, :, 1] == pytest.approx(
        np.column_stack([heights(frame)[name] for name in shown]), abs=0.12
    )
    for layer, kind in (("axes", "rule"), ("ticks", "rect"), ("labels", "text")):
        assert {round(m["x"] + m.get("width", 0) / 2) for m in view.marks(layer, kind)} == set(
            x.round()
        )
    assert len(view.marks("axes", "rule")) == 3


def test_a_reverse_log_axis() -> None:
    data = CASES["scales"]()
    view = lines_of(draw_parallel_coordinates(data))
    place = names_of(view).index("momentum")
    low, high = (-np.log10(1 - v) for v in (0.1, 0.99999))
    pad = 0.04 * (high - low)
    nines = -np.log10(1 - data.trials["momentum"])
    expected = HEIGHT - at(nines, low - pad, high + pad, HEIGHT)
    found = corners(view)[:, place, 1]
    assert np.sort(found) == pytest.approx(np.sort(expected), abs=0.06)
    labels = {
        m["text"]: m["y"] for m in view.marks("labels", "text") if m["text"].startswith("0.9")
    }
    assert set(labels) == {"0.9", "0.99", "0.999", "0.9999", "0.99999"}
    assert labels["0.999"] == pytest.approx(HEIGHT - at(3, low - pad, high + pad, HEIGHT), abs=0.06)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.05, 0.9995, ["0", "0.9", "0.99", "0.999"]),
        (0.91, 0.94, ["0.91", "0.92", "0.93", "0.94"]),
        (0.5, 0.99, ["0.5", "0.8", "0.9", "0.95", "0.98", "0.99"]),
    ],
)
def test_ticks_of_a_reverse_log_axis_are_round(low: float, high: float, ticks: list[str]) -> None:
    frame = make_trials(20).assign(rate=np.linspace(low, high, 20))
    scale = Hyperparameter("rate", "continuous", low, high, scaling="ReverseLogarithmic")
    view = lines_of(draw_parallel_coordinates(make_data(frame, ranges=[scale])))
    # the leftmost axis' labels
    left = min(m["x"] for m in view.marks("labels", "text"))
    drawn = [m["text"] for m in view.marks("labels", "text") if m["x"] == left]
    assert sorted(drawn) == ticks


def test_missing_values_and_objectives_are_named_below_their_axes() -> None:
    frame = trials()
    view = lines_of(chart())
    names = names_of(view)
    words = {round(m["x"]): m["text"] for m in view.marks("unset_notes", "text")}
    step = np.linspace(LEFT, RIGHT, 5)
    assert words == {
        round(step[names.index("share")]): "not set",
        round(step[4]): "none",
    }
    crossing = corners(view)[:, :, 1] == UNSET
    assert crossing[:, names.index("share")].sum() == frame["share"].isna().sum()
    assert crossing[:, 4].sum() == frame["loss"].isna().sum()
    assert crossing.sum() == frame["share"].isna().sum() + frame["loss"].isna().sum()


def test_labels_stand_at_their_values() -> None:
    view = lines_of(chart())
    names, labels = names_of(view), view.marks("labels", "text")
    x = np.linspace(LEFT, RIGHT, 5)

    def of(name: str) -> dict[str, float]:
        here = x[names.index(name)]
        return {m["text"]: m["y"] for m in labels if abs(m["x"] - here) < 1}

    assert list(of("kind")) == ["2", "10", "x"]  # natural order, from the bottom
    assert list(of("kind").values()) == [200, 120, 40]
    assert list(of("depth")) == ["1", "2", "3", "4", "5", "6"]
    assert list(of("rate")) == ["1e-5", "1e-4", "0.001", "0.01", "0.1"]
    powers = HEIGHT - at([-5, -4, -3, -2, -1], -5.16, -0.84, HEIGHT)
    assert list(of("rate").values()) == pytest.approx(powers, abs=0.06)
    shares = {text: float(text) for text in of("share")}
    assert list(of("share").values()) == pytest.approx(
        HEIGHT - at(list(shares.values()), -0.04, 1.04, HEIGHT), abs=0.06
    )


@pytest.mark.parametrize(
    ("direction", "text", "top"), [("Minimize", "↓ better", False), ("Maximize", "↑ better", True)]
)
def test_the_better_end_is_named(direction: str, text: str, top: bool) -> None:
    (mark,) = lines_of(draw_parallel_coordinates(make_data(trials(), direction))).marks(
        "better", "text"
    )
    assert mark["text"] == text
    assert (mark["y"] < HEIGHT / 2) == top


# --- which axes there are


def test_axes_stand_by_importance() -> None:
    frame = make_trials(80, seed=4).assign(loss=lambda f: f["share"] + f["depth"] / 60)
    data = make_data(frame)
    ranking = facts_of(data).importance.ranking
    names = names_of(lines_of(draw_parallel_coordinates(data)))
    assert names == [*ranking, "loss"]
    assert names[0] == "share"


def test_of_thirty_the_twelve_most_important_are_shown() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({f"h{i}": rng.uniform(size=120) for i in range(30)})
    frame["loss"] = rng.normal(size=120) - 2.2 * (frame["h7"] < 0.15)  # only the best show it
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    # where only the other question has an answer, it gives the order
    found = replace(facts_of(data).importance, explains_trusted=False)
    vars(facts_of(data))["importance"] = found
    assert found.ranking[0] == "h7"
    names = names_of(lines_of(draw_parallel_coordinates(data)))
    assert names == [*found.ranking[:12], "loss"]
    words = subtitle(data)
    assert words[0].endswith("What most decides about reaching the best tenth stands left.")
    assert words[1] == "18 of 30 hyperparameters are left out, the least important."


def test_without_a_ranking_axes_stand_as_declared() -> None:
    data = CASES["two_trials"]()
    names = names_of(lines_of(draw_parallel_coordinates(data)))
    assert names == ["rate", "depth", "kind", "loss"]
    assert subtitle(data)[0].endswith("Hyperparameters as declared: no ranking can be trusted yet.")


def test_what_never_varied_has_no_axis() -> None:
    data = make_data(trials().assign(depth=3, kind="x"))
    assert sorted(names_of(lines_of(draw_parallel_coordinates(data)))) == ["loss", "rate", "share"]
    assert subtitle(data)[1] == "2 that never varied are left out."
    one = CASES["one_trial"]()  # of which everything is constant
    assert names_of(lines_of(draw_parallel_coordinates(one))) == ["rate", "depth", "kind", "loss"]


def test_without_an_objective_its_axis_has_no_numbers_and_no_brush() -> None:
    data = CASES["all_failed"]()
    view = lines_of(draw_parallel_coordinates(data))
    assert len(corners(view)) == 8
    assert (corners(view)[:, -1, 1] == UNSET).all()
    assert max(m["x"] for m in view.marks("labels", "text")) < RIGHT - 1
    assert list(CHART.strips(facts_of(data), link(facts_of(data), [CHART]))) == ["p0", "p1", "p2"]


def subtitle(data: TuningData) -> list[str]:
    (panel,) = draw_panels(CHART, data)
    return panel.chart.title.subtitle


# --- which lines are drawn

STRIPS = {
    "p0": ((1e-4, 1e-2), lambda f: f["rate"].between(1e-4, 1e-2)),
    "p1": ((1.5, 3.5), lambda f: f["depth"].isin([2, 3])),
    "p2": ((0.75, 0.8), lambda f: f["kind"] == "10"),  # a touched category is taken whole
    "p3": ((-0.04, 0.5), lambda f: f["share"] <= 0.5),
    "y": ((0.9, 1.1), lambda f: f["loss"].between(0.9, 1.1)),
}


@pytest.mark.parametrize("name", STRIPS)
def test_a_drag_along_an_axis_selects_lines_and_panels(name: str) -> None:
    frame = trials()
    ends, test = STRIPS[name]
    inside = frame[test(frame)]
    views = draw(dashboard(), strips={name: ends})
    assert 0 < len(inside) < len(frame)
    assert drawn_trials(views["parallel_lines"], frame) == list(inside.index)
    points = views["hyperparameter_0"].marks(2, "symbol")
    assert len(points) == inside["loss"].notna().sum()


def test_drags_jobs_and_other_panels_combine() -> None:
    frame = trials()
    names = list(dict.fromkeys(frame["TuningJobName"]))
    view = draw(dashboard(), brushes={"p1": (1.5, 4.5)}, strips={"p0": (1e-4, 1e-1)}, jobs=(1,))
    inside = frame["depth"].between(2, 4) & (frame["rate"] >= 1e-4)
    inside &= frame["TuningJobName"] == names[1]
    assert drawn_trials(view["parallel_lines"], frame) == list(frame.index[inside])


def test_lines_have_their_tuning_jobs_colour_and_the_best_lies_on_top() -> None:
    frame = trials()
    view = lines_of(chart())
    marks = view.marks(SELECTED, "symbol")
    names = list(dict.fromkeys(frame["TuningJobName"]))
    counts = frame["TuningJobName"].value_counts()
    for name, colour in zip(names, JOB_COLOURS, strict=False):
        assert sum(mark["stroke"] == colour for mark in marks) == counts[name]
    ends = corners(view)[:, -1, 1]
    scored = ends[ends < UNSET]
    assert list(ends[: len(ends) - len(scored)]) == [UNSET] * int(frame["loss"].isna().sum())
    assert (np.diff(scored) >= 0).all()  # minimized: the lowest, drawn last


def test_hover_draws_one_line() -> None:
    frame = trials()
    view = lines_of(chart(), hover=7)
    for layer in ("hovered_edge", "hovered", "hovered_target"):
        assert len(view.marks(layer, "symbol")) == 1
    expected = [heights(frame.iloc[[7]])[name][0] for name in names_of(view)]
    assert corners(view, "hovered")[0, :, 1] == pytest.approx(expected, abs=0.12)
    assert len(view.marks(TARGET, "symbol")) == 60


@pytest.mark.parametrize(("n", "lines"), [(150, 150), (151, 150), (1000, 150)])
def test_of_many_the_best_of_the_selected_are_drawn(n: int, lines: int) -> None:
    frame = make_trials(n).sort_values("TrainingStartTime", ignore_index=True)
    drawn = draw_parallel_coordinates(make_data(frame))
    ends = (1e-4, 1e-1)
    for selected, strip in ((frame, {}), (frame[frame["rate"].between(*ends)], {"p0": ends})):
        view = lines_of(drawn, strips=strip)
        best = selected["loss"].dropna().nsmallest(lines)
        found = corners(view)[:, -1, 1]
        assert len(found) == min(lines, len(selected))
        assert len(found) > len(best) or len(best) == lines
        known = HEIGHT - at(best, *padded(frame["loss"], 0.05), HEIGHT)
        expected = np.sort([*known, *[UNSET] * (len(found) - len(best))])
        assert np.sort(found) == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("n", [200, 201, 1000, 10_000])
def test_the_subtitle_counts_the_lines_behind(n: int) -> None:
    data = make_data(make_trials(n).sort_values("TrainingStartTime", ignore_index=True))
    vars(facts_of(data))["importance"] = type("Unranked", (), {"ranking": ()})
    (panel,) = draw_panels(CHART, data)
    told = panel.chart.title.subtitle[1]
    if n == 200:
        assert told == "Colour: the 150 best of the selected; grey: all 200 trials."
        return
    words = r"Colour: the 150 best of the selected; grey: (\d+) of ([\d,]+) trials, evenly taken\."
    grey, total = re.match(words, told).groups()
    assert total == f"{n:,}"
    if n <= 1000:
        drawn = lines_of(draw_parallel_coordinates(data), strips={"p0": (1e-4, 1e-2)})
        behind = drawn.marks(BACKGROUND, "symbol")
        assert len(behind) == int(grey)
    assert abs(int(grey) - 200) <= 2


# --- the sentence


def concentrated(n: int = 120, direction: str = "Minimize") -> TuningData:
    """The best need a high share and kind x; nothing else matters."""
    frame = make_trials(n, seed=9)
    sign = 1 if direction == "Minimize" else -1
    bad = (frame["share"] - 0.8).abs() + (frame["kind"] != "x") * 2 + frame["rate"] * 1e-6
    return make_data(frame.assign(loss=sign * bad), direction)


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_the_sentence_says_where_the_best_tenth_runs(direction: str) -> None:
    data = concentrated(120, direction)
    frame = data.trials
    sign = 1 if direction == "Minimize" else -1
    best = frame.loc[(sign * frame["loss"]).nsmallest(12).index]
    text = state_concentration(facts_of(data))
    found = re.fullmatch(
        r"The best 12 of 120 scored trials all have (.*) and (.*)\.", text
    ).groups()
    kind = next(part for part in found if part.startswith("kind"))
    assert kind == f"kind x (as {(frame['kind'] == 'x').sum()} of all do)"
    share = next(part for part in found if part.startswith("share"))
    low, high, count = re.fullmatch(
        r"share from ([\d.]+) to ([\d.]+) \(as (\d+) of all do\)", share
    ).groups()
    assert best["share"].between(float(low), float(high)).all()
    assert float(low) == pytest.approx(best["share"].min(), abs=0.001)
    assert float(high) == pytest.approx(best["share"].max(), abs=0.001)
    assert int(count) == frame["share"].between(best["share"].min(), best["share"].max()).sum()


def test_chance_makes_no_sentence() -> None:
    """Of fifty searches in which nothing matters, hardly one may look concentrated."""
    told = 0
    for seed in range(50):
        frame = make_trials(80, seed=seed)
        loss = np.random.default_rng(1000 + seed).normal(0, 1, 80)
        text = state_concentration(facts_of(make_data(frame.assign(loss=loss))))
        told += text != (
            "The best 8 of 80 scored trials crowd in no hyperparameter's range more than chance "
            "explains."
        )
    assert told <= 2


def test_a_search_that_crowds_makes_no_sentence_by_itself() -> None:
    """That nine tenths of all trials lie where the best lie tells nothing about the best."""
    frame = make_trials(100, seed=2)
    crowd = frame.index % 10 > 0
    frame = frame.assign(share=np.where(crowd, 0.5 + frame["share"] / 100, frame["share"]))
    frame["loss"] = np.where(crowd, np.random.default_rng(5).normal(0, 1, 100), 5.0)
    assert "share" not in state_concentration(facts_of(make_data(frame)))


@pytest.mark.parametrize(("case", "scored"), [("one_trial", 1), ("all_failed", 0)])
def test_of_too_few_trials_only_their_number_is_told(case: str, scored: int) -> None:
    text = f"Where the best lie can't be told yet: {scored} of the 50 scored trials that it takes."
    assert state_concentration(facts_of(CASES[case]())) == text


def test_equal_objectives_are_equally_good() -> None:
    """Of a hundred equal trials no ten are the best."""
    frame = make_trials(200, seed=1).assign(loss=lambda f: np.where(f.index < 100, 1.0, 2.0))
    frame["share"] = np.where(frame.index < 12, 0.3, frame["share"])
    text = "100 of 200 scored trials are equally good: no best tenth."
    assert state_concentration(facts_of(make_data(frame))) == text


def test_small_numbers_are_rounded_outwards() -> None:
    frame = make_trials(100, seed=6)
    frame["rate"] = 10 ** np.random.default_rng(0).uniform(-5, -1, 100)
    frame["loss"] = np.log10(frame["rate"])
    data = make_data(frame, ranges=[RANGES[0], Hyperparameter("depth", "integer", 1, 6)])
    best = frame["rate"].nsmallest(10)
    text = state_concentration(facts_of(data))
    low, high = re.search(r"rate from ([\d.e-]+) to ([\d.e-]+) \(as 10 of all do\)", text).groups()
    assert float(low) <= best.min()
    assert float(high) >= best.max()
    assert float(low) == pytest.approx(best.min(), rel=0.01)
    assert float(high) == pytest.approx(best.max(), rel=0.01)


def test_pixels_of_the_ticks() -> None:
    view = lines_of(chart())
    ticks, labels = (
        places(view.marks(n, k), "x", "y") for n, k in (("ticks", "rect"), ("labels", "text"))
    )
    centre = places(view.marks("ticks", "rect"), "width", "height") / 2
    assert ticks + centre == pytest.approx(labels, abs=0.5)
