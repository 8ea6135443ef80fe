"""Why trials failed: reasons that differ in numbers and names only are one."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from amtviz.analysis.failures import FAILED, UNSCORED, compute_outcomes
from amtviz.model import Objective

HOLE = "…"  # stands for what differs
_REASONS = {
    "Outcome": "object",
    "Class": "object",
    "Reason": "object",
    "Trials": "int64",
    "Example": "object",
    "FirstTrial": "object",
    "LastTrial": "object",
    "LostSeconds": "float64",
}
_LONGEST = 1024  # AWS cuts reasons there: wherever the values' lengths put the end
_SURE = 800  # characters of a cut one that are compared

_CLASS = re.compile(r"(\w*(?:Error|Exception|Exceeded))\s*:\s*")
# containers repeat the command, with the values of all hyperparameters
_COMMAND = re.compile(r'\s*\bCommand "(?:.*"|.*$)')
_MESSAGE = re.compile(
    r'(?:ExecuteUserScriptError: )?(?:ExitCode (\d+) )?ErrorMessage "(.*?) ?"(?=\s*(?:,|$))'
)
_VARYING = re.compile(
    r"""
      (?P<keep>(?:code|status):?\s+\d+)
    | (?:s3|https?|file)://[^\s"',)]+ | \barn:[^\s"',)]+
    | \d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?
    | \b0x[0-9a-f]+\b | \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b
    | \b(?=[a-f]*\d)[0-9a-f]{8,}\b
    | (?<!\w)'[^'\s]{1,60}' | (?<!\w)"[^"\s]{1,60}" | `[^`\s]{1,60}`
    | (?:(?<!\w)[-+])?(?<!\w)\d+(?:[.,]\d+)*(?:e[-+]?\d+)? | (?<=\dx)\d+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LIST = re.compile(rf"{HOLE}(?:[\s,;x×/-]*{HOLE})+")


def compute_failure_reasons(trials: pd.DataFrame, objective: Objective) -> pd.DataFrame:
    """Group the trials that failed, or have no objective, by the reason that AWS gave.

    Numbers, quoted words, addresses, ids, times and the trial's own names don't count, nor does
    the command line that containers add; an exit code does.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective

    Returns
    -------
    pandas.DataFrame
        One row per reason, the most frequent first. Columns: Outcome (``failed`` or ``no
        objective``); Class (AlgorithmError, ClientError, InternalServerError, CapacityError or
        what else stands before the first colon; missing without); Reason (without the class, in
        one line, ``…`` for what differs between its trials; missing where none was given); Trials
        (int64); Example (a whole FailureReason); FirstTrial, LastTrial (TrainingJobName, by start);
        LostSeconds (float64: their training time, missing where none is known).
    """
    frame = trials.assign(Outcome=compute_outcomes(trials, objective))
    frame = frame[frame["Outcome"].isin([FAILED, UNSCORED])]
    if frame.empty:
        return pd.DataFrame(columns=list(_REASONS)).astype(_REASONS)
    start = frame["TrainingStartTime"].fillna(frame["CreationTime"])
    frame = frame.loc[start.sort_values(kind="stable").index]
    groups: dict[tuple[str, ...], list[int]] = {}
    columns = ["Outcome", "FailureReason", "TrainingJobName", "TuningJobName"]
    texts = [["" if pd.isna(v) else str(v) for v in frame[name]] for name in columns]
    for place, (outcome, reason, *names) in enumerate(zip(*texts, strict=True)):
        key = (outcome, normalize_reason(reason, *names))
        groups.setdefault(key, []).append(place)
    rows = [_describe(frame.iloc[places], key[1]) for key, places in groups.items()]
    table = pd.DataFrame(rows, columns=list(_REASONS)).astype(_REASONS)
    return table.sort_values("Trials", ascending=False, kind="stable", ignore_index=True)


def normalize_reason(reason: str, *names: str) -> str:
    """Put ``…`` for all of a FailureReason that differs from trial to trial.

    Parameters
    ----------
    reason : str
    *names : str
        Names of the trial, to be replaced as well.

    Returns
    -------
    str
        In one line.
    """
    text = _one_line(reason)
    cut = len(reason) >= _LONGEST
    for name in names:
        if name:
            text = text.replace(name, HOLE)
    text = _VARYING.sub(lambda found: found["keep"] or HOLE, text)
    text = _LIST.sub(HOLE, text)
    return text[:_SURE] if cut else text


def _one_line(reason: str) -> str:
    """Drop the command and the line breaks, and take the message out of what containers add."""
    text = _COMMAND.sub("", " ".join(reason.split()))
    found = _MESSAGE.search(text)
    if found:
        text = text[: found.start()] + found[2] + text[found.end() :]
        if found[1] and "exit code" not in text:
            text += f", exit code: {found[1]}"
    return text.strip(" :")


def _describe(group: pd.DataFrame, common: str) -> tuple[object, ...]:
    """Return a row of the table; the words of one reason as they are, if all have the same."""
    reasons = group["FailureReason"]
    given = reasons.dropna().astype(str)
    lines = {_one_line(reason) for reason in given}
    text = lines.pop() if len(lines) == 1 else common
    found = _CLASS.match(text)
    seconds = group["TrainingElapsedTimeSeconds"].astype("float64")
    return (
        group["Outcome"].iloc[0],
        found[1] if found else None,
        (text[found.end() :] if found else text) or None,
        len(group),
        given.iloc[0] if len(given) else None,
        group["TrainingJobName"].iloc[0],
        group["TrainingJobName"].iloc[-1],
        float(seconds.sum()) if seconds.notna().any() else np.nan,
    )
