"""Run a notebook of examples/ as it is, in an account that has what it asks for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import nbformat
from nbclient import NotebookClient

from tests.aws.world import World
from tests.docs.documents import ROOT
from tests.embed.frames import unpack
from tests.sdk.conftest import TRUST

BUCKET = "my-sagemaker-bucket"  # as the notebooks have it
ROLE = "MySageMakerRole"
_OF_SAGEMAKER = ("sagemaker_", "_tuning_objective_metric")


@dataclass(frozen=True)
class Run:
    """What came of a notebook: its folder, cells, and what it asked SageMaker for."""

    folder: Path
    cells: list[Any]
    asked: list[dict[str, Any]]

    @property
    def charts(self) -> list[str]:
        """The pages that its cells show."""
        return [unpack(html) for html in self._data("text/html") if "<iframe" in html]

    @property
    def printed(self) -> str:
        outputs = [output for cell in self.cells for output in cell.outputs]
        return "".join(o.text for o in outputs if o.output_type == "stream" and o.name == "stdout")

    def _data(self, kind: str) -> list[str]:
        outputs = [output for cell in self.cells for output in cell.outputs]
        return [o.data[kind] for o in outputs if "data" in o and kind in o.data]


def run_notebook(account: World, name: str, folder: Path) -> Run:
    """Run a copy of a notebook beside copies of the other examples."""
    boto3.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    examples = folder / "examples"
    shutil.copytree(ROOT / "examples", examples)
    notebook = nbformat.read(examples / name, as_version=4)
    resources = {"metadata": {"path": str(examples)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()
    asked = [c for c in account.requests if c.operation == "CreateHyperParameterTuningJob"]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return Run(examples, cells, [call.params for call in asked])


def assert_it_tuned(account: World, run: Run) -> None:
    """Two searches side by side, then a warm start from both in ranges that were narrowed."""
    configs = [asked["HyperParameterTuningJobConfig"] for asked in run.asked]
    assert [config["Strategy"] for config in configs] == ["Random", "Bayesian", "Bayesian"]
    names = [asked["HyperParameterTuningJobName"] for asked in run.asked]
    order = [(c.operation, c.params) for c in account.requests]
    second = order.index(("CreateHyperParameterTuningJob", run.asked[1]))
    waited = [operation for operation, _ in order[:second]]
    assert waited.count("ListTrainingJobsForHyperParameterTuningJob") == 0  # for nothing
    warm = run.asked[2]["WarmStartConfig"]
    parents = {p["HyperParameterTuningJobName"] for p in warm["ParentHyperParameterTuningJobs"]}
    assert parents == set(names[:2])
    assert "WarmStartConfig" not in run.asked[0]
    first, last = configs[0]["ParameterRanges"], configs[2]["ParameterRanges"]
    assert widths(first).keys() == widths(last).keys()
    assert any(widths(last)[name] < width for name, width in widths(first).items())
    for asked in run.asked:
        definition = asked["TrainingJobDefinition"]
        assert definition["EnableManagedSpotTraining"]
        assert definition["RoleArn"].endswith(f"role/{ROLE}")
        job = account.jobs["us-east-1", asked["HyperParameterTuningJobName"].lower()]
        assert job.description["HyperParameterTuningJobStatus"] == "Completed"
    assert len(run.charts) == 3
    assert all(name in run.charts[0] for name in names[:2])
    assert all(name in run.charts[2] for name in names)
    assert "hyperparameter_ranges = {" in run.printed


def assert_it_left_nothing(run: Run, *files: str) -> None:
    """Nothing in the bucket, and in its folder what it says."""
    left = boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
    assert [item["Key"] for item in left] == []
    for file in files:
        assert (run.folder / file).stat().st_size > 10_000


def widths(ranges: dict[str, Any]) -> dict[str, float]:
    """Give how wide each numeric range is."""
    return {
        item["Name"]: float(item["MaxValue"]) - float(item["MinValue"])
        for kind in ("IntegerParameterRanges", "ContinuousParameterRanges")
        for item in ranges.get(kind, ())
    }


def assert_the_script_trains(account: World, run: Run) -> None:
    """Give the training script a trial's hyperparameters, and find every metric in its output."""
    asked = run.asked[0]
    definition = asked["TrainingJobDefinition"]
    job = account.jobs["us-east-1", asked["HyperParameterTuningJobName"].lower()]
    given = definition["StaticHyperParameters"] | dict(job.summaries[0]["TunedHyperParameters"])
    arguments = [
        part
        for name, value in given.items()
        if not name.startswith(_OF_SAGEMAKER)
        for part in (f"--{name}", value.strip('"'))
    ]
    script = [sys.executable, "local_tuning/train.py", "--train", "data", *arguments]
    done = subprocess.run(script, cwd=run.folder, capture_output=True, text=True, check=True)
    for metric in definition["AlgorithmSpecification"]["MetricDefinitions"]:
        found = re.findall(metric["Regex"], done.stdout)
        assert found
        assert all(0 <= float(value) <= 1 for value in found)
