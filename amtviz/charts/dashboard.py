"""The grid that composes all charts."""

from __future__ import annotations

import altair as alt

from amtviz.charts import hyperparameters, objective_density, progress, training_jobs
from amtviz.charts.standalone import draw_grid
from amtviz.charts.theme import COLUMNS, PANEL_STEP
from amtviz.model import TuningData

# The ordered registry: a new chart is one module and one line here.
CHARTS = {
    "progress": progress,
    "objective_density": objective_density,
    "hyperparameters": hyperparameters,
    "training_jobs": training_jobs,
}


def draw_dashboard(
    data: TuningData, *, advanced: bool = False, columns: int = COLUMNS, title: bool = True
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
    columns : int
        Panels side by side.
    title : bool
        Head the grid with the objective and the best trial.

    Returns
    -------
    altair.VConcatChart
    """
    return draw_grid(
        data,
        [(chart.panels, chart.brushes) for chart in CHARTS.values()],
        advanced=advanced,
        columns=columns,
        title=_title(data) if title else None,
    )


def _title(data: TuningData) -> alt.TitleParams:
    objective = data.objective
    values = data.trials[objective.metric_name]
    text = f"{objective.metric_name} ({objective.direction.lower()})"
    if values.notna().any():
        best = values.idxmax() if objective.sign > 0 else values.idxmin()
        text += f": best {values[best]:.6g} by {data.trials.loc[best, 'TrainingJobName']}"
    hint = (
        "Drag across any panel to select trials; double-click clears; click a job to see it alone."
    )
    return alt.TitleParams(text, subtitle=hint, fontSize=15, limit=COLUMNS * PANEL_STEP, offset=12)
