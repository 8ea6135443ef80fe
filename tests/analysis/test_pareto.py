"""The Pareto front against its definition, and the directions that make it."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest

import amtviz
from amtviz import TuningData, api
from amtviz.analysis.pareto import compute_pareto, find_direction, find_front
from amtviz.errors import InputError, StoreError
from amtviz.tidy import combine_tuning_data
from amtviz.tidy.document import from_document, to_document


def by_definition(values: np.ndarray, signs: tuple[int, ...]) -> list[bool]:
    """Compare each row with each other one, as the definition says."""
    scores = values * np.array(signs)
    told = []
    for row in scores:
        beaten = any(
            all(other >= row) and any(other > row) for other in scores if np.isfinite(other).all()
        )
        told.append(bool(np.isfinite(row).all()) and not beaten)
    return told


@pytest.mark.parametrize("signs", [(1, -1), (1, 1), (-1, -1), (-1, 1, -1)])
@pytest.mark.parametrize("digits", [0, 1, 6])  # many ties, few, none
def test_the_front_is_what_its_definition_says(signs, digits):
    rng = np.random.default_rng(digits)
    for count in (1, 2, 60):
        values = np.round(rng.normal(size=(count, len(signs))), digits)
        values[rng.uniform(size=values.shape) < 0.05] = np.nan
        values[rng.uniform(size=values.shape) < 0.03] = np.inf
        assert find_front(values, signs).tolist() == by_definition(values, signs)


def test_no_row_makes_no_front():
    assert find_front(np.empty((0, 2)), (1, -1)).tolist() == []
    assert find_front(np.full((3, 2), np.nan), (1, -1)).tolist() == [False] * 3


def test_rows_stand_by_the_first_metric_then_the_next():
    trials = pd.DataFrame({"a": [1.0, 3.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0, 3.0]})
    found = compute_pareto(trials, {"a": "Maximize", "b": "Minimize"})
    assert found.index.tolist() == [1, 3, 2, 0]  # equal ones as they stood


@pytest.fixture(scope="module")
def demo() -> TuningData:
    return api.load_demo()


def test_pareto_of_the_demo(demo):
    table = demo.pareto(["f1", "TrainingElapsedTimeSeconds"])
    values = demo.trials[["f1", "TrainingElapsedTimeSeconds"]].to_numpy(float)
    assert set(table.index) == set(demo.trials.index[by_definition(values, (1, -1))])
    assert table["f1"].is_monotonic_decreasing
    assert list(table)[:4] == [
        *("TuningJobName", "TrainingJobName", "f1", "TrainingElapsedTimeSeconds")
    ]
    assert set(list(table)[4:]) == {h.name for h in demo.hyperparameters}
    pd.testing.assert_series_equal(table["f1"], demo.trials.loc[table.index, "f1"])


def test_costs_are_those_of_all_instances(demo):
    trials = demo.trials.assign(InstanceCount=pd.array([2] * len(demo.trials), dtype="Int64"))
    demo = dataclasses.replace(demo, trials=trials)
    table = demo.pareto(["f1", "BilledSeconds"])
    billed = demo.trials.loc[table.index, "BillableTimeInSeconds"]
    assert table["BilledSeconds"].tolist() == (2 * billed).tolist()
    dollars = demo.pareto(["f1", "Dollars"], prices={"local": 3.6})["Dollars"]
    assert dollars.tolist() == pytest.approx((table["BilledSeconds"] / 1000).tolist())
    assert demo.pareto(["f1", "Dollars"]).empty


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("f1", "Maximize"),  # the objective's own
        ("BillableTimeInSeconds", "Minimize"),
        ("validation:accuracy", "Maximize"),
        ("val_loss", "Minimize"),
        ("ModelSizeBytes", "Minimize"),
        ("precision_at_10", "Maximize"),
        ("rec", "Maximize"),
        ("timeToAccuracy", None),  # words of both kinds
        ("recall_loss", None),
        ("score", None),
        ("lossless", None),  # part of a word is no word
    ],
)
def test_directions(demo, name, direction):
    assert find_direction(demo, name) == direction


def test_declared_objectives_of_other_jobs_have_their_direction(demo):
    other = dataclasses.replace(demo.objective, metric_name="pre", direction="Minimize")
    jobs = (dataclasses.replace(demo.jobs[0], objective=other), *demo.jobs[1:])
    assert find_direction(dataclasses.replace(demo, jobs=jobs), "pre") == "Minimize"


@pytest.mark.parametrize(
    ("metrics", "directions", "message"),
    [
        (["f1"], None, "A front needs two metrics or more, not only 'f1'. Choose from "),
        ("f1", None, "A front needs two metrics or more, not only 'f1'. Choose from "),
        ([], None, "A front needs two metrics or more, not no metric. Choose from "),
        (None, None, "A front needs two metrics or more, not only 'None'. Choose from "),
        (["f1", "pre"], "up", "directions='up'. Pass a dict by metric: {'loss': 'Minimize'}."),
        (["f1", "speed"], None, "There is no metric 'speed'. Choose from 'f1', 'pre', 'rec', "),
        (["f1", "criterion"], None, "There is no metric 'criterion'. Choose from 'f1', "),
        (
            ["f1", "max-depth"],
            None,
            "Whether more of 'max-depth' is better isn't known. Pass directions={'max-depth': "
            "'Maximize'}, or 'Minimize'.",
        ),
        (
            ["f1", "pre"],
            {"pre": "up"},
            "directions has 'up' for 'pre'. Pass 'Maximize' or 'Minimize'.",
        ),
        (
            ["f1", "pre"],
            {"rec": "Maximize"},
            "directions names 'rec', which isn't among the metrics. Choose from 'f1' and 'pre'.",
        ),
    ],
)
def test_what_cant_be_asked(demo, metrics, directions, message):
    with pytest.raises(InputError) as error:
        demo.pareto(metrics, directions)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("prices", "message"),
    [
        (3, "prices=3. Pass a dict such as {'ml.m5.large': 0.115}."),
        ({"ml.m5.large": "x"}, "prices has 'x' for 'ml.m5.large', which is no price. Pass dollars"),
        ({"ml.m5.large": -1}, "prices has -1 for 'ml.m5.large', which is no price. Pass dollars"),
    ],
)
def test_what_is_no_price(demo, prices, message):
    for ask in (
        lambda: demo.pareto(["f1", "Dollars"], prices=prices),
        lambda: demo.cost(prices),
        lambda: amtviz.visualize_tuning_job(demo, prices=prices),
    ):
        with pytest.raises(InputError) as error:
            ask()
        assert str(error.value).startswith(message)


def test_directions_that_are_given_go_first(demo):
    table = demo.pareto(["f1", "max-depth"], {"f1": "Minimize", "max-depth": "Minimize"})
    values = demo.trials[["f1", "max-depth"]].to_numpy(float)
    assert set(table.index) == set(demo.trials.index[by_definition(values, (-1, -1))])


def test_a_studys_own_front():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(directions=["maximize", "minimize"], study_name="two")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is experimental
        study.set_metric_names(["score", "weight"])
    rng = np.random.default_rng(0)
    for _ in range(30):
        trial = study.ask({"x": optuna.distributions.FloatDistribution(0, 1)})
        study.tell(trial, np.round(rng.uniform(size=2), 1).tolist())
    data = amtviz.from_optuna(study, objective="score")
    best = {f"two-{trial.number}" for trial in study.best_trials}
    assert set(data.pareto(["score", "weight"])["TrainingJobName"]) == best
    other = dataclasses.replace(data, directions={})
    # neither a file nor another study beside it loses the directions
    kept = TuningData.of(from_document(to_document(data)))
    assert kept.directions == {"score": "Maximize", "weight": "Minimize"}
    assert combine_tuning_data([data, other]).directions == kept.directions


def test_older_documents_have_no_directions(demo):
    document = to_document(demo)
    del document["directions"]
    assert from_document(document).directions == {}
    with pytest.raises(StoreError, match="a direction is 'up'"):
        from_document(document | {"directions": {"f1": "up"}})
