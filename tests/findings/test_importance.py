"""What is said of importance, and what isn't."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from amtviz.analysis.effects.importance import EXPLAINS, REACHES, Share, Together
from amtviz.findings.facts import facts_of
from amtviz.findings.importance import state_importance
from tests.analysis.planted import additive, draw
from tests.contract.cases import all_failed, one_trial
from tests.findings.searches import (
    conditional,
    crowded,
    data_of,
    multiplied,
    noise,
    slopes,
    two_jobs,
)


def say(data) -> str:
    return state_importance(facts_of(data))


def say_of(found, metric="y") -> str:
    """State an importance that was made up."""
    tables = SimpleNamespace(objective=SimpleNamespace(metric_name=metric))
    return state_importance(SimpleNamespace(importance=found, tables=tables))


def percent(share: float) -> str:
    return f"{100 * share:.0f}"


def test_what_matters_most_is_named_with_its_share():
    found = facts_of(slopes()).importance
    table = found.of(EXPLAINS).set_index("Hyperparameter")
    first, second, third = (table.loc[name] for name in "abc")
    assert say(slopes()) == (
        f"a matters most: alone it explains {percent(first['Importance'])} % (90 % interval "
        f"{percent(first['Low'])}–{percent(first['High'])} %) of the variation in y over the whole "
        f"ranges; b {percent(second['Importance'])} % and c {percent(third['Importance'])} %."
    )
    assert first["Importance"] == pytest.approx(16 / 21 / 1.01, abs=0.04)


def test_of_two_that_are_alike_neither_is_said_to_matter_most():
    found = facts_of(slopes()).importance
    known = found.hyperparameters.assign(Most=[0.6, 0.4, 0, 0])
    assert say_of(replace(found, hyperparameters=known)).startswith(
        "a or b matters most, and these trials don't tell which: alone, a explains 7"
    )


def test_where_only_combinations_matter():
    text = say(multiplied())
    first = facts_of(multiplied()).importance.of(EXPLAINS)["Hyperparameter"].iloc[0]
    assert text.startswith(
        f"No hyperparameter can be said to matter alone: the first, {first}, explains under 1 %"
    )
    assert text.endswith("Combinations explain over 99 %.")


def test_combinations_are_named_only_where_their_interval_excludes_none():
    found = facts_of(slopes()).importance
    assert "ombinations" not in say_of(replace(found, combined=Share(0.2, 0.02, 0.4)))
    text = say_of(replace(found, combined=Share(0.2, 0.03, 0.4), noise=Share(0.3, 0.2, 0.4)))
    assert text.endswith("Combinations explain 20 % (3–40 %); 30 % (20–40 %) looks like noise.")


def test_the_kind_of_interval_is_said_once():
    for data in (slopes(), two_jobs(), conditional()):
        assert say(data).count("90 % interval") == 1


def test_what_lies_between_tuning_jobs_is_said_apart():
    found = facts_of(two_jobs()).importance
    text = say(two_jobs())
    assert text.startswith(
        f"Which tuning job a trial belongs to explains {percent(found.group.mean)} % (90 % "
        f"interval {percent(found.group.low)}–{percent(found.group.high)} %) of the variation in "
        "y. Within tuning jobs, "
    )
    assert found.group.mean > 0.9
    table = found.hyperparameters.set_index("Hyperparameter")
    assert table.loc["epochs", ["DecidedBy", "Live"]].tolist() == ["", 0.5]
    ends = [percent(table.loc["epochs", name]) for name in ("AmongLow", "AmongHigh")]
    assert f"epochs explains {'–'.join(ends)} % where it varies (40 of 80 trials)." in text
    known = 1 / (2 + 12 * 0.04)  # two equal slopes, and noise
    assert float(ends[0]) / 100 - 0.02 <= known <= float(ends[1]) / 100 + 0.02


def test_groups_that_can_not_be_told_to_differ_are_not_spoken_of():
    found = facts_of(two_jobs()).importance
    text = say_of(replace(found, group=Share(0.05, 0.03, 0.1)))
    assert text.startswith("Within tuning jobs, ")


def test_a_split_by_what_is_set_is_no_tuning_jobs():
    found = facts_of(two_jobs()).importance
    split = say_of(replace(found, grouped_by=(), split=True))
    assert split.startswith("Which hyperparameters a trial sets explains 9")
    assert "Within trials with the same hyperparameters set, " in split
    both = say_of(replace(found, grouped_by=("TrainingJobDefinitionName",), split=True))
    assert both.startswith(
        "Which algorithm a trial belongs to and which hyperparameters a trial sets explain 9"
    )


def test_what_only_some_trials_have_is_measured_among_these():
    text = say(conditional())
    trials = conditional().trials
    found = re.search(
        r"depth explains (\d+)–(\d+) % where kind sets it \((\d+) of 80 trials\)", text
    )
    low, high, count = (int(part) for part in found.groups())
    assert count == trials["depth"].notna().sum()
    known = 100 * 63 / 12 / (63 / 12 + 0.25)  # of eight equally likely values, and noise
    assert low - 1 <= known <= high + 1
    assert text.startswith("kind matters most: ")


def test_why_nothing_can_be_told_of_some():
    text = say(conditional())
    assert text.endswith(
        "still never varied, so nothing can be said of it. seed took about as many values as there "
        "are trials, so nothing can be said of it."
    )


def test_an_adaptive_search_speaks_of_what_was_tried():
    found = facts_of(crowded()).importance
    assert found.untried > 0.3
    assert (
        f"of the variation in y over what was tried (no trial came near {percent(found.untried)} % "
        "of the ranges)"
    ) in say(crowded())
    assert facts_of(slopes()).importance.untried < 0.05


def test_two_that_moved_together_are_told_together():
    found = facts_of(slopes()).importance
    table = found.table[found.table["Method"] == EXPLAINS].assign(Low=0.0)
    pair = Together("a", "b", Share(0.95, 0.92, 0.99))
    assert say_of(replace(found, table=table, together=(pair,))) == (
        "a and b moved together: they explain 92–99 % between them, and which of the two does "
        "can't be told."
    )


def test_pure_noise_has_no_ranking_and_says_what_would_help():
    found = facts_of(noise()).importance
    assert not found.explains_trusted
    share = found.noise
    assert say(noise()) == (
        "No hyperparameter can be said to matter yet: of the variation in y, "
        f"{percent(share.mean)} % (90 % interval {percent(share.low)}–"
        f"{percent(min(share.high, 0.99))} %) looks like noise after 60 trials. More trials would "
        "tell."
    )


def test_what_tells_the_best_tenth_is_named_where_it_is_something_else():
    found = facts_of(slopes()).importance
    rows = found.of(EXPLAINS).assign(Method=REACHES, Chance=0.1)
    other = rows.iloc[[1]].assign(Importance=0.5, Low=0.4, High=0.6)
    table = pd.concat([found.of(EXPLAINS), other])
    words = "b does most to tell the best tenth of the trials from the rest: 50 % (40–60 %) of how"
    assert words in say_of(replace(found, table=table))
    same = pd.concat([found.of(EXPLAINS), rows.iloc[[0]]])
    assert "best tenth" not in say_of(replace(found, table=same))


def test_which_trials_it_learnt_from():
    found = facts_of(slopes()).importance
    some = replace(found, used=400, scored=5000, left_out=1, tamed=2)
    assert say_of(some).endswith(
        " This was learnt from 400 of 5,000 trials. 1 trial was left out: it lacks a value, or "
        "diverged for no visible reason. 2 diverged values count as the worst ordinary one."
    )
    assert "learnt" not in say_of(replace(found, used=58, left_out=2))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (one_trial(), "1 scored trial is too few to tell which of 3 hyperparameters matter: "),
        (all_failed(), "0 scored trials are too few to tell which of 3 hyperparameters matter: "),
        (
            replace(one_trial(), hyperparameters=one_trial().hyperparameters[:1]),
            f"1 scored trial is too few to tell whether {one_trial().hyperparameters[0].name} "
            "matters: ",
        ),
        (
            data_of(*draw(additive, 19, list("abcd"))),
            "19 scored trials are too few to tell which of 4 hyperparameters matter: it takes at "
            "least 20.",
        ),
    ],
)
def test_of_too_few_trials_their_number_is_told(data, words):
    assert say(data).startswith(words)


def test_the_unit_of_the_objective_changes_nothing():
    trials, ranges = draw(additive, 60, list("abcd"), noise=0.1)
    tiny = facts_of(data_of(trials.assign(y=1e-12 * trials["y"]), ranges)).importance
    known = facts_of(slopes()).importance.of(EXPLAINS)
    assert np.allclose(tiny.of(EXPLAINS)["Importance"], known["Importance"], atol=0.005)
