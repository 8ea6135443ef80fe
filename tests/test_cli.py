import inspect
import json
import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest
from click.testing import CliRunner

import amtviz
from amtviz import api
from amtviz.charts import SECTIONS
from amtviz.cli import main
from amtviz.cli.options import name_options
from amtviz.errors import AwsError
from amtviz.wording.questions import QUESTIONS
from tests.charts.scene import make_data, make_trials

# what the command line passes on, unless told otherwise: all that Python's function takes
DEFAULTS = {
    name: {} if name == "prices" else parameter.default
    for name, parameter in inspect.signature(api.write_report).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY
}


@pytest.fixture
def calls(monkeypatch):
    """What the commands ask of the API, which does nothing."""
    made = []

    def write_report(tuning_jobs, path, **options):
        made.append(("write_report", tuning_jobs, path, options))
        return path

    def make_session(profile=None, region=None):
        made.append(("make_session", profile, region))
        return "a session"

    monkeypatch.setattr(api, "write_report", write_report)
    monkeypatch.setattr(api, "make_session", make_session, raising=False)
    monkeypatch.setattr(api, "load_demo", lambda: "the demo")
    monkeypatch.setattr(webbrowser, "open", lambda url: made.append(("open", url)))
    for name in ("WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    return made


@pytest.fixture
def fail(monkeypatch):
    def fail_with(error):
        def write_report(*args, **options):
            raise error

        monkeypatch.setattr(api, "write_report", write_report)

    return fail_with


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_report_passes_its_options_on(calls):
    result = run(
        *("report", "job-a", "saved.sqlite", "-o", "x.html", "--advanced"),
        *("--job-metric", "loss", "--job-metric", "f1", "--region", "eu-west-1", "--profile", "p"),
        *("--section", "cost", "--section", "next", "--dependence"),
        *("--price", "ml.m5.large=0.115", "--price", "ml.p3.2xlarge=4"),
        *("--title", "Mine", "--objective", "f1", "--no-ancestors"),
    )
    assert (result.exit_code, result.output) == (0, "Wrote x.html\n")
    assert calls == [
        ("make_session", "p", "eu-west-1"),
        (
            "write_report",
            ["job-a", "saved.sqlite"],
            Path("x.html"),
            {
                **DEFAULTS,
                "job_metrics": ["loss", "f1"],
                "advanced": True,
                "sections": ["cost", "next"],
                "prices": {"ml.m5.large": 0.115, "ml.p3.2xlarge": 4.0},
                "dependence": True,
                "title": "Mine",
                "session": "a session",
                "ancestors": False,
                "objective": "f1",
            },
        ),
    ]


def test_report_alone_leaves_everything_at_its_default(calls):
    assert run("report", "job-a", "--trials-only").exit_code == 0
    options = {**DEFAULTS, "trials_only": True}
    assert calls == [("write_report", ["job-a"], Path("amtviz-report.html"), options)]


def test_demo_writes_and_opens(calls, tmp_path):
    page = tmp_path / "a page.html"
    result = run("demo", "-o", str(page))
    assert (result.exit_code, result.output) == (0, f"Wrote {page}\n")
    assert calls == [
        ("write_report", "the demo", page, {"title": "A random forest on handwritten digits"}),
        ("open", page.as_uri()),
    ]


def test_demo_opens_nothing_if_told_so_or_without_a_screen(calls, monkeypatch):
    assert run("demo", "--no-open").exit_code == 0
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY")
    assert run("demo").exit_code == 0
    assert [call[0] for call in calls] == ["write_report", "write_report"]


def test_demo_survives_a_browser_that_does_not_start(calls, monkeypatch):
    def refuse(url):
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "open", refuse)
    result = run("demo")
    assert (result.exit_code, result.output) == (0, "Wrote amtviz-demo.html\n")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (AwsError("Access denied: x may not\n  call y."), "Access denied: x may not call y."),
        (
            RuntimeError("broken\npipe"),
            "Unexpected RuntimeError: broken pipe. Run 'amtviz --debug ...' to see where it comes "
            "from.",
        ),
        (
            KeyError(),
            "Unexpected KeyError: no message. Run 'amtviz --debug ...' to see where it comes from.",
        ),
        (
            PermissionError(13, "Permission denied", "/x/.r.html.tmp"),
            "Can't write 'r.html': Permission denied. Choose another place with -o.",
        ),
        (
            OSError(28, "No space left on device"),
            "Can't write 'r.html': No space left on device. Choose another place with -o.",
        ),
    ],
)
def test_errors_are_one_line_and_exit_1(fail, error, line):
    fail(error)
    result = run("report", "job", "-o", "r.html")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {line}\n"
    assert result.stdout == ""


@pytest.mark.parametrize("error", [AwsError("denied"), RuntimeError("x"), OSError(13, "y")])
def test_debug_lets_the_traceback_through(fail, error):
    fail(error)
    result = run("--debug", "report", "job")
    assert result.exit_code == 1
    assert result.exception is error


def test_a_file_that_cannot_be_read_is_named(monkeypatch):
    def load_demo():
        raise FileNotFoundError(2, "No such file or directory", "/lib/demo.sqlite")

    monkeypatch.setattr(api, "load_demo", load_demo)
    result = run("demo")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: No such file or directory: '/lib/demo.sqlite'. Check the path and its "
        "permissions.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report"], "Missing argument 'JOB...'."),
        (["report", "job", "--nonsense"], "No such option"),
        (["unknown"], "No such command 'unknown'."),
        (["report", "job", "-o", "/"], "File '/' is a directory."),
        (
            ["report", "job", "--trials-only", "--job-metric", "loss"],
            "--trials-only leaves out what --job-metric asks for. Give one of the two.",
        ),
        (["report", "job", "--price", "0.115"], "'0.115' is no price. Write it as ml.m5.large="),
        (["report", "job", "--price", "ml.m5.large=cheap"], "'ml.m5.large=cheap' is no price."),
        (["report", "job", "--section", "costs"], "'costs' is not one of 'importance', 'progress'"),
        (["watch", "job", "--section", "costs"], "'costs' is not one of 'importance', 'progress'"),
        (
            ["report", "job", "-o", "-", "--json"],
            "--json and -o - both print. Give one",
        ),
        (["watch", "job", "--anonymous"], "--anonymous is about the page, and there is none."),
        (["watch", "job", "-o", "-"], "Each look is printed, so -o - has no room. Name a file"),
    ],
)
def test_wrong_usage_exits_2(calls, arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert calls == []


def test_wrong_usage_commands_no_terminal():
    """A program may have put a name of AWS's into the command."""
    assert "(\\x1b[31mred)" in run("cache", "info", "\x1b[31mred").stderr


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["report", "--help"], ["demo", "-h"], ["fetch", "-h"], ["cache", "-h"]],
)
def test_help_has_examples(arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    assert "Examples:\n  amtviz " in result.output.replace("    ", "  ")


def test_report_and_watch_draw_alike():
    given = {name: {p.name: p for p in main.commands[name].params} for name in ("report", "watch")}
    own = {"interval", "output", "as_json", "direction", "like", "notebook"}
    assert set(given["report"]) - own == set(given["watch"]) - own
    for option in ("objective", "no_ancestors"):
        assert all(option in {p.name for p in main.commands[c].params} for c in ("show", "suggest"))


def test_help_names_the_sections_and_says_which_metrics():
    assert tuple(QUESTIONS) == tuple(SECTIONS)
    assert [QUESTIONS[name] for name in SECTIONS] == [s.question for s in SECTIONS.values()]
    told = " ".join(run("report", "--help").output.split())
    assert f"--section [{'|'.join(SECTIONS)}]" in told
    assert "Default: the algorithm's own, if six or fewer." in told


def test_help_imports_neither_altair_nor_pandas():
    code = (
        "import sys\nfrom amtviz.cli import main\n"
        "main(['report', '--help'], standalone_mode=False)\n"
        "print([m for m in ('altair', 'pandas', 'boto3', 'amtviz.api') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_page_on_standard_output(tmp_path):
    make_data(make_trials(5)).save(tmp_path / "a.sqlite")
    arguments = ("report", str(tmp_path / "a.sqlite"), "--section", "progress", "--title", "Mine")
    result = run(*arguments, "-o", "-")
    assert result.exit_code == 0, result.output
    assert run(*arguments, "-o", str(tmp_path / "a.html")).exit_code == 0
    assert result.stdout_bytes == (tmp_path / "a.html").read_bytes()
    assert "<title>Mine" in result.stdout


def test_watch_draws_its_page_as_report_does(aws, tmp_path):
    aws.generate("job-a", 4)
    page = tmp_path / "live.html"
    options = ("--section", "values", "--advanced", "--title", "Mine", "--dependence")
    assert run("watch", "job-a", "-o", str(page), *options).exit_code == 0
    watched = page.read_text(encoding="utf-8")
    assert "<title>Mine" in watched
    assert QUESTIONS["values"] in watched
    assert QUESTIONS["cost"] not in watched
    assert "job-a" in watched
    assert run("watch", "job-a", "-o", str(page), "--anonymous").exit_code == 0
    assert "job-a" not in page.read_text(encoding="utf-8")


def test_without_ancestors_and_by_another_metric(aws, tmp_path):
    aws.generate("parent", 3)
    aws.generate("child", 3, parents=["parent"])
    study = tmp_path / "a.sqlite"
    assert run("fetch", "child", "-o", str(study), "--no-ancestors").exit_code == 0
    assert [job.name for job in amtviz.TuningData.load(study).jobs] == ["child"]
    assert run("fetch", "child", "-o", str(study)).exit_code == 0
    assert [job.name for job in amtviz.TuningData.load(study).jobs] == ["child", "parent"]
    result = run("suggest", "child", "--objective", "f1")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "Error: No tuning job has a metric 'f1'. Pass --objective= one of 'validation:accuracy' "
    )


def test_logs_of_other_tools_stand_where_tuning_jobs_do(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for place in range(4):
        text = json.dumps({"params": {"x": place}, "loss": 1 / (1 + place)})
        (logs / f"{place}.json").write_text(text)
    asked = ("--objective", "loss", "--direction", "minimize")
    shown = json.loads(run("show", str(logs), *asked, "--json").output)
    assert (shown["trials"], shown["objective"]["direction"]) == (4, "Minimize")
    assert shown["best"]["x"] == 3
    page = tmp_path / "page.html"
    result = run("report", str(logs), *asked, "-o", str(page), "--section", "progress")
    assert result.output == f"Wrote {page}\n"
    assert run("report", str(logs), *asked[:2], "-o", str(page)).output == (
        f"Error: Which values of 'loss' are better isn't said in {str(logs)!r}. Pass "
        "--direction='Maximize' or 'Minimize'.\n"
    )
    assert run("show", "a-job", *asked).output == (
        "Error: --direction= is for folders and files of other tools: tuning jobs say it "
        "themselves. Leave it out.\n"
    )


def test_messages_name_the_options_that_there_are(cache_file):
    assert name_options("metrics_period=7 is no period.") == "--metrics-period=7 is no period."
    assert name_options("Pass interval=1, or cache=False.") == "Pass --interval=1, or --no-cache."
    assert name_options("the objective = 3") == "the objective = 3"
    result = run("report", "job-a", "--metrics-period", "7", "--no-cache", "--region", "eu-west-1")
    assert result.stderr.startswith("Error: --metrics-period=7 is no period of CloudWatch's.")


def test_version():
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"amtviz, version {amtviz.__version__}\n")


def test_fetch_saves_what_report_takes(aws, tmp_path):
    aws.generate("job-a", 3, series=["CPUUtilization"])
    study = tmp_path / "study.sqlite"
    result = run("fetch", "job-a", "-o", str(study))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Fetched in ")
    assert result.stdout.endswith(f"Wrote {study}\n")
    aws.clear()
    assert len(amtviz.TuningData.load(study).trials) == 3
    assert len(amtviz.fetch_tuning_data([str(study), study]).trials) == 3
    result = run("report", str(study), "-o", str(tmp_path / "r.html"))
    assert (result.exit_code, result.output) == (0, f"Wrote {tmp_path / 'r.html'}\n")
    assert "job-a-001" in (tmp_path / "r.html").read_text(encoding="utf-8")
    copied = run("fetch", str(study), "-o", str(tmp_path / "copy.sqlite"))
    assert (copied.exit_code, copied.stdout) == (0, f"Wrote {tmp_path / 'copy.sqlite'}\n")
    assert not aws.calls


def test_fetch_without_metrics_and_without_a_cache(aws, tmp_path, cache_file):
    aws.generate("job-a", 3)
    arguments = ("fetch", "job-a", "-o", str(tmp_path / "a.sqlite"), "--no-metrics")
    assert run(*arguments, "--no-cache").exit_code == 0
    assert not cache_file.exists()
    assert run(*arguments, "--cache", str(tmp_path / "c.sqlite")).exit_code == 0
    assert (tmp_path / "c.sqlite").exists()
    assert aws.calls["GetMetricData"] == 0
    result = run(*arguments, "--no-cache", "--cache", "c.sqlite")
    assert result.exit_code == 2
    assert "--no-cache and --cache contradict each other. Give one of the two." in result.stderr


def test_cache_info_and_clear(aws, cache_file, monkeypatch):
    assert "Jobs:    0\n" in run("cache", "info").output
    aws.generate("job-a", 3)
    amtviz.fetch_tuning_data("job-a", metrics=False)
    lines = run("cache", "info").output.splitlines()
    assert lines[0] == f"Path:    {cache_file}"
    assert lines[2:4] == ["Jobs:    1", "Series:  0"]
    assert lines[4].startswith("Oldest:  20")
    assert run("cache", "clear").output == f"Cleared {cache_file}\n"
    assert "Jobs:    0\n" in run("cache", "info", "--cache", str(cache_file)).output
    monkeypatch.setenv("AMTVIZ_CACHE", "off")
    result = run("cache", "info")
    assert result.exit_code == 2
    assert "AMTVIZ_CACHE switches the cache off. Name a file with --cache." in result.stderr
