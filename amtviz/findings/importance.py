"""Which hyperparameters matter, in a few sentences."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from amtviz.analysis.effects.importance import EXPLAINS, REACHES, Importance, Share
from amtviz.findings.facts import Facts
from amtviz.wording.lists import capital, join_few, join_words, plural
from amtviz.wording.shares import format_share, format_share_interval

SURE = 0.9  # the probability from which one hyperparameter is said to matter most
_NOISY = 0.2  # the share of noise from which it is worth a word
_TELLING = 0.03  # the least lower end of a share that is spoken of
_UNTRIED = 0.2  # the part of the ranges from which on what was never tried limits the claim
_MOST_NAMED = 3
_GROUPS = {"TuningJobName": "tuning job", "TrainingJobDefinitionName": "algorithm"}
_MARK = "90 % interval "


def state_importance(facts: Facts) -> str:
    """Name what matters most, by how much, and how far that can be trusted.

    Shares are those of the variation within groups (tuning jobs or algorithms that don't run the
    same task), over the whole declared ranges; where a search left a large part of these untried,
    over what was tried. What lies between the groups is said apart. One hyperparameter is said to
    matter most from a probability of 90 % on.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
    """
    found = facts.importance
    metric = facts.tables.objective.metric_name
    if not found.explains_trusted:
        parts = [found.reason, _reaching(found)]
    else:
        parts = [
            _between(found, metric),
            _leading(found, metric),
            _combining(found),
            _conditional(found),
            _reaching(found),
            _untold(found),
            _learnt(found),
        ]
    before, mark, after = " ".join(part for part in parts if part).partition(_MARK)
    return before + mark + after.replace(_MARK, "")


def _between(found: Importance, metric: str) -> str:
    """Say what the groups explain, if they can be told to differ."""
    if found.group is None or found.group.low <= _TELLING:
        return ""
    which = [f"which {_GROUPS.get(name, name)} a trial belongs to" for name in found.grouped_by]
    which += ["which hyperparameters a trial sets"] if found.split else []
    verb = "explains" if len(which) == 1 else "explain"
    return capital(
        f"{join_words(which)} {verb} {_interval(found.group)} of the variation in {metric}."
    )


@dataclass(frozen=True)
class Leading:
    """What matters most; or that, or its rival, which these trials don't tell."""

    name: str
    share: float
    rival: str


def find_leading(found: Importance) -> Leading | None:
    """Return the hyperparameter that matters most; None if none can be said to matter alone."""
    table = found.of(EXPLAINS)
    matter = _told(table)
    if matter.empty:
        return None
    name, share = matter[["Hyperparameter", "Importance"]].iloc[0]
    likely = found.hyperparameters.set_index("Hyperparameter")["Most"]
    sure = likely[name] >= SURE or len(table) == 1
    return Leading(name, share, "" if sure else likely.drop(name).idxmax())


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of what can be told from chance."""
    return table[table["Low"] > table["Chance"]]


def _leading(found: Importance, metric: str) -> str:
    """Name what matters most, and what else matters."""
    table = found.of(EXPLAINS)
    matter, leading = _told(table), find_leading(found)
    where = f"Within {name_groups(found)}, " if found.group is not None else ""
    of_what = f"of the variation in {metric}{_where(found)}"
    moving = _moving_together(found)
    if leading is None:
        if moving:
            return moving
        first = table.iloc[0]
        none = "no" if where else "No"
        return (
            f"{where}{none} hyperparameter can be said to matter alone: the first, "
            f"{first['Hyperparameter']}, explains {_interval(_of(first))} {of_what}."
        )
    name, share = leading.name, _interval(_of(matter.iloc[0]))
    if not leading.rival:
        text = f"{where}{name} matters most: alone it explains {share} {of_what}"
    else:
        text = (
            f"{where}{name} or {leading.rival} matters most, and these trials don't tell which: "
            f"alone, {name} explains {share} {of_what}"
        )
    named = [
        f"{row['Hyperparameter']} {format_share(row['Importance'])}"
        for _, row in matter.iloc[1:_MOST_NAMED].iterrows()
    ]
    more = len(matter) - 1 - len(named)
    named += [f"{more} more less than that"] if more else []
    text = f"{text}; {join_words(named)}." if named else f"{text}."
    return f"{text} {moving}".rstrip()


def _where(found: Importance) -> str:
    """Say over what the shares hold."""
    if found.untried > _UNTRIED:
        return (
            f" over what was tried (no trial came near {format_share(found.untried)} of the ranges)"
        )
    return "" if found.group is not None else " over the whole ranges"


def _combining(found: Importance) -> str:
    """Say what combinations explain, and what nothing does."""
    parts = []
    if found.combined is not None and found.combines:
        parts.append(f"combinations explain {_interval(found.combined)}")
    if found.noise is not None and found.noise.mean >= _NOISY:
        parts.append(f"{_interval(found.noise)} looks like noise")
    return capital("; ".join(parts)) + "." if parts else ""


def _moving_together(found: Importance) -> str:
    return " ".join(
        f"{pair.first} and {pair.second} moved together: they explain "
        f"{format_share_interval(pair.share.low, pair.share.high)} between them, and which of the "
        "two does can't be told."
        for pair in found.together
    )


def _conditional(found: Importance) -> str:
    """Say how much those matter that only some trials have, among these trials."""
    table = found.hyperparameters
    own = table[(table["Live"] < 1) & table["Told"] & (table["AmongLow"] > _TELLING)]
    texts = []
    for _, row in own.sort_values("Among", ascending=False).head(_MOST_NAMED).iterrows():
        where = f"where {row['DecidedBy']} sets it" if row["DecidedBy"] else "where it varies"
        share = format_share_interval(row["AmongLow"], row["AmongHigh"])
        texts.append(
            f"{row['Hyperparameter']} explains {share} {where} "
            f"({row['Live'] * found.scored:,.0f} of {plural(found.scored, 'trial')})."
        )
    return " ".join(texts)


def _reaching(found: Importance) -> str:
    """Say what decides about the best tenth, where that is something else."""
    table = found.of(REACHES)
    table = table[table["Importance"] > table["Chance"]]
    if table.empty:
        return ""
    first = table.iloc[0]
    if found.explains_trusted and first["Hyperparameter"] == found.ranking[0]:
        return ""
    return (
        f"{first['Hyperparameter']} does most to tell the best tenth of the trials from the rest: "
        f"{_interval(_of(first))} of how they differ."
    )


def _untold(found: Importance) -> str:
    """Name those of which nothing can be said, and why."""
    table = found.hyperparameters[~found.hyperparameters["Told"]]
    within = f" within {name_groups(found)}" if found.group is not None else ""
    reasons = {
        f"never varied{within}": table[table["Live"] == 0],
        "took about as many values as there are trials": table[table["Live"] > 0],
    }
    return " ".join(
        f"{join_few(rows['Hyperparameter'].tolist())} {why}, so nothing can be said of "
        f"{'it' if len(rows) == 1 else 'them'}."
        for why, rows in reasons.items()
        if len(rows)
    )


def _learnt(found: Importance) -> str:
    """Say which trials were learnt from, where not from all as they are."""
    parts = []
    if found.used < found.scored - found.left_out:
        parts.append(f"This was learnt from {found.used:,} of {found.scored:,} trials.")
    if found.left_out:
        one = found.left_out == 1
        parts.append(
            f"{plural(found.left_out, 'trial')} {'was' if one else 'were'} left out: "
            f"{'it lacks' if one else 'they lack'} a value, or diverged for no visible reason."
        )
    if found.tamed:
        verb = "counts" if found.tamed == 1 else "count"
        parts.append(f"{plural(found.tamed, 'diverged value')} {verb} as the worst ordinary one.")
    return " ".join(parts)


def name_groups(found: Importance) -> str:
    """Name the groups, in the plural."""
    names = [f"{_GROUPS.get(column, column)}s" for column in found.grouped_by]
    names += ["trials with the same hyperparameters set"] if found.split else []
    return join_words(names)


def _of(row: pd.Series) -> Share:
    return Share(row["Importance"], row["Low"], row["High"])


def _interval(share: Share) -> str:
    low, high = (format_share_interval(end, end) for end in (share.low, share.high))
    if low == high:  # narrower than what is written
        return format_share(share.mean)
    return f"{format_share(share.mean)} ({_MARK}{format_share_interval(share.low, share.high)})"
