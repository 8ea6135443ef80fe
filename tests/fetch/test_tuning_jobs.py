"""Descriptions and warm-start ancestry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amtviz.errors import AwsError, InputError, TuningJobNotFoundError
from tests.aws.generate import BEGAN
from tests.aws.world import World
from tests.fetch.fakes import fetch_trials as fetch_raw


def lineage(*asked: str, **options: bool) -> tuple[list[str], int, tuple[str, ...]]:
    raw = fetch_raw(asked, **options)
    return [job.name for job in raw.jobs], raw.requested, raw.notices


def test_ancestors_come_breadth_first_in_the_declared_order(aws: World) -> None:
    aws.generate("child", 1, parents=["p2", "p1"])
    aws.generate("p1", 1, parents=["g1", "g2"])
    aws.generate("p2", 1, parents=["g3", "g1"])
    aws.generate("g1", 1, parents=["gg"])
    for name in ("g2", "g3", "gg"):
        aws.generate(name, 1)
    assert lineage("child") == (["child", "p2", "p1", "g3", "g1", "g2", "gg"], 1, ())
    assert aws.calls["DescribeHyperParameterTuningJob"] == 7


def test_a_long_chain(aws: World) -> None:
    aws.generate("job-0", 1)
    for i in range(1, 30):
        aws.generate(f"job-{i}", 1, parents=[f"job-{i - 1}"])
    assert lineage("job-29")[0] == [f"job-{i}" for i in reversed(range(30))]


def test_a_parent_that_was_asked_for_keeps_its_place(aws: World) -> None:
    aws.generate("parent", 1, parents=["grand"])
    aws.generate("grand", 1)
    aws.generate("child", 1, parents=["PARENT"])
    assert lineage("child", "parent") == (["child", "parent", "grand"], 2, ())
    assert aws.calls["DescribeHyperParameterTuningJob"] == 3
    assert lineage("grand", "child")[0] == ["grand", "child", "parent"]


def test_without_ancestors(aws: World) -> None:
    aws.generate("parent", 1)
    aws.generate("child", 1, parents=["parent"])
    assert lineage("child", ancestors=False) == (["child"], 1, ())
    assert aws.calls["DescribeHyperParameterTuningJob"] == 1


def test_types_of_warm_start_are_kept(aws: World) -> None:
    aws.generate("parent", 1)
    made = aws.generate("child", 1, parents=["parent"])
    raw = fetch_raw(["child"])
    assert raw.jobs[0].description["WarmStartConfig"] == made.description["WarmStartConfig"]


def test_a_cycle_ends_and_is_told(aws: World) -> None:
    aws.generate("a", 1, parents=["b"])
    aws.generate("b", 1, parents=["c"])
    aws.generate("c", 1, parents=["a"])
    told = (
        "Warm-start parents lead back to where they began ('a', 'b' and 'c'): each is shown once."
    )
    assert lineage("b") == (["b", "c", "a"], 1, (told,))


def test_a_job_that_is_its_own_parent(aws: World) -> None:
    aws.generate("a", 1, parents=["a"])
    told = "Warm-start parents lead back to where they began ('a'): each is shown once."
    assert lineage("a") == (["a"], 1, (told,))


def test_a_diamond_is_no_cycle(aws: World) -> None:
    aws.generate("child", 1, parents=["left", "right"])
    aws.generate("left", 1, parents=["top"])
    aws.generate("right", 1, parents=["top"])
    aws.generate("top", 1)
    assert lineage("child") == (["child", "left", "right", "top"], 1, ())


def test_deleted_parents_are_told_and_the_rest_goes_on(aws: World) -> None:
    aws.generate("child", 1, parents=["gone", "parent"])
    aws.generate("parent", 1, parents=["grand"])
    aws.generate("gone", 1)
    aws.delete("gone")
    told = [
        f"Tuning job {child!r} was warm-started from {parent!r}, which doesn't exist any more: its "
        "trials are left out."
        for child, parent in (("child", "gone"), ("parent", "grand"))
    ]
    assert lineage("child") == (["child", "parent"], 1, tuple(told))
    # no search for the closest names: nobody mistyped it
    assert aws.calls["ListHyperParameterTuningJobs"] == 0


def test_a_denied_parent_is_told_and_the_rest_goes_on(aws: World) -> None:
    aws.generate("child", 1, parents=["secret", "parent"])
    aws.generate("parent", 1)
    aws.generate("secret", 1)
    aws.deny("DescribeHyperParameterTuningJob", job="secret")
    told = (
        "Tuning job 'child' was warm-started from 'secret', which these credentials may not read "
        "(sagemaker:DescribeHyperParameterTuningJob is denied): its trials are left out."
    )
    assert lineage("child") == (["child", "parent"], 1, (told,))


def test_a_parent_whose_trials_are_denied_is_kept_without_them(aws: World) -> None:
    aws.generate("child", 2, parents=["secret"])
    aws.generate("secret", 3)
    aws.deny("ListTrainingJobsForHyperParameterTuningJob", job="secret")
    raw = fetch_raw(["child"])
    assert [(len(job.summaries), len(job.records)) for job in raw.jobs] == [(2, 2), (0, 0)]
    assert raw.notices == (
        "The trials of 'secret', a warm-start parent, may not be listed "
        "(sagemaker:ListTrainingJobsForHyperParameterTuningJob is denied): they are left out.",
    )


def test_a_parent_that_is_throttled_is_an_error(aws: World) -> None:
    aws.generate("child", 1, parents=["parent"])
    aws.generate("parent", 1)
    aws.throttle("DescribeHyperParameterTuningJob", job="parent", first=10)
    with pytest.raises(AwsError, match="AWS throttled sagemaker:DescribeHyperParameterTuningJob"):
        fetch_raw(["child"])


def test_an_unknown_job_with_close_names(aws: World) -> None:
    for name in ("xgboost-240101-1200", "xgboost-240102-0900", "linear-240101-1200"):
        aws.generate(name, 1)
    with pytest.raises(TuningJobNotFoundError) as caught:
        fetch_raw(["XGBost-240101-1200"])
    assert str(caught.value) == (
        "There is no tuning job 'XGBost-240101-1200' in us-east-1. Did you mean "
        "'xgboost-240101-1200' or 'xgboost-240102-0900' or 'linear-240101-1200'?"
    )


def test_an_unknown_job_among_thousands(aws: World) -> None:
    for i in range(300):
        aws.generate(f"nightly-{i:03d}", 0)
    aws.generate(
        "fraud-v7", 0, began=BEGAN - timedelta(days=9)
    )  # not among the latest hundred by the order of creation
    with pytest.raises(TuningJobNotFoundError) as caught:
        fetch_raw(["fraud-v8"])
    assert str(caught.value) == (
        "There is no tuning job 'fraud-v8' in us-east-1. Did you mean 'fraud-v7'?"
    )


def test_an_unknown_job_with_other_names_only(aws: World) -> None:
    for day, name in enumerate(("d", "c", "b", "a")):
        aws.generate(name, 1, began=BEGAN + timedelta(days=day))
    with pytest.raises(TuningJobNotFoundError) as caught:
        fetch_raw(["qqqqqqqq"])
    assert str(caught.value) == (
        "There is no tuning job 'qqqqqqqq' in us-east-1. The latest ones there are 'a', 'b' "
        "and 'c'; check the name, the region and the account."
    )


@pytest.mark.parametrize("denied", [True, False])
def test_an_unknown_job_without_names(aws: World, denied: bool) -> None:
    if denied:
        aws.generate("xgboost-1", 1)
        aws.deny("ListHyperParameterTuningJobs")
    with pytest.raises(TuningJobNotFoundError) as caught:
        fetch_raw(["xgboost-2"])
    assert str(caught.value) == (
        "There is no tuning job 'xgboost-2' in us-east-1. Check the name, the region and the "
        "account."
    )


def test_an_unknown_job_by_arn_names_region_and_account(aws: World) -> None:
    with pytest.raises(TuningJobNotFoundError) as caught:
        fetch_raw(["arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/job-a"])
    assert str(caught.value) == (
        "There is no tuning job 'job-a' in eu-west-1 of account 111122223333. Check the name, the "
        "region and the account."
    )


def test_a_namesake_in_another_account_is_not_taken_for_it(aws: World) -> None:
    aws.generate("job-a", 1)
    with pytest.raises(InputError) as caught:
        fetch_raw(["arn:aws:sagemaker:us-east-1:111122223333:hyper-parameter-tuning-job/job-a"])
    assert str(caught.value) == (
        "The ARN of 'job-a' belongs to account 111122223333, but the credentials to account "
        "123456789012. Pass session=boto3.Session(profile_name=...) for the ARN's account."
    )


def test_the_first_of_several_unknown_jobs_is_named(aws: World) -> None:
    aws.generate("job-a", 1)
    with pytest.raises(TuningJobNotFoundError, match="no tuning job 'missing-1' in"):
        fetch_raw(["job-a", "missing-1", "missing-2"])
