"""What is said first: each part agrees with plain pandas, and with the sentence on its question."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, TuningData, api
from amtviz.analysis.chances.going_on import compute_going_on
from amtviz.findings.convergence import state_convergence
from amtviz.findings.facts import facts_of
from amtviz.findings.importance import state_importance
from amtviz.findings.next_ranges import state_suggestion
from amtviz.findings.verdict import Verdict, state_verdict
from amtviz.wording.shares import say_chance
from tests.contract.cases import CASES
from tests.findings.finished import make, normal, search


def state(data: TuningData) -> Verdict:
    return state_verdict(facts_of(data))


def bold(verdict: Verdict) -> list[str]:
    return [text for text, strong in verdict.parts if strong]


def sloped(count: int, *, low: float, seed: int = 3) -> TuningData:
    """Random trials whose loss is the square of how far ``rate`` (1 to 2) lies from ``low``."""
    rng = np.random.default_rng(seed)
    rate, other = rng.uniform(1, 2, count), rng.uniform(1, 2, count)
    loss = (rate - low) ** 2 + 0.002 * other + rng.normal(0, 0.001, count)
    df = pd.DataFrame({"loss": loss, "rate": rate, "other": other})
    ranges = [Hyperparameter(name, "continuous", 1.0, 2.0) for name in ("rate", "other")]
    return TuningData.from_frame(df, objective="loss", direction="Minimize", hyperparameters=ranges)


def test_the_demo() -> None:
    data = api.load_demo()
    trials = data.trials
    best = trials.loc[trials["f1"].idxmax()]
    own = trials[trials["TuningJobName"] == best["TuningJobName"]]
    at = int((own["TrainingEndTime"] <= best["TrainingEndTime"]).sum())
    going_on = compute_going_on(
        trials, data.objective, {job.name: job.strategy for job in data.jobs}
    ).set_index(["TuningJobName", "More"])
    row = going_on.loc[best["TuningJobName"], 25]
    assert row["Verdict"] == "worth"
    verdict = state(data)
    assert verdict.has_best
    assert not verdict.failed
    assert verdict.text.startswith(
        f"{best['f1']:.4g} is the best f1, by trial {at} of {len(own)} of digits-warm-start, and "
        "going on pays more often than not: 25 more trials have about "
        f"{say_chance(row['Matters'])} of a gain that matters. "
    )
    assert bold(verdict)[:2] == [
        f"{best['f1']:.4g} is the best f1",
        "going on pays more often than not",
    ]
    name, advice = bold(verdict)[2:]
    assert state_importance(facts_of(data)).startswith(f"{name} matters most")
    assert f"{name} to {advice.removeprefix('move it to ')}" in state_suggestion(facts_of(data))
    near = trials.nlargest(25, "f1")[name]
    assert (near < 0.01 + 0.1 * (0.5 - 0.01)).all()  # the best do crowd the low end of 0.01–0.5
    assert "the best crowd the low end of its range" in verdict.text


def test_it_comes_first_in_the_table_of_all_findings() -> None:
    data = api.load_demo()
    first = data.findings().iloc[0]
    assert (first["Question"], first["Finding"]) == ("Overview", state(data).text)
    assert "Overview" not in set(data.findings(["importance", "cost"])["Question"])


@pytest.mark.parametrize(("low", "what"), [(1.5, ": narrow it to "), (0.5, "the low end of its")])
def test_what_to_do_with_the_range_of_what_matters_most(low: float, what: str) -> None:
    verdict = state(sloped(80, low=low))
    assert bold(verdict)[-2] == "rate"
    assert what in verdict.text
    *_, first, last = bold(verdict)[-1].replace("–", " ").split()
    if low == 1.5:
        assert 1 < float(first) < low < float(last) < 2
    else:
        assert float(first) < 1 < float(last) < 2


def test_of_a_single_tuning_job_no_name_is_said() -> None:
    scores = normal(50)
    text = state(make(search(scores))).text
    at = int(scores.argmax()) + 1
    assert text.startswith(f"{scores.max():.4g} is the best score, by trial {at} of 50, and ")


@pytest.mark.parametrize("seed", range(4))
def test_going_on_is_judged_as_in_the_sentence_on_it(seed: int) -> None:
    data = make(search(normal(120, seed)))
    told, verdict = state_convergence(facts_of(data)), state(data).text
    for words in ("going on pays more often than not", "a gain that matters is unlikely"):
        assert (words in verdict) == (words.capitalize() in told)
    assert " have about a" in verdict


def test_more_of_what_reached_its_limit_has_little_to_gain() -> None:
    scores = np.where(np.arange(20) < 3, 1.0, np.linspace(0.2, 0.9, 20))
    verdict = state(make(search(scores)))
    assert "and more trials have little to gain: 3 trials have reached the best" in verdict.text


def test_while_trials_run_nothing_is_said_of_going_on() -> None:
    frame = search(normal(50))
    frame.loc[38:, ["TrainingJobStatus", "score"]] = ["InProgress", np.nan]
    frame.loc[[1, 4, 6], ["TrainingJobStatus", "score"]] = ["Failed", np.nan]
    frame["FailureReason"] = None
    frame.loc[[1, 4], "FailureReason"] = "AlgorithmError: out of memory."
    frame.loc[6, "FailureReason"] = "ClientError: no data"
    verdict = state(make(frame, search={"status": "InProgress"}))
    best = frame["score"].max()
    assert bold(verdict)[:2] == [
        f"{best:.4g} is the best score so far",
        "12 of 50 trials still run",
    ]
    assert "going on" not in verdict.text
    assert "more trials" not in verdict.text
    assert verdict.failed == "3 of 38 ended trials failed, mostly: AlgorithmError: out of memory."


def test_a_tuning_job_between_two_trials_still_runs() -> None:
    verdict = state(make(search(normal(20)), search={"status": "InProgress"}))
    assert "The tuning job still runs." in verdict.text
    assert "more trials" not in verdict.text


def test_without_an_objective_there_is_no_best() -> None:
    frame = search(np.full(6, np.nan))
    verdict = state(make(frame))
    assert verdict.text == "No trial has a value of score. All 6 trials failed."
    assert not verdict.has_best
    frame["TrainingJobStatus"] = "InProgress"
    running = state(make(frame, search={"status": "InProgress"}))
    assert running.text == "6 trials still run. No trial has a value of score yet."
    assert state(CASES["empty"]()).text == "No trial has been started yet."


def test_a_long_name_loses_what_all_have_in_common() -> None:
    stem = "sentiment-transformer-large-reviews-"
    data = make(search(normal(20), f"{stem}random"), search(normal(20, 1) + 9, f"{stem}bayes"))
    assert " of bayes" in state(data).text
    short = make(search(normal(20), "reviews-random"), search(normal(20, 1) + 9, "reviews-bayes"))
    assert " of reviews-bayes" in state(short).text


@pytest.mark.parametrize("name", CASES)
def test_every_case_has_a_verdict_in_whole_sentences(name: str) -> None:
    data = CASES[name]()
    if len(data.trials) > 100:
        data = dataclasses.replace(data, trials=data.trials.head(100))
    verdict = state(data)
    assert verdict.text.endswith(".")
    assert "  " not in verdict.text
    assert verdict.has_best == bool(np.isfinite(data.trials["loss"].astype(float)).any())
