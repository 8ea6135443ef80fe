"""Suggested ranges as AWS wants them, in place of those that were declared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from amtviz.sdk_code import write_number
from amtviz.tidy.values import decode_categories
from amtviz.wording.lists import join_words

Request = dict[str, Any]

_KINDS = {
    "IntegerParameterRanges": "integer",
    "ContinuousParameterRanges": "continuous",
    "CategoricalParameterRanges": "categorical",
}


def set_ranges(definition: Request, ranges: Request, table: pd.DataFrame) -> list[str]:
    """Put what is suggested into declared ranges.

    What is suggested as it was declared stays as AWS wrote it. Where one number is left, which AWS
    takes for no range, it becomes a static hyperparameter.

    Parameters
    ----------
    definition : dict
        A training-job definition; its static hyperparameters may be added to.
    ranges : dict
        ``ParameterRanges`` or ``HyperParameterRanges``; changed in its place.
    table : pandas.DataFrame
        What `amtviz.analysis.suggest_ranges` returns.

    Returns
    -------
    list of str
        What isn't as suggested, and why.
    """
    rows = {row.Hyperparameter: row for row in table.itertuples()}
    before = [item for key in _KINDS for item in ranges.get(key, ())]
    searched = [item["Name"] for item in before]
    for key, kind in _KINDS.items():
        kept = []
        for item in ranges.get(key, ()):
            row = rows.get(item["Name"])
            if row is None or row.Kind != kind:
                kept.append(item)
            elif kind == "categorical":
                kept.append(item | {"Values": _pick(item["Values"], row.Values)})
            elif row.Low < row.High:
                kept.append(_narrow(item, row))
            else:
                static = definition.setdefault("StaticHyperParameters", {})
                static[item["Name"]] = write_number(row.Low, kind)
        if key in ranges:
            ranges[key] = kept
            if not kept:
                del ranges[key]
    return [*_explain_widened(before, rows), *_explain(definition, ranges, searched, list(rows))]


def count_hyperparameters(definition: Mapping[str, Any], ranges: Mapping[str, Any]) -> int:
    """Count static and tunable hyperparameters, which a warm start has to have as many of."""
    tunable = [item for key in (*_KINDS, "AutoParameters") for item in ranges.get(key, ())]
    return len(definition.get("StaticHyperParameters") or {}) + len(tunable)


def _narrow(item: Request, row: Any) -> Request:
    """Return a range of numbers with other ends, each as it was written if it stays."""
    ends = {"MinValue": row.Low, "MaxValue": row.High}
    moved = {
        end: write_number(value, row.Kind)
        for end, value in ends.items()
        if float(item[end]) != float(value)
    }
    # an "Auto" that a wide range means as logarithmic wouldn't be after it is narrowed
    scaling = {"ScalingType": row.Scaling} if moved and row.Scaling != "Auto" else {}
    return item | moved | scaling


def _pick(declared: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return categories as they were declared: SDK 2 writes them in JSON's quotes."""
    plain = decode_categories(declared)
    if not wanted or set(wanted) == set(plain):
        return list(declared)
    if len(plain) != len(declared):  # one of them twice: there is no telling which is meant
        return [text for text in wanted if text in plain]
    written = dict(zip(plain, declared, strict=True))
    quoted = all(text != of for text, of in written.items())
    return [written.get(text, json.dumps(text) if quoted else text) for text in wanted]


def _explain_widened(before: Sequence[Request], rows: Mapping[str, Any]) -> Iterator[str]:
    """Say where no extension is advised, and yet more is searched than in the job followed."""
    for item in before:
        row = rows.get(item["Name"])
        if row is None or row.Change not in ("keep", "narrow", "drop"):
            continue
        if row.Kind == "categorical":
            wider = bool(set(row.Values) - set(decode_categories(item["Values"])))
        else:
            wider = row.Low < float(item["MinValue"]) or row.High > float(item["MaxValue"])
        if wider:
            yield (
                f"{row.Hyperparameter!r} is widened: ranges are compared with all that was "
                "searched, not with the tuning job before alone."
            )


def _explain(
    definition: Request, ranges: Request, searched: Sequence[str], suggested: Sequence[str]
) -> Iterator[str]:
    auto = [item["Name"] for item in ranges.get("AutoParameters", ())]
    if auto:
        yield f"AWS chooses the range of {join_words([*map(repr, auto)])} again: none is declared."
    static = definition.get("StaticHyperParameters") or {}
    fixed = [name for name in suggested if name in static and name not in searched]
    if fixed:
        yield (
            f"{join_words([*map(repr, fixed)])}: fixed in the tuning job that this follows, "
            "searched in another one, and stays fixed."
        )
