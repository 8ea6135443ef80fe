"""Which tuning job did better, in a sentence or two."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.chances.contest import FEWEST
from amtviz.findings.facts import Facts
from amtviz.model import Hyperparameter
from amtviz.texts import list_distinct
from amtviz.wording.lists import capital, join_few, join_words, plural
from amtviz.wording.names import name_job
from amtviz.wording.numbers import tell_apart
from amtviz.wording.times import format_duration

_OTHERS = ("time", "cost")
_SUREST = 0.925  # of pairs given more than that no more than so many did better again


def state_comparison(facts: Facts) -> str:
    """Say which tuning job did better, whether it would do so again, and what isn't fair.

    Tuning jobs are compared that started with the same knowledge: with the same ancestors, or with
    none. What each found is one thing; that one would probably do better again is said from a
    chance of 80 %.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        Empty for fewer than two tuning jobs with trials.
    """
    if len(list_distinct(facts.contest.jobs["TuningJobName"])) < 2:
        return ""
    names = facts.compared
    if not names:
        return "No tuning job has a trial with a value yet, so they can't be compared."
    if len(names) == 1:
        return f"Only {name_job(names[0])} has trials with a value: there is nothing to compare."
    groups = [group for group in _group_fairly(facts, names) if len(group) > 1]
    parts = [_state_set(facts, group) for group in groups[:2]]
    return " ".join(part for part in [*parts, _state_unfair(facts, names)] if part)


def name_yardstick(facts: Facts, yardstick: str) -> str:
    """Return what tuning jobs are compared at, such as ``equal billed time``."""
    names = {"trials": "equal trials", "time": "equal time", "cost": f"equal {facts.charged.name}"}
    return names[yardstick]


def write_budget(yardstick: str, budget: float) -> str:
    """Put a budget in words: ``50 trials``, ``1 min 12 s``."""
    if yardstick == "trials":
        return plural(budget, "trial")
    return format_duration(budget)


def _group_fairly(facts: Facts, names: list[str]) -> list[list[str]]:
    """Group tuning jobs by what they started with."""
    groups: dict[frozenset[str], list[str]] = {}
    for name in names:
        groups.setdefault(frozenset(facts.ancestors.get(name, ())), []).append(name)
    return list(groups.values())


def _state_set(facts: Facts, names: list[str]) -> str:
    """Compare tuning jobs that started with the same knowledge."""
    table = facts.contest.jobs
    rows = table[(table["Yardstick"] == "trials") & table["Best"].notna()]
    enough = rows.loc[rows["TuningJobName"].isin(names), "TuningJobName"].tolist()
    enough = names if len(names) == 2 else enough
    parts = [
        _state_pair(facts, *enough) if len(enough) == 2 else _state_group(facts, enough),
        _left_out([name for name in names if name not in enough]),
        *_unknown(facts, names),
        *_ranges(facts, names),
    ]
    return " ".join(part for part in parts if part)


def _pair(facts: Facts, one: str, two: str, yardstick: str) -> pd.Series:
    """Return a pair's row, as seen from the first of the two named."""
    pairs = facts.contest.pairs
    pairs = pairs[pairs["Yardstick"] == yardstick]
    row = pairs[(pairs["First"] == one) & (pairs["Second"] == two)]
    if len(row):
        return row.iloc[0]
    row = pairs[(pairs["First"] == two) & (pairs["Second"] == one)].iloc[0].copy()
    for end in ("Trials", "Best"):
        row[f"First{end}"], row[f"Second{end}"] = row[f"Second{end}"], row[f"First{end}"]
    row["Chance"] = 1 - row["Chance"]
    turned = {"first": "second", "second": "first"}
    row["Verdict"] = turned.get(row["Verdict"], row["Verdict"])
    return row


def _state_pair(facts: Facts, one: str, two: str) -> str:
    """Say what two tuning jobs found at equal budgets, and which would do better again."""
    row = _pair(facts, one, two, "trials")
    budget = write_budget("trials", row["Budget"])
    if pd.isna(row["FirstBest"]) or pd.isna(row["SecondBest"]):
        return (
            f"With {budget} each, {name_job(one)} and {name_job(two)} can't be compared: not both "
            "had a value by then."
        )
    if _lead(facts, row) < 0:
        one, two = two, one
        row = _pair(facts, one, two, "trials")
    bests = tell_apart([row["FirstBest"], row["SecondBest"]])
    ahead, behind, metric = name_job(one), name_job(two), facts.tables.objective.metric_name
    if row["FirstBest"] == row["SecondBest"]:
        text = f"With {budget} each, {ahead} and {behind} found the same best {metric} ({bests[0]})"
    else:
        text = (
            f"With {budget} each, {ahead} found a better best {metric} ({bests[0]}) than {behind} "
            f"({bests[1]})"
        )
    return " ".join([f"{text}.", *_state_others(facts, one, two), *_foretell(facts, one, two)])


def _lead(facts: Facts, row: pd.Series) -> float:
    """Return by how much the first of a pair found a better best."""
    return float(row["FirstBest"] - row["SecondBest"]) * facts.tables.objective.sign


def _state_others(facts: Facts, one: str, two: str) -> list[str]:
    """Say what a pair found at equal time and cost; what is as at equal trials needs no figures."""
    ends = ["FirstBest", "SecondBest"]
    by_trials = _pair(facts, one, two, "trials")
    same, other = [], []
    for yardstick in _OTHERS:
        row = _pair(facts, one, two, yardstick)
        if row[ends].isna().any():
            continue
        budget = write_budget(yardstick, row["Budget"])
        place = f"at {name_yardstick(facts, yardstick)} ({budget})"
        if row[ends].equals(by_trials[ends]):
            same.append(place)
            continue
        (first, second), names = tell_apart(row[ends]), [name_job(one), name_job(two)]
        if _lead(facts, row) < 0:
            names, first, second = names[::-1], second, first
        told = f"{names[0]} had found {first} and {names[1]} {second}"
        if first == second:
            told = f"both had found {first}"
        other.append(capital(f"{place}, {told}."))
    return [*([f"The same holds {join_words(same)}."] if same else []), *other]


def _foretell(facts: Facts, one: str, two: str) -> list[str]:
    """Say which of two would probably do better again, and by what, or that it can't be told."""
    told: dict[str, list[tuple[str, pd.Series]]] = {}  # by verdict
    for yardstick in ("trials", *_OTHERS):
        row = _pair(facts, one, two, yardstick)
        if pd.notna(row["Chance"]):
            told.setdefault(row["Verdict"], []).append((yardstick, row))
    if not told:
        return [f"With fewer than {FEWEST} scored trials each, that may be luck."]
    clauses = []
    for verdict, rows in told.items():
        text = f"one run each can't tell {name_job(one)} from {name_job(two)}"
        if verdict in ("first", "second"):
            text = _name_leader(facts, one, two, rows[0][1])
        if len(told) > 1:
            at = join_words([name_yardstick(facts, yardstick) for yardstick, _ in rows])
            text = f"at {at}, {text}"
        clauses.append(text)
    text = "; ".join(clauses)
    return [f"{capital(text) if text.startswith(('at ', 'one run ')) else text}."]


def _name_leader(facts: Facts, one: str, two: str, row: pd.Series) -> str:
    """Say that one of two would probably do better, and how sure that is."""
    name, chance, lead = one, row["Chance"], _lead(facts, row)
    if row["Verdict"] == "second":
        name, chance, lead = two, 1 - chance, -lead
    again = "again" if lead > 0 else "if both were run again"
    return f"{name_job(name)} would probably do better {again} ({_say_odds(chance)} such pairs did)"


def _say_odds(chance: float) -> str:
    return f"about {round(100 * chance)} in 100" if chance < _SUREST else "over 90 in 100"


def _state_group(facts: Facts, names: list[str]) -> str:
    """Say which of several tuning jobs found the best, and whether it would lead again."""
    objective, table = facts.tables.objective, facts.contest.jobs
    table = table[table["TuningJobName"].isin(names) & table["Best"].notna()]
    found, same, other = "", [], []
    held: tuple[object, ...] = ()
    for yardstick in ("trials", *_OTHERS):
        rows = table[table["Yardstick"] == yardstick]
        if len(rows) < 2:
            continue
        best = (rows["Best"] * objective.sign).max() * objective.sign
        shown = dict(zip(rows["Best"], tell_apart(rows["Best"]), strict=True))[best]
        first = rows.loc[rows["Best"] == best, "TuningJobName"].tolist()
        whose = join_few([name_job(name) for name in first])
        budget = write_budget(yardstick, rows["Budget"].iloc[0])
        at = f"at {name_yardstick(facts, yardstick)} ({budget})"
        if yardstick == "trials":
            held = (best, first)
            found = (
                f"Of {len(rows)} tuning jobs with {budget} each, {whose} found the best "
                f"{objective.metric_name} ({shown})."
            )
        elif (best, first) == held:
            same.append(at)
        else:
            other.append(capital(f"{at}, it is {whose} ({shown})."))
    held_at = [f"The same holds {join_words(same)}."] if same else []
    return " ".join([found, *held_at, *other, *_foretell_group(facts, names)])


def _foretell_group(facts: Facts, names: list[str]) -> list[str]:
    """Say whether the best of many would lead again; at other yardsticks, only where it would."""
    told: list[str] = []
    leads = ""
    for row in facts.contest.standings.itertuples():
        if not set(row.Jobs) & set(names):
            continue
        at = name_yardstick(facts, row.Yardstick)
        leader = name_job(row.Leaders[0])
        if row.Verdict == "leads" and leader != leads:
            where = f", at {at}" if row.Yardstick != "trials" else ""
            told.append(f"{leader} would probably do better than each of the others again{where}.")
            leads = leader
        elif row.Yardstick == "trials":
            told.append(_deny_lead(row.Verdict, len(row.Jobs), leader, row.AheadOf))
    return told


def _deny_lead(verdict: str, count: int, leader: str, behind: tuple[str, ...]) -> str:
    if verdict == "too few":
        return f"With fewer than {FEWEST} scored trials each, that may be luck."
    text = f"The best of {count} isn't shown to be better than the others"
    if behind:
        others = join_few([name_job(name) for name in behind])
        text += f", but {leader} would probably do better than {others} again"
    return f"{text}."


def _left_out(names: list[str]) -> str:
    """Name those that have too few trials to be compared with the others."""
    few = join_few([name_job(name) for name in names])
    return f"{few} {'has' if len(names) == 1 else 'have'} too few trials yet." if few else ""


def _unknown(facts: Facts, names: list[str]) -> list[str]:
    """Say which times are missing, and whose."""
    table = facts.contest.jobs
    table = table[table["TuningJobName"].isin(names) & table["Reason"].str.endswith("known")]
    lines = facts.convergence
    has = {
        "time": set(lines.loc[lines["WallSeconds"].notna(), "TuningJobName"]),
        "cost": set(lines.loc[lines["BilledFrom"] != "unknown", "TuningJobName"]),
    }
    missing = {
        yardstick: table.loc[table["Yardstick"] == yardstick, "TuningJobName"].tolist()
        for yardstick in _OTHERS
    }
    if not any(has[yardstick] & set(names) for yardstick in _OTHERS):
        return ["No times are known."]
    told = []
    for yardstick, what in (("time", "times"), ("cost", f"{facts.charged.name}s")):
        whose = missing[yardstick]
        if not whose:
            continue
        of = "" if len(whose) == len(names) else f" of {join_few([name_job(n) for n in whose])}"
        some = has[yardstick] & set(whose)
        told.append(f"The {what}{of} aren't all known." if some else f"No {what}{of} are known.")
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
    if not started or len(_group_fairly(facts, names)) == 1:
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
