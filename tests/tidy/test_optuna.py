"""Optuna studies as `TuningData`, checked against Optuna's own table."""

from __future__ import annotations

import math
from datetime import timezone

import optuna
import pandas as pd
import pytest

from amtviz import from_optuna
from amtviz.charts import draw_dashboard
from amtviz.errors import InputError

pytestmark = pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def suggest(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
    depth = trial.suggest_int("depth", 1, 6)
    kind = trial.suggest_categorical("kind", ["10", "2", None, True])
    if kind == "2":
        trial.suggest_float("value", 0, 1)  # as the objective is called
    trial.report(depth, 0)
    if trial.number % 5 == 4:
        raise optuna.TrialPruned
    if trial.number % 7 == 6:
        return math.nan  # Optuna's way to fail
    return math.log10(rate) + depth


def study(name: str = "first", seed: int = 0, trials: int = 30, **options) -> optuna.Study:
    made = optuna.create_study(
        study_name=name, sampler=optuna.samplers.RandomSampler(seed=seed), **options
    )
    made.optimize(suggest, n_trials=trials)
    return made


@pytest.fixture(scope="module")
def first() -> optuna.Study:
    return study()


def test_trials_are_those_of_optunas_table(first):
    data = from_optuna(first)
    table = first.trials_dataframe()
    assert len(data.trials) == len(table) == 30
    assert data.objective.metric_name == "value"
    assert data.objective.direction == "Minimize"
    pd.testing.assert_series_equal(data.trials["value"], table["value"], check_names=False)
    assert data.trials["rate"].tolist() == table["params_rate"].tolist()
    assert data.trials["depth"].tolist() == table["params_depth"].tolist()
    statuses = {"COMPLETE": "Completed", "PRUNED": "Stopped", "FAIL": "Failed"}
    assert data.trials["TrainingJobStatus"].tolist() == table["state"].map(statuses).tolist()
    assert set(table["state"]) == set(statuses)
    local = table["datetime_start"].iloc[3].to_pydatetime().astimezone(timezone.utc)
    assert data.trials["TrainingStartTime"].iloc[3] == local
    assert data.trials["TrainingJobName"].iloc[3] == "first-3"


def test_ranges_are_the_declared_distributions(first):
    found = {h.name: h for h in from_optuna(first).hyperparameters}
    assert (found["rate"].kind, found["rate"].low, found["rate"].high) == (
        "continuous",
        1e-5,
        1e-1,
    )
    assert found["rate"].scaling == "Logarithmic"
    assert (found["depth"].kind, found["depth"].low, found["depth"].high) == ("integer", 1, 6)
    assert found["depth"].scaling == "Linear"
    assert found["kind"].values == ("10", "2", "None", "True")


def test_a_conditional_parameter_called_as_the_objective_keeps_its_values(first):
    data = from_optuna(first)
    own = next(h for h in data.hyperparameters if h.name == "value")
    table = first.trials_dataframe()
    assert own.column != "value"
    expected = table["params_value"].astype("float64")
    pd.testing.assert_series_equal(data.trials[own.column], expected, check_names=False)
    assert 0 < data.trials[own.column].isna().sum() < 30


def test_several_studies_are_several_tuning_jobs(first):
    data = from_optuna([first, study("second", 1, 12)])
    assert [job.name for job in data.jobs] == ["first", "second"]
    assert data.trials["TuningJobName"].value_counts().to_dict() == {"first": 30, "second": 12}
    draw_dashboard(data).to_dict(validate=False)


def test_a_study_that_still_runs_and_one_without_trials():
    running = optuna.create_study(study_name="running", direction="maximize")
    running.ask({"x": optuna.distributions.FloatDistribution(0, 1)})
    data = from_optuna(running)
    assert data.trials["TrainingJobStatus"].tolist() == ["InProgress"]
    assert data.objective.direction == "Maximize"
    empty = from_optuna(optuna.create_study(study_name="empty"))
    assert len(empty.trials) == 0
    draw_dashboard(empty).to_dict(validate=False)


def test_a_range_that_changed_is_the_widest():
    changing = optuna.create_study(study_name="changing")
    for high in (1.0, 5.0, 2.0):
        trial = changing.ask({"x": optuna.distributions.FloatDistribution(-high, high)})
        changing.tell(trial, high)
    (x,) = from_optuna(changing).hyperparameters
    assert (x.low, x.high) == (-5.0, 5.0)


def two_objectives() -> optuna.Study:
    made = optuna.create_study(study_name="two", directions=["minimize", "maximize"])
    made.set_metric_names(["loss", "accuracy"])
    made.optimize(lambda t: (t.suggest_float("x", 0, 1), t.params["x"] * 2), n_trials=5)
    return made


@pytest.mark.parametrize("wanted", ["accuracy", 1])
def test_one_of_several_objectives(wanted):
    made = two_objectives()
    data = from_optuna(made, objective=wanted)
    assert (data.objective.metric_name, data.objective.direction) == ("accuracy", "Maximize")
    assert data.trials["accuracy"].tolist() == [trial.values[1] for trial in made.trials]
    assert data.trials["loss"].tolist() == [trial.values[0] for trial in made.trials]


@pytest.mark.parametrize("wanted", [None, "f1", 2])
def test_several_objectives_need_a_choice(wanted):
    with pytest.raises(InputError) as caught:
        from_optuna(two_objectives(), objective=wanted)
    what = "has several objectives" if wanted is None else f"has no objective {wanted!r}"
    assert str(caught.value) == (
        f"The study 'two' {what}. Pass objective= one of 'loss' and 'accuracy'."
    )


@pytest.mark.parametrize("wrong", ["study", 3, [], pd.DataFrame()])
def test_what_is_no_study_is_named(wrong):
    with pytest.raises(InputError) as caught:
        from_optuna(wrong)
    name = type(wrong).__name__
    assert str(caught.value) == (
        f"Can't take a {name} for an Optuna study. Pass an optuna.Study, or a list of them."
    )


def test_two_studies_of_one_name_are_refused(first):
    with pytest.raises(InputError) as caught:
        from_optuna([first, study(trials=1)])
    assert str(caught.value) == (
        "Several studies are called 'first'. Give each a name of its own: "
        "optuna.create_study(study_name=…)."
    )
