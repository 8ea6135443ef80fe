"""Which hyperparameters matter: two questions, each answered with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amtviz.analysis.ped_anova import FEWEST_IN_TOP, compute_divergences
from amtviz.analysis.surrogate import Surrogate, fewest_trials, fit_surrogate
from amtviz.model import Hyperparameter, Objective

EXPLAINS = "explains"
REACHES = "reaches the best"
_INTERVAL = (5, 95)  # percent
_POINTS = 2000  # at which a forest's whole variation is measured


@dataclass(frozen=True, eq=False)
class Importance:
    """How much each hyperparameter matters, by two questions.

    Attributes
    ----------
    table : pandas.DataFrame
        Columns: Hyperparameter (its name); Method, ``explains`` (how much of the variation of the
        objective over the whole ranges it explains alone) or ``reaches the best`` (its part in
        deciding about the best tenth); Importance, Low, High (0 to 1; 90 % bootstrap interval)
        and Chance (what a column of random numbers reaches in 19 of 20 cases). Most important
        first within each method; a method without trust has no rows.
    combined : float
        Share of the variation that only combinations of hyperparameters explain; NaN without
        trust.
    r2 : float
        Of the model behind ``explains``, cross-validated; NaN if there is none.
    scored, used : int
        Trials with an objective, and those that were learnt from.
    explains_trusted, reaches_trusted : bool
    reason : str
        Why ``explains`` can't be trusted, as a sentence; empty if it can.
    """

    table: pd.DataFrame
    combined: float
    r2: float
    scored: int
    used: int
    explains_trusted: bool
    reaches_trusted: bool
    reason: str

    def of(self, method: str) -> pd.DataFrame:
        """Give the rows of one method, most important first."""
        return self.table[self.table["Method"] == method].reset_index(drop=True)

    @property
    def ranking(self) -> tuple[str, ...]:
        """Names, most important first, by the first method that can be trusted; else empty."""
        method = EXPLAINS if self.explains_trusted else REACHES
        return tuple(self.of(method)["Hyperparameter"])


def compute_importance(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    surrogate: Surrogate | None = None,
    seed: int = 0,
) -> Importance:
    """Measure how much each hyperparameter matters, with 90 % bootstrap intervals.

    ``explains`` is functional ANOVA (Hutter, Hoos & Leyton-Brown, 2014, "An Efficient Approach
    for Assessing Hyperparameter Importance"): the variance of a random forest's exact marginal
    over one hyperparameter, as a share of the forest's whole variance over the declared ranges.
    ``reaches the best`` is PED-ANOVA (Watanabe, Bansal & Hutter, 2023, "PED-ANOVA: Efficiently
    Quantifying Hyperparameter Importance in Arbitrary Subspaces"): how far the best tenth of the
    trials is distributed otherwise than all trials, as a share of all hyperparameters' sum.
    What chance gives comes from a column of random numbers beside the hyperparameters, after
    Kursa & Rudnicki (2010, Boruta). Forests and intervals of more than 1,000 trials are those of
    a random 1,000.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    hyperparameters : sequence of Hyperparameter
    surrogate : Surrogate, optional
        What `fit_surrogate` gave for the same trials, to save the time.
    seed : int

    Returns
    -------
    Importance
    """
    surrogate = surrogate or fit_surrogate(trials, objective, hyperparameters, seed=seed)
    explains, combined = _explain(surrogate, seed)
    reaches, in_top = compute_divergences(
        surrogate.inputs, surrogate.target, surrogate.dimensions, objective.sign, seed=seed
    )
    ranked = _summarize(surrogate, reaches, REACHES)
    reaches_trusted = (
        in_top >= FEWEST_IN_TOP
        and surrogate.scored >= fewest_trials(len(hyperparameters))
        and bool((ranked["Low"] > ranked["Chance"]).any())
    )
    tables = []
    if not surrogate.reason:
        tables.append(_summarize(surrogate, explains, EXPLAINS))
    if reaches_trusted:
        tables.append(ranked)
    return Importance(
        pd.concat(tables, ignore_index=True) if tables else _summarize(surrogate, explains, ""),
        combined,
        surrogate.r2,
        surrogate.scored,
        len(surrogate.target),
        not surrogate.reason,
        reaches_trusted,
        surrogate.reason,
    )


def _explain(surrogate: Surrogate, seed: int) -> tuple[np.ndarray, float]:
    """Give each replicate's share of each dimension, and what is left for combinations."""
    points = surrogate.draw_inputs(_POINTS, np.random.default_rng(seed))
    widths = [dimension.widths for dimension in surrogate.dimensions]
    shares = np.zeros((len(surrogate.forests), len(widths)))
    for row, forest in enumerate(surrogate.forests):
        whole = float(np.var(forest.model.predict(points)))
        for place, marginal in enumerate(surrogate.marginals(forest)):
            mean = widths[place] @ marginal
            shares[row, place] = widths[place] @ (marginal - mean) ** 2 / whole if whole else 0.0
    if not len(shares):
        return shares, float("nan")
    return np.minimum(shares, 1.0), float(np.clip(1 - shares.sum(axis=1).mean(), 0.0, 1.0))


def _summarize(surrogate: Surrogate, shares: np.ndarray, method: str) -> pd.DataFrame:
    """Give mean and interval of every hyperparameter's shares over the replicates."""
    names = [h.name for h in surrogate.hyperparameters] if len(shares) else []
    own = shares[:, : len(names)]
    low, high = np.percentile(own, _INTERVAL, axis=0) if len(shares) else ([], [])
    chance = float(np.percentile(shares[:, -1], _INTERVAL[1])) if len(shares) else 0.0
    table = pd.DataFrame(
        {
            "Hyperparameter": pd.Series(names, dtype="object"),
            "Method": method,
            "Importance": own.mean(axis=0) if len(shares) else np.zeros(0),
            "Low": np.asarray(low, dtype=float),
            "High": np.asarray(high, dtype=float),
            "Chance": chance,
        }
    )
    return table.sort_values("Importance", ascending=False, kind="stable", ignore_index=True)
