"""How the predicted objective follows one hyperparameter, and how much trials differ in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from amtviz.analysis.scale import Scale
from amtviz.analysis.surrogate import Floats, Surrogate, fit_surrogate
from amtviz.model import Hyperparameter, Objective

_STEPS = 24
_TRIALS = 60  # whose curves are followed
_BAND = (5, 95)  # percent


def compute_dependence(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    surrogate: Surrogate | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Compute the partial dependence of the objective on each hyperparameter, with its spread.

    The partial dependence (Friedman, 2001, "Greedy Function Approximation") is the mean prediction
    over the trials with one hyperparameter set to a value; the band holds nine tenths of the
    single trials' curves (individual conditional expectation; Goldstein et al., 2015).

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
    pandas.DataFrame
        Columns: Hyperparameter (name), Value (a float, or a category's name), Mean, Low, High (in
        the objective's unit). No rows if no model of the trials can be trusted.
    """
    surrogate = surrogate or fit_surrogate(trials, objective, hyperparameters, seed=seed)
    columns = ["Hyperparameter", "Value", "Mean", "Low", "High"]
    if surrogate.reason:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[2:], "float64"))
    rng = np.random.default_rng(seed)
    count = min(_TRIALS, len(surrogate.inputs))
    rows = surrogate.inputs[rng.choice(len(surrogate.inputs), count, replace=False)]
    tables = []
    for place, hyperparameter in enumerate(surrogate.hyperparameters):
        scale = surrogate.dimensions[place].scale
        assert scale is not None
        steps = _steps(scale)
        # the trials with a value: a curve of those that don't have it would mean nothing
        own = rows[rows[:, place] >= 0]
        if not len(own):
            continue
        inputs = np.repeat(own[None], len(steps), axis=0)
        inputs[:, :, place] = steps[:, None]
        curves = surrogate.predict(inputs.reshape(-1, rows.shape[1])).reshape(len(steps), -1)
        low, high = np.percentile(curves, _BAND, axis=1)
        values = [*scale.from_unit(steps)]
        tables.append(
            pd.DataFrame(
                {
                    "Hyperparameter": hyperparameter.name,
                    "Value": pd.Series(values, dtype="object"),
                    "Mean": curves.mean(axis=1),
                    "Low": low,
                    "High": high,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)[columns]


def _steps(scale: Scale) -> Floats:
    """Give the places of every category, of few enough integers, or of equal steps."""
    if scale.kind == "category":
        return np.asarray((np.arange(len(scale.categories)) + 0.5) / len(scale.categories))
    steps = np.linspace(0, 1, _STEPS)
    if scale.hyperparameter.kind == "integer":
        return scale.to_unit(pd.Series(np.unique(scale.from_unit(steps))))
    return steps
