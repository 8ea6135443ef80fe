"""Which tuning jobs there are: `list_tuning_jobs`, and ``amtviz list`` and ``amtviz show``."""

import json
from datetime import datetime, timedelta, timezone

import click.shell_completion
import pandas as pd
import pytest
from click.shell_completion import get_completion_class
from click.testing import CliRunner

import amtviz
from amtviz.cli import main
from amtviz.errors import AwsError, InputError
from amtviz.schema import LISTING_COLUMNS

NEWEST = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def jobs(aws):
    """Twelve tuning jobs, one a day, the last on the first of March; every third still runs."""
    for n in range(12):
        status = "InProgress" if n % 3 == 2 else "Completed"
        aws.generate(
            f"job-{n:02d}-{'even' if n % 2 == 0 else 'odd'}",
            trials=4,
            began=NEWEST - timedelta(days=11 - n) + timedelta(minutes=5),
            status=status,
        )
    return aws


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_newest_first_over_pages(jobs):
    table = amtviz.list_tuning_jobs()
    assert [name[4:6] for name in table["TuningJobName"]] == [f"{n:02d}" for n in range(11, -1, -1)]
    assert dict(table.dtypes.astype(str)) == {n: c.dtype for n, c in LISTING_COLUMNS.items()}
    assert table["CreationTime"].iloc[0] == NEWEST
    assert (table[["Completed", "InProgress", "Stopped", "Failed"]].sum(axis=1) == 4).all()


def test_filters_are_asked_of_aws(jobs):
    running = amtviz.list_tuning_jobs(status="inprogress")
    assert [name[4:6] for name in running["TuningJobName"]] == ["11", "08", "05", "02"]
    even = amtviz.list_tuning_jobs(contains="even", most=2)
    assert even["TuningJobName"].tolist() == ["job-10-even", "job-08-even"]
    late = amtviz.list_tuning_jobs(since=NEWEST - timedelta(days=2, hours=1))
    assert [name[4:6] for name in late["TuningJobName"]] == ["11", "10", "09"]
    assert jobs.calls["ListHyperParameterTuningJobs"] == 3


def test_no_job_is_a_typed_table(aws):
    table = amtviz.list_tuning_jobs(contains="nothing")
    assert table.empty
    assert dict(table.dtypes.astype(str)) == {n: c.dtype for n, c in LISTING_COLUMNS.items()}


def test_what_cannot_be_listed(aws):
    with pytest.raises(InputError) as caught:
        amtviz.list_tuning_jobs(status="done")
    assert str(caught.value) == (
        "There is no status 'done'. Choose from 'Completed', 'InProgress', 'Failed', 'Stopped', "
        "'Stopping', 'Deleting' and 'DeleteFailed'."
    )
    aws.deny("ListHyperParameterTuningJobs")
    with pytest.raises(AwsError, match="sagemaker:ListHyperParameterTuningJobs"):
        amtviz.list_tuning_jobs()


def test_list_prints_a_table(jobs):
    result = run("list", "--status", "InProgress", "--contains", "odd")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].split() == [
        "NAME",
        "STATUS",
        "CREATED",
        "(UTC)",
        "DONE",
        "FAILED",
    ]
    assert [line.split()[:2] for line in lines[1:]] == [
        ["job-11-odd", "InProgress"],
        ["job-05-odd", "InProgress"],
    ]
    assert "2026-03-01 12:00" in lines[1]


def test_names_of_32_characters_fit_a_terminal(aws):
    name = "a-tuning-job-with-a-long-name-32"
    assert len(name) == 32
    aws.generate(name, trials=4, status="DeleteFailed")
    lines = run("list").stdout.splitlines()
    assert lines[1].startswith(f"{name}  DeleteFailed  20")
    assert max(map(len, lines)) <= 80


def test_list_says_when_there_are_more_or_none(jobs):
    result = run("list", "--most", "3")
    assert len(result.stdout.splitlines()) == 4
    assert result.stderr == "There are more: --most shows more than 3.\n"
    result = run("list", "--contains", "nothing")
    assert result.stdout == "No tuning job matches, in this account and region.\n"


def test_list_as_json(jobs):
    found = json.loads(run("list", "--json", "--most", "2").stdout)
    assert [job["TuningJobName"] for job in found["tuning_jobs"]] == ["job-11-odd", "job-10-even"]
    assert found["tuning_jobs"][0]["CreationTime"] == "2026-03-01T12:00:00+00:00"
    assert found["tuning_jobs"][0]["HyperParameterTuningEndTime"] is None
    assert found["complete"] is False


@pytest.mark.parametrize(
    ("since", "first"), [("2026-02-27", "09"), ("2026-02-28T13:00+00:00", "11"), ("5200w", "00")]
)
def test_since(jobs, since, first):
    result = run("list", "--since", since, "--json")
    names = [job["TuningJobName"] for job in json.loads(result.stdout)["tuning_jobs"]]
    assert names[-1][4:6] == first


def test_since_what(aws):
    assert "is no time." in run("list", "--since", "99999999999d").output
    result = run("list", "--since", "yesterday")
    assert result.exit_code == 2
    told = " ".join(result.stderr.split())
    assert "'yesterday' is no time. Write a date (2026-11-01), a time (2026-11-01T12:00)" in told


@pytest.fixture
def findings(monkeypatch):
    """What the tuning jobs answer; the second question has two paragraphs."""
    table = pd.DataFrame(
        {
            "Question": ["What did it cost?", *["Which hyperparameters matter?"] * 2],
            "Finding": ["Nothing.", " ".join(["max-depth explains most."] * 7), "And lr."],
        }
    )
    monkeypatch.setattr(amtviz.TuningData, "findings", lambda data: table, raising=False)
    return table


def test_show_tells_what_the_repr_tells_and_the_findings(jobs, findings):
    result = run("show", "job-03-odd")
    assert result.exit_code == 0, result.output
    head = f"{amtviz.fetch_tuning_data('job-03-odd', metrics=False)!r}\n\n"
    assert result.stdout.startswith("TuningData: 1 tuning job, 4 trials\n")
    assert result.stdout.startswith(head)
    assert result.stdout.removeprefix(head) == (
        "What did it cost?\n  Nothing.\n\n"
        "Which hyperparameters matter?\n"
        "  max-depth explains most. max-depth explains most. max-depth explains most.\n"
        "  max-depth explains most. max-depth explains most. max-depth explains most.\n"
        "  max-depth explains most.\n\n"
        "  And lr.\n"
    )


def test_show_without_findings(jobs, findings, monkeypatch):
    monkeypatch.setattr(amtviz.TuningData, "findings", lambda data: findings.iloc[:0])
    told = run("show", "job-03-odd").stdout
    assert told == f"{amtviz.fetch_tuning_data('job-03-odd', metrics=False)!r}\n"


def test_show_as_json(jobs, findings):
    found = json.loads(run("show", "job-03-odd", "job-02-even", "--json").stdout)
    data = amtviz.fetch_tuning_data(["job-03-odd", "job-02-even"], metrics=False)
    name = data.objective.metric_name
    assert found["objective"] == {"metric": name, "direction": data.objective.direction}
    assert [job["status"] for job in found["tuning_jobs"]] == ["Completed", "InProgress"]
    assert [job["trials"] for job in found["tuning_jobs"]] == [4, 4]
    values = data.trials[name]
    assert found["best"][name] == (values.max() if data.objective.sign > 0 else values.min())
    assert found["trials"] == 8
    assert found["findings"] == findings.to_dict(orient="records")


def test_every_command_that_prints_has_json(aws, tmp_path):
    aws.generate("job-a", 3)
    study, page = tmp_path / "a.sqlite", tmp_path / "a.html"
    fetched = json.loads(run("fetch", "job-a", "-o", str(study), "--json").stdout)
    assert fetched["path"] == str(study)
    assert fetched["trials"] == 3
    assert fetched["fetch_report"]["calls"]["DescribeHyperParameterTuningJob"] == 1
    written = json.loads(run("report", str(study), "-o", str(page), "--json").stdout)
    assert written == {"path": str(page)}
    info = json.loads(run("cache", "info", "--json").stdout)
    assert info["jobs"] == 1
    assert json.loads(run("cache", "clear", "--json").stdout) == {"path": info["path"]}
    shell = json.loads(run("completion", "bash", "--json").stdout)
    assert shell["shell"] == "bash"
    assert shell["source"].rstrip() == run("completion", "bash").stdout.rstrip()


def commands(group=main, names=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))
        else:
            yield pytest.param(command, id="-".join((*names, name)))


@pytest.mark.parametrize("command", [*commands()])
def test_no_command_is_without_json(command):
    assert "--json" in {text for option in command.params for text in option.opts}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_scripts_name_the_program(shell):
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_AMTVIZ_COMPLETE" in result.stdout
    assert "amtviz" in result.stdout


@pytest.mark.parametrize(
    ("text", "word", "first"),
    [
        ("amtviz ", "", "report\tDraw one or more tuning jobs, linked, in..."),
        ("amtviz rep", "rep", "report\tDraw one or more tuning jobs, linked, in..."),
        ("amtviz list --status Comp", "Comp", "completed"),
        (r'amtviz report "C:\my jobs\a" --adv', "--adv", "--advanced\tAdd a rug under each"),
    ],
)
def test_powershell_completes(monkeypatch, text, word, first):
    monkeypatch.setenv("COMP_WORDS", text)
    monkeypatch.setenv("COMP_CWORD", word)
    made = get_completion_class("powershell")(main, {}, "amtviz", "_AMTVIZ_COMPLETE")
    assert first.lower() in made.complete().lower()


def test_the_shell_completes_commands_and_statuses():
    completer = click.shell_completion.ShellComplete(main, {}, "amtviz", "_AMTVIZ_COMPLETE")
    assert {"list", "show", "report"} <= {c.value for c in completer.get_completions([], "")}
    statuses = completer.get_completions(["list", "--status"], "Stop")
    assert [c.value.lower() for c in statuses] == ["stopped", "stopping"]
