"""Which hyperparameters matter: two questions, each answered with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amtviz.analysis.effects.fit import GROUPS, Bools, FittedEffects, Floats, fit_effects
from amtviz.analysis.effects.reach import Reach, measure_reach
from amtviz.model import Hyperparameter, Objective

EXPLAINS = "explains"
REACHES = "reaches the best"
NAMED_COMBINED = 0.02  # least lower end of combinations that are spoken of


@dataclass(frozen=True)
class Share:
    """A share of the variation with its 90 % interval, 0 to 1."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Together:
    """Two hyperparameters that moved together: only the sum of their shares is known."""

    first: str
    second: str
    share: Share


@dataclass(frozen=True, eq=False)
class Importance:
    """How much each hyperparameter matters, by two questions.

    Attributes
    ----------
    table : pandas.DataFrame
        Columns: Hyperparameter (its name); Method, ``explains`` (how much of the variation of one
        trial's objective over the whole ranges it explains alone, within groups) or ``reaches the
        best`` (its part in what tells the best tenth from the rest); Importance, Low, High (0 to
        1; 90 % interval) and Chance (what says that it matters: Low above it for ``explains``,
        Importance above it for ``reaches the best``). Most important first within each method; a
        method without trust has no rows.
    hyperparameters : pandas.DataFrame
        One row each, in the given order; columns: Hyperparameter; Told (False where nothing can be
        told: it varies within no group, or has more than half as many categories as there are
        trials); Live (part of the trials in which it is set and not fixed); DecidedBy (name of the
        hyperparameter that decides whether it is set, or empty); All, AllLow, AllHigh (share of
        all variation, that between groups included); Total, TotalLow, TotalHigh (with all
        combinations); Among, AmongLow, AmongHigh (among the trials that have it); Most (probability
        that it alone explains the most). NaN where nothing was learnt.
    group : Share, optional
        What lies between the groups; None if there is one group. Unlike all other shares of this
        class, which are parts of what varies within groups, a part of all variation.
    combined, noise : Share, optional
        What only combinations explain, and what nothing does; with the shares of ``explains`` they
        add up to 1.
    together : tuple of Together
    grouped_by : tuple of str
        Columns of the trials that tell the groups apart.
    split : bool
        Whether groups were also split by which hyperparameters are set, since nothing says why.
    own_scale : bool
        Whether the groups differ so much that each was measured on its own scale.
    scored, used, left_out, tamed : int
        Trials with an objective; those learnt from; those left out since their objective diverged
        where nothing foretells it or since they lack a value for no reason; those whose diverged
        objective counts as the worst ordinary one.
    untried : float
        Part of the ranges that no trial came near, beyond what random trials leave.
    explains_trusted, reaches_trusted : bool
        Whether any hyperparameter can be said to matter, by either question.
    reason : str
        Why ``explains`` can't be trusted, as a sentence; empty if it can.
    """

    table: pd.DataFrame
    hyperparameters: pd.DataFrame
    group: Share | None
    combined: Share | None
    noise: Share | None
    together: tuple[Together, ...]
    grouped_by: tuple[str, ...]
    split: bool
    own_scale: bool
    scored: int
    used: int
    left_out: int
    tamed: int
    untried: float
    explains_trusted: bool
    reaches_trusted: bool
    reason: str

    def of(self, method: str) -> pd.DataFrame:
        """Return the rows of one method, most important first."""
        return self.table[self.table["Method"] == method].reset_index(drop=True)

    @property
    def ranking(self) -> tuple[str, ...]:
        """Names, most important first, by the first method that can be trusted; else empty."""
        method = EXPLAINS if self.explains_trusted else REACHES
        return tuple(self.of(method)["Hyperparameter"])

    @property
    def combines(self) -> bool:
        """Whether it can be said that combinations explain something."""
        return self.combined is not None and self.combined.low > NAMED_COMBINED


def compute_importance(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    groups: Sequence[str] = GROUPS,
    effects: FittedEffects | None = None,
    seed: int = 0,
) -> Importance:
    """Measure how much each hyperparameter matters, with 90 % intervals.

    ``explains`` is the first-order Sobol index, a share of the variance that one trial's objective
    would have if every hyperparameter were drawn at random over its declared range; functions are
    drawn from a Gaussian process with all that is unknown about it (see
    `amtviz.analysis.shares.draw_sample`). With `combined` and `noise` these shares add up to 1. A
    hyperparameter is said to matter if the lower end of its share exceeds 3 %.
    ``reaches the best`` is PED-ANOVA with a calibrated line of chance (see
    `amtviz.analysis.effects.reach.measure_reach`).

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    hyperparameters : sequence of Hyperparameter
    groups : sequence of str
        Columns of ``trials`` that tell groups apart; those that it lacks are ignored.
    effects : FittedEffects, optional
        What `fit_effects` returned for the same trials, to save the time.
    seed : int

    Returns
    -------
    Importance
    """
    fitted = effects or fit_effects(trials, objective, hyperparameters, groups=groups, seed=seed)
    reach = _reach(fitted, seed)
    shares, sample = fitted.shares, fitted.sample
    return Importance(
        table=_make_table(fitted, reach),
        hyperparameters=_describe(fitted),
        group=_share(shares.group) if shares is not None and fitted.layout.groups > 1 else None,
        combined=_share(shares.combined) if shares is not None else None,
        noise=_share(shares.noise) if shares is not None else None,
        together=_name_together(fitted),
        grouped_by=fitted.grouped_by,
        split=fitted.layout.split,
        own_scale=sample is not None and sample.own_scale,
        scored=fitted.scored,
        used=fitted.used,
        left_out=sample.left_out if sample is not None else 0,
        tamed=sample.tamed if sample is not None else 0,
        untried=shares.untried if shares is not None else 0.0,
        explains_trusted=shares is not None and shares.ranked,
        reaches_trusted=reach.trusted,
        reason=fitted.reason,
    )


def _reach(fitted: FittedEffects, seed: int) -> Reach:
    if fitted.sample is None:
        none = np.zeros(len(fitted.names))
        return Reach(np.stack([none] * 3, axis=1), none, 0, False)
    return measure_reach(
        fitted.units,
        fitted.values,
        fitted.levels,
        fitted.layout.group,
        fitted.layout.live,
        fitted.objective.sign,
        seed=seed,
    )


def _share(numbers: Floats) -> Share:
    return Share(*(float(number) for number in numbers))


def _name_together(fitted: FittedEffects) -> tuple[Together, ...]:
    if fitted.shares is None:
        return ()
    names = fitted.names
    found = fitted.shares.together.items()
    return tuple(Together(names[i], names[j], _share(share)) for (i, j), share in found)


def _make_table(fitted: FittedEffects, reach: Reach) -> pd.DataFrame:
    # SciPy is dear to import: who only draws shouldn't wait for it
    from amtviz.analysis.shares import NAMED

    none = np.zeros(len(fitted.names), bool)
    shares = fitted.shares
    told = shares.told if shares is not None and shares.ranked else none
    within = shares.within if shares is not None else reach.shares
    live = np.asarray(fitted.layout.live.any(axis=0)) if reach.trusted else none
    return pd.concat(
        [
            _rank(fitted, told, within, np.full(len(within), NAMED), EXPLAINS),
            _rank(fitted, live, reach.shares, reach.chance, REACHES),
        ],
        ignore_index=True,
    )


def _rank(
    fitted: FittedEffects, wanted: Bools, shares: Floats, chance: Floats, method: str
) -> pd.DataFrame:
    """Return the rows of one method, most important first."""
    table = pd.DataFrame(
        {
            "Hyperparameter": pd.Series(fitted.names, dtype="object"),
            "Method": method,
            "Importance": shares[:, 0],
            "Low": shares[:, 1],
            "High": shares[:, 2],
            "Chance": chance,
        }
    )[wanted]
    return table.sort_values("Importance", ascending=False, kind="stable", ignore_index=True)


def _describe(fitted: FittedEffects) -> pd.DataFrame:
    """Return a row for each hyperparameter, with all that is known about it."""
    names, shares, parents = fitted.names, fitted.shares, fitted.layout.parents
    nothing = np.full((len(names), 3), np.nan)
    table = pd.DataFrame(
        {
            "Hyperparameter": pd.Series(names, dtype="object"),
            "Told": shares.told if shares is not None else False,
            "Live": fitted.layout.live.mean(axis=0) if fitted.scored else 0.0,
            "DecidedBy": [names[parents[j]] if j in parents else "" for j in range(len(names))],
        }
    )
    kinds = {"All": "first", "Total": "total", "Among": "among"}
    for name, attribute in kinds.items():
        numbers = getattr(shares, attribute) if shares is not None else nothing
        for place, column in enumerate((name, f"{name}Low", f"{name}High")):
            table[column] = numbers[:, place]
    return table.assign(Most=shares.most if shares is not None else np.nan)
