"""Numbers computed from the tables: DataFrame in, DataFrame out."""

from amtviz.analysis.advice.next_ranges import suggest_by_risk, suggest_ranges
from amtviz.analysis.advice.review import compute_advice_review
from amtviz.analysis.best_so_far import compute_best_so_far, rank_trials
from amtviz.analysis.chances.contest import compute_contest
from amtviz.analysis.chances.going_on import compute_going_on
from amtviz.analysis.cost import compute_cost

__all__ = [
    "compute_advice_review",
    "compute_best_so_far",
    "compute_contest",
    "compute_cost",
    "compute_going_on",
    "rank_trials",
    "suggest_by_risk",
    "suggest_ranges",
]
