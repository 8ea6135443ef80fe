"""Make ``mlflow/`` by running MLflow itself: ``python make_mlflow.py`` where it is installed.

``runs.csv`` is the table of ``mlflow.search_runs``; ``experiment.json`` what its client answers of
the same runs, with the history of each metric.
"""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path

import mlflow
from mlflow.tracking import MlflowClient

FOLDER = Path(__file__).parent / "mlflow"
EXPERIMENT = "digits / résumé"


def log_trial(number: int, *, parent: str | None = None, end: str = "FINISHED") -> None:
    """Log one run: a parameter that only some have, one that is nested, and odd names."""
    client = MlflowClient()
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    tags = {"mlflow.runName": "same name" if number in (3, 4) else f"trial {number}"}
    if parent:
        tags["mlflow.parentRunId"] = parent
    run = client.create_run(experiment, tags=tags).info.run_id
    params = {
        "learning rate": 10 ** -(1 + number % 4) * (1 + number / 10),
        "model/depth": 2 + number % 5,
        "criterion": ["gini", "entropy", None][number % 3],
        "bootstrap": number % 2 == 0,
        "seed": 7,
        "__proto__": f"<b>{number % 2}</b>",
    }
    if number % 2:
        params["dropout"] = number / 20
    for name, value in params.items():
        client.log_param(run, name, value)
    for step in range(3):
        value = 1 / (1 + number + step)
        if number == 5 and step == 2:
            value = math.nan
        if number == 6 and step == 2:
            value = math.inf
        if number != 7:
            client.log_metric(run, "val/loss", value, step=step)
        client.log_metric(run, "accuracy", 1 - 1 / (2 + number + step), step=step)
    if end == "RUNNING":
        return
    client.set_terminated(run, end)


def main() -> None:
    """Log the runs, and write both files."""
    with tempfile.TemporaryDirectory() as folder:
        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        client = MlflowClient()
        experiment = client.create_experiment(EXPERIMENT)
        parent = client.create_run(experiment, tags={"mlflow.runName": "second search"})
        ends = {2: "FAILED", 8: "KILLED", 9: "RUNNING"}
        for number in range(10):
            log_trial(number, end=ends.get(number, "FINISHED"))
        for number in range(10, 13):
            log_trial(number, parent=parent.info.run_id)
        client.set_terminated(parent.info.run_id)
        mlflow.search_runs([experiment]).to_csv(FOLDER / "runs.csv", index=False)
        runs = list(client.search_runs([experiment]))
        answers = {
            "experiment": dict(client.get_experiment(experiment)),
            "runs": [
                {
                    "info": dict(run.info),
                    "data": {
                        "params": run.data.params,
                        "metrics": run.data.metrics,
                        "tags": run.data.tags,
                    },
                    "histories": {
                        name: [
                            dict(point)
                            for point in client.get_metric_history(run.info.run_id, name)
                        ]
                        for name in run.data.metrics
                    },
                }
                for run in runs
            ],
        }
        text = json.dumps(answers, indent=1, default=str)
        (FOLDER / "experiment.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
