"""Make ``ray/`` by running Ray Tune itself: ``python make_ray.py`` where it is installed.

``digits/`` is the experiment's folder as Tune wrote it, without checkpoints, TensorBoard's files,
what is pickled in its state, and this machine's paths; ``results.csv`` is the table of its
``ResultGrid``.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import tempfile
from pathlib import Path

import ray
from ray import tune

FOLDER = Path(__file__).parent / "ray"
KEPT = ("params.json", "progress.csv", "result.json", "error.txt")


def train(config: dict) -> None:
    """Report a loss three times, if the trial gets so far."""
    number = config["number"]
    if number == 7:
        raise ValueError("no such layers")
    for step in range(3):
        loss = config["optimizer"]["lr"] * 10 + 1 / (1 + step)
        if number == 2 and step == 1:
            raise RuntimeError("out of memory: <script>alert(1)</script>")
        if number == 3 and step == 2:
            loss = math.nan
        if number == 4 and step == 2:
            loss = math.inf
        report = {"val/loss": loss, "accuracy": 1 - loss / 10}
        if number == 5:
            del report["val/loss"]
        tune.report(report)


def copy_state(file: Path) -> None:
    """Copy an experiment's state without what is pickled in it."""
    state = json.loads(file.read_text(encoding="utf-8"))
    trials = []
    for trial, results in state["trial_data"]:
        kept = {
            name: value
            for name, value in json.loads(trial).items()
            if "CLOUDPICKLE" not in str(value) and not re.fullmatch("8005[0-9a-f]+", str(value))
        }
        starts = {"start_time": json.loads(results).get("start_time")}
        trials.append([json.dumps(kept, indent=2), json.dumps(starts, indent=2)])
    runner = {"_metric": state["runner_data"]["_metric"]}
    small = {"trial_data": trials, "runner_data": runner, "stats": state["stats"]}
    (FOLDER / "digits" / file.name).write_text(json.dumps(small) + "\n", encoding="utf-8")


def main() -> None:
    """Run eight trials, of which one is stopped early, one fails late and one at once."""
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    with tempfile.TemporaryDirectory() as folder:
        tuner = tune.Tuner(
            train,
            param_space={
                "number": tune.grid_search(list(range(8))),
                "optimizer": {
                    "lr": tune.loguniform(1e-4, 1e-1),
                    "name": tune.choice(["adam", "sgd", None]),
                },
                "layers": tune.choice([[32], [32, 16]]),
                "été": tune.randint(1, 5),
            },
            tune_config=tune.TuneConfig(metric="accuracy", mode="max"),
            run_config=tune.RunConfig(
                name="digits",
                storage_path=folder,
                stop=lambda trial_id, result: (
                    result["config"]["number"] == 6 and result["training_iteration"] == 2
                ),
            ),
        )
        grid = tuner.fit()
        grid.get_dataframe().to_csv(FOLDER / "results.csv", index=False)
        shutil.rmtree(FOLDER / "digits", ignore_errors=True)
        source = Path(folder, "digits")
        for kept in KEPT:
            for file in source.rglob(kept):
                target = FOLDER / "digits" / file.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target)
        for error in FOLDER.rglob("error.txt"):
            text = error.read_text(encoding="utf-8")
            error.write_text(re.sub(r'"/.*/', '"', text), encoding="utf-8")
        copy_state(next(source.glob("experiment_state*.json")))


if __name__ == "__main__":
    main()
