"""Declared ranges: read from a description, and merged over definitions and tuning jobs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from amtviz.model import Hyperparameter, Kind
from amtviz.tidy.oddities import explain_scaling
from amtviz.tidy.values import decode_categories, parse_number
from amtviz.wording.lists import join_words

_NUMERIC: tuple[tuple[str, Kind], ...] = (
    ("IntegerParameterRanges", "integer"),
    ("ContinuousParameterRanges", "continuous"),
)


_GUESSED_LOG = 2.0  # powers of ten that values without a declared range must span to be guessed


def read_ranges(
    ranges: Mapping[str, Any], job_name: str, notices: list[str]
) -> list[Hyperparameter]:
    """Read ``ParameterRanges`` (or a definition's ``HyperParameterRanges``).

    Parameters
    ----------
    ranges : mapping
    job_name : str
        For the notices.
    notices : list of str
        Gets a sentence for each bound that can't be read, and each scaling that can't be.

    Returns
    -------
    list of Hyperparameter
        Integers, continuous, categories, each in the declared order; auto parameters have no range
        and are not among them.
    """
    found = []
    for key, kind in _NUMERIC:
        for entry in _entries(ranges, key):
            bounds = {end: _read_bound(entry, end, job_name, notices) for end in ("Min", "Max")}
            found.append(
                Hyperparameter(
                    name=str(entry["Name"]),
                    kind=kind,
                    low=bounds["Min"],
                    high=bounds["Max"],
                    scaling=entry.get("ScalingType") or "Auto",
                )
            )
            notices += explain_scaling(found[-1], job_name)
    for entry in _entries(ranges, "CategoricalParameterRanges"):
        values = decode_categories(entry.get("Values") or ())
        found.append(Hyperparameter(name=str(entry["Name"]), kind="categorical", values=values))
    return found


def _entries(ranges: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the entries of a kind; one without a name is of no use to anybody."""
    return [entry for entry in ranges.get(key) or () if entry and entry.get("Name")]


def read_auto_parameters(ranges: Mapping[str, Any]) -> dict[str, object]:
    """Return the hint of each auto parameter (its range is AWS's own choice) by name."""
    return {
        str(entry["Name"]): entry.get("ValueHint") for entry in _entries(ranges, "AutoParameters")
    }


def guess_scaling(values: Iterable[float]) -> str:
    """Guess on which scale values were drawn for which no range is declared.

    Parameters
    ----------
    values : iterable of float
        Finite ones, in any order.

    Returns
    -------
    {"Auto", "Linear", "Logarithmic"}
        Auto for values that span less than two powers of ten, or aren't all positive. Else the
        scale on which different values, if even between the least and the greatest, are likelier.
    """
    numbers = sorted(set(values))
    if len(numbers) < 2 or numbers[0] <= 0:
        return "Auto"
    low, high = numbers[0], numbers[-1]
    decades = math.log10(high) - math.log10(low)
    if decades < _GUESSED_LOG - 1e-9:
        return "Auto"
    even = -len(numbers) * math.log(high - low)
    even_logs = -sum(map(math.log, numbers)) - len(numbers) * math.log(decades * math.log(10))
    return "Logarithmic" if even_logs > even else "Linear"


def merge_hyperparameters(
    declared: Sequence[tuple[str, Hyperparameter]], notices: list[str]
) -> Hyperparameter:
    """Merge what several tuning jobs (or definitions) declare for one hyperparameter.

    Parameters
    ----------
    declared : sequence of (str, Hyperparameter)
        Who declares it, and what; at least one, all of one name.
    notices : list of str
        Gets a sentence for each disagreement about kind or scaling; ranges may differ freely.

    Returns
    -------
    Hyperparameter
        The widest range, or every category in the declared order.
    """
    first = declared[0][1]
    kind = _merge_kinds(declared, notices)
    is_declared = any(h.declared for _, h in declared)
    if kind == "categorical":
        values = dict.fromkeys(value for _, h in declared for value in h.values)
        return Hyperparameter(
            first.name, kind, values=tuple(values), column=first.column, declared=is_declared
        )
    scalings = _distinct(declared, "scaling")
    if len(scalings) > 1:
        told = ", ".join(f"{h.scaling} in {who!r}" for who, h in scalings)
        notices.append(
            f"The scaling of {first.name!r} differs ({told}): it is drawn as {first.scaling}."
        )
    lows = [h.low for _, h in declared if h.low is not None]
    highs = [h.high for _, h in declared if h.high is not None]
    return Hyperparameter(
        name=first.name,
        kind=kind,
        low=min(lows, default=None),
        high=max(highs, default=None),
        scaling=first.scaling,
        column=first.column,
        declared=is_declared,
    )


def merge_by_name(
    declared: Sequence[tuple[str, Hyperparameter]], notices: list[str]
) -> list[Hyperparameter]:
    """Merge what several tuning jobs declare, name by name in the order of first appearance."""
    by_name: dict[str, list[tuple[str, Hyperparameter]]] = {}
    for who, hyperparameter in declared:
        by_name.setdefault(hyperparameter.name, []).append((who, hyperparameter))
    return [merge_hyperparameters(entries, notices) for entries in by_name.values()]


def assign_columns(
    hyperparameters: Sequence[Hyperparameter], metrics: Sequence[str], taken: Sequence[str]
) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Find a column for each hyperparameter and each final metric, renaming those that collide.

    Parameters
    ----------
    hyperparameters : sequence of Hyperparameter
    metrics : sequence of str
        Names of the final metrics other than the objective.
    taken : sequence of str
        The columns that keep their names: the fixed ones and the objective.

    Returns
    -------
    hyperparameter_columns, metric_columns : dict of str to str
        Column by name, in the given order.
    notices : list of str
    """
    notices: list[str] = []
    used = set(taken)
    names = [h.name for h in hyperparameters]
    columns = _avoid(names, used, "hyperparameter", notices)
    return columns, _avoid(metrics, used, "metric", notices), notices


def _avoid(names: Sequence[str], used: set[str], what: str, notices: list[str]) -> dict[str, str]:
    columns = {name: name for name in names if name not in used}
    used.update(columns)
    for name in names:
        if name in columns:
            continue
        column = f"{name} ({what})"
        while column in used:
            column += f" ({what})"
        used.add(column)
        columns[name] = column
        notices.append(
            f"The {what} {name!r} has the name of another column: it is in column {column!r}."
        )
    return {name: columns[name] for name in names}


def _merge_kinds(declared: Sequence[tuple[str, Hyperparameter]], notices: list[str]) -> Kind:
    kinds = {h.kind for _, h in declared}
    if len(kinds) == 1:
        return declared[0][1].kind
    kind: Kind = "categorical" if "categorical" in kinds else "continuous"
    told = join_words([f"{h.kind} in {who!r}" for who, h in _distinct(declared, "kind")])
    notices.append(f"{declared[0][1].name!r} is {told}: it is taken as {kind}.")
    return kind


def _distinct(
    declared: Sequence[tuple[str, Hyperparameter]], attribute: str
) -> list[tuple[str, Hyperparameter]]:
    """Keep the first declaration of each value of an attribute."""
    seen: dict[object, tuple[str, Hyperparameter]] = {}
    for entry in declared:
        seen.setdefault(getattr(entry[1], attribute), entry)
    return list(seen.values())


def _read_bound(
    entry: Mapping[str, Any], end: str, job_name: str, notices: list[str]
) -> float | None:
    text = entry.get(f"{end}Value")
    if text is None:
        return None
    bound = parse_number(text)
    if bound is None:
        notices.append(
            f"{end}Value of {str(entry['Name'])!r} in {job_name!r} is {text!r}, not a number: "
            "its range is drawn from the trials."
        )
    return bound
