"""Optuna studies as `TuningData`, checked against Optuna's own table."""

from __future__ import annotations

import math
from datetime import timezone

import optuna
import pandas as pd
import pytest

from amtviz import TuningData, from_optuna
from amtviz.analysis.best_so_far import rank_trials
from amtviz.charts import draw_dashboard
from amtviz.errors import InputError
from amtviz.schema import METRIC_COLUMNS

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
    complete = table["value"].where(table["state"] == "COMPLETE")
    pd.testing.assert_series_equal(data.trials["value"], complete, check_names=False)
    pruned = table["value"].where(table["state"] == "PRUNED")
    last = data.trials["value (last reported)"]
    pd.testing.assert_series_equal(last, pruned, check_names=False)
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


def test_values_over_steps_are_learning_curves():
    made = optuna.create_study(study_name="steps")

    def learn(trial: optuna.Trial) -> float:
        for step in (0, 10, 30):
            trial.report(trial.suggest_float("x", 0, 1) + step, step)
        if trial.number:
            raise optuna.TrialPruned
        return 0.5

    made.optimize(learn, n_trials=2)
    data = from_optuna(made)
    assert data.trials["value"].tolist()[0] == 0.5
    assert data.trials["value"].isna().tolist() == [False, True]
    assert rank_trials(data.trials, data.objective).isna().tolist() == [False, True]
    assert {name: str(dtype) for name, dtype in data.metrics.dtypes.items()} == {
        name: column.dtype for name, column in METRIC_COLUMNS.items()
    }
    for name, points in data.metrics.groupby("TrainingJobName"):
        row = data.trials.set_index("TrainingJobName").loc[name]
        whole = row["TrainingElapsedTimeSeconds"]
        assert points["ElapsedSeconds"].tolist() == pytest.approx([0, whole / 3, whole])
        assert points["Value"].tolist() == [row["x"], row["x"] + 10, row["x"] + 30]
        assert points["Timestamp"].iloc[0] == row["TrainingStartTime"]
    assert data.notices[-1] == (
        "Optuna keeps no times of the values over steps of 'steps': the steps are spread evenly "
        "over each trial."
    )


@pytest.mark.filterwarnings("ignore::FutureWarning")  # Optuna 4 has no other way
def test_what_breaks_a_constraint_isnt_the_best():
    made = optuna.create_study(
        study_name="bound",
        sampler=optuna.samplers.NSGAIISampler(
            seed=0, constraints_func=lambda trial: (trial.params["x"] - 0.5, -1.0)
        ),
    )
    made.optimize(lambda trial: -trial.suggest_float("x", 0, 1), n_trials=20)
    data = from_optuna(made)
    x = data.trials["x"]
    assert 0 < (x > 0.5).sum() < 20
    assert data.trials["value"].isna().tolist() == (x > 0.5).tolist()
    assert data.trials["value"].min() == made.best_value  # the best feasible one, says Optuna too
    assert data.trials["value (infeasible)"].dropna().tolist() == (-x[x > 0.5]).tolist()
    assert data.trials["Feasible"].tolist() == (x <= 0.5).tolist()
    assert data.trials["constraint 0"].tolist() == (x - 0.5).tolist()
    assert (
        f"{(x > 0.5).sum()} of 20 trials break a constraint: they stay in the table, unscored, "
        "their values in 'value (infeasible)'."
    ) in data.notices


def test_there_is_no_other_source():
    with pytest.raises(InputError) as caught:
        TuningData.from_source("hyperopt", [])
    assert str(caught.value) == (
        "There is no source 'hyperopt' of trials. Choose from 'optuna', 'mlflow', 'ray' and 'logs'."
    )
