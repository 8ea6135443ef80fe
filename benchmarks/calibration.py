"""Is what amtviz says true as often as it says? Each claim against planted or replayed answers.

Run it from a checkout, with the test extra installed:

    python -m benchmarks.calibration                        # everything: hours
    python -m benchmarks.calibration --claims importance    # one module of benchmarks/claims
    python -m benchmarks.calibration --small                # a taste of everything: a minute
    python -m benchmarks.calibration --finished --markdown  # what is measured so far, as Markdown

Every finished cell is a line of JSON in a folder, so that a run that was stopped goes on where it
was. A module of `benchmarks/claims` that has a `CLAIM` is measured:

`CLAIM`
    What amtviz says, in words.
`cells(small)`
    Yields units of work, as dictionaries that JSON can hold; `small` is a taste for CI.
`measure(cell)`
    Returns what came out of one, likewise.
`summarize(results)`
    Returns a table of (cell, what came out) pairs, with the columns Claim, Data, Nominal, Goal,
    Measured and N.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, cast

import pandas as pd
from threadpoolctl import threadpool_limits

import benchmarks.claims

COLUMNS = ["Claim", "Data", "Nominal", "Goal", "Measured", "N"]


class Claims(Protocol):
    """A module of claims."""

    CLAIM: str

    def cells(self, small: bool) -> Iterator[dict[str, Any]]: ...
    def measure(self, cell: dict[str, Any]) -> dict[str, Any]: ...
    def summarize(self, results: list[tuple[dict[str, Any], dict[str, Any]]]) -> pd.DataFrame: ...


def find_claims() -> dict[str, Claims]:
    """Import the modules of `benchmarks.claims` that make a claim, by name."""
    found = {}
    for module in pkgutil.iter_modules(benchmarks.claims.__path__):
        imported = importlib.import_module(f"benchmarks.claims.{module.name}")
        if hasattr(imported, "CLAIM"):
            found[module.name] = cast(Claims, imported)
    return found


def key_of(cell: dict[str, Any]) -> str:
    return json.dumps(cell, sort_keys=True)


def read_finished(path: Path) -> dict[str, dict[str, Any]]:
    """Return what came out of each finished cell; a line cut off by an interruption is none."""
    finished = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                continue
            finished[key_of(row["cell"])] = row["result"]
    return finished


def run(
    claims: Claims, path: Path, *, small: bool, measure: bool
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Measure the cells that aren't finished yet, and return all that are."""
    finished = read_finished(path)
    wanted = list(claims.cells(small))
    if measure:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as lines:
            if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
                lines.write("\n")  # or the first line would go on where an interruption cut
            for cell in wanted:
                if key_of(cell) in finished:
                    continue
                started = time.perf_counter()
                result = claims.measure(cell)
                finished[key_of(cell)] = result
                seconds = round(time.perf_counter() - started, 2)
                lines.write(json.dumps({"cell": cell, "result": result, "seconds": seconds}))
                lines.write("\n")
                lines.flush()
    return [(cell, finished[key_of(cell)]) for cell in wanted if key_of(cell) in finished]


def to_markdown(table: pd.DataFrame) -> str:
    texts = table.astype(object).where(table.notna(), "").map(_written).to_numpy()
    rows = [table.columns.tolist(), ["---"] * len(table.columns), *texts]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _written(cell: object) -> str:
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    found = find_claims()
    parser.add_argument("--claims", nargs="+", metavar="NAME", choices=[*found], default=[*found])
    parser.add_argument("--out", type=Path, default=Path("build/calibration"), metavar="FOLDER")
    parser.add_argument("--small", action="store_true", help="a taste of each claim")
    parser.add_argument("--finished", action="store_true", help="measure nothing more")
    parser.add_argument("--markdown", action="store_true", help="the documentation's table")
    options = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(19)
    warnings.simplefilter("ignore")
    tables = []
    for name in options.claims:
        started = time.perf_counter()
        path = options.out / f"{name}.jsonl"
        with threadpool_limits(1):  # threads wait for each other where others work, too
            results = run(found[name], path, small=options.small, measure=not options.finished)
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        if results:
            tables.append(found[name].summarize(results)[COLUMNS])
    if not tables:
        print("Nothing is measured yet: run it without --finished.")
        return
    table = pd.concat(tables, ignore_index=True)
    print(to_markdown(table) if options.markdown else table.to_string(index=False))


if __name__ == "__main__":
    main()
