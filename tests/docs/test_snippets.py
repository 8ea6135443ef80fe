"""Every snippet of the documents runs, in order, as a reader would run it."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import sys
import webbrowser
from types import SimpleNamespace

import altair as alt
import boto3
import botocore.configloader
import pandas as pd
import pytest
from click.testing import CliRunner

from amtviz import options
from amtviz.cli import main
from amtviz.demo import demo_path
from amtviz.fetch.errors import READER_POLICY
from tests.docs.documents import DOCUMENTS, ROOT, Snippet, name_of, read_snippets
from tests.tidy.test_mlflow import FOLDER, Client

CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

# Too slow or too far-reaching for a test: .ci/run does them, in these words.
DONE_BY_CI = {
    "python -m pip install .": "python -m pip install . && amtviz demo",
    "python -m pip install .[test]": 'python -m pip install ".[test]" && python -m tests',
    "python -m tests": 'python -m pip install ".[test]" && python -m tests',
    "python -m pip install .[docs]": 'python -m pip install ".[docs]"',
    "python -m pip install .[notebook]": 'python -m pip install ".[test]"',  # has it, too
    "python -m pip install .[examples]": 'python -m pip install ".[test]"',  # has them, too
    "python -m sphinx -W --keep-going -b html docs docs/_build/html": (
        "python -m sphinx -W --keep-going -q -b html docs"
    ),
    "python -m pip install nox uv": "python -m pip install nox uv",
    "nox -s sdk2 sdk3": "nox -s sdk2 sdk3",
    "python benchmarks/import_cost.py": "python benchmarks/import_cost.py",
    "python benchmarks/draw.py": "python benchmarks/draw.py",
    "python -m benchmarks.page": "python -m benchmarks.page --sizes 1000x8 --rounds 1",
    "python benchmarks/analysis.py": "python benchmarks/analysis.py",
    "python -m benchmarks.calibration": "python -m benchmarks.calibration --small",  # hours in full
    "python -m benchmarks.calibration --small": "python -m benchmarks.calibration --small",
    "python examples/local_tuning/run.py -o demo.sqlite": "python examples/local_tuning/run.py -o",
}


@pytest.fixture
def namespace(aws, monkeypatch, tmp_path):
    """What a reader has: tuning jobs, a tuner that ran, and a folder to work in."""
    for job in ("my-tuning-job", "random-job", "bayesian-job"):
        aws.generate(job, trials=12, series=("train:loss", "CPUUtilization"))
    aws.generate("my-european-job", region="eu-west-1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(webbrowser, "open", lambda url: True)
    monkeypatch.setattr(options, "renderer", options.renderer)  # snippets may change it
    shutil.copy(demo_path(), "demo.sqlite")  # what examples/local_tuning makes
    # what Tune wrote, and MLflow answered, in runs of their own
    shutil.copytree(FOLDER.parent / "ray" / "digits", "ray_results/digits")
    mlflow = SimpleNamespace(
        search_runs=lambda experiment_names: pd.read_csv(FOLDER / "runs.csv"),
        MlflowClient=lambda: Client("digits"),
    )
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    session = boto3.Session()
    tuner = SimpleNamespace(
        latest_tuning_job=SimpleNamespace(name="random-job"),
        sagemaker_session=SimpleNamespace(boto_session=session, boto_region_name="us-east-1"),
    )
    return {"tuner": tuner}


def run_command(words: list[str], namespace: dict, folder) -> None:
    words = list(itertools.takewhile(lambda word: word not in ("|", ">"), words))  # not the shell's
    line = " ".join(words)
    if words[0] == "amtviz":
        result = CliRunner().invoke(main, words[1:], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        told = [each.split()[1::2] for each in result.stdout.splitlines() if each[:6] == "Wrote "]
        for written in (folder / name for names in told for name in names):
            assert written.stat().st_size > (10_000 if written.suffix == ".html" else 1_000)
    elif words[:3] == ["aws", "sagemaker", "create-hyper-parameter-tuning-job"]:
        text = (folder / words[-1].removeprefix("file://")).read_text(encoding="utf-8")
        boto3.client("sagemaker").create_hyper_parameter_tuning_job(**json.loads(text))
    elif words[:2] == ["python", "-c"]:
        exec(words[2], namespace)
    elif line in DONE_BY_CI:
        assert DONE_BY_CI[line] in CI, f".ci/run no longer does {line!r}"
    else:
        pytest.fail(f"No test runs {line!r}: make one that does, or let .ci/run do it.")


def run_python(snippet: Snippet, namespace: dict, document: str) -> None:
    # as many lines down as in the document, so that a traceback names its line
    code = compile("\n" * (snippet.line - 1) + snippet.text, document, "exec")
    exec(code, namespace)


def run(snippet: Snippet, namespace: dict, folder, document: str) -> None:
    if snippet.language == "python":
        run_python(snippet, namespace, document)
    elif snippet.language in ("bash", "sh"):
        for words in snippet.commands:
            run_command(words, namespace, folder)
    elif snippet.language == "ini":  # of ~/.aws/config: boto3 itself reads the profile
        path = folder / "aws-config"
        path.write_text(snippet.text, encoding="utf-8")
        profile = re.search(r"\[profile (\S+)\]", snippet.text)[1]
        found = botocore.configloader.load_config(str(path))["profiles"][profile]
        assert {"role_arn", "source_profile", "region"} <= set(found)
    elif snippet.language == "json":
        actions = json.loads(snippet.text)["Statement"][0]["Action"]
        assert set(actions) <= set(READER_POLICY["Statement"][0]["Action"])
    else:
        pytest.fail(f"{document}:{snippet.line}: no test runs {snippet.language or 'plain text'!r}")


README = ROOT / "README.md"  # has a test of its own
WITH_SNIPPETS = [
    d for d in DOCUMENTS if d != README and read_snippets(d.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("document", WITH_SNIPPETS, ids=name_of)
def test_every_snippet_runs(document, namespace, tmp_path):
    for snippet in read_snippets(document.read_text(encoding="utf-8")):
        run(snippet, namespace, tmp_path, name_of(document))


def test_the_readme_gives_charts_and_tables(namespace, tmp_path):
    for snippet in read_snippets(README.read_text(encoding="utf-8")):
        run(snippet, namespace, tmp_path, "README.md")
    assert isinstance(namespace["chart"], alt.VConcatChart)
    assert len(namespace["data"].trials) == 12
    assert set(namespace["metrics"]["MetricName"]) >= {"train:loss", "CPUUtilization"}
    assert (tmp_path / "my-tuning-job.sqlite").is_file()
    assert (tmp_path / "report.html").is_file()


def test_the_least_policy_of_the_readme_is_enough(aws, namespace, tmp_path):
    snippets = read_snippets(README.read_text(encoding="utf-8"))
    least = next(json.loads(s.text) for s in snippets if s.language == "json")
    allowed = set(least["Statement"][0]["Action"])
    for action in set(READER_POLICY["Statement"][0]["Action"]) - allowed:
        aws.deny(action.partition(":")[2])
    python = next(s for s in snippets if s.language == "python")
    run_python(python, namespace, "README.md")
    assert aws.calls["Search"] > 0  # asked, denied, survived


def test_an_unknown_snippet_fails(namespace, tmp_path):
    for language, text in (("ruby", "puts 1"), ("", "words"), ("bash", "python nonsense.py")):
        with pytest.raises(pytest.fail.Exception):
            run(Snippet(language, text, 1), namespace, tmp_path, "x.md")
    with pytest.raises(NameError):
        run(Snippet("python", "undefined", 1), namespace, tmp_path, "x.md")


def test_snippets_are_found():
    text = (
        "a\n\n```python\nx = 1\n```\n\n```{raw} html\nb\n```\n\n```sh\na b && \\\n c 'd e'\n```\n"
    )
    python, bash = read_snippets(text)
    assert (python.language, python.text, python.line) == ("python", "x = 1\n", 4)
    assert bash.commands == [["a", "b"], ["c", "d e"]]


def test_both_commands_of_the_readme_are_whole():
    """They are all that a fresh machine needs, so their words are fixed."""
    text = README.read_text(encoding="utf-8")
    commands = [s.text.strip() for s in read_snippets(text) if s.language == "bash"]
    assert commands[:2] == [
        "python -m pip install . && amtviz demo",
        'python -m pip install ".[test]" && python -m tests',
    ]
    for command in commands[:2]:
        assert command in CI
