"""The whole loop: as commands and as a script against the local endpoint, and with trainings."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import boto3
from click.testing import CliRunner

from amtviz import TuningData
from amtviz.cli import main
from tests.aws.requests import make_request
from tests.aws.world import World

ROOT = Path(__file__).parents[2]
JOB = "HyperParameterTuningJobName"


def start_first(trials: int = 20) -> None:
    boto3.client("sagemaker").create_hyper_parameter_tuning_job(**make_request("digits", trials))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_loop_closes_without_a_hand_on_any_file(
    aws: World, tmp_path: Path, monkeypatch
) -> None:
    """Fetch, report, next, watch, report with the child, review."""
    monkeypatch.chdir(tmp_path)
    start_first()
    run("fetch", "digits", "-o", "digits.sqlite")
    run("report", "digits.sqlite", "-o", "first.html", "--section", "next")
    told = run("next", "digits.sqlite", "--start", "--yes", "--max-jobs", "20")
    assert "Started digits-2 in us-east-1." in told
    assert "digits-2: completed, 20 of 20 trials started" in told  # watched to its end
    run("report", "digits-2", "-o", "second.html", "--section", "next")
    page = Path("second.html").read_text(encoding="utf-8")
    assert "All of its 20 trials lie in them" in page  # the advice was followed
    best = json.loads(run("best", "digits-2", "--json"))
    assert best["S3ModelArtifacts"] in page
    first = TuningData.load("digits.sqlite").trials["loss"].min()
    assert best["Objective"]["Value"] <= first  # of both rounds


def test_the_example_goes_round(aws: World, tmp_path: Path, monkeypatch, capsys) -> None:
    start_first()
    words = ["digits", "-o", str(tmp_path), "--max-jobs", "20", "--interval", "1"]
    monkeypatch.setattr(sys, "argv", ["next_round.py", *words])
    runpy.run_path(str(ROOT / "examples" / "next_round.py"), run_name="__main__")
    told = capsys.readouterr().out
    assert re.search(r"^digits: best loss [0-9.]+$", told, re.MULTILINE)
    assert re.search(r"^digits-2: best loss [0-9.]+$", told, re.MULTILINE)
    assert "advice for digits-2: 20 of 20 inside, all inside" in told
    assert re.search(r"^model: s3://bucket/digits(-2)?-\d{3}-", told, re.MULTILINE)
    child = boto3.client("sagemaker").describe_hyper_parameter_tuning_job(**{JOB: "digits-2"})
    assert child["WarmStartConfig"]["WarmStartType"] == "IdenticalDataAndAlgorithm"
    assert (tmp_path / "first.html").stat().st_size > 10_000
    assert "digits-2" in (tmp_path / "second.html").read_text(encoding="utf-8")
    runpy.run_path(str(ROOT / "examples" / "next_round.py"), run_name="__main__")  # again
    assert re.search(r"^digits-3: best loss [0-9.]+$", capsys.readouterr().out, re.MULTILINE)


def test_two_rounds_of_real_trainings(tmp_path: Path) -> None:
    script = ROOT / "examples" / "local_tuning" / "next_round.py"
    words = ["-o", "rounds.sqlite", "--trials", "2", "1", "--most-trees", "8", "--folds", "2"]
    done = subprocess.run(
        [sys.executable, script, *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = re.findall(r"^round \d: (.*), best f1 0\.\d{4}$", done.stdout, re.MULTILINE)
    assert told == ["digits-random, 2 trials", "digits-random-2, 1 trials"]
    first, second = TuningData.load(tmp_path / "rounds.sqlite").jobs
    assert second.parents == ("digits-random",)
    assert second.hyperparameters == first.hyperparameters  # too few trials to narrow any
    assert second.definitions[0].static_hyperparameters == {"random-state": "0", "folds": "2"}
