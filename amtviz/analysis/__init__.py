"""Numbers computed from the tables: DataFrame in, DataFrame out."""

from amtviz.analysis.best_so_far import compute_best_so_far, rank_trials

__all__ = ["compute_best_so_far", "rank_trials"]
