"""What interruptions cost: standstill, and training that may have been done twice."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

_SPAN = re.compile(r"(-?\d+(?:\.\d+)?)–(-?\d+(?:\.\d+)?)")


def list_interruptions(trials: pd.DataFrame) -> pd.DataFrame:
    """List when trials stood still for an interruption.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.

    Returns
    -------
    pandas.DataFrame
        A row per interruption, by the index of the trials, in their order. Columns: From, To
        (float64: seconds since the trial's start).
    """
    told = trials["Interruptions"].dropna()
    rows = [
        (index, float(low), float(high))
        for index, text in told.items()
        for low, high in _SPAN.findall(text)
    ]
    table = pd.DataFrame(rows, columns=["index", "From", "To"]).set_index("index")
    return table.astype("float64").rename_axis(None)


def compute_interruptions(trials: pd.DataFrame) -> pd.DataFrame:
    """Add up what interruptions cost each trial.

    Parameters
    ----------
    trials : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        A row per trial that stood still or was restarted. Columns: TrainingJobName; Times (int64:
        interruptions, restarted or not); StillSeconds (float64: from the interruption until it
        trained again, or ended); RepeatedSeconds (float64: of all instances, trained before the
        last restart; missing where the number of instances is).
    """
    spans = list_interruptions(trials)
    length = spans["To"] - spans["From"]
    groups = length.groupby(level=0)
    table = pd.DataFrame(
        {
            "TrainingJobName": trials["TrainingJobName"],
            "Times": groups.size().reindex(trials.index, fill_value=0),
            "StillSeconds": groups.sum().reindex(trials.index, fill_value=0.0),
            "RepeatedSeconds": trials["RepeatedTimeInSeconds"].astype("float64")
            * trials["InstanceCount"].astype("Float64").to_numpy(np.float64, na_value=np.nan),
        },
        index=trials.index,
    )
    restarts = trials["RestartCount"].fillna(0).astype("int64")
    table["Times"] = np.maximum(table["Times"], restarts)
    return table[table["Times"] > 0]
