"""What fetching costs, beside the floor: bare boto3 that makes the fewest calls for the same.

    python benchmarks/fetch.py

Starts the tests' local AWS endpoint in a process of its own, 30 ms away, and runs amtviz and the
floor in turn, each in a fresh process, with imports left out. Printed are medians.

- metrics: 500 trials of 30 minutes, ten at a time, with 7 metrics of a point a minute.
- again: the same a second time, in a new process, from the cache that the first one filled.
- trials: 10,000 trials without metrics; both describe, list and search, in as many threads, and
  amtviz tidies what it got.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))  # for the endpoint, which is the tests'

LATENCY = 0.03
ROUNDS = 3
THREADS = 4  # amtviz asks CloudWatch in as many
METRICS = ("validation:accuracy", "train:loss")
INSTANCE_METRICS = tuple(
    f"{name}Utilization" for name in ("CPU", "Memory", "Disk", "GPU", "GPUMemory")
)
GOALS = {"metrics": 1.2, "trials": 1.5}


# The endpoint's process


def serve(connection: Connection) -> None:
    """Serve both tuning jobs; tell the calls since the last time whenever asked."""
    from tests.aws.server import Server

    server = Server()
    world = server.endpoint.world
    recently = datetime.now(timezone.utc) - timedelta(days=4)
    world.generate(
        "metrics",
        500,
        began=recently,
        seconds=1800,
        series=METRICS + INSTANCE_METRICS,
        parallel=10,
        hosts=1,
    )
    world.generate("trials", 10_000, began=recently, parallel=100, hosts=1)
    world.delay(LATENCY)
    gc.freeze()  # its garbage collector needn't go through all these trials again and again
    connection.send(server.url)
    while connection.recv():
        connection.send(dict(world.calls))
        world.calls.clear()
        world.requests.clear()


# The measured processes: each prints one line of JSON


def measure(work: str, who: str) -> dict[str, Any]:
    """Run one measurement in this process."""
    run = {
        ("metrics", "amtviz"): amtviz_metrics,
        ("metrics", "floor"): floor_metrics,
        ("again", "amtviz"): amtviz_again,
        ("trials", "amtviz"): amtviz_trials,
        ("trials", "floor"): floor_trials,
    }[work, who]
    import boto3  # noqa: F401  (importing is measured elsewhere)

    if who == "amtviz":
        import amtviz.api  # noqa: F401
    began, cpu = time.perf_counter(), time.process_time()
    points, note = run()
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "points": points,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "note": note,
    }


def amtviz_metrics() -> tuple[int, str]:
    from amtviz.fetch import fetch_raw

    raw = fetch_raw(["metrics"])
    notices = "".join(f"\n    notice: {notice}" for notice in raw.notices)
    return sum(len(s.timestamps) for s in raw.jobs[0].series), f"{raw.report}{notices}"


def amtviz_again() -> tuple[int, str]:
    from amtviz.api import fetch_tuning_data

    data = fetch_tuning_data("metrics")
    return len(data.metrics), str(data.fetch_report)


def floor_metrics() -> tuple[int, str]:
    sagemaker, cloudwatch = _clients()
    with ThreadPoolExecutor(THREADS) as pool:
        search = pool.submit(_search, sagemaker, "metrics")
        trials = _list(sagemaker, "metrics")
        search.result()
        queries = [
            (trial["TrainingStartTime"], trial["TrainingEndTime"], dimension, metric)
            for trial in sorted(trials, key=lambda trial: trial["TrainingStartTime"])
            for dimension, metric in _series(trial["TrainingJobName"])
        ]
        parts = [queries[i : i + 500] for i in range(0, len(queries), 500)]
        return sum(pool.map(lambda part: _ask(cloudwatch, part), parts)), ""


def amtviz_trials() -> tuple[int, str]:
    from amtviz.api import fetch_tuning_data

    data = fetch_tuning_data("trials", metrics=False, cache=False)
    return len(data.trials), str(data.fetch_report)


def floor_trials() -> tuple[int, str]:
    sagemaker, _ = _clients()
    with ThreadPoolExecutor(THREADS) as pool:
        search = pool.submit(_search, sagemaker, "trials")
        trials = _list(sagemaker, "trials")
        search.result()
    return len(trials), ""


def _clients() -> tuple[Any, Any]:
    import boto3
    from botocore.config import Config

    config = Config(max_pool_connections=THREADS)
    session = boto3.Session()
    return session.client("sagemaker", config=config), session.client("cloudwatch", config=config)


def _list(sagemaker: Any, job: str) -> list[dict[str, Any]]:
    sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)
    pages = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName=job, PaginationConfig={"PageSize": 100}
    )
    return [trial for page in pages for trial in page["TrainingJobSummaries"]]


def _search(sagemaker: Any, job: str) -> list[dict[str, Any]]:
    by_name = {"Name": "TrainingJobName", "Operator": "Contains", "Value": f"{job}-"}
    pages = sagemaker.get_paginator("search").paginate(
        Resource="TrainingJob",
        SearchExpression={"Filters": [by_name]},
        PaginationConfig={"PageSize": 100},
    )
    return [result for page in pages for result in page["Results"]]


def _series(trial: str) -> list[tuple[dict[str, str], str]]:
    own = {"Name": "TrainingJobName", "Value": trial}
    host = {"Name": "Host", "Value": f"{trial}/algo-1"}
    return [(own, metric) for metric in METRICS] + [(host, metric) for metric in INSTANCE_METRICS]


def _ask(cloudwatch: Any, part: list[tuple[Any, Any, dict[str, str], str]]) -> int:
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {
                "Id": f"q{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "/aws/sagemaker/TrainingJobs",
                        "MetricName": metric,
                        "Dimensions": [dimension],
                    },
                    "Period": 60,
                    "Stat": "Average",
                },
            }
            for number, (_, _, dimension, metric) in enumerate(part)
        ],
        StartTime=min(start for start, _, _, _ in part) - timedelta(minutes=1),
        EndTime=max(end for _, end, _, _ in part) + timedelta(minutes=1),
    )
    assert "NextToken" not in answer
    return sum(len(result["Timestamps"]) for result in answer["MetricDataResults"])


# The process that compares


def compare(work: str, url: str, connection: Connection) -> None:
    """Run both in turn and print what they took."""
    runs: dict[str, list[dict[str, Any]]] = {"amtviz": [], "floor": []}
    calls: dict[str, dict[str, int]] = {}
    for _ in range(ROUNDS):
        for who, found in runs.items():
            found.append(_run(work, who, url))
            connection.send(True)
            calls[who] = connection.recv()
    print(f"{work}:")
    medians = {}
    for who, found in runs.items():
        medians[who] = statistics.median(run["seconds"] for run in found)
        by_operation = ", ".join(f"{count} {name}" for name, count in sorted(calls[who].items()))
        print(
            f"  {who:6} {medians[who]:6.2f} s  cpu {found[0]['cpu']:.2f} s  "
            f"{found[0]['points']:,} {'points' if work == 'metrics' else 'trials'}  "
            f"peak {max(run['megabytes'] for run in found):.0f} MB  {by_operation}"
        )
        if found[0]["note"]:
            print(f"    {found[0]['note']}")
    pairs = zip(runs["amtviz"], runs["floor"], strict=True)
    ratio = statistics.median(a["seconds"] / b["seconds"] for a, b in pairs)
    print(f"  amtviz / floor {ratio:.2f} (goal: {GOALS[work]} at most)")


def fetch_again(url: str, connection: Connection) -> None:
    """Fill a cache, then fetch from it."""
    runs = [_run("again", "amtviz", url) for _ in range(1 + ROUNDS)]
    connection.send(True)
    first, seconds = runs[0], statistics.median(run["seconds"] for run in runs[1:])
    print("again:")
    print(f"  first  {first['seconds']:6.2f} s  {first['note']}")
    print(f"  second {seconds:6.2f} s  {runs[1]['note']} (goal: 0.5 s at most, and no call)")
    asked = sum(connection.recv().values())
    print(f"  calls of all {len(runs)} runs: {asked}")


def _run(work: str, who: str, url: str) -> dict[str, Any]:
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, __file__, work, who]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(measure(*sys.argv[1:])))
        return
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    process.start()
    url = ours.recv()
    compare("metrics", url, ours)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AMTVIZ_CACHE"] = str(Path(folder) / "cache.sqlite")
        fetch_again(url, ours)
    compare("trials", url, ours)
    ours.send(None)
    process.join()


if __name__ == "__main__":
    main()
