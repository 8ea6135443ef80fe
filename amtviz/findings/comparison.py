"""Which tuning job did better, in a sentence or two."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.comparison import FEWEST
from amtviz.findings.facts import Facts
from amtviz.findings.pairs import (
    SURE,
    group_fairly,
    is_fair,
    pair_of,
)
from amtviz.model import Hyperparameter
from amtviz.wording.lists import join_few, join_words, plural
from amtviz.wording.names import name_job
from amtviz.wording.numbers import tell_apart
from amtviz.wording.shares import format_chance, format_share
from amtviz.wording.times import format_duration

_OTHERS = ("time", "cost")
_EQUAL = {"time": "equal time", "cost": "equal billed time"}


def state_comparison(facts: Facts) -> str:
    """Say which tuning job did better, whether that is more than luck, and what isn't fair.

    Tuning jobs are compared that started with the same knowledge: with the same ancestors, or with
    none. A difference is called one if the better is ahead in 95 % of redrawn searches.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        Empty for fewer than two tuning jobs with trials.
    """
    table = facts.comparison.jobs
    if table["TuningJobName"].nunique() < 2:
        return ""
    names = facts.compared
    if not names:
        return "No tuning job has a trial with a value yet, so they can't be compared."
    if len(names) == 1:
        return f"Only {name_job(names[0])} has trials with a value: there is nothing to compare."
    groups = [group for group in group_fairly(facts, names) if len(group) > 1]
    parts = [
        _state_pair(facts, *group) if len(group) == 2 else _state_group(facts, group)
        for group in groups[:2]
    ]
    return " ".join(part for part in [*parts, _state_unfair(facts, names)] if part)


def write_budget(yardstick: str, budget: float) -> str:
    """Put a budget in words: ``50 trials``, ``1 min 12 s``."""
    if yardstick == "trials":
        return plural(budget, "trial")
    return format_duration(budget)


def _state_pair(facts: Facts, one: str, two: str) -> str:
    """Compare two tuning jobs with as many trials each, in as much time, for as much money."""
    objective = facts.tables.objective
    row = pair_of(facts, one, two, "trials")
    if pd.isna(row["FirstBest"]) or pd.isna(row["SecondBest"]):
        return (
            f"With {write_budget('trials', row['Budget'])} each, {name_job(one)} and "
            f"{name_job(two)} can't be compared: not both had a value by then."
        )
    if (row["SecondBest"] - row["FirstBest"]) * objective.sign > 0:
        one, two = two, one
        row = pair_of(facts, one, two, "trials")
    bests = tell_apart([row["FirstBest"], row["SecondBest"]])
    budget = write_budget("trials", row["Budget"])
    ahead, behind, metric = name_job(one), name_job(two), objective.metric_name
    if row["FirstBest"] == row["SecondBest"]:
        text = f"With {budget} each, {ahead} and {behind} found the same best {metric} ({bests[0]})"
        if _level(row) == 0:
            text += ", and can't be told apart"
            row = row.drop("Chance")
    else:
        text = (
            f"With {budget} each, {ahead} found a better best {metric} ({bests[0]}) than {behind} "
            f"({bests[1]})"
        )
    parts = [f"{text}{_judge(row, ahead, behind)}."]
    return " ".join(
        [
            *parts,
            *_state_others(facts, one, two),
            *_unknown(facts, [one, two]),
            *_ranges(facts, [one, two]),
        ]
    )


def _judge(row: pd.Series, ahead: str, behind: str) -> str:
    """Say how often it would be ahead again, or why that can't be said."""
    if "Chance" not in row:
        return ""
    if pd.isna(row["Chance"]):
        return f"; with {row['Reason']}, that may be luck"
    chance = row["Chance"]
    if chance >= SURE:
        return f": in {format_chance(chance)} of redrawn searches it comes out ahead"
    if chance <= 1 - SURE:
        return f", yet in {format_chance(1 - chance)} of redrawn searches {behind} comes out ahead"
    return (
        f", but the two can't be told apart: in {format_chance(chance)} of redrawn searches "
        f"{ahead} comes out ahead"
    )


def _state_others(facts: Facts, one: str, two: str) -> list[str]:
    """Compare a pair at equal time and cost; what is as at equal trials needs no figures."""
    by_trials = pair_of(facts, one, two, "trials")
    same, other = [], []
    for yardstick in _OTHERS:
        row = pair_of(facts, one, two, yardstick)
        if pd.isna(row["FirstBest"]) or pd.isna(row["SecondBest"]):
            continue
        place = f"at {_EQUAL[yardstick]} ({write_budget(yardstick, row['Budget'])})"
        ends = ["FirstBest", "SecondBest"]
        if row[ends].equals(by_trials[ends]) and _level(row) == _level(by_trials):
            same.append(place)
        else:
            other.append(f"{place} {_state_other(facts, one, two, row)}")
    told = [f"The same holds {join_words(same)}."] if same else []
    return told + [_capital(f"{part}.") for part in other]


def _level(row: pd.Series) -> int | None:
    """Tell whether the first (1), the second (-1) or neither (0) is ahead by more than luck."""
    if pd.isna(row["Chance"]):
        return None
    return int(row["Chance"] >= SURE) - int(row["Chance"] <= 1 - SURE)


def _state_other(facts: Facts, one: str, two: str, row: pd.Series) -> str:
    """Say what the two had found, and how often the better is ahead."""
    bests = tell_apart([row["FirstBest"], row["SecondBest"]])
    if row["FirstBest"] == row["SecondBest"]:
        return f"both had found {bests[0]}"
    chance, names = row["Chance"], [name_job(one), name_job(two)]
    if (row["SecondBest"] - row["FirstBest"]) * facts.tables.objective.sign > 0:
        chance, names, bests = 1 - chance, names[::-1], bests[::-1]
    text = f"{names[0]} had found {bests[0]} and {names[1]} {bests[1]}"
    if pd.isna(chance):
        return text
    told = " and can't be told apart" if SURE > chance > 1 - SURE else ""
    return f"{text} (redrawn, {names[0]} is ahead in {format_chance(chance)}{told})"


def _state_group(facts: Facts, names: list[str]) -> str:
    """Say which of several tuning jobs leads, and which others can't be told from it."""
    objective = facts.tables.objective
    table = facts.comparison.jobs
    table = table[table["TuningJobName"].isin(names)]
    parts = []
    leader = ""
    for yardstick in ("trials", *_OTHERS):
        rows = table[(table["Yardstick"] == yardstick) & table["Best"].notna()]
        if len(rows) < 2:
            continue
        best = (rows["Best"] * objective.sign).max() * objective.sign
        shown = dict(zip(rows["Best"], tell_apart(rows["Best"]), strict=True))[best]
        first = rows.loc[rows["Best"] == best, "TuningJobName"].tolist()
        budget = write_budget(yardstick, rows["Budget"].iloc[0])
        whose = join_few([name_job(name) for name in first])
        if yardstick == "trials":
            leader = first[0]
            parts.append(
                f"Of {len(rows)} tuning jobs with {budget} each, {whose} found the best "
                f"{objective.metric_name} ({shown})"
            )
            continue
        parts.append(f"at {_EQUAL[yardstick]} ({budget}) it is {whose} ({shown})")
    text = f"{'; '.join(parts)}." if parts else ""
    told = _state_against(facts, leader, names) if leader else ""
    left = _left_out(table, names)
    return " ".join(
        p for p in (text, told, left, *_unknown(facts, names), *_ranges(facts, names)) if p
    )


def _state_against(facts: Facts, leader: str, names: list[str]) -> str:
    """Say of how many others a tuning job is ahead by more than luck."""
    others = [name for name in names if name != leader]
    chances = {name: pair_of(facts, leader, name, "trials")["Chance"] for name in others}
    known = {name: chance for name, chance in chances.items() if pd.notna(chance)}
    if not known:
        return f"With fewer than {FEWEST} scored trials each, that may be luck."
    clear = [name for name, chance in known.items() if chance >= SURE]
    worse = [name_job(name) for name, chance in known.items() if chance <= 1 - SURE]
    near = [name_job(n) for n in known if n not in clear and known[n] > 1 - SURE]
    words = []
    if clear:
        count = (
            f"all {len(clear)}" if len(clear) == len(others) else f"{len(clear)} of {len(others)}"
        )
        words.append(
            f"is ahead of {count} others in {format_share(SURE)} of redrawn searches or more"
        )
    if near:
        words.append(f"can't be told apart from {join_few(near)}")
    if worse:
        words.append(f"falls behind {join_few(worse)} in {format_share(SURE)} or more")
    return f"Pair by pair, {name_job(leader)} {join_words(words)}."


def _left_out(table: pd.DataFrame, names: list[str]) -> str:
    """Name those that have too few trials to be compared with the others."""
    rows = table[(table["Yardstick"] == "trials") & table["Best"].isna()]
    few = [name_job(name) for name in rows["TuningJobName"] if name in names]
    return (
        f"{join_few(few)} {'has' if len(few) == 1 else 'have'} too few trials yet." if few else ""
    )


def _unknown(facts: Facts, names: list[str]) -> list[str]:
    """Say which yardstick is missing, and for whom."""
    table = facts.comparison.jobs
    told = []
    for yardstick, what in (("time", "times"), ("cost", "billed times")):
        rows = table[(table["Yardstick"] == yardstick) & table["TuningJobName"].isin(names)]
        missing = rows.loc[rows["Reason"].str.endswith("known"), "TuningJobName"].tolist()
        if missing:
            whose = (
                ""
                if len(missing) == len(names)
                else f" of {join_few([name_job(n) for n in missing])}"
            )
            told.append(f"The {what}{whose} aren't all known.")
    return told


def _ranges(facts: Facts, names: list[str]) -> list[str]:
    """Name the hyperparameters whose ranges differ between tuning jobs."""
    jobs = [job for job in facts.tables.jobs if job.name in names]
    searched = [{h.name: _key(h) for h in job.hyperparameters} for job in jobs]
    every = dict.fromkeys(name for ranges in searched for name in ranges)
    other = [name for name in every if len({ranges.get(name) for ranges in searched}) > 1]
    if not other:
        return []
    shown = join_few([" ".join(name.split()) for name in other], 3)
    return [f"They searched different ranges of {shown}, which this compares as well."]


def _key(hyperparameter: Hyperparameter) -> tuple[object, ...]:
    h = hyperparameter
    return (h.kind, h.low, h.high, frozenset(h.values), h.scaling)


def _state_unfair(facts: Facts, names: list[str]) -> str:
    """Say which tuning jobs started with what others had learnt."""
    ancestors = facts.ancestors
    started = [name for name in names if ancestors.get(name)]
    if not started or all(is_fair(facts, names[0], name) for name in names):
        return ""
    if len(started) > 1:
        return (
            f"{join_few([name_job(n) for n in started])} were warm-started with what their parents "
            "had learnt, so they aren't a fair comparison with tuning jobs that weren't."
        )
    parents = [name_job(name) for name in ancestors[started[0]]]
    whom = "them" if len(parents) > 1 else "it"
    if not set(ancestors[started[0]]) & set(names):
        whom = "tuning jobs that weren't warm-started"
    return (
        f"{name_job(started[0])} started with what {join_few(parents)} had learnt, so it isn't a "
        f"fair comparison with {whom}."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
