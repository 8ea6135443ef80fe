"""The live table of a terminal."""

from __future__ import annotations

import time
from math import ceil
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from amtviz.live.loop import Look
from amtviz.live.status import JobStatus, Status, TrialStatus, is_final
from amtviz.live.words import say_best, say_cost, say_end, say_objective, say_problem
from amtviz.wording.numbers import MISSING
from amtviz.wording.signs import show_signs
from amtviz.wording.statuses import format_counts, format_status
from amtviz.wording.times import format_duration
from amtviz.wording.values import format_value

_COLOURS = {"Completed": "green", "InProgress": "cyan", "Failed": "red", "Stopped": "yellow"}
_BAR = 24  # characters
_MOST_COLUMNS = 4  # hyperparameters that have one


class TerminalView:
    """A table that is drawn anew in its place.

    Parameters
    ----------
    console : rich.console.Console, optional
        By default one on stdout.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(markup=False, emoji=False, highlight=False)
        self._look: Look | None = None
        self._since = time.monotonic()
        self._footer: str | None = None
        # the last state stays on the screen, so it must fit: see `_rows`
        self._live = Live(console=self._console, get_renderable=self._render, refresh_per_second=2)

    def start(self, interval: float) -> None:
        """Begin to draw."""
        self._since = time.monotonic()
        self._live.start()

    def show(self, look: Look) -> None:
        """Draw a look."""
        self._since, self._look = time.monotonic(), look
        self._live.refresh()

    def stop(self, look: Look | None, error: BaseException | None) -> None:
        """Draw the last look once more, and give the terminal back."""
        if look is not None and look.ended and look.status:
            self._footer = f"Ended. {say_end(look.status)}."
        elif error is None:
            self._footer = "Stopped watching; the tuning jobs go on."
        else:
            self._footer = ""
        self._live.stop()

    def _render(self) -> Any:
        look = self._look
        if look is None or look.status is None:
            return self._state()
        return Group(
            draw_status(look.status, self._rows(look.status), self._console.width),
            write(""),
            self._state(),
        )

    def _rows(self, status: Status) -> int:
        """Return how many trials have room."""
        return max(2, min(10, self._console.height - 12 - len(status.jobs)))

    def _state(self) -> Text:
        """Say what is going on right now."""
        if self._footer is not None:
            return write(self._footer, style="bold")
        since = time.monotonic() - self._since
        left = (self._look.wait if self._look else 0.0) - since
        if self._look is None or left <= 0:
            late = f", for {format_duration(-left)} now" if left < -2 else ""
            return write(f"Asking AWS{late} …", style="dim")
        if self._look.problem is not None:
            return write(say_problem(self._look), style="yellow")
        return write(
            f"Looked at {self._look.at:%H:%M:%S} UTC; again in {format_duration(ceil(left))}. "
            "Ctrl-C ends it.",
            style="dim",
        )


def draw_status(status: Status, rows: int, width: int) -> Any:
    """Draw where tuning jobs stand.

    Parameters
    ----------
    status : Status
    rows : int
        Trials to list at most.
    width : int
        Of the terminal, in characters.

    Returns
    -------
    rich renderable
    """
    direction = f" ({status.direction.lower()})"
    parts: list[Any] = [_jobs(status), write("")]
    parts.append(write(say_best(status) + (direction if status.best else ""), style="bold"))
    if status.best is not None and status.best.hyperparameters:
        values = ", ".join(
            f"{name}={format_value(value)}" for name, value in status.best.hyperparameters.items()
        )
        parts.append(write(f"with {values}", overflow="ellipsis", no_wrap=True))
    parts.append(write(say_cost(status)))
    if status.outlook:
        parts.append(write(status.outlook, style="dim"))
    if status.latest:
        parts += [write(""), _trials(status, rows, width)]
    return Group(*parts)


def write(text: str, style: str = "", **options: Any) -> Text:
    """Return a text as it is, whatever Rich or a terminal would make of what stands in it."""
    return Text(show_signs(text), style=style, **options)


def _jobs(status: Status) -> Table:
    """Draw a line a tuning job: name, status, progress, counts."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for job in status.jobs:
        table.add_row(
            write(job.name, style="bold"),
            _coloured(job.status),
            _bar(job),
            write(", ".join(format_counts(job.counts)) or "no trials yet"),
        )
    return table


def _bar(job: JobStatus) -> Any:
    """Draw how many of its trials a tuning job has finished."""
    finished = sum(count for status, count in job.counts.items() if is_final(status))
    if not job.most:
        return write(f"{finished:,} finished")
    grid = Table.grid(padding=(0, 1, 0, 0))
    bar = ProgressBar(total=job.most, completed=finished, width=_BAR)
    grid.add_row(bar, write(f"{finished:,} of {job.most:,}"))
    return grid


def _trials(status: Status, rows: int, width: int) -> Table:
    """Draw the latest trials, with as many hyperparameters as have room."""
    shown = status.latest[:rows]
    names = list(shown[0].hyperparameters)[: max(0, min(_MOST_COLUMNS, (width - 64) // 14))]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column(write("latest trials"), no_wrap=True, overflow="ellipsis", min_width=16)
    table.add_column(write("status"), no_wrap=True, min_width=11)
    table.add_column(write(status.metric), justify="right", no_wrap=True, overflow="ellipsis")
    table.add_column(write("time"), justify="right", no_wrap=True, min_width=9)
    for name in names:
        table.add_column(write(name), justify="right", no_wrap=True, overflow="ellipsis")
    for trial in shown:
        name = trial.name
        if len(status.jobs) == 1 and name.startswith(f"{trial.job}-"):
            name = f"…{name.removeprefix(trial.job)}"
        table.add_row(write(name), *_cells(trial, names), style="bold" if trial.is_best else "")
    return table


def _cells(trial: TrialStatus, names: list[str]) -> list[Text]:
    star = " ★" if trial.is_best else ""
    return [
        _coloured(trial.status),
        write(say_objective(trial) + star),
        write(MISSING if trial.seconds is None else format_duration(trial.seconds)),
        *(write(format_value(trial.hyperparameters[name])) for name in names),
    ]


def _coloured(status: str) -> Text:
    return write(format_status(status), style=_COLOURS.get(status, ""))
