"""How the expected objective follows one hyperparameter, and how well that is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from amtviz.analysis.effects.fit import GROUPS, FittedEffects, Floats, fit_effects
from amtviz.analysis.scale import Scale
from amtviz.model import Hyperparameter, Objective

_STEPS = 24
_INTERVAL = (5, 95)  # percent
COLUMNS = ["Hyperparameter", "Value", "Mean", "Low", "High"]


def compute_dependence(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    groups: Sequence[str] = GROUPS,
    effects: FittedEffects | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Compute how the objective depends on each hyperparameter alone, with a 90 % interval.

    The objective's mean over the whole ranges of all others (partial dependence: Friedman, 2001,
    "Greedy Function Approximation"), among the trials that have the hyperparameter, in draws of
    functions that fit the trials (see `amtviz.analysis.shares.draw_sample`). A diverged objective
    counts as the worst ordinary one.

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
    pandas.DataFrame
        Columns: Hyperparameter (name), Value (a float, or a category's name), Mean, Low, High (in
        the objective's unit). No rows if nothing can be said to matter, none of a hyperparameter
        of which nothing can be told, and none of a value that decides what is set but was never
        tried.
    """
    fitted = effects or fit_effects(trials, objective, hyperparameters, groups=groups, seed=seed)
    tables = [pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(COLUMNS[2:], "float64"))]
    if fitted.sample is not None and fitted.shares is not None and fitted.shares.ranked:
        for place in np.flatnonzero(fitted.shares.told).tolist():
            scale = fitted.scales[place]
            steps = _steps(scale)
            draws = fitted.sample.curve(place, steps)
            low, high = np.percentile(draws, _INTERVAL, axis=1)
            table = pd.DataFrame(
                {
                    "Hyperparameter": scale.hyperparameter.name,
                    "Value": pd.Series([*scale.from_unit(steps)], dtype="object"),
                    "Mean": draws.mean(axis=1),
                    "Low": low,
                    "High": high,
                }
            )
            tables.append(table[np.isfinite(draws).all(axis=1)])
    return pd.concat(tables[1:] or tables, ignore_index=True)


def _steps(scale: Scale) -> Floats:
    """Return the places of every category, of few enough integers, or of equal steps."""
    if scale.kind == "category":
        return np.asarray((np.arange(len(scale.categories)) + 0.5) / len(scale.categories))
    steps = np.linspace(0, 1, _STEPS)
    if scale.hyperparameter.kind == "integer":
        return scale.to_unit(pd.Series(np.unique(scale.from_unit(steps))))
    return steps
