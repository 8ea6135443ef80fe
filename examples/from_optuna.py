"""The charts of amtviz on Optuna studies: two samplers on the same model, compared.

A support vector machine on scikit-learn's breast cancer data, tuned by random search and by TPE,
30 trials each. Writes ``optuna.html`` to a folder, by default the current one, and prints what to
search next.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import optuna
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import amtviz


def objective(trial: optuna.Trial) -> float:
    """Cross-validate one configuration; give its accuracy."""
    kernel = trial.suggest_categorical("kernel", ["rbf", "linear", "poly"])
    c = trial.suggest_float("C", 1e-3, 1e3, log=True)
    model = SVC(C=c, kernel=kernel)
    if kernel != "linear":  # a linear kernel has no gamma: the charts show such trials as not set
        model.gamma = trial.suggest_float("gamma", 1e-5, 1.0, log=True)
    if kernel == "poly":
        model.degree = trial.suggest_int("degree", 2, 5)
    features, target = load_breast_cancer(return_X_y=True)
    return float(cross_val_score(make_pipeline(StandardScaler(), model), features, target).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path(), help="the folder to write to")
    parser.add_argument("--trials", type=int, default=30, help="trials of each study")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    # naming a study's metric is new in Optuna, and says so at each call
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    samplers = {
        "random": optuna.samplers.RandomSampler(seed=0),
        "tpe": optuna.samplers.TPESampler(seed=0),
    }
    studies = []
    for name, sampler in samplers.items():
        study = optuna.create_study(study_name=name, sampler=sampler, direction="maximize")
        study.set_metric_names(["accuracy"])
        study.optimize(objective, n_trials=options.trials)
        studies.append(study)
    data = amtviz.from_optuna(studies)
    print(data)
    page = options.output / "optuna.html"
    print("Wrote", amtviz.write_report(data, page, title="A support vector machine, tuned twice"))
    print(data.suggest_ranges()[["Hyperparameter", "Change", "Evidence"]].to_string(index=False))


if __name__ == "__main__":
    main()
