"""What is said of pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter
from amtviz.findings.facts import facts_of
from amtviz.findings.interactions import state_interactions
from tests.analysis.planted import linear
from tests.contract.cases import all_failed, one_trial
from tests.findings.searches import data_of, multiplied, noise, slopes


def say(data) -> str:
    return state_interactions(facts_of(data))


def test_the_pair_its_share_and_the_best():
    """Of the product of two centred numbers, two corners are the lowest."""
    first = facts_of(multiplied()).interactions.pairs.iloc[0]
    assert first["Low"] > 0.95
    text = say(multiplied())
    assert text.startswith(
        "a and b matter together: beyond what each explains alone, they explain over 99 % (90 % "
    )
    assert text.endswith(
        (
            "The best is predicted at a 0–0.0625 with b 0.938–1.",
            "The best is predicted at a 0.938–1 with b 0–0.0625.",
        )
    )


def test_cells_of_integers_categories_and_scales_are_told_by_their_values():
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"n": rng.integers(1, 9, 80), "kind": rng.choice(["up", "down"], 80)})
    trials["y"] = (trials["n"] - 4.5) * np.where(trials["kind"] == "up", -1, 1)
    ranges = [
        Hyperparameter("n", "integer", 1, 8, scaling="Linear"),
        Hyperparameter("kind", "categorical", values=("up", "down")),
    ]
    assert say(data_of(trials, ranges)).endswith(
        (
            "The best is predicted at n 8 with kind up.",
            "The best is predicted at n 1 with kind down.",
        )
    )
    trials = pd.DataFrame({"rate": 10 ** rng.uniform(-6, 0, 80), "x": rng.uniform(size=80)})
    trials["y"] = -(np.log10(trials["rate"]) + 3) * (trials["x"] - 0.5)
    rate = Hyperparameter("rate", "continuous", 1e-6, 1, scaling="Logarithmic")
    assert say(data_of(trials, [rate, *linear("x")])).endswith(
        (
            "The best is predicted at rate 0.422–1 with x 0.938–1.",
            "The best is predicted at rate 1e-06–2.37e-06 with x 0–0.0625.",
        )
    )


@pytest.mark.parametrize("data", [slopes, noise])
def test_additive_functions_have_no_pair(data):
    expected = {
        "slopes": "No two hyperparameters can be said to matter together, beyond what each "
        "explains alone.",
        "noise": "",
    }
    assert say(data()) == expected[data.__name__]


@pytest.mark.parametrize("data", [one_trial(), all_failed()])
def test_nothing_is_said_where_nothing_can_be_told(data):
    assert say(data) == ""
