from dataclasses import replace
from datetime import datetime, timezone

import numpy as np
import pandas as pd
import pytest

from amtviz.grammar.theme import job_colour
from amtviz.model import Objective
from amtviz.report.summary import summarize
from amtviz.tuning_data import TuningData
from tests.report.samples import make_data, make_trials


def facts(summary):
    return {label: (value, detail) for label, value, detail in summary.facts}


def test_facts():
    assert facts(summarize(make_data())) == {
        "Objective": ("loss", "minimize: smaller is better"),
        "Best": ("0.25", "of 23 scored trials"),
        "Trials": ("24", "23 completed, 1 failed; 1 without an objective value"),
        "Tuning jobs": ("2", ""),
        "Training time": ("12 min", "all trials together"),
        "Fetched": ("2026-01-12 12:30", "UTC"),
    }


def test_best_trials_agree_with_plain_pandas():
    df = make_trials()
    summary = summarize(make_data(df))
    expected = df.sort_values("loss", kind="stable").head(10)
    assert [row.rank for row in summary.best] == list(range(1, 11))
    assert [row.name for row in summary.best] == expected["TrainingJobName"].tolist()
    assert [float(row.objective) for row in summary.best] == expected["loss"].tolist()
    assert summary.hyperparameters == ("rate", "depth", "kernel")
    # row 5: 10 ** -2 / 3, 1 + 5 % 6, the second kernel
    assert summary.best[0].values == ("0.00333333", "6", "rbf")


def test_larger_is_better_when_maximizing_and_infinite_is_no_best():
    df = make_trials()
    df.loc[7, "loss"] = np.inf
    data = make_data(df, objective=Objective("loss", "Maximize"))
    summary = summarize(data)
    assert summary.best[0].name == df.loc[23, "TrainingJobName"]
    assert facts(summary)["Objective"][1] == "maximize: larger is better"
    assert facts(summary)["Trials"][1].endswith("; 2 without an objective value")


def test_rows_of_tuning_jobs():
    created = datetime(2026, 1, 12, 8, 55, tzinfo=timezone.utc)
    ended = datetime(2026, 1, 13, 9, 0, tzinfo=timezone.utc)
    data = make_data()
    first, second = data.jobs
    first = replace(
        first,
        status="Failed",
        failure_reason="no capacity",
        created=created,
        ended=ended,
        is_ancestor=True,
    )
    second = replace(
        second, parents=(first.name,), warm_start_type="TransferLearning", status="InProgress"
    )
    data = replace(data, jobs=(second, first))
    child, parent = summarize(data).jobs
    assert (parent.name, parent.colour, parent.status, parent.is_final) == (
        "random-job",
        job_colour(1),
        "failed",
        True,
    )
    assert parent.trials == ("11 completed", "1 failed")
    assert (parent.best, parent.best_trial, parent.is_best) == (
        "0.265625",
        "random-job-004-abcd",
        False,
    )
    assert parent.interval == "2026-01-12 08:55 – 2026-01-13 09:00"
    assert parent.failure_reason == "no capacity"
    assert parent.is_ancestor
    assert (child.colour, child.status, child.is_final) == (job_colour(0), "in progress", False)
    assert (child.parents, child.warm_start_type) == (("random-job",), "TransferLearning")
    assert (child.best, child.best_trial, child.is_best) == ("0.25", "bayes-job-005-abcd", True)
    assert child.interval == "2026-01-12 09:01 – …"  # of its first trial; it hasn't ended


@pytest.mark.parametrize(
    ("job_status", "trial_statuses", "sentence"),
    [
        ("Completed", ["Completed"], ""),
        ("Stopped", ["Stopped"], ""),
        ("Completed", [None], ""),
        (
            "InProgress",
            [],
            "Not final: 2 tuning jobs are still running, so these figures can change. Make the "
            "report again later.",
        ),
        (
            "Stopping",
            ["InProgress"],
            "Not final: 2 tuning jobs and 1 trial are still running, so these figures can change. "
            "Make the report again later.",
        ),
        (
            "Completed",
            ["Stopping"],
            "Not final: 1 trial is still running, so these figures can change. Make the report "
            "again later.",
        ),
    ],
)
def test_says_what_is_not_final(job_status, trial_statuses, sentence):
    df = make_trials()
    df.loc[range(len(trial_statuses)), "TrainingJobStatus"] = trial_statuses
    data = make_data(df)
    data = replace(data, jobs=tuple(replace(job, status=job_status) for job in data.jobs))
    assert summarize(data).unfinished == sentence


def test_title_names_the_jobs_that_were_asked_for():
    data = make_data()
    job = data.jobs[0]

    def title(*names):
        jobs = tuple(replace(job, name=n.lstrip("^"), is_ancestor=n[0] == "^") for n in names)
        return summarize(replace(data, jobs=jobs)).title

    assert title("a") == "a"
    assert title("a", "b") == "a and b"
    assert title("a", "b", "c", "^d") == "a, b and c"
    assert title("a", "b", "c", "d", "e") == "a, b and 3 more tuning jobs"
    assert summarize(data, title="Mine").title == "Mine"
    frame = make_data(make_trials().drop(columns="TuningJobName"), from_aws=False)
    assert summarize(frame).title == "Tuning of loss"


def test_no_trials():
    summary = summarize(make_data(make_trials(0)))
    assert summary.best == ()
    assert facts(summary)["Best"] == ("–", "no trial has an objective value yet")
    assert facts(summary)["Trials"] == ("0", "")
    assert "Training time" not in facts(summary)
    assert [(row.trials, row.best, row.best_trial, row.interval) for row in summary.jobs] == [
        ((), "–", "", "")
    ]


def test_no_best_trial():
    df = make_trials().assign(loss=float("nan"), TrainingJobStatus="Failed")
    summary = summarize(make_data(df))
    assert summary.best == ()
    assert facts(summary)["Trials"] == ("24", "24 failed")
    assert all(row.best == "–" and not row.is_best for row in summary.jobs)


def test_data_from_a_frame_claims_no_status_and_no_fetch():
    df = pd.DataFrame({"loss": [2.0, 1.0], "rate": [0.1, 0.2]})
    data = TuningData.from_frame(df, objective="loss", direction="Minimize")
    summary = summarize(data)
    assert {"Fetched", "Tuning jobs"}.isdisjoint(facts(summary))
    assert [(row.status, row.strategy, row.interval) for row in summary.jobs] == [("", "", "")]
    assert [notice.text for notice in summary.notices] == list(data.notices)
    assert not any(notice.is_open for notice in summary.notices)


def test_integers_stay_whole_beside_missing_ones():
    df = make_trials()
    df["depth"] = df["depth"].astype("Int64")
    df.loc[5, "depth"] = pd.NA
    df.loc[6, "depth"] = 2**53 + 1
    rows = summarize(make_data(df)).best
    assert rows[0].values[1] == "–"
    assert "9007199254740993" in {row.values[1] for row in rows}
