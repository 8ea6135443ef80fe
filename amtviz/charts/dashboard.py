"""The grid that composes all charts."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from amtviz.analysis.best_so_far import rank_trials
from amtviz.charts import (
    hyperparameters,
    instances,
    objective_density,
    objective_progression,
    progress,
    training_jobs,
)
from amtviz.charts import (
    job_metrics as own_metrics,
)
from amtviz.charts.standalone import draw_grid
from amtviz.charts.theme import COLUMNS, PANEL_STEP
from amtviz.model import TuningData

# The ordered registry: a new chart is one module and one line here.
CHARTS = {
    "progress": progress,
    "objective_density": objective_density,
    "hyperparameters": hyperparameters,
    "training_jobs": training_jobs,
    "objective_progression": objective_progression,
    "job_metrics": own_metrics,
    "instances": instances,
}


def draw_dashboard(
    data: TuningData,
    *,
    advanced: bool = False,
    job_metrics: Sequence[str] | None = None,
    columns: int = COLUMNS,
    title: bool = True,
) -> alt.VConcatChart:
    """Draw every chart of the registry in one grid, all linked.

    Drag across any panel to select trials; drags combine; double-click clears. Hover marks a
    trial in every panel and shows its whole configuration. A click in the legend chooses tuning
    jobs.

    Parameters
    ----------
    data : TuningData
    advanced : bool
        Add rugs under the hyperparameters.
    job_metrics : sequence of str, optional
        Names of the metrics to draw of those recorded during training; by default the algorithm's
        own, if they are six or fewer.
    columns : int
        Panels side by side.
    title : bool
        Head the grid with the objective and the best trial.

    Returns
    -------
    altair.VConcatChart

    Raises
    ------
    InputError
        If there is no metric of a name in ``job_metrics``.
    """
    return draw_grid(
        data,
        [(chart.panels, chart.brushes) for chart in CHARTS.values()],
        advanced=advanced,
        job_metrics=job_metrics,
        columns=columns,
        title=_title(data) if title else None,
    )


def _title(data: TuningData) -> alt.TitleParams:
    objective = data.objective
    best = data.trials[rank_trials(data.trials, objective) == 1]
    text = f"{objective.metric_name} ({objective.direction.lower()})"
    for value, name in zip(best[objective.metric_name], best["TrainingJobName"], strict=True):
        text += f": best {value:.6g} by {name}"
    hint = (
        "Drag across any panel to select trials; double-click clears; click a job to see it alone."
    )
    return alt.TitleParams(text, subtitle=hint, fontSize=15, limit=COLUMNS * PANEL_STEP, offset=12)
