"""Any shape of answer that AWS's own model allows becomes tables: no trial is lost untold."""

from __future__ import annotations

import re
from typing import Any

import pytest

from amtviz.errors import AmtvizError, InputError
from amtviz.model import RawTuningData, TuningTables
from amtviz.schema import LISTING_COLUMNS, TRIAL_COLUMNS
from amtviz.tidy import tidy_listing, tidy_tuning_data
from tests.aws.protocols import service_model
from tests.aws.world import World
from tests.faults.scene import DESCRIBE, JOB, LIST, METRICS, SEARCH, fetch
from tests.faults.shapes import Maker, make_answers, make_case

LEFT_OUT = re.compile(r"(\d+) trials? (?:is|are) left out: AWS listed neither a name nor an ARN\.")
SHARDS = 8  # so that a failure says about where


def name_of(summary: Any) -> str:
    return summary.get("TrainingJobName") or summary.get("TrainingJobArn", "").rpartition("/")[2]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_tables_of_any_shape(shard: int, cases: int) -> None:
    scored = 0
    for case in range(shard, cases, SHARDS):
        # each second case breaks even what AWS promises
        raw = make_case(case, broken=(case % 2) * 0.1)
        try:
            tables = tidy_tuning_data(raw)
        except InputError:  # the objectives differ, or there is none
            continue
        except Exception as error:
            raise AssertionError(f"case {case}") from error
        check_tables(tables, raw, case)
        scored += 1
    assert scored > 0.7 * cases / SHARDS


def check_tables(tables: TuningTables, raw: RawTuningData, case: int) -> None:
    names = [name_of(summary) for job in raw.jobs for summary in job.summaries]
    assert set(tables.trials["TrainingJobName"]) == {name for name in names if name}, case
    told = (LEFT_OUT.match(notice) for notice in tables.notices)
    assert sum(int(found[1]) for found in told if found) == names.count(""), case
    for name, column in TRIAL_COLUMNS.items():
        assert str(tables.trials[name].dtype) == column.dtype, (case, name)
    for hyperparameter in tables.hyperparameters:
        assert hyperparameter.column in tables.trials, case
    assert tables.trials[tables.objective.metric_name].dtype == "float64", case


def test_lists_of_tuning_jobs_of_any_shape(cases: int) -> None:
    shape = service_model("sagemaker").shape_for("HyperParameterTuningJobSummaries")
    for case in range(cases // 4):
        maker = Maker(case, broken=(case % 2) * 0.1)
        summaries = maker.make(shape)
        table = tidy_listing(summaries)
        assert len(table) == len(summaries), case
        assert {name: str(table[name].dtype) for name in table} == {
            name: column.dtype for name, column in LISTING_COLUMNS.items()
        }, case


def test_fetching_answers_of_any_shape(aws: World, cases: int) -> None:
    """Over HTTP, with members missing that AWS promises: data, or a sentence, and nothing else."""
    fetched = 0
    for case in range(cases // 50):
        maker = Maker(case, broken=0.0 if case % 4 else 0.02)
        description, summaries, records = make_answers(maker, JOB)
        (description.get("WarmStartConfig") or {}).pop("ParentHyperParameterTuningJobs", None)
        data = maker.make(service_model("cloudwatch").shape_for("GetMetricDataOutput"))
        results = [{"TrainingJob": record} for record in records]
        listed = {"TrainingJobSummaries": summaries}
        for operation, answer in (
            (DESCRIBE, description),
            (LIST, listed),
            (SEARCH, {"Results": results}),
            (METRICS, data),
        ):
            aws.answer_with(operation, answer)
        try:
            raw = fetch()
        except AmtvizError:
            continue
        except Exception as error:
            raise AssertionError(f"case {case}") from error
        assert len(raw.jobs[0].summaries) == len(summaries), case
        fetched += 1
    assert fetched > cases // 100
