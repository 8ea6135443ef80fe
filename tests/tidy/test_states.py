"""How trials ended, more exactly than their status says."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from amtviz.analysis.cost import classify_outcomes
from amtviz.live.status import is_final
from amtviz.sdk_code import write_warm_start
from amtviz.tidy import from_document, tidy_tuning_data, to_document
from tests.aws.constraints import check_answer
from tests.tidy.raw_answers import START, describe, raw_data, raw_job, record, summarize


def steps(*names):
    return [
        {"Status": name, "StartTime": START + timedelta(minutes=n)} for n, name in enumerate(names)
    ]


ENDS = {
    "Stopped": "stopped early",
    "MaxWaitTimeExceeded": "out of spot",
    "MaxRuntimeExceeded": "out of time",
    "Interrupted": "out of spot",
    "SomethingNewer": "stopped early",
    None: "stopped early",
}


def test_limits_and_interruptions_are_told_from_early_stopping():
    job = raw_job(
        [summarize(f"t{n}", TrainingJobStatus="Stopped", minute=n) for n in range(len(ENDS))],
        [record(f"t{n}", **({"SecondaryStatus": s} if s else {})) for n, s in enumerate(ENDS)],
    )
    data = tidy_tuning_data(raw_data(job))
    assert [None if pd.isna(s) else s for s in data.trials["SecondaryStatus"]] == list(ENDS)
    assert list(classify_outcomes(data.trials, data.objective)) == list(ENDS.values())
    # what was saved before there was such a column
    old = data.trials.drop(columns="SecondaryStatus")
    assert set(classify_outcomes(old, data.objective)) == {"stopped early"}


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (["Starting", "Downloading", "Training", "Uploading", "Completed"], 0),
        (["Starting", "Training", "Interrupted", "Starting", "Training", "Completed"], 1),
        (["Starting", "Training", "Restarting", "Starting", "Restarting", "Training"], 1),
        (["Pending", "Starting", "Training", "Interrupted", "Restarting", "Interrupted"], 1),
        ([], None),
    ],
)
def test_restarts_are_counted(names, count):
    found = steps(*names)
    answer = record("t1", SecondaryStatusTransitions=found[::-1])
    check_answer("sagemaker", "TrainingJob", answer)
    row = tidy_tuning_data(raw_data(raw_job([summarize("t1")], [answer]))).trials.iloc[0]
    assert (None if pd.isna(row["RestartCount"]) else row["RestartCount"]) == count


@pytest.mark.parametrize(
    ("names", "still", "repeated"),
    [  # a step a minute; training begins with the first step that trains
        (["Starting", "Training", "Uploading", "Completed"], None, 0),
        (
            ["Starting", "Training", "Interrupted", "Starting", "Training", "Completed"],
            "60–180",
            60,
        ),
        (["Starting", "Downloading", "Interrupted", "Starting", "Training", "Completed"], None, 0),
        (["Training", "Interrupted", "MaxWaitTimeExceeded"], "60–120", 0),
        (
            ["Training", "Restarting", "Training", "Interrupted", "Starting", "Training"],
            "60–120; 180–300",
            120,
        ),
        (["Training", "Interrupted"], None, 0),  # nobody knows until when
    ],
)
def test_standstill_and_what_was_trained_before_it(names, still, repeated):
    found = steps(*names)
    begun = found[names.index("Training")]["StartTime"]
    answer = record("t1", SecondaryStatusTransitions=found[::-1], TrainingTimeInSeconds=90)
    answer |= {"TrainingStartTime": begun}
    check_answer("sagemaker", "TrainingJob", answer)
    summary = summarize("t1") | {"TrainingStartTime": begun}
    row = tidy_tuning_data(raw_data(raw_job([summary], [answer]))).trials.iloc[0]
    assert (None if pd.isna(row["Interruptions"]) else row["Interruptions"]) == still
    assert (row["RepeatedTimeInSeconds"], row["TrainingTimeInSeconds"]) == (repeated, 90)


def test_older_documents_lack_the_columns():
    data = tidy_tuning_data(raw_data(raw_job([summarize("t1")], [record("t1")])))
    document = to_document(data)
    added = {"SecondaryStatus", "RestartCount", "Interruptions"}
    added |= {"RepeatedTimeInSeconds", "TrainingTimeInSeconds"}
    document["trials"] = [each for each in document["trials"] if each["name"] not in added]
    trials = from_document(document).trials
    assert trials[sorted(added)].isna().all(axis=None)
    assert trials.dtypes[sorted(added)].equals(data.trials.dtypes[sorted(added)])


def test_retries_are_of_the_definition():
    definition = {"RetryStrategy": {"MaximumRetryAttempts": 4}, "RoleArn": "x"}
    check_answer("sagemaker", "HyperParameterTrainingJobDefinition", definition)
    data = tidy_tuning_data(raw_data(raw_job(description=describe(definition=definition))))
    assert data.jobs[0].definitions[0].retry_attempts == 4
    assert from_document(to_document(data)).jobs == data.jobs


def test_a_failed_tuning_job_may_be_a_parent_and_a_deleted_one_may_not():
    job = tidy_tuning_data(raw_data(raw_job())).jobs[0]
    statuses = ("Failed", "InProgress", "Deleting", "DeleteFailed")
    code = write_warm_start([replace(job, name=s, status=s) for s in statuses], [], 2)
    assert 'parents={"Failed"},' in code
    assert is_final("DeleteFailed")
