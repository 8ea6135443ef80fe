"""Shares of variance (Sobol indices) of a Gaussian process whose kernel is drawn, too.

`draw_sample` draws functions that fit the trials, `sum_up` sums them up as shares with intervals.
"""

from amtviz.analysis.shares.sample import Sample, draw_sample
from amtviz.analysis.shares.summary import NAMED, PAIR_NAMED, Shares, sum_up

__all__ = ["NAMED", "PAIR_NAMED", "Sample", "Shares", "draw_sample", "sum_up"]
