"""The parts of the example one by one: the training script, the runner, the strategies."""

import subprocess
import sys
import textwrap

import joblib
import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from amtviz import Hyperparameter, Objective
from tests.examples.local_tuning import EXAMPLE, runner, strategies, tuning

METRICS = {name: rf"{name}: ([0-9.]+)" for name in ("pre", "rec", "f1")}
X = Hyperparameter("x", "continuous", 0.0, 1.0)
LETTERS = Hyperparameter("letter", "categorical", values=("a", "b", "c"))
DIGITS = Hyperparameter("digit", "categorical", values=("1", "2"))


def run_script(name, *options, cwd):
    command = [sys.executable, str(EXAMPLE / name), *map(str, options)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


@pytest.fixture
def run_code(tmp_path):
    """Run a training script, given as text, as a trial."""

    def run(code, max_runtime=60, **options):
        script = tmp_path / "script.py"
        script.write_text(textwrap.dedent(code))
        return runner.run_trial(
            script, {}, tmp_path, tmp_path / "model", METRICS, max_runtime, **options
        )

    return run


# the training script


def test_training_alone_says_how_to_prepare_the_data(tmp_path):
    result = run_script("train.py", cwd=tmp_path)

    assert result.returncode == 1
    assert result.stderr == (
        "There is no file 'data/digits.csv'. Write it first: "
        f"python {EXAMPLE / 'prepare_data.py'} data\n"
    )


def test_training_alone_grows_the_forest_that_cross_validation_scores(tmp_path):
    assert run_script("prepare_data.py", cwd=tmp_path).returncode == 0
    options = ("--n-estimators", 15, "--min-weight-fraction-leaf", 0.05, "--folds", 3)

    result = run_script("train.py", *options, cwd=tmp_path)

    assert result.returncode == 0, result.stderr
    lines = [runner.find_metrics(line, METRICS) for line in result.stdout.splitlines()]
    assert len(lines) == 10
    images, digits = load_digits(return_X_y=True)
    forest = RandomForestClassifier(15, min_weight_fraction_leaf=0.05, random_state=0)
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    predicted = cross_val_predict(forest, images, digits, cv=folds)
    expected = precision_recall_fscore_support(digits, predicted, average="macro")[:3]
    assert list(lines[-1].values()) == pytest.approx(expected, abs=5e-5)
    model = joblib.load(tmp_path / "model" / "model.joblib")
    assert (model.predict(images) == forest.fit(images, digits).predict(images)).all()


def test_a_small_forest_reports_once_a_tree(tmp_path):
    run_script("prepare_data.py", cwd=tmp_path)

    result = run_script("train.py", "--n-estimators", 3, "--folds", 2, cwd=tmp_path)

    assert len(result.stdout.splitlines()) == 3


# the runner


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("pre: 0.93 rec: 0.92 f1: 0.925", {"pre": 0.93, "rec": 0.92, "f1": 0.925}),
        ("epoch 3 f1: 1", {"f1": 1.0}),
        ("precision 0.93", {}),
        ("f1: nan", {}),
        ("", {}),
    ],
)
def test_metric_definitions_find_metrics(line, found):
    assert runner.find_metrics(line, METRICS) == found


def test_a_trial_keeps_every_metric_in_the_order_it_came(run_code):
    run = run_code("for f1 in (0.1, 0.3, 0.2): print('working'); print('f1:', f1, 'pre:', 1)")

    assert (run.status, run.secondary_status, run.failure_reason) == ("Completed",) * 2 + (None,)
    assert [p.value for p in run.metrics if p.metric == "f1"] == [0.1, 0.3, 0.2]
    times = [run.started, *(p.time for p in run.metrics), run.ended]
    assert times == sorted(times)
    assert run.started.utcoffset().total_seconds() == 0


def test_a_trial_gets_the_folders_and_hyperparameters_of_sagemaker(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os, sys\n"
        "expected = ['--x', '0.5', os.environ['SM_CHANNEL_TRAIN'], os.environ['SM_MODEL_DIR']]\n"
        f"print('f1:', int(sys.argv[1:] + [{str(tmp_path)!r}, 'out'] == expected))\n"
    )

    run = runner.run_trial(script, {"x": "0.5"}, tmp_path, "out", METRICS, 60)

    assert [p.value for p in run.metrics] == [1.0]


def test_a_trial_that_breaks_says_why(run_code):
    run = run_code("print('f1: 0.5'); raise SystemExit('the disk is full')")

    assert (run.status, run.secondary_status) == ("Failed", "Failed")
    assert run.failure_reason == (
        "AlgorithmError: the script ended with exit code 1: the disk is full"
    )
    assert [p.value for p in run.metrics] == [0.5]


def test_a_trial_that_takes_too_long_is_stopped(run_code):
    run = run_code("import threading; threading.Event().wait()", max_runtime=0.3)

    assert (run.status, run.secondary_status) == ("Stopped", "MaxRuntimeExceeded")
    assert run.metrics == []


def test_a_trial_that_falls_behind_is_stopped(run_code):
    seen = []

    def stop_at_third(metrics):
        seen.append(metrics)
        return len(seen) == 3

    run = run_code(
        """
        import threading
        for step in range(3):
            print("f1: 0.1", flush=True)
        threading.Event().wait()
        """,
        on_metrics=stop_at_third,
    )

    assert (run.status, run.secondary_status) == ("Stopped", "Stopped")
    assert seen == [{"f1": 0.1}] * 3


BURN = "import time\nwhile time.process_time() < 2: pass"


@pytest.mark.parametrize(
    "code",
    [BURN, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])"],
    ids=["itself", "in a child"],
)
def test_usage_adds_up_to_the_time_that_was_used(run_code, code):
    run = run_code(code)

    cpu = [p for p in run.usage if p.metric == "CPUUtilization"]
    memory = [p.value for p in run.usage if p.metric == "MemoryUtilization"]
    starts = [p.time.timestamp() for p in cpu]
    lengths = np.diff(starts, append=starts[-1] + runner.PERIOD)
    used = sum(p.value / 100 * length for p, length in zip(cpu, lengths, strict=True))
    # what is left of the last period isn't measured
    assert 2 - 1.1 * runner.PERIOD < used < 2.3
    assert len(memory) == len(cpu)
    assert 0 < min(memory) <= max(memory) < 50


# the strategies


@pytest.mark.parametrize("name", ["Random", "Bayesian", "Hyperband"])
def test_a_seed_asks_for_the_same_trials(name):
    ranges = (X, LETTERS, Hyperparameter("n", "integer", 1, 200))

    def ask(seed):
        search = strategies.Strategy(name, ranges, "Maximize", seed)
        asked = []
        for _ in range(15):
            trial = search.ask()
            asked.append(trial.params)
            search.tell(trial, trial.params["x"], completed=True)
        return asked

    assert ask(0) == ask(0)
    assert ask(0) != ask(1)
    assert all(strategies.contains(h, params[h.name]) for params in ask(0) for h in ranges)


def test_a_grid_takes_every_combination_once():
    search = strategies.Strategy("Grid", (LETTERS, DIGITS), "Maximize", 0)

    asked = [tuple(search.ask().params.values()) for _ in range(6)]

    assert sorted(asked) == [(x, y) for x in "abc" for y in "12"]


def test_a_grid_of_numbers_is_refused():
    with pytest.raises(ValueError, match="Grid search") as caught:
        strategies.Strategy("Grid", (LETTERS, X), "Maximize", 0)
    assert str(caught.value) == (
        "Grid search takes categorical ranges only, and 'x' is continuous. List the values to try."
    )


def test_an_unknown_strategy_names_the_choices():
    with pytest.raises(ValueError, match="no strategy") as caught:
        strategies.Strategy("Annealing", (X,), "Maximize", 0)
    assert str(caught.value) == (
        "There is no strategy 'Annealing'. Choose one of Random, Bayesian, Grid, Hyperband."
    )


def test_hyperband_stops_trials_early_but_not_the_best():
    search = strategies.Strategy("Hyperband", (X,), "Minimize", 0, resources=(1, 9))
    steps = {}
    for _ in range(30):
        trial = search.ask()
        x = trial.params["x"]
        steps[x] = next((s for s in range(1, 10) if search.report(trial, s, x)), 10)
        search.tell(trial, x, completed=steps[x] == 10)

    stopped = {x for x, step in steps.items() if step < 10}
    assert 0 < len(stopped) < 30
    assert min(steps) not in stopped


def test_a_warm_start_learns_from_the_parents_within_its_ranges():
    narrow = Hyperparameter("x", "continuous", 0.5, 1.0)
    near = [({"x": x}, -abs(x - 0.7)) for x in np.linspace(0.5, 1.0, 40)]
    # were they taken, they would draw the search to the lower end
    outside = [({"x": x}, 9.0) for x in np.linspace(0.0, 0.49, 40)]

    def ask(parents):
        search = strategies.Strategy("Bayesian", (narrow,), "Maximize", 0, parents=parents)
        return [search.ask().params["x"] for _ in range(20)]

    learned = ask(near)
    assert np.median(np.abs(np.array(learned) - 0.7)) < 0.07
    assert ask(near + outside) == learned
    assert ask(outside) == ask([])


# a whole tuning job, of a script that takes no time


def test_a_tuning_job_does_not_depend_on_which_trial_ends_first(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nx = float(sys.argv[2])\nif x > 0.9: sys.exit('too large')\n"
        "print('f1:', 1 - abs(x - 0.3))"
    )
    plan = tuning.TuningPlan(
        "job", "Bayesian", (X,), Objective("f1", "Maximize"), METRICS, trials=20, seed=1
    )

    def run():
        return tuning.run_tuning_job(plan, script, tmp_path, tmp_path / "models").trials

    first, again = run(), run()

    assert [t.hyperparameters for t in first] == [t.hyperparameters for t in again]
    assert [t.name for t in first] == [t.name for t in again]
    assert len({t.name for t in first}) == 20
    for trial in first:
        x = trial.hyperparameters["x"]
        assert trial.run.status == ("Failed" if x > 0.9 else "Completed")
        assert trial.final("f1") == (None if x > 0.9 else pytest.approx(1 - abs(x - 0.3)))
