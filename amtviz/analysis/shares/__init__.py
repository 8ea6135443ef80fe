"""Shares of variance (Sobol indices) of a Gaussian process whose kernel is drawn, too.

`find_layout` finds what varies where, `draw_sample` draws functions that fit the trials, and
`sum_up` sums them up as shares with intervals.
"""

from amtviz.analysis.shares.layout import Layout, find_layout
from amtviz.analysis.shares.sample import Sample, draw_sample
from amtviz.analysis.shares.summary import NAMED, PAIR_NAMED, Shares, sum_up

__all__ = [
    "NAMED",
    "PAIR_NAMED",
    "Layout",
    "Sample",
    "Shares",
    "draw_sample",
    "find_layout",
    "sum_up",
]
