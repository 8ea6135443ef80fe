"""``amtviz note``: what somebody thinks of a trial, kept in a saved file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from amtviz.cli.group import main
from amtviz.cli.options import emit, json_option, records
from amtviz.wording.signs import show_signs

_EPILOG = """\b
Examples:
  amtviz note study.sqlite my-tuning-job-016-0a1b2c3d "diverges on the long texts"
  amtviz note study.sqlite 0a1b2c3d --star
  amtviz note study.sqlite "trial 10" "the best so far"
  amtviz note study.sqlite my-tuning-job-016-0a1b2c3d "" --no-star
  amtviz note study.sqlite
"""


@main.command(epilog=_EPILOG)
@click.argument("snapshot", metavar="SNAPSHOT", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("trial", metavar="[TRIAL]", required=False)
@click.argument("text", metavar="[TEXT]", required=False)
@click.option("--star/--no-star", default=None, help="Star the trial, or take its star away.")
@json_option
def note(
    snapshot: Path, trial: str | None, text: str | None, star: bool | None, as_json: bool
) -> None:
    """Note something of a trial in a saved file, or star it; without TRIAL, show all notes.

    SNAPSHOT is a file that TuningData.save or amtviz fetch wrote, TRIAL a training job's name
    or the end of it, or "trial 10", the tenth that ended, as reports count. TEXT stands in place of
    an earlier note; an empty one takes that away. Reports of the file show notes and stars.
    """
    from amtviz import sources  # slow to import: not for --help

    data = sources.load_saved(snapshot)
    if trial is not None and text is None and star is None:
        raise click.UsageError("Give a TEXT to note, --star or --no-star.")
    if trial is not None:
        trial = data.find_trial(trial)
        if text is not None:
            data = data.note(trial, text)
        if star is not None:
            data = data.star(trial, star)
        data.save(snapshot)
    trials = data.trials
    noted = trials[trials["Note"].notna() | trials["Star"].fillna(False)]
    shown = noted if trial is None else trials[trials["TrainingJobName"] == trial]
    rows = records(shown[["TuningJobName", "TrainingJobName", "Star", "Note"]])
    emit(as_json, "\n".join(map(_describe, rows)) or "There is no note and no star.", trials=rows)


def _describe(row: dict[str, Any]) -> str:
    parts = [row["TrainingJobName"], "★" if row["Star"] else "", show_signs(row["Note"] or "")]
    return "  ".join(part for part in parts if part)
