"""What the types themselves can do."""

import copy
import gc
import pickle
import weakref
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from amtviz.model import FetchReport, RawTuningData, RawTuningJob
from amtviz.store import snapshot as store
from amtviz.tidy import combine_tuning_data, tidy_frame, tidy_tuning_data
from tests.charts.scene import make_data, make_trials
from tests.tidy.raw_answers import describe, raw_data, raw_job

REPORT = FetchReport({"Search": 2, "GetMetricData": 1}, 1.25, 1500)


def test_a_report_in_one_line():
    assert str(REPORT) == (
        "Fetched in 1.25 s with 3 calls (2 Search, 1 GetMetricData); CloudWatch bills 1,500 "
        "metrics ($0.02)."
    )
    assert str(FetchReport({"Search": 1}, 0.04)) == "Fetched in 40 ms with 1 call (1 Search)."
    assert str(FetchReport({}, 0.0)) == "Fetched in 0 s with 0 calls."


def test_cloudwatch_bills_a_cent_for_a_thousand_metrics():
    assert FetchReport({}, 0.0, 1000).dollars == pytest.approx(0.01)


def test_reports_add_up():
    total = REPORT + FetchReport({"Describe": 4, "Search": 3}, 0.5, 10)
    assert total == FetchReport({"Search": 5, "GetMetricData": 1, "Describe": 4}, 1.75, 1510)


def part(name, report):
    return tidy_tuning_data(replace(raw_data(raw_job(description=describe(name))), report=report))


def test_reports_of_several_fetches_are_one():
    parts = [part("a", REPORT), part("b", REPORT), part("c", FetchReport({"Search": 1}, 1.0))]
    # the same fetch twice is one fetch
    assert combine_tuning_data(parts).fetch_report == REPORT + FetchReport({"Search": 1}, 1.0)
    assert combine_tuning_data([part("a", None), part("b", None)]).fetch_report is None
    frame = parts[0].trials[["f1"]].astype(float)
    other = tidy_frame(frame, objective="f1", direction="Maximize")
    assert other.fetch_report is None
    assert combine_tuning_data([parts[0], other]).fetch_report == REPORT


def test_a_report_is_of_a_fetch_and_not_of_what_is_kept(tmp_path):
    job = RawTuningJob("a", "1", "r", {}, (), (), (), datetime.now(timezone.utc))
    store.save_raw(tmp_path / "a.sqlite", RawTuningData((job,), 1, (), REPORT))
    assert store.load(tmp_path / "a.sqlite")[0].report is None


def test_what_is_made_of_tables_is_kept_with_them_and_of_each_kind_the_last():
    data, made = make_data(make_trials(3)), []

    def make(value):
        made.append(value)
        return value

    asked = [("page", 1), ("page", 1), ("picture", 1), ("page", 2), ("page", 1)]
    assert [data.keep(kind, of, lambda of=of: make(of)) for kind, of in asked] == [1, 1, 1, 2, 1]
    assert made == [1, 1, 2, 1]
    for other in (copy.copy(data), pickle.loads(pickle.dumps(data)), replace(data)):
        assert other.keep("page", 1, lambda: "anew") == "anew"
        assert other.trials.equals(data.trials)
    gone = weakref.ref(data)
    data.keep("itself", None, gone)
    del data
    gc.collect()
    assert gone() is None
