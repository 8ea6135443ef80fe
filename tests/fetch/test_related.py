"""The account's other tuning jobs: what is like one, and what each came from."""

from __future__ import annotations

import copy
import dataclasses
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner

import amtviz
from amtviz.cli import main
from amtviz.errors import InputError
from tests.aws.generate import BEGAN, generate_tuning_job

DAY = timedelta(days=1)


def add(aws, name: str, day: int, image: str = "xgboost:1", **options) -> None:
    job = generate_tuning_job(name, 2, began=BEGAN + day * DAY, **options)
    description = copy.deepcopy(job.description)
    algorithm = description["TrainingJobDefinition"]["AlgorithmSpecification"]
    algorithm["TrainingImage"] = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{image}"
    aws.add(dataclasses.replace(job, description=description))


@pytest.fixture
def account(aws):
    add(aws, "mine", 0)
    for day in range(1, 8):
        add(aws, f"like-{day}", day)
    add(aws, "other-metric", 8, objective="validation:f1")
    add(aws, "other-way", 8, direction="Minimize")
    add(aws, "other-image", 9, image="other:1")
    add(aws, "failed", 10, status="Failed", statuses=("Failed",))
    add(aws, "elsewhere", 11, region="eu-west-1")
    return aws


def test_the_newest_alike_are_fetched_by_one_call_more(account):
    data = amtviz.fetch_tuning_data("mine", metrics=False, related=True)
    expected = ["mine", *(f"like-{day}" for day in (7, 6, 5, 4, 3))]
    assert [job.name for job in data.jobs] == expected
    assert not any(job.is_ancestor for job in data.jobs)
    searches = [c for c in account.requests if c.operation == "Search"]
    of_jobs = [c for c in searches if c.params["Resource"] == "HyperParameterTuningJob"]
    assert [call.params["MaxResults"] for call in of_jobs] == [100]
    assert account.calls["DescribeHyperParameterTuningJob"] == 6
    assert data.notices[0] == (
        "5 related tuning jobs of the same objective and algorithm image, among the 11 newest "
        "others: 'like-7', 'like-6', 'like-5', 'like-4' and 'like-3'. 2 more may be named: "
        "'like-2' and 'like-1'."
    )


def test_none_alike_and_denied_are_told(account):
    lonely = amtviz.fetch_tuning_data("other-image", metrics=False, related=True)
    assert [job.name for job in lonely.jobs] == ["other-image"]
    assert lonely.notices[0] == (
        "No related tuning job: none of the 11 newest others has the same objective and algorithm "
        "image."
    )
    account.deny("Search")
    denied = amtviz.fetch_tuning_data("mine", metrics=False, related=True)
    assert [job.name for job in denied.jobs] == ["mine"]
    assert denied.notices[0] == (
        "Which tuning jobs are related isn't known: these credentials may not call "
        "sagemaker:Search."
    )
    with pytest.raises(InputError) as caught:
        amtviz.fetch_tuning_data(denied, related=True)
    assert str(caught.value) == (
        "related= asks AWS for tuning jobs like one that it has: saved files and TuningData don't "
        "ask. Pass a tuning job's name or ARN."
    )


def test_a_job_without_an_image_is_told(aws):
    aws.generate("bare", 2)
    data = amtviz.fetch_tuning_data("bare", metrics=False, related=True)
    assert aws.calls["Search"] == 1  # of its trials
    assert data.notices[0] == (
        "Which tuning jobs are related can't be told: the description of 'bare' names no algorithm "
        "image, or no objective."
    )


def test_report_like_says_what_was_found(account, tmp_path):
    page = tmp_path / "page.html"
    asked = ("report", "--like", "mine", "--trials-only", "--section", "progress", "-o", str(page))
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"Wrote {page}\n"
    assert result.stderr.startswith("5 related tuning jobs of the same objective")
    assert "like-7" in page.read_text(encoding="utf-8")


def test_list_marks_what_each_was_warm_started_from(aws):
    aws.generate("first", 2, began=BEGAN)
    aws.generate("second", 2, began=BEGAN + DAY)
    aws.generate("child", 2, began=BEGAN + 2 * DAY, parents=("first", "second"))
    table = amtviz.list_tuning_jobs(lineage=True)
    assert table["Parents"].tolist() == ["first second", "", ""]
    assert aws.calls == {"ListHyperParameterTuningJobs": 1, "Search": 1}
    assert amtviz.list_tuning_jobs()["Parents"].isna().all()
    lines = CliRunner().invoke(main, ["list"]).stdout.splitlines()
    assert re.split("  +", lines[0])[3:] == ["WARM-STARTED FROM", "DONE", "FAILED"]
    assert re.split("  +", lines[1])[3:] == ["first second", "2", "0"]
    assert re.split("  +", lines[2])[3:] == ["2", "0"]
    aws.deny("Search")
    result = CliRunner().invoke(main, ["list"])
    assert result.exit_code == 0
    assert result.stderr == (
        "What 3 of them were warm-started from isn't known: sagemaker:Search doesn't say, or is "
        "denied.\n"
    )


def test_the_search_ends_with_the_oldest_that_is_shown(aws):
    for day in range(5):
        aws.generate(f"job-{day}", 1, began=BEGAN + day * DAY)
    aws.page_limit = 2
    assert amtviz.list_tuning_jobs(most=2, lineage=True)["Parents"].tolist() == ["", ""]
    assert aws.calls["Search"] == 1
    all_of = amtviz.list_tuning_jobs(lineage=True)["Parents"]
    assert all_of.tolist() == [""] * 5
    assert aws.calls["Search"] == 4
