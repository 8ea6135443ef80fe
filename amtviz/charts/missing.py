"""Panels that could tell nothing: they aren't drawn, and a sentence says what would bring them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from amtviz.grammar.context import Panel
from amtviz.wording.lists import capital, join_few

_MOST_NAMED = 6
NO_OBJECTIVE = ("no trial has an objective yet", "a trial that completes with a value")
NO_ENDS = ("no end times are known", "TrainingStartTime and TrainingEndTime")

NO_BILL = ("no billed time is known", "BillableTimeInSeconds and InstanceCount")
ALL_EQUAL = ("all objectives are equal", "trials that differ")


@dataclass(frozen=True)
class Missing:
    """A panel that isn't drawn.

    Attributes
    ----------
    title : str
        As the panel's would be.
    why : str
        What there isn't, as a clause: ``no end times are known``.
    need : str
        What would bring it, as a noun: ``TrainingEndTime``.
    """

    title: str
    why: str
    need: str


def sort_out(drawn: Iterable[Panel | Missing]) -> tuple[list[Panel], str]:
    """Part what is drawn from what isn't.

    Parameters
    ----------
    drawn : iterable of Panel or Missing
        As a chart's ``panels`` returns them.

    Returns
    -------
    panels : list of Panel
    missing : str
        What isn't drawn, why, and what would bring it: a sentence a reason, in one line; empty
        where nothing is missing.
    """
    panels: list[Panel] = []
    reasons: dict[tuple[str, str], list[str]] = {}
    for each in drawn:
        if isinstance(each, Panel):
            panels.append(each)
        else:
            reasons.setdefault((each.why, each.need), []).append(f"“{each.title}”")
    return panels, " ".join(_say(*reason, titles) for reason, titles in reasons.items())


def _say(why: str, need: str, titles: list[str]) -> str:
    one = len(titles) == 1
    verb, subject = ("isn't", "it needs") if one else ("aren't", "they need")
    named = join_few(titles, _MOST_NAMED)
    return f"{capital(why)}, so {named} {verb} drawn: {subject} {need}."
