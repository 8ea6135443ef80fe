"""Plain lines, JSON lines, and the page, through `amtviz.watch` and the command line."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone

import pytest
from click.testing import CliRunner

import amtviz
from amtviz import api
from amtviz.cli import main
from amtviz.errors import InputError, TuningJobNotFoundError
from amtviz.live.handle import start_watch
from amtviz.live.lines import JsonView
from amtviz.live.loop import Looker
from amtviz.live.page import PageView
from amtviz.live.status import describe_status
from amtviz.report import reload_tag
from amtviz.settings import FetchOptions
from tests.aws.world import World

METRICS = ("train:loss", "CPUUtilization")


@pytest.fixture
def steps(monkeypatch, aws: World):
    """What happens between two looks, in place of waiting; after the last, it is stopped."""
    left: list = []

    def wait(self, seconds):
        if not left:
            return True
        left.pop(0)()
        return False

    monkeypatch.setattr("amtviz.live.handle._Stopping.wait", wait)
    return left


def nothing() -> None:
    pass


def test_a_line_for_each_change(aws: World, steps, capsys) -> None:
    aws.advance("job-a", 2, most=5)
    steps += [
        nothing,
        lambda: aws.advance("job-a", 4, most=5),
        lambda: aws.fail("ExpiredTokenException", "expired"),
        nothing,
        lambda: aws.recover(),
        lambda: aws.advance("job-a", 5, most=5),
    ]
    data = amtviz.watch("job-a", 30)
    assert len(data.trials) == 5
    values = data.trials.set_index("TrainingJobName")["validation:accuracy"]

    def best(of: int) -> str:
        top = values.iloc[:of]
        return f"best validation:accuracy {top.max():.6g} by {top.idxmax()}"

    lines = [line.partition("  ")[2] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        f"job-a: in progress, 4 of 5 trials started: 2 completed, 2 in progress; {best(2)}; "
        "6 min 40 s billed, without 2 trials whose cost isn't known",
        f"job-a: in progress, 5 of 5 trials started: 4 completed, 1 in progress; {best(4)}; "
        "13 min 20 s billed, without 1 trial whose cost isn't known",
        "The AWS credentials have expired (ExpiredTokenException). Renew them (aws sso login, or "
        "new keys in the environment or in ~/.aws/credentials) and try again. Looking again in "
        "1 min.",
        "AWS answers again.",
        f"job-a: completed, 5 of 5 trials started: 5 completed; {best(5)}; 16 min 40 s billed",
    ]


def test_json_is_one_object_a_look(aws: World, steps) -> None:
    aws.advance("job-a", 2, most=5)
    steps += [nothing, lambda: aws.advance("job-a", 5, most=5)]
    result = CliRunner().invoke(main, ["watch", "job-a", "--json"], catch_exceptions=False)
    looks = [json.loads(line) for line in result.stdout.splitlines()]
    assert [look["changed"] for look in looks] == [True, False, True]
    assert [look["ended"] for look in looks] == [False, False, True]
    assert [look["next_look_seconds"] for look in looks] == [30, 30, 0]
    assert looks[0]["trials"] == {"Completed": 2, "InProgress": 2}
    data = amtviz.fetch_tuning_data("job-a")
    assert looks[-1]["best"]["objective"] == data.trials["validation:accuracy"].max()
    assert looks[-1]["jobs"][0]["most"] == 5
    assert set(looks[-1]["latest"][0]["hyperparameters"]) >= {"lr", "criterion"}


def test_a_second_look_asks_for_nothing_that_is_final(aws: World, steps) -> None:
    options = {"most": 300, "series": METRICS, "began": datetime.now(timezone.utc) - timedelta(1)}
    aws.advance("job-a", 150, **options)

    def more() -> None:
        aws.calls.clear()
        aws.requests.clear()
        aws.advance("job-a", 153, **options)

    steps += [more]
    watching = api.start_watching("job-a", [], 30, FetchOptions())
    assert len(watching.wait().trials) == 155
    # one page of the newest trials: the older ones are kept
    assert dict(aws.calls) == {
        "DescribeHyperParameterTuningJob": 1,
        "ListTrainingJobsForHyperParameterTuningJob": 1,
        "Search": 1,
        "GetMetricData": 2,  # of short trials, and of those that run for hours
    }
    asked = [call.params for call in aws.requests if call.operation == "GetMetricData"]
    queries = [query for call in asked for query in call["MetricDataQueries"]]
    dimensions = [query["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for query in queries]
    # those that ran at the first look, and those that were added since
    assert {name.split("-")[2] for name in dimensions} == {"151", "152", "153", "154", "155"}


def test_the_command_asks_for_no_metrics_without_a_page(aws: World) -> None:
    aws.advance("job-a", 5, most=5, series=METRICS)
    assert CliRunner().invoke(main, ["watch", "job-a"]).exit_code == 0
    assert aws.calls["GetMetricData"] == 0
    assert aws.calls["ListTrainingJobsForHyperParameterTuningJob"] == 1


def test_the_page_reloads_itself_until_the_end(aws: World, steps, tmp_path) -> None:
    path = tmp_path / "live.html"
    aws.advance("job-a", 2, most=5)
    pages = []

    def go_on() -> None:
        pages.append(path.read_text("utf-8"))
        aws.advance("job-a", 5, most=5)

    steps += [go_on]
    result = CliRunner().invoke(main, ["watch", "job-a", "-o", str(path), "--interval", "7"])
    assert result.exit_code == 0, result.output
    (first,), last = pages, path.read_text("utf-8")
    assert (reload_tag(7) in first, reload_tag(7) in last) == (True, False)
    assert "still run" in first
    assert "still run" not in last
    assert "Make the report again later" not in first
    assert "5 completed" in last


def test_the_page_of_a_watch_that_was_stopped_reloads_no_more(aws: World, tmp_path) -> None:
    aws.advance("job-a", 2, most=5)
    path = tmp_path / "live.html"
    data = amtviz.fetch_tuning_data("job-a")
    view = PageView(path, lambda data, seconds: f"<html>{reload_tag(seconds)}</html>")
    watching = start_watch(Looker(lambda: data, describe_status, {"job-a"}, 30), [view], 30)
    while watching.data is None:
        time.sleep(0.01)
    watching.stop()
    assert path.read_text("utf-8") == "<html></html>"


def test_a_handle(aws: World) -> None:
    aws.advance("job-a", 2, most=5)
    watching = amtviz.watch("job-a", 1, block=False)
    assert isinstance(watching, amtviz.Watch)
    while watching.data is None:
        assert watching.running
        time.sleep(0.01)
    assert watching.wait(0.01) is watching.data
    assert len(watching.data.trials) == 4
    aws.advance("job-a", 5, most=5)
    data = watching.wait(60)
    assert not watching.running
    assert data is watching.data
    assert len(data.trials) == 5


def test_a_stopped_handle_keeps_what_it_had(aws: World) -> None:
    aws.advance("job-a", 2, most=5)
    watching = amtviz.watch("job-a", 600, block=False)
    while watching.data is None:
        time.sleep(0.01)
    watching.stop()
    watching.stop()
    assert not watching.running
    assert len(watching.wait().trials) == 4


def test_a_missing_job_ends_it(aws: World) -> None:
    with pytest.raises(TuningJobNotFoundError, match="no-such-job"):
        amtviz.watch("no-such-job")
    result = CliRunner().invoke(main, ["watch", "no-such-job"])
    assert result.exit_code == 1
    assert "no-such-job" in result.stderr
    watching = amtviz.watch("no-such-job", block=False)
    with pytest.raises(TuningJobNotFoundError):
        watching.wait()
    assert not watching.running


def test_an_error_of_a_view_ends_it(aws: World) -> None:
    class Broken(JsonView):
        def show(self, look) -> None:
            raise OSError("disk full")

    aws.advance("job-a", 2, most=5)
    data = amtviz.fetch_tuning_data("job-a")
    watching = start_watch(Looker(lambda: data, describe_status, {"job-a"}, 30), [Broken()], 30)
    with pytest.raises(OSError, match="disk full"):
        watching.wait()


def test_an_interrupt_returns_what_is_known(aws: World, monkeypatch) -> None:
    aws.advance("job-a", 2, most=5)

    def interrupted(self, timeout=None):
        while self.data is None:
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(amtviz.Watch, "wait", interrupted)
    assert len(amtviz.watch("job-a", 600).trials) == 4


def test_nothing_to_watch(tmp_path) -> None:
    with pytest.raises(InputError) as caught:
        amtviz.watch([api.load_demo(), "saved.sqlite"])
    assert str(caught.value) == (
        "There is nothing to watch: saved files and TuningData don't change. Pass the name or ARN "
        "of a tuning job that runs; visualize_tuning_job shows the others."
    )
    for interval in (0, 0.5, float("nan")):
        with pytest.raises(InputError, match=r"Pass interval=1 or more"):
            amtviz.watch("job-a", interval)
    bad = CliRunner().invoke(main, ["watch", "job-a", "-o", str(tmp_path / "no" / "x.html")])
    assert bad.exit_code == 1
    assert "there is no folder" in bad.stderr


def test_what_stands_beside_it_is_shown_as_well(aws: World) -> None:
    aws.advance("job-a", 5, most=5, objective="f1")
    data = amtviz.watch(["job-a", api.load_demo()])
    assert len(data.jobs) == 4
