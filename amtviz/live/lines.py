"""Live views of plain lines: one a change for people, one a look for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from amtviz.live.loop import Look
from amtviz.live.status import Status
from amtviz.live.words import say_best, say_cost, say_job, say_problem
from amtviz.wording.signs import escape_in_json, show_signs


class LineView:
    """Prints a line when something changed, and another when a look fails or works again."""

    def __init__(self) -> None:
        self._problem = ""

    def start(self, interval: float) -> None:
        """Do nothing: the first look is told by `show`."""

    def show(self, look: Look) -> None:
        """Print what is new in a look."""
        time = f"{look.at:%H:%M:%S}"
        problem = str(look.problem or "")
        if problem and problem != self._problem:
            _print(f"{time}  {say_problem(look)}")
        elif self._problem and not problem:
            _print(f"{time}  AWS answers again.")
        self._problem = problem
        if look.changed and look.status:
            jobs = "; ".join(f"{job.name}: {say_job(job)}" for job in look.status.jobs)
            _print(f"{time}  {jobs}; {say_best(look.status)}; {say_cost(look.status)}")

    def stop(self, look: Look | None, error: BaseException | None) -> None:
        """Do nothing: every line stays."""


class JsonView:
    """Prints each look as one JSON object in a line."""

    def start(self, interval: float) -> None:
        """Do nothing."""

    def show(self, look: Look) -> None:
        """Print a look."""
        _print(escape_in_json(json.dumps(to_json(look), allow_nan=False, default=str)))

    def stop(self, look: Look | None, error: BaseException | None) -> None:
        """Do nothing."""


def to_json(look: Look) -> dict[str, Any]:
    """Return a look for programs.

    Parameters
    ----------
    look : Look

    Returns
    -------
    dict
        ``look`` (its number), ``at`` (ISO 8601, UTC), ``changed``, ``ended``, ``problem``,
        ``next_look_seconds``; and, once a look succeeded, the fields of `Status`, and ``trials``
        by status.
    """
    found: dict[str, Any] = {
        "look": look.number,
        "at": look.at.isoformat(),
        "changed": look.changed,
        "ended": look.ended,
        "problem": None if look.problem is None else str(look.problem),
        "next_look_seconds": look.wait,
    }
    return found if look.status is None else found | _status(look.status)


def _status(status: Status) -> dict[str, Any]:
    values = asdict(status)
    return {"trials": status.counts, **{name: values[name] for name in values}}


def _print(text: str) -> None:
    print(show_signs(text), flush=True)
