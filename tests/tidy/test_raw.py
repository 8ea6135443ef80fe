import re
from dataclasses import replace
from datetime import timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amtviz.errors import InputError
from amtviz.model import Hyperparameter
from amtviz.schema import METRIC_COLUMNS, TRIAL_COLUMNS, trial_dtypes
from amtviz.store import snapshot as store
from amtviz.tidy import tidy_tuning_data
from tests.tidy.raw_answers import (
    START,
    describe,
    raw_data,
    raw_job,
    record,
    series_of,
    summarize,
)


def dtypes_of(frame):
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def expected_dtypes(data, metrics=()):
    return trial_dtypes(data.objective.metric_name, data.hyperparameters, metrics)


def notice_about(data, *words):
    found = [notice for notice in data.notices if all(word in notice for word in words)]
    assert len(found) == 1, data.notices
    return found[0]


def test_a_whole_tuning_job():
    job = raw_job(
        [
            summarize("t2", 0.25, minute=5, tuned={"max-depth": "[7]", "eta": '"0.5"'}),
            summarize("t1", 0.75, minute=0),
        ],
        [record("t1", {"f1": 0.75, "loss": 1.5}), record("t2", {"loss": 2.5})],
    )
    data = tidy_tuning_data(raw_data(job, notices=["Something was denied."]))
    assert list(data.trials["TrainingJobName"]) == ["t1", "t2"]
    first = data.trials.iloc[0]
    assert first["f1"] == 0.75
    assert first["max-depth"] == 3
    assert first["eta"] == 0.1
    assert first["criterion"] == "gini"
    assert first["loss"] == 1.5
    assert first["TrainingStartTime"] == pd.Timestamp("2024-05-01T12:01Z")
    assert first["TrainingElapsedTimeSeconds"] == 120
    assert first["BillableTimeInSeconds"] == 100
    assert first["InstanceType"] == "ml.m5.large"
    assert first["InstanceCount"] == 2
    assert not first["EnableManagedSpotTraining"]
    second = data.trials.iloc[1]
    assert (second["max-depth"], second["eta"]) == (7, 0.5)
    assert pd.isna(second["criterion"])
    assert dtypes_of(data.trials) == expected_dtypes(data, ["loss"])
    assert list(data.trials.columns) == list(expected_dtypes(data, ["loss"]))
    assert data.hyperparameters == (
        Hyperparameter("max-depth", "integer", 1, 20, scaling="Linear"),
        Hyperparameter("eta", "continuous", 0.001, 1, scaling="Logarithmic"),
        Hyperparameter("criterion", "categorical", values=("gini", "entropy")),
    )
    assert data.notices == ("Something was denied.",)
    assert data.fetched_at == job.fetched_at
    assert data.jobs[0].created == START
    assert data.jobs[0].limits == {"MaxParallelTrainingJobs": 2}


def test_no_trial_yet_gives_typed_empty_tables():
    data = tidy_tuning_data(raw_data(raw_job()))
    assert len(data.trials) == 0
    assert dtypes_of(data.trials) == expected_dtypes(data)
    assert dtypes_of(data.metrics) == {n: c.dtype for n, c in METRIC_COLUMNS.items()}
    assert data.notices == ()


def test_no_job_at_all():
    with pytest.raises(InputError) as error:
        tidy_tuning_data(raw_data())
    assert str(error.value) == (
        "There is no tuning job to draw. Pass at least one name, ARN or tuner."
    )


def test_a_store_gives_the_same_as_aws(tmp_path):
    job = raw_job(
        [summarize("t1", float("nan")), summarize("t2", 0.5, minute=1)],
        [record("t1", {"loss": 1.0})],
        [series_of("t1", "loss", [0, 60], [2.0, 1.0])],
    )
    # the AWS client answers in the machine's own timezone
    there = timezone(timedelta(hours=5, minutes=30))
    local = replace(
        job,
        summaries=tuple(
            s | {"CreationTime": s["CreationTime"].astimezone(there)} for s in job.summaries
        ),
    )
    store.save_raw(tmp_path / "a.amtviz", raw_data(local))
    stored, _ = store.load(tmp_path / "a.amtviz")
    fresh, again = tidy_tuning_data(raw_data(job)), tidy_tuning_data(stored)
    pd.testing.assert_frame_equal(fresh.trials, again.trials)
    pd.testing.assert_frame_equal(fresh.metrics, again.metrics)
    assert fresh.jobs == again.jobs
    assert fresh.notices == again.notices


def test_unreadable_values_are_missing_and_told():
    job = raw_job(
        [summarize("t1", tuned={"max-depth": "deep", "eta": "0.1"}), summarize("t2")],
        [record("t1"), record("t2")],
    )
    data = tidy_tuning_data(raw_data(job))
    assert pd.isna(data.trials["max-depth"][0])
    assert data.trials["max-depth"][1] == 3
    assert data.notices == (
        "1 value of 'max-depth' can't be read as integer, and is shown as missing: "
        "'deep' in trial 't1'.",
    )


def test_auto_parameters_and_values_without_a_range():
    ranges = {"AutoParameters": [{"Name": "auto", "ValueHint": "5"}, {"Name": "unused"}]}
    tuned = [{"auto": "1", "free": '"b10"'}, {"auto": "2.5", "free": '"b9"'}]
    job = raw_job(
        [summarize(f"t{i}", tuned=t) for i, t in enumerate(tuned)],
        description=describe(ranges=ranges),
    )
    data = tidy_tuning_data(raw_data(job))
    assert data.hyperparameters == (
        Hyperparameter("auto", "continuous", declared=False),
        Hyperparameter("unused", "categorical", declared=False),
        Hyperparameter("free", "categorical", values=("b9", "b10"), declared=False),
    )
    assert list(data.trials["auto"]) == [1.0, 2.5]
    assert list(data.trials["free"]) == ["b10", "b9"]
    assert data.trials["unused"].isna().all()
    assert notice_about(data, "'auto'") == (
        "No range is declared for 'auto': it is taken as continuous, judging by its values."
    )


def test_another_jobs_declaration_beats_a_guess():
    parent = raw_job([summarize("p1")], description=describe("parent"))
    child = raw_job(
        [summarize("c1", tuned={"max-depth": '"4"', "criterion": "entropy"})],
        description=describe("child", ranges=None),
    )
    data = tidy_tuning_data(raw_data(child, parent))
    assert [h.kind for h in data.jobs[0].hyperparameters] == ["integer", "categorical"]
    assert list(data.trials["max-depth"]) == [4, 3]
    assert list(data.trials["criterion"]) == ["entropy", "gini"]
    assert not any("No range" in notice for notice in data.notices)


def test_records_are_matched_by_arn_then_by_name():
    by_arn = record("t1", BillableTimeInSeconds=1, TrainingJobName=None)
    by_name = record("t2", BillableTimeInSeconds=2, TrainingJobArn=None)
    stranger = record("t3", BillableTimeInSeconds=3)
    job = raw_job([summarize("t1"), summarize("t2")], [stranger, by_name, by_arn])
    assert list(tidy_tuning_data(raw_data(job)).trials["BillableTimeInSeconds"]) == [1, 2]


def test_several_definitions():
    def define(name, ranges, metric):
        return {
            "DefinitionName": name,
            "TuningObjective": {"Type": "Maximize", "MetricName": "f1"},
            "HyperParameterRanges": ranges,
            "AlgorithmSpecification": {"MetricDefinitions": [{"Name": metric, "Regex": "x"}]},
            "ResourceConfig": {"InstanceType": f"ml.{name}", "InstanceCount": 1},
        }

    forest = {"IntegerParameterRanges": [{"Name": "trees", "MinValue": "1", "MaxValue": "9"}]}
    boost = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1"}]}
    description = describe(metric=None, ranges=None) | {
        "TrainingJobDefinitions": [define("forest", forest, "f1"), define("boost", boost, "rec")]
    }
    job = raw_job(
        [
            summarize("t1", tuned={"trees": "5"}, TrainingJobDefinitionName="forest"),
            summarize("t2", tuned={"eta": "0.5"}, TrainingJobDefinitionName="boost"),
        ],
        description=description,
    )
    data = tidy_tuning_data(raw_data(job))
    assert data.objective.metric_name == "f1"
    assert data.jobs[0].objective == data.objective
    assert data.jobs[0].metric_names == ("f1", "rec")
    assert [d.name for d in data.jobs[0].definitions] == ["forest", "boost"]
    assert data.trials["trees"].tolist() == [5, pd.NA]
    assert data.trials["eta"].isna().tolist() == [True, False]
    assert list(data.trials["InstanceType"]) == ["ml.forest", "ml.boost"]


def test_an_instance_type_is_filled_in_only_when_it_is_certain():
    choices = [{"InstanceType": t, "InstanceCount": 1} for t in ("ml.a", "ml.b")]
    varied = {"HyperParameterTuningResourceConfig": {"InstanceConfigs": choices}}
    sure = {"HyperParameterTuningResourceConfig": {"InstanceConfigs": choices[:1]}}
    for definition, expected in ((varied, []), (sure, ["ml.a"])):
        job = raw_job([summarize("t1")], description=describe(definition=definition))
        trials = tidy_tuning_data(raw_data(job)).trials
        assert list(trials["InstanceType"].dropna()) == expected


def test_ranges_become_the_widest_and_disagreements_are_told():
    def ranges(key, **fields):
        return {key: [{"Name": "depth", **fields}]}

    narrow = ranges("IntegerParameterRanges", MinValue="3", MaxValue="5", ScalingType="Linear")
    wide = ranges("ContinuousParameterRanges", MinValue="1", MaxValue="4", ScalingType="Auto")
    a = raw_job([summarize("t1", tuned={"depth": "4"})], description=describe("a", ranges=narrow))
    b = raw_job([summarize("t2", tuned={"depth": "1.5"})], description=describe("b", ranges=wide))
    data = tidy_tuning_data(raw_data(a, b))
    assert data.hyperparameters == (Hyperparameter("depth", "continuous", 1, 5, scaling="Linear"),)
    assert data.jobs[0].hyperparameters[0].kind == "integer"
    assert list(data.trials["depth"]) == [4.0, 1.5]
    assert notice_about(data, "taken as") == (
        "'depth' is integer in 'a' and continuous in 'b': it is taken as continuous."
    )
    assert notice_about(data, "scaling") == (
        "The scaling of 'depth' differs (Linear in 'a', Auto in 'b'): it is drawn as Linear."
    )
    names = ranges("CategoricalParameterRanges", Values=["auto", "4"])
    c = raw_job([summarize("t3", tuned={"depth": "auto"})], description=describe("c", ranges=names))
    data = tidy_tuning_data(raw_data(a, b, c))
    assert data.hyperparameters[0].kind == "categorical"
    assert data.hyperparameters[0].values == ("auto", "4", "1.5")
    assert list(data.trials["depth"]) == ["4", "1.5", "auto"]


def test_integers_keep_every_digit_and_past_64_bits_become_floats():
    big = 2**60 + 1
    ranges = {
        "IntegerParameterRanges": [
            {"Name": n, "MinValue": "0", "MaxValue": str(2**62)} for n in ("seed", "huge")
        ]
    }
    job = raw_job(
        [
            summarize("t1", tuned={"seed": str(big), "huge": str(2**70)}),
            summarize("t2", tuned={}, minute=1),
        ],
        description=describe(ranges=ranges),
    )
    data = tidy_tuning_data(raw_data(job))
    assert data.trials["seed"][0] == big
    assert data.hyperparameters[0].high == 2**62
    assert data.trials["huge"][0] == 2.0**70
    assert data.hyperparameters[1].kind == "continuous"
    assert notice_about(data, "64 bits") == (
        "'huge' has integers past 64 bits: it is kept as continuous, to about 16 digits."
    )


def test_colliding_names_get_columns_of_their_own():
    ranges = {
        "IntegerParameterRanges": [
            {"Name": n, "MinValue": "1", "MaxValue": "9"}
            for n in ("InstanceCount", "f1", "f1 (hyperparameter)", "validation:x")
        ]
    }
    tuned = {"InstanceCount": "5", "f1": "6", "f1 (hyperparameter)": "7", "validation:x": "8"}
    job = raw_job(
        [summarize("t1", 0.5, tuned=tuned)],
        [record("t1", {"FailureReason": 1.0, "validation:x": 2.0})],
        description=describe(ranges=ranges),
    )
    data = tidy_tuning_data(raw_data(job))
    row = data.trials.iloc[0]
    assert [row[h.column] for h in data.hyperparameters] == [5, 6, 7, 8]
    assert [h.column for h in data.hyperparameters] == [
        "InstanceCount (hyperparameter)",
        "f1 (hyperparameter) (hyperparameter)",
        "f1 (hyperparameter)",
        "validation:x",
    ]
    assert data.jobs[0].hyperparameters == data.hyperparameters
    assert (row["f1"], row["InstanceCount"]) == (0.5, 2)
    assert row["FailureReason (metric)"] == 1.0
    assert row["validation:x (metric)"] == 2.0
    assert pd.isna(row["FailureReason"])
    assert notice_about(data, "InstanceCount") == (
        "The hyperparameter 'InstanceCount' has the name of another column: it is in column "
        "'InstanceCount (hyperparameter)'."
    )


def test_unscored_trials_stay_and_are_counted():
    job = raw_job(
        [
            summarize("t1", 0.5),
            summarize("t2", None, TrainingJobStatus="Failed", FailureReason="AlgorithmError"),
            summarize("t3", float("nan"), minute=1),
            summarize("t4", float("inf"), minute=2),
            summarize("t5", "-Infinity", minute=3),
            summarize("t6", 3.4028234663852886e38, minute=4),
            summarize("t7", "NaN", minute=5),
            summarize("t8", -1e38, minute=6),
        ],
        [record(f"t{n}") for n in range(1, 9)],
    )
    data = tidy_tuning_data(raw_data(job))
    assert data.trials["f1"].isna().tolist() == [False, *[True] * 6, False]
    assert data.trials["FailureReason"][1] == "AlgorithmError"
    assert data.notices == (
        "6 of 8 trials have no value of 'f1' (1 failed, 5 completed): kept in the table, unscored.",
    )


def test_billed_time_is_never_guessed():
    running = summarize("t3", None, TrainingJobStatus="InProgress", TrainingEndTime=None)
    job = raw_job([summarize("t1"), summarize("t2"), running], [record("t1")])
    data = tidy_tuning_data(raw_data(job))
    assert data.trials["BillableTimeInSeconds"].isna().tolist() == [False, True, True]
    assert data.trials["TrainingElapsedTimeSeconds"].isna().tolist() == [False, False, True]
    assert notice_about(data, "billed") == (
        "The billed time of 1 of 2 ended trials is unknown, so their cost is the time from start "
        "to end, too much for spot instances."
    )
    without_it = record("t2")
    del without_it["BillableTimeInSeconds"]
    job = raw_job([summarize("t1"), summarize("t2")], [record("t1"), without_it])
    assert notice_about(tidy_tuning_data(raw_data(job)), "billed") == (
        "The billed time of 1 of 2 ended trials is unknown: AWS's Search answered without it, so "
        "their cost is the time from start to end, too much for spot instances."
    )


def test_trials_that_a_child_lists_again_are_kept_once():
    parent = raw_job([summarize("p1", 0.1)], [record("p1")], description=describe("parent"))
    child = raw_job(
        [
            summarize("p1", 0.1, TuningJobName="parent"),
            summarize("c1", 0.2, TuningJobName="child"),
            summarize("c1", 0.2),
            summarize("x1", 0.3, TuningJobName="gone"),
        ],
        description=describe(
            "child",
            WarmStartConfig={
                "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "parent"}],
                "WarmStartType": "TransferLearning",
            },
        ),
    )
    data = tidy_tuning_data(raw_data(child, ancestors=[parent]))
    assert list(zip(data.trials["TuningJobName"], data.trials["TrainingJobName"], strict=True)) == [
        ("child", "c1"),
        ("parent", "p1"),
        ("gone", "x1"),
    ]
    assert data.trials["BillableTimeInSeconds"].notna().tolist() == [False, True, False]
    assert [job.is_ancestor for job in data.jobs] == [False, True]
    assert data.jobs[0].parents == ("parent",)
    assert data.jobs[0].warm_start_type == "TransferLearning"
    assert notice_about(data, "gone") == (
        "Some trials were launched by 'gone', which wasn't fetched: they are kept under that name."
    )


def test_one_name_in_two_regions():
    jobs = [
        raw_job(
            [summarize("t1", value)],
            region=region,
            description=describe(
                region=region,
                WarmStartConfig={
                    "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "job-a"}]
                },
            ),
        )
        for region, value in (("eu-west-1", 0.1), ("us-east-1", 0.2))
    ]
    data = tidy_tuning_data(raw_data(*jobs))
    assert [job.name for job in data.jobs] == ["job-a (eu-west-1)", "job-a (us-east-1)"]
    assert [job.parents[0] for job in data.jobs] == [job.name for job in data.jobs]
    assert list(data.trials["TuningJobName"]) == [job.name for job in data.jobs]
    assert list(data.trials["f1"]) == [0.1, 0.2]
    assert notice_about(data, "called") == (
        "2 tuning jobs are called 'job-a', so each is shown as 'job-a (eu-west-1)' or "
        "'job-a (us-east-1)'."
    )
    accounts = [replace(jobs[0], account=account) for account in ("1", "2")]
    assert [job.name for job in tidy_tuning_data(raw_data(*accounts)).jobs] == [
        "job-a (1)",
        "job-a (2)",
    ]


def test_the_same_job_twice_is_one():
    job = raw_job([summarize("t1")])
    data = tidy_tuning_data(raw_data(job, ancestors=[job]))
    assert len(data.jobs) == len(data.trials) == 1
    assert not data.jobs[0].is_ancestor
    assert data.raw.requested == len(data.raw.jobs) == 1


def test_jobs_keep_the_order_asked_for():
    a = raw_job([summarize("a1", minute=9)], description=describe("a"))
    b = raw_job([summarize("b2", minute=3), summarize("b1", minute=3)], description=describe("b"))
    c = raw_job([summarize("c1", minute=1)], description=describe("c"))
    data = tidy_tuning_data(raw_data(b, a, ancestors=[c]))
    assert list(data.trials["TrainingJobName"]) == ["b1", "b2", "a1", "c1"]


OPTIONAL_SUMMARY = (
    "TrainingStartTime",
    "TrainingEndTime",
    "FinalHyperParameterTuningJobObjectiveMetric",
    "ObjectiveStatus",
    "TunedHyperParameters",
    "CreationTime",
)
OPTIONAL_RECORD = (
    "TrainingJobArn",
    "FinalMetricDataList",
    "BillableTimeInSeconds",
    "ResourceConfig",
    "EnableManagedSpotTraining",
)
OPTIONAL_CONFIG = ("ParameterRanges", "ResourceLimits", "Strategy")
OPTIONAL_DESCRIPTION = (
    "HyperParameterTuningJobArn",
    "HyperParameterTuningJobStatus",
    "CreationTime",
    "TrainingJobStatusCounters",
    "ObjectiveStatusCounters",
    "TrainingJobDefinition",
)


def without(fields, keys):
    return {key: value for key, value in fields.items() if key not in keys}


def some_of(keys):
    return st.sets(st.sampled_from(keys))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(some_of(OPTIONAL_SUMMARY), st.none() | some_of(OPTIONAL_RECORD)), max_size=4
    ),
    some_of(OPTIONAL_CONFIG),
    some_of(OPTIONAL_DESCRIPTION),
    some_of(["IntegerParameterRanges", "CategoricalParameterRanges"]),
    some_of(["MinValue", "MaxValue", "ScalingType"]),
)
def test_any_optional_field_may_be_missing(trials, config, description, ranges, bounds):
    """No trial is lost, the table has its types, and what is there is right."""
    definition = {"ResourceConfig": {"InstanceType": "ml.x", "InstanceCount": 1}}
    described = without(describe(definition=definition), description)
    full = describe()["HyperParameterTuningJobConfig"]
    kept = without(full["ParameterRanges"], ranges)
    kept["ContinuousParameterRanges"] = [
        without(entry, bounds) for entry in kept["ContinuousParameterRanges"]
    ]
    described["HyperParameterTuningJobConfig"] = without(full | {"ParameterRanges": kept}, config)
    summaries = [
        without(summarize(f"t{n}", n / 10, minute=n), gone) for n, (gone, _) in enumerate(trials)
    ]
    records = [
        without(record(f"t{n}", {"f1": n / 10}), gone)
        for n, (_, gone) in enumerate(trials)
        if gone is not None
    ]
    job = raw_job(summaries, records, description=described | {"HyperParameterTuningJobName": "j"})
    data = tidy_tuning_data(raw_data(job))
    rows = data.trials.set_index("TrainingJobName")
    assert sorted(rows.index) == [f"t{n}" for n in range(len(trials))]
    assert dtypes_of(data.trials) == expected_dtypes(data)
    assert set(TRIAL_COLUMNS) <= set(data.trials.columns)
    for n, (gone, gone_record) in enumerate(trials):
        row = rows.loc[f"t{n}"]
        has_record = gone_record is not None and "FinalMetricDataList" not in gone_record
        if "FinalHyperParameterTuningJobObjectiveMetric" not in gone or has_record:
            assert row["f1"] == n / 10
        else:
            assert pd.isna(row["f1"])
        if "TunedHyperParameters" not in gone:
            assert (row["max-depth"], row["eta"], row["criterion"]) == (3, 0.1, "gini")
    assert all(re.match(r"[A-Z'0-9].*\.$", notice) for notice in data.notices)


def test_trials_without_a_name_and_arn_are_counted():
    listed = [summarize("a"), summarize("b", TrainingJobName=None), {}, {}]
    data = tidy_tuning_data(raw_data(raw_job(listed)))
    assert data.trials["TrainingJobName"].tolist() == ["a", "b"]  # of one, the ARN has the name
    assert data.notices[0] == "2 trials are left out: AWS listed neither a name nor an ARN."


def test_ranges_without_a_name_and_counts_past_64_bits_are_no_end():
    ranges = {
        "IntegerParameterRanges": [{"MinValue": "1", "MaxValue": "2"}, {"Name": "depth"}],
        "CategoricalParameterRanges": [{"Values": ["a"]}],
        "AutoParameters": [{"ValueHint": "1"}],
    }
    searched = record("a", ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2**63})
    data = tidy_tuning_data(
        raw_data(raw_job([summarize("a", tuned={"depth": "3"})], [searched], ranges=ranges))
    )
    assert [h.name for h in data.hyperparameters] == ["depth"]
    assert data.trials["InstanceCount"].isna().tolist() == [True]
