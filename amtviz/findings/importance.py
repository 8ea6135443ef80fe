"""Which hyperparameters matter, in a few sentences."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.effects.importance import EXPLAINS, REACHES, Importance, Share
from amtviz.findings.facts import Facts
from amtviz.wording.lists import join_few, join_words, plural
from amtviz.wording.shares import format_share, format_share_interval

_SURE = 0.9  # the probability from which one hyperparameter is said to matter most
_NOISY = 0.2  # the share of noise from which it is worth a word
_MOST_NAMED = 3
_GROUPS = {"TuningJobName": "tuning job", "TrainingJobDefinitionName": "algorithm"}


def state_importance(facts: Facts) -> str:
    """Name what matters most, by how much, and how far that can be trusted.

    Shares are those of the variation within groups (tuning jobs, algorithms), over the whole
    declared ranges; what lies between the groups is said apart. One hyperparameter is said to
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
        parts = [_between(found, metric), found.reason, _reaching(found), _untold(found)]
        return " ".join(part for part in parts if part)
    parts = [
        _between(found, metric),
        _leading(found, metric),
        _combining(found),
        _moving_together(found),
        _conditional(found, len(facts.tables.trials)),
        _reaching(found),
        _untold(found),
        _learnt(found),
    ]
    return " ".join(part for part in parts if part)


def _leading(found: Importance, metric: str) -> str:
    """Name what matters most, and what else matters."""
    table = found.of(EXPLAINS)
    matter = table[table["Low"] > table["Chance"]]
    where = f"within {join_words([f'{name}s' for name in _names(found)])}, " if found.group else ""
    if matter.empty:
        first = table.iloc[0]
        text = (
            f"{where}no hyperparameter alone can be said to matter: the most, "
            f"{first['Hyperparameter']}, explains {_interval(_of(first))} of the variation in "
            f"{metric}."
        )
        return _capital(text)
    first = matter.iloc[0]
    name, share = first["Hyperparameter"], _interval(_of(first))
    likely = found.hyperparameters.set_index("Hyperparameter")["Most"]
    if likely[name] >= _SURE or len(table) == 1:
        text = f"{name} matters most: alone it explains {share} of the variation in {metric}"
    else:
        others = likely.drop(name).sort_values(ascending=False, kind="stable")
        text = (
            f"{name} or {others.index[0]} matters most, which of them these trials don't tell: "
            f"alone {name} explains {share} of the variation in {metric}"
        )
    text += "" if found.group else " over the whole ranges"
    named = [
        f"{row['Hyperparameter']} {format_share(row['Importance'])}"
        for _, row in matter.iloc[1:_MOST_NAMED].iterrows()
    ]
    more = len(matter) - 1 - len(named)
    named += [f"{more} more less than that"] if more else []
    return _capital(f"{where}{text}, {join_words(named)}." if named else f"{where}{text}.")


def _between(found: Importance, metric: str) -> str:
    """Say what the groups explain."""
    if found.group is None:
        return ""
    which = join_words([f"which {name}" for name in _names(found)])
    return _capital(
        f"{which} a trial belongs to explains {_interval(found.group)} of the differences in "
        f"{metric}."
    )


def _combining(found: Importance) -> str:
    """Say what combinations explain, and what nothing does."""
    parts = []
    if found.combined is not None and found.combines:
        parts.append(f"combinations explain {_interval(found.combined)}")
    if found.noise is not None and found.noise.mean >= _NOISY:
        parts.append(f"{_interval(found.noise)} looks like noise")
    return _capital(f"{'; '.join(parts)}.") if parts else ""


def _moving_together(found: Importance) -> str:
    return " ".join(
        f"{pair.first} and {pair.second} moved together: one or both explain "
        f"{format_share_interval(pair.share.low, pair.share.high)}, which of them can't be told."
        for pair in found.together
    )


def _conditional(found: Importance, trials: int) -> str:
    """Say how much those matter that only some trials have, among these trials."""
    table = found.hyperparameters
    own = table[(table["DecidedBy"] != "") & table["Told"] & (table["AmongLow"] > 0.03)]
    told = [
        f"{row['Hyperparameter']} (set in {row['Live'] * trials:,.0f} of {trials:,} trials, as "
        f"{row['DecidedBy']} decides) explains "
        f"{format_share_interval(row['AmongLow'], row['AmongHigh'])} among these"
        for _, row in own.head(_MOST_NAMED).iterrows()
    ]
    return f"{join_words(told)}." if told else ""


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
        f"What most decides about reaching the best tenth is {first['Hyperparameter']}, with "
        f"{_interval(_of(first))} of all differences between the best tenth and the rest."
    )


def _untold(found: Importance) -> str:
    """Name those of which nothing can be said, if anything can be said of others."""
    names = found.hyperparameters.loc[~found.hyperparameters["Told"], "Hyperparameter"].tolist()
    if not names or not found.explains_trusted:
        return ""
    within = f" within any {join_words(_names(found))}" if found.group else ""
    why = f"did not vary{within} or took about as many values as there are trials"
    return f"Of {join_few(names)} nothing can be told: {'it' if len(names) == 1 else 'they'} {why}."


def _learnt(found: Importance) -> str:
    """Say which trials were learnt from, where not from all as they are."""
    parts = []
    if found.used < found.scored - found.left_out:
        parts.append(f"This was learnt from {found.used:,} of {found.scored:,} trials.")
    if found.left_out:
        count = plural(found.left_out, "trial")
        parts.append(
            f"{count} that diverged for no visible reason, or lack a value, were left out."
        )
    if found.tamed:
        parts.append(f"{plural(found.tamed, 'diverged value')} counted as the worst ordinary one.")
    return " ".join(parts)


def _names(found: Importance) -> list[str]:
    return [_GROUPS.get(column, column) for column in found.grouped_by] or ["group"]


def _of(row: pd.Series) -> Share:
    return Share(row["Importance"], row["Low"], row["High"])


def _interval(share: Share) -> str:
    ends = format_share_interval(share.low, share.high)
    return f"{format_share(share.mean)} (90 % interval {ends})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
