"""``amtviz next``: the file that AWS's own command line takes, the question, the start."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from amtviz.cli import main, next_job
from amtviz.fetch.errors import STARTER_POLICY
from tests.aws.protocols import ApiError
from tests.aws.requests import make_request, split_algorithms
from tests.aws.world import World

CREATE = "CreateHyperParameterTuningJob"
CREATE_LINE = "aws sagemaker create-hyper-parameter-tuning-job --cli-input-json"


@pytest.fixture
def world(aws: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A tuning job called mine, and a folder of one's own."""
    monkeypatch.chdir(tmp_path)
    boto3.client("sagemaker").create_hyper_parameter_tuning_job(**make_request())
    return aws


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_job, "_can_ask", lambda: True)


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(main, ["next", "mine", "--no-cache", *arguments], **options)


def read() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("next.json").read_text(encoding="utf-8"))
    return found


def refuse(world: World, code: str, message: str) -> None:
    def answer() -> None:
        raise ApiError(code, message)

    world.answer_with(CREATE, answer)


def test_the_file_starts_what_the_table_tells(world: World) -> None:
    limit = "HyperParameterTuningJobConfig.ResourceLimits.MaxParallelTrainingJobs=3"
    tags = 'Tags=[{"Key": "team", "Value": "vision"}]'
    result = run("--max-jobs", "5", "--set", limit, "--set", tags)
    assert result.exit_code == 0, result.output
    told = [line.split() for line in result.stdout.splitlines()]
    assert told == [
        ["mine", "mine-2"],
        ["MaxNumberOfTrainingJobs", "7", "5"],
        ["MaxParallelTrainingJobs", "2", "3"],
        ["Tags[team]", "–", "vision"],
        ["ParentHyperParameterTuningJobs", "–", "mine"],
        ["WarmStartType", "–", "IdenticalDataAndAlgorithm"],
        ["Wrote", "next.json"],
        f"{CREATE_LINE} file://next.json".split(),
    ]
    assert stat.S_IMODE(Path("next.json").stat().st_mode) == 0o600  # environments hold secrets
    boto3.client("sagemaker").create_hyper_parameter_tuning_job(**read())
    assert world.calls[CREATE] == 2
    assert run().exit_code == 0
    assert read()["HyperParameterTuningJobName"] == "mine-3"  # which AWS doesn't have yet


def test_ranges_of_several_algorithms_are_called_by_their_names(world: World) -> None:
    both = split_algorithms(make_request("both", 60))
    boto3.client("sagemaker").create_hyper_parameter_tuning_job(**both)
    told = CliRunner().invoke(main, ["next", "both", "--no-cache", "--risk", "bold"]).stdout
    names = [line.split("  ")[0] for line in told.splitlines()[1:5]]
    assert names == ["max-depth", "n-estimators", "lr", "momentum"]


def test_null_takes_away_text_too(world: World) -> None:
    key = "TrainingJobDefinition.OutputDataConfig.KmsKeyId"
    assert run("--set", f"{key}=alias/mine", "--set", f"{key}=null").exit_code == 0
    assert read()["TrainingJobDefinition"]["OutputDataConfig"] == {"S3OutputPath": "s3://bucket"}
    assert run("--set", "Tags[0]=null").exit_code == 0
    assert run("--name", "").stderr.startswith("Error: '' can't be a tuning job's name")


def test_started_it_is_watched_to_its_end(world: World) -> None:
    result = run("--start", "--yes", "--name", "child")
    assert result.exit_code == 0, result.output
    assert "Started child in us-east-1." in result.stdout
    assert "child: completed, 7 of 7" in result.stdout.partition("Started child")[2]
    described = boto3.client("sagemaker").describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="child"
    )
    request = read()
    assert {name: described[name] for name in request if name != "TrainingJobDefinition"} == {
        name: request[name] for name in request if name != "TrainingJobDefinition"
    }


@pytest.mark.parametrize(
    ("typed", "started", "code"), [("y\n", True, 0), ("n\n", False, 1), ("", False, 1)]
)
def test_it_asks_once(
    world: World, on_a_terminal: None, typed: str, started: bool, code: int
) -> None:
    result = run("--start", "--no-watch", input=typed)
    assert result.exit_code == code
    assert result.stderr.count("Start mine-2 in us-east-1?") == 1
    assert ("Started mine-2" in result.stdout) == started
    assert ("Nothing was started. The request is in next.json." in result.stderr) != started
    assert world.calls[CREATE] == 1 + started
    assert read()["HyperParameterTuningJobName"] == "mine-2"


def test_without_a_terminal_it_needs_a_yes(world: World) -> None:
    before = dict(world.calls)
    result = run("--start")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: --start asks before it spends money, and there is no terminal to ask on. Add --yes "
        "to start without asking."
    )
    assert dict(world.calls) == before


def test_as_json_and_on_standard_output(world: World) -> None:
    told = json.loads(run("--json", "--start", "--yes").stdout)
    assert told["arn"].endswith(":hyper-parameter-tuning-job/mine-2")
    assert told["request"] == read()
    assert {row["Path"] for row in told["differences"]} >= {"HyperParameterTuningJobName"}
    result = run("-o", "-")
    assert json.loads(result.stdout)["HyperParameterTuningJobName"] == "mine-3"
    assert "WarmStartType" in result.stderr


PASS = (
    "User: arn:aws:sts::123456789012:assumed-role/Reader/me is not authorized to perform: "
    "iam:PassRole on resource: arn:aws:iam::123456789012:role/Trainer"
)


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        (
            "ResourceInUse",
            "Tuning job names must be unique",
            "There is a tuning job 'mine-2' already in us-east-1, and nothing was started. Choose "
            "another name (name=, on the command line --name).",
        ),
        (
            "ResourceLimitExceeded",
            "The account-level service limit 'ml.c5.xlarge for training job usage' is 0 Instances.",
            "AWS doesn't start 'mine-2': The account-level service limit 'ml.c5.xlarge for "
            "training job usage' is 0 Instances. Lower ResourceLimits.MaxParallelTrainingJobs, "
            "choose another instance type, or ask for more in Service Quotas.",
        ),
        (
            "ValidationException",
            "No objects in s3://bucket",
            "AWS refuses 'mine-2': No objects in s3://bucket. Set what it should be by its path, "
            "with changes={'Path': value} (on the command line, --set Path=value).",
        ),
        (
            "AccessDeniedException",
            PASS,
            "Access denied: arn:aws:sts::123456789012:assumed-role/Reader/me may not call "
            "iam:PassRole in us-east-1. Ask the account's administrator to allow it; to start "
            f"tuning jobs, amtviz needs this policy as well: {json.dumps(STARTER_POLICY)}",
        ),
        (
            "ThrottlingException",
            "Rate exceeded",
            "AWS throttled sagemaker:CreateHyperParameterTuningJob in us-east-1 10 times in a row "
            "(ThrottlingException: Rate exceeded). Others may be using up the account's rate: wait "
            "a minute and try again, or ask for fewer tuning jobs at once.",
        ),
    ],
)
def test_what_aws_answers_is_one_sentence_and_the_file_stays(
    world: World, code: str, message: str, words: str
) -> None:
    refuse(world, code, message)
    result = run("--start", "--yes")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {words} The request is in next.json.\n"
    assert read()["HyperParameterTuningJobName"] == "mine-2"


def test_ctrl_c_says_that_it_may_have_started(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("amtviz.api.start_tuning_job", interrupt)
    result = run("--start", "--yes")
    assert result.exit_code == 130
    assert result.stderr == (
        "Stopped while AWS was asked to start 'mine-2', which it may have done: 'amtviz show "
        "mine-2' tells. The request is in next.json.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--yes"], "--yes answers what only --start asks. Add --start."),
        (["--no-watch"], "--no-watch is about what only --start starts. Add --start."),
        (["--json", "-o", "-"], "--json and -o - both print. Give one of the two."),
        (["--set", "Name"], "'Name' sets nothing. Write it as Path=value"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
