"""Linked Altair charts, each ``TuningData -> altair.Chart``."""

from amtviz.charts.comparison import draw_comparison
from amtviz.charts.convergence import draw_convergence
from amtviz.charts.cost import draw_cost
from amtviz.charts.dashboard import PageCharts, SectionView, draw_dashboard, draw_sections
from amtviz.charts.failures import draw_failures
from amtviz.charts.hyperparameters import draw_hyperparameters
from amtviz.charts.importance import draw_importance
from amtviz.charts.instances import draw_instances
from amtviz.charts.interactions import draw_interactions
from amtviz.charts.job_metrics import draw_job_metrics
from amtviz.charts.lineage import draw_lineage
from amtviz.charts.next_ranges import draw_next_ranges
from amtviz.charts.objective_density import draw_objective_density
from amtviz.charts.objective_progression import draw_objective_progression
from amtviz.charts.parallel_coordinates import draw_parallel_coordinates
from amtviz.charts.progress import draw_progress
from amtviz.charts.sections import CHARTS, SECTIONS
from amtviz.charts.timeline import draw_timeline
from amtviz.charts.training_jobs import draw_training_jobs
from amtviz.charts.tuning_chart import TuningChart

__all__ = [
    "CHARTS",
    "SECTIONS",
    "PageCharts",
    "SectionView",
    "TuningChart",
    "draw_comparison",
    "draw_convergence",
    "draw_cost",
    "draw_dashboard",
    "draw_failures",
    "draw_hyperparameters",
    "draw_importance",
    "draw_instances",
    "draw_interactions",
    "draw_job_metrics",
    "draw_lineage",
    "draw_next_ranges",
    "draw_objective_density",
    "draw_objective_progression",
    "draw_parallel_coordinates",
    "draw_progress",
    "draw_sections",
    "draw_timeline",
    "draw_training_jobs",
]
