import math

import pytest

from amtviz.analysis.edf import compute_edf
from amtviz.model import Objective
from tests.analysis.chances.test_contest import search

UP, DOWN = Objective("y", "Maximize"), Objective("y", "Minimize")


@pytest.mark.parametrize("objective", [UP, DOWN])
def test_the_edf_is_the_share_at_least_as_good(objective):
    scores = [3.0, 1.0, math.nan, 5.0, 3.0]
    table = compute_edf(search(scores, [math.nan]), objective)
    assert table["TuningJobName"].unique().tolist() == ["a"]
    for row in table.itertuples():
        as_good = [s for s in scores if (s - row.Value) * objective.sign >= 0]
        assert row.Trials == len(as_good)
        assert row.Share == pytest.approx(len(as_good) / 5)
    best_last = [1.0, 3.0, 5.0] if objective is UP else [5.0, 3.0, 1.0]
    assert table["Value"].tolist() == best_last
    assert not len(compute_edf(search([], []), objective))
