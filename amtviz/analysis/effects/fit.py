"""What trials tell about the effects of hyperparameters: learnt once, told by other modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.scale import Scale, make_scale, to_floats
from amtviz.model import Hyperparameter, Objective
from amtviz.texts import list_distinct
from amtviz.wording.lists import plural
from amtviz.wording.shares import format_share, format_share_interval

if TYPE_CHECKING:
    from amtviz.analysis.shares import Layout, Sample, Shares

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

GROUPS = ("TuningJobName", "TrainingJobDefinitionName")
FEWEST_TRIALS = 20
FEWEST_PER_HYPERPARAMETER = 2
_MOST_ORDINALS = 40  # integers of more values are numbers like others


@dataclass(frozen=True, eq=False)
class FittedEffects:
    """What was learnt from some trials.

    Attributes
    ----------
    objective : Objective
    hyperparameters : tuple of Hyperparameter
    scales : tuple of Scale
        Of each hyperparameter.
    levels : numpy.ndarray
        How many values each can have: 0 for a number, c for categories, -c for integers in order.
    units : numpy.ndarray, trials × hyperparameters
        The scored trials in the order in which they ran, on the scales from 0 to 1; NaN where not
        set.
    values : numpy.ndarray
        Their objective.
    grouped_by : tuple of str
        Columns in which these trials differ and by which they were grouped; empty for one group.
    layout : Layout
    sample : Sample, optional
        None if nothing could be learnt; ``reason`` says why.
    shares : Shares, optional
    reason : str
        Why nothing can be told, as a sentence; empty if something can.
    """

    objective: Objective
    hyperparameters: tuple[Hyperparameter, ...]
    scales: tuple[Scale, ...]
    levels: Ints
    units: Floats
    values: Floats
    grouped_by: tuple[str, ...]
    layout: Layout
    sample: Sample | None
    shares: Shares | None
    reason: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the hyperparameters."""
        return tuple(h.name for h in self.hyperparameters)

    @property
    def scored(self) -> int:
        """How many trials have an objective."""
        return len(self.values)

    @property
    def used(self) -> int:
        """How many of them were learnt from."""
        return 0 if self.sample is None else len(self.sample.units)


def fewest_trials(declared: int) -> int:
    """Return how many scored trials it takes to rank so many declared hyperparameters."""
    return max(FEWEST_TRIALS, FEWEST_PER_HYPERPARAMETER * declared)


def fit_effects(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    groups: Sequence[str] = GROUPS,
    seed: int = 0,
) -> FittedEffects:
    """Learn the effects of hyperparameters, on their declared scales and within groups.

    A hyperparameter has an effect only where it is set and takes more than one value within a
    group: so what an algorithm, a tuning job or a fixed value makes is never laid at the door of a
    hyperparameter that differs along with it. Of more than 400 trials half are chosen far from
    each other and half at random.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    hyperparameters : sequence of Hyperparameter
    groups : sequence of str
        Columns of ``trials`` that tell groups apart; those that it lacks are ignored.
    seed : int

    Returns
    -------
    FittedEffects
    """
    # SciPy is dear to import: who only draws shouldn't wait for it
    from amtviz.analysis.shares import draw_sample, find_layout, sum_up

    scored = _in_order(trials[np.isfinite(to_floats(trials[objective.metric_name]))])
    values = to_floats(scored[objective.metric_name])
    scales = tuple(make_scale(h, trials[h.column]) for h in hyperparameters)
    levels = np.array([_count_levels(scale) for scale in scales], dtype=np.int64)
    units = np.empty((len(scored), len(scales)))
    for place, scale in enumerate(scales):
        units[:, place] = scale.to_unit(scored[scale.hyperparameter.column])
    grouped_by, labels = _label_groups(scored, groups)
    layout = find_layout(units, levels, labels)
    reason = _why_not(values, layout, [h.name for h in hyperparameters], grouped_by)
    sample = None if reason else draw_sample(units, values, levels, layout, seed=seed)
    shares = None if sample is None else sum_up(sample, seed=seed)
    if shares is not None and not shares.ranked:
        reason = _why_unranked(shares, objective, len(values))
    return FittedEffects(
        objective,
        tuple(hyperparameters),
        scales,
        levels,
        units,
        values,
        grouped_by,
        layout,
        sample,
        shares,
        reason,
    )


def _in_order(trials: pd.DataFrame) -> pd.DataFrame:
    """Return trials in the order in which they ran, where it is known."""
    for column in ("CreationTime", "TrainingStartTime"):
        if column in trials and trials[column].notna().all():
            return trials.sort_values(column, kind="stable")
    return trials


def _count_levels(scale: Scale) -> int:
    if scale.kind == "category":
        return len(scale.categories)
    if scale.hyperparameter.kind == "integer" and scale.kind == "linear":
        count = round(scale.high - scale.low)
        return -count if 1 < count <= _MOST_ORDINALS else 0
    return 0


def _label_groups(
    scored: pd.DataFrame, groups: Sequence[str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]] | None]:
    """Return the columns that tell groups apart here, and each trial's group."""
    columns = {name: scored[name].astype("string").fillna("") for name in groups if name in scored}
    differing = {name: column for name, column in columns.items() if len(list_distinct(column)) > 1}
    if not differing:
        return (), None
    return tuple(differing), list(zip(*differing.values(), strict=True))


def _why_not(
    values: Floats, layout: Layout, names: Sequence[str], grouped_by: tuple[str, ...]
) -> str:
    """Say why nothing can be learnt from these trials; empty if something can."""
    trials, fewest = len(values), fewest_trials(len(names))
    if trials < fewest:
        which = f"which of {len(names):,} hyperparameters matter"
        if len(names) == 1:
            which = f"whether {names[0]} matters"
        return (
            f"{plural(trials, 'scored trial')} {'is' if trials == 1 else 'are'} too few to tell "
            f"{which}: it takes at least {fewest}."
        )
    if not len(layout.columns):
        where = " of one group" if grouped_by or layout.split else ""
        return f"No hyperparameter has more than one value among the scored trials{where}."
    if np.ptp(values) == 0:
        return "All trials have the same objective value: nothing explains a difference."
    return ""


def _why_unranked(shares: Shares, objective: Objective, trials: int) -> str:
    mean, low, high = np.minimum(shares.noise, 1)
    return (
        f"No hyperparameter can be said to matter yet: of the variation in "
        f"{objective.metric_name}, {format_share(mean)} (90 % interval "
        f"{format_share_interval(low, high)}) looks like noise after {plural(trials, 'trial')}. "
        "More trials would tell."
    )
