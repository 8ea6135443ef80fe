"""What there is to know first: one or two sentences, and a line on what failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from amtviz.analysis.effects.importance import Importance
from amtviz.findings.convergence import GOING_ON, choose_more, say_about
from amtviz.findings.facts import Facts
from amtviz.findings.failures import state_failed
from amtviz.findings.importance import find_leading, name_groups
from amtviz.wording.lists import join_words, plural
from amtviz.wording.names import name_job, short_names
from amtviz.wording.numbers import tell_apart
from amtviz.wording.shares import format_share
from amtviz.wording.statuses import FINAL_STATUSES, RUNNING_STATUSES
from amtviz.wording.values import format_interval, name_category

Part = tuple[str, bool]
"""A piece of a sentence, and whether it is in bold."""

_LONG = 28  # characters of a name from which on what all names share is left out
_LITTLE = {
    "ceiling": "more trials have little to gain",
    "grid": "more trials of it bring nothing new",
}


@dataclass(frozen=True)
class Verdict:
    """What there is to know first.

    Attributes
    ----------
    parts : tuple of (str, bool)
        The sentences in pieces, and whether each is in bold: the bold ones can be read alone.
    failed : str
        A sentence if trials failed or have no objective, else empty.
    has_best : bool
        Whether a trial is the best, with which it begins then.
    """

    parts: tuple[Part, ...]
    failed: str = ""
    has_best: bool = False

    @property
    def text(self) -> str:
        """All of it in plain words."""
        said = "".join(text for text, _ in self.parts)
        return f"{said} {self.failed}".strip()


def state_verdict(facts: Facts) -> Verdict:
    """Say the best value, whether going on is worth it, what matters most, and what to do there.

    Each judgement is that of the sentence on its own question, by the same rule. While trials run,
    nothing is said about going on: it is being done.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Verdict
    """
    metric, failed = facts.tables.objective.metric_name, state_failed(facts)
    running = _running(facts)
    if not len(facts.scores):
        nothing = _nothing(facts, metric, " yet" if running else "")
        return Verdict(tuple(_join([running, nothing])), failed)
    sentences = [_best(facts, metric, bool(running)), running, _matters(facts)]
    return Verdict(tuple(_join(sentences)), failed, has_best=True)


def _join(sentences: Iterable[list[Part]]) -> list[Part]:
    """Put sentences behind one another."""
    parts: list[Part] = []
    for sentence in sentences:
        parts += [(" ", False)] if parts and sentence else []
        parts += sentence
    return parts


def _nothing(facts: Facts, metric: str, yet: str) -> list[Part]:
    if not len(facts.tables.trials):
        return [("No trial has been started yet", True), (".", False)]
    return [(f"No trial has a value of {metric}{yet}", True), (".", False)]


def _running(facts: Facts) -> list[Part]:
    """Say what still runs; nothing if all has ended."""
    trials = facts.tables.trials
    is_open = trials["TrainingJobStatus"].notna() & ~trials["TrainingJobStatus"].isin(
        FINAL_STATUSES
    )
    count = int(is_open.sum())
    if count:
        verb = "runs" if count == 1 else "run"
        if count == len(trials):
            text = f"{plural(count, 'trial')} still {verb}"
        else:
            text = f"{count:,} of {len(trials):,} trials still {verb}"
        return [(text, True), (".", False)]
    jobs = [job.name for job in facts.tables.jobs if job.status in RUNNING_STATUSES]
    if not jobs:
        return []
    if len(facts.tables.jobs) == 1:
        return [("The tuning job still runs", True), (".", False)]
    if len(jobs) > 1:
        return [(f"{len(jobs):,} tuning jobs still run", True), (".", False)]
    return [(f"{_name(facts, jobs[0])} still runs", True), (".", False)]


def _best(facts: Facts, metric: str, runs: bool) -> list[Part]:
    """Name the best value and its trial, and say whether more would beat it."""
    sign = facts.tables.objective.sign
    best = facts.scores.max() if sign > 0 else facts.scores.min()
    value = tell_apart([best, facts.scores.median()])[0]
    parts: list[Part] = [(f"{value} is the best {metric}{' so far' if runs else ''}", True)]
    table = facts.convergence
    bests = table.groupby("j")["BestSoFar"].last().dropna() * sign
    if bests.empty:  # it is of a trial that hasn't ended
        return [*parts, (".", False)]
    leader = int(bests.idxmax())
    own = table[table["j"] == leader]
    if bests[leader] == best * sign:
        at = int(own.loc[own["Improved"], "Trial"].max())
        of = f" of {_name(facts, facts.tables.job_names[leader])}" if len(bests) > 1 else ""
        parts.append((f", by trial {at:,} of {len(own):,}{of}", False))
    more = [] if runs else _more(facts, leader)
    return [*parts, *more, (".", False)]


def _more(facts: Facts, leader: int) -> list[Part]:
    """Say what more trials of the leading tuning job would bring, as far as it can be said."""
    row = choose_more(facts.going_on[facts.going_on["j"] == leader])
    told = row["Verdict"]
    if told in _LITTLE:
        return [(", and ", False), (_LITTLE[told], True), (f": {row['Reason']}", False)]
    if told == "bogus best":
        return [(", which ", False), ("may be no true value", True), (f": {row['Reason']}", False)]
    if pd.isna(row["Matters"]):
        return []
    chance = f"{row['More']:,} more trials have {say_about(row['Matters'], False)} of "
    if told not in GOING_ON:
        return [(", and ", False), (f"{chance}a gain that matters", True)]
    chance += "one" if told == "unlikely" else "a gain that matters"
    return [(", and ", False), (GOING_ON[told], True), (f": {chance}", False)]


def _matters(facts: Facts) -> list[Part]:
    """Name the hyperparameter that matters most, and what to do with its range."""
    found = facts.importance
    if not len(facts.tables.hyperparameters):
        return []
    if not found.explains_trusted:
        return [
            ("Which hyperparameter matters", True),
            (" can't be told from these trials.", False),
        ]
    leading = find_leading(found)
    if leading is None:
        return _unclear(found)
    within = f" within {name_groups(found)}" if found.group is not None else ""
    share = f" ({format_share(leading.share)} of the variation{within})"
    if leading.rival:
        return [(f"{leading.name} or {leading.rival}", True), (f" matters most{share}.", False)]
    advice = _advice(facts, leading.name)
    return [(leading.name, True), (f" matters most{share}", False), *advice, (".", False)]


def _unclear(found: Importance) -> list[Part]:
    if found.together:
        pair = f"{found.together[0].first} and {found.together[0].second}"
        return [(pair, True), (" moved together: which of them matters can't be told.", False)]
    return [("No hyperparameter", True), (" can be said to matter alone.", False)]


def _advice(facts: Facts, name: str) -> list[Part]:
    """Say what the suggestion at balanced risk does with a hyperparameter, if anything."""
    table = facts.suggestions["balanced"]
    row: Any = next(table[table["Hyperparameter"] == name].itertuples())
    if row.Change == "keep":
        return []
    if row.Change == "drop":
        gone = [name_category(value) for value in row.OldValues if value not in row.Values]
        return [(": ", False), (f"drop {join_words(gone)}", True)]
    new = format_interval(row.Low, row.High, row.Scaling)
    if row.Change == "narrow":
        return [(": ", False), (f"narrow it to {new}", True)]
    verb = "extend" if row.Change == "extend" else "move"
    return [(f"{_crowd(row)}: ", False), (f"{verb} it to {new}", True)]


def _crowd(row: Any) -> str:
    """Say at which ends of the old range the best are: where the new one reaches beyond it."""
    ends = [row.Low < row.OldLow, row.High > row.OldHigh]
    if not any(ends):
        return ""
    which = "both ends" if all(ends) else "the low end" if ends[0] else "the high end"
    return f", and the best crowd {which} of its range"


def _name(facts: Facts, name: str) -> str:
    """Write a tuning job's name; of a long one, leave out what all names have in common."""
    if len(name) <= _LONG:
        return name_job(name)
    return name_job(short_names(facts.tables.job_names)[name])
