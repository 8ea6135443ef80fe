"""Processes that are killed at any moment: what was kept by then is kept, and the file is whole."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amtviz.store.cache import JobKey, open_cache
from tests.aws.world import World
from tests.faults.scene import JOB, answers, fetch, serve

KILLS = 6

# keeps answers and series from two threads, and says which as soon as each is kept
_WRITER = """
import sys, threading
from datetime import datetime, timezone
import numpy as np
from amtviz.model import RawSeries
from amtviz.store.cache import JobKey, KeptAnswer, open_cache

lock = threading.Lock()

def write(cache, thread):
    for number in range(1_000_000):
        key = JobKey("123456789012", "us-east-1", f"{sys.argv[1]}-{thread}-{number}")
        body = {"TrainingJobSummaries": [{"Number": number}] * 50}
        cache.keep_answer(key, "List", KeptAnswer(body, datetime.now(timezone.utc), True))
        points = np.arange(100)
        cache.keep_series(None, [(key, RawSeries("t", "", "loss", 60, points, points / 7), 60)])
        with lock:
            print(key.job, flush=True)

with open_cache() as cache:
    threads = [threading.Thread(target=write, args=(cache, n), daemon=True) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_what_was_kept_when_it_was_killed_is_kept(cache_file: Path) -> None:
    dice = random.Random(0)
    kept: list[str] = []
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(kill)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(dice.randint(1, 60)):
            kept.append(process.stdout.readline().strip())
        process.kill()
        kept += process.stdout.read().split("\n")[:-1]  # lines that came to their end
        process.wait()
    kept = [name for name in kept if name]
    assert len(kept) > KILLS
    with open_cache() as cache:
        assert cache.notices == []
        for name in kept:
            key = JobKey("123456789012", "us-east-1", name)
            number = int(name.rpartition("-")[2])
            answer = cache.find_answer(key, "List")
            assert answer.body == {"TrainingJobSummaries": [{"Number": number}] * 50}
            ((series, finest),) = cache.find_series(key, None)
            assert (len(series.timestamps), finest) == (100, 60)
            assert series.values[-1] == 99 / 7
    with sqlite3.connect(cache_file) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


@pytest.mark.parametrize("calls", [3, 8])
def test_a_fetch_that_was_killed_costs_the_next_nothing(aws: World, calls: int) -> None:
    """After so many calls. What had become final isn't asked for again, and nothing is wrong."""
    aws.page_limit = 2
    serve(aws, 8)
    whole = fetch()
    aws.calls.clear()
    code = f"import amtviz; amtviz.fetch_tuning_data({JOB!r})"
    aws.break_("silence", after=calls)
    process = subprocess.Popen([sys.executable, "-c", code])
    while sum(aws.calls.values()) <= calls:
        assert process.poll() is None
        time.sleep(0.01)  # or it takes the other's time
    process.kill()
    process.wait()
    aws.heal()
    with open_cache() as cache:
        again = fetch(cache=cache)
        assert cache.notices == []
    assert answers(again) == answers(whole)
