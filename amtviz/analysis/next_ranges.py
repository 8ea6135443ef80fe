"""What the next tuning job should search: a range or a set for each hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.best_so_far import rank_trials
from amtviz.analysis.promising import Promising, find_promising
from amtviz.analysis.scale import Scale, make_scale
from amtviz.model import Hyperparameter, Objective

FEWEST = 20  # scored trials; fewer can't tell a good region from luck
LEAST_R2 = 0.1  # of the model; below, it knows no more than the mean
_GOOD = 0.2  # the share of the trials that count as the best, in words
_FEWEST_GOOD, _MOST_GOOD = 5, 25
_INSIDE = (10, 90)  # percent of the promising points between the ends
_MARGIN = 0.03  # of the old range, at both ends
_HELD = 0.7  # share of the best trials that a narrower range must hold
_WIDE = 0.7  # of the old range: points without a preference spread about as wide
_EDGE = 0.1  # the part of a range that lies at its bound
_PRESSING = 0.5  # share of the promising points that must lie there to extend
_STEP = 0.15  # of the old range, by which it is extended
_RARE = 0.3  # share of promising points with a category, of an even share, to drop it
_SMALL = 3  # integers up to it as a lower bound are what the count means
_FEWEST_OF_VALUE = 4  # trials before a category can be dropped

Floats = NDArray[np.float64]

COLUMNS = {
    "Hyperparameter": "object",
    "Kind": "object",
    "Low": "float64",
    "High": "float64",
    "Values": "object",
    "Scaling": "object",
    "OldLow": "float64",
    "OldHigh": "float64",
    "OldValues": "object",
    "Change": "object",
    "Evidence": "object",
}


@dataclass(frozen=True)
class _Advice:
    """One suggestion: ends or values, how they differ from the old ones, and why."""

    low: float | None
    high: float | None
    values: tuple[str, ...]
    change: str
    evidence: str


def suggest_ranges(
    trials: pd.DataFrame, objective: Objective, hyperparameters: Sequence[Hyperparameter]
) -> pd.DataFrame:
    """Suggest what the next tuning job should search, hyperparameter by hyperparameter.

    A Gaussian process learns the objective from all trials, and is asked many times where the
    best may lie (Thompson sampling; see `amtviz.analysis.promising`): where the trials can't tell,
    these points spread, and the range is kept. A numeric range is narrowed to the middle eight
    tenths of them, with a margin, and extended where they and the best trials press against a
    bound. A category is dropped if hardly any of them has it. Everything is measured on the
    declared scale. If the model predicts left-out trials no better than their mean would, all is
    kept.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    hyperparameters : sequence of Hyperparameter
        With the ranges that were searched.

    Returns
    -------
    pandas.DataFrame
        One row per hyperparameter, in their order. Columns: Hyperparameter (name), Kind
        (``integer``, ``continuous``, ``categorical``), Low, High (float64; missing for
        categories), Values (tuple of str; empty for numbers), Scaling, OldLow, OldHigh,
        OldValues (what was searched), Change (``keep``, ``narrow``, ``extend``, ``shift`` or
        ``drop``), Evidence (a sentence).
    """
    ranks = rank_trials(trials, objective)
    scored = trials[ranks.notna().to_numpy()]
    ranks = ranks.dropna().astype(int)
    good = int(np.clip(math.ceil(_GOOD * len(scored)), _FEWEST_GOOD, _MOST_GOOD))
    is_good = (ranks <= good).to_numpy()
    scales = [make_scale(h, trials[h.column]) for h in hyperparameters]
    units = [scale.to_unit(scored[scale.hyperparameter.column]) for scale in scales]
    found, reason = _ask(scored[objective.metric_name], objective, units, scales)
    rows = []
    for place, scale in enumerate(scales):
        old = _old_range(scale.hyperparameter, scale)
        if found is None:
            advice = _keep(old, reason)
        else:
            points = found.points[:, place]
            suggest = _suggest_values if scale.kind == "category" else _suggest_interval
            advice = suggest(units[place], is_good, points, scale, old)
        h = scale.hyperparameter
        rows.append(
            (
                *(h.name, h.kind, advice.low, advice.high, advice.values, h.scaling),
                *(old.low, old.high, old.values, advice.change, advice.evidence),
            )
        )
    table: dict[str, Any] = {
        name: pd.Series([row[place] for row in rows], dtype=dtype)
        for place, (name, dtype) in enumerate(COLUMNS.items())
    }
    return pd.DataFrame(table)


def _ask(
    values: pd.Series, objective: Objective, units: list[Floats], scales: Sequence[Scale]
) -> tuple[Promising | None, str]:
    """Give where the best can be expected, or why that can't be told."""
    if len(values) < FEWEST:
        trials = "trial is" if len(values) == 1 else "trials are"
        return None, f"{len(values)} scored {trials} too few to tell: keep it; run {FEWEST} first."
    if values.nunique() < 2 or not scales:
        return None, "All trials have the same objective value: keep it."
    score = values.to_numpy(float) * objective.sign
    found = find_promising(np.column_stack(units), score, scales)
    if found.r2 < LEAST_R2:
        return None, (
            "A model of these trials predicts left-out ones no better than their mean would "
            f"(R² {found.r2:.2f}): keep it; more trials may tell."
        )
    return found, ""


def _old_range(hyperparameter: Hyperparameter, scale: Scale) -> _Advice:
    """Give what was searched: as declared, or else what was tried."""
    if scale.kind == "category":
        return _Advice(None, None, scale.categories, "keep", "")
    low, high = (float(value) for value in scale.from_unit([0.0, 1.0]))
    if hyperparameter.kind == "integer":  # its scale is half an integer wider
        low, high = (math.ceil(low), math.floor(high))
    return _Advice(
        low if hyperparameter.low is None else float(hyperparameter.low),
        high if hyperparameter.high is None else float(hyperparameter.high),
        (),
        "keep",
        "",
    )


def _keep(old: _Advice, evidence: str) -> _Advice:
    return _Advice(old.low, old.high, old.values, "keep", evidence)


def _suggest_values(
    units: Floats, is_good: NDArray[np.bool_], points: Floats, scale: Scale, old: _Advice
) -> _Advice:
    """Drop the categories in which the best can't be expected."""
    names, count = scale.categories, len(scale.categories)
    present = np.isfinite(units)
    tried = np.bincount(_codes(units[present], count), minlength=count)
    hits = np.bincount(_codes(units[present & is_good], count), minlength=count)
    expected = np.bincount(_codes(points, count), minlength=count) / len(points)
    if np.sum(tried > 0) < 2:
        return _keep(old, "Only one value was tried: keep all that were declared.")
    # a value with more than its share among the best trials stays, whatever the model says
    fair = hits.sum() * tried / max(1, tried.sum())
    drop = (expected < _RARE / count) & (tried >= _FEWEST_OF_VALUE) & (hits < fair)
    shares = ", ".join(
        f"{name} {hits[k]} of {tried[k]}" for k, name in enumerate(names[:6]) if tried[k]
    )
    good = int((present & is_good).sum())
    if not drop.any() or drop.all():
        return _keep(old, f"No value is clearly worse (among the best {good}: {shares}): keep all.")
    dropped = [name for name, gone in zip(names, drop, strict=True) if gone]
    kept = tuple(name for name, gone in zip(names, drop, strict=True) if not gone)
    evidence = (
        f"{int(hits[drop].sum())} of the best {good} trials have {_listed(dropped)} ({shares}), "
        f"and {_percent(float(expected[drop].sum()))} of where a model of all trials expects the "
        f"best: drop {'it' if len(dropped) == 1 else 'them'}."
    )
    return _Advice(None, None, kept, "drop", evidence)


def _codes(units: Floats, count: int) -> NDArray[np.int64]:
    return np.clip(np.floor(units * count), 0, count - 1).astype(np.int64)


def _suggest_interval(
    units: Floats, is_good: NDArray[np.bool_], points: Floats, scale: Scale, old: _Advice
) -> _Advice:
    """Narrow to where the best can be expected; extend where that presses against a bound."""
    best = units[is_good & np.isfinite(units)]
    tried = np.unique(units[np.isfinite(units)])
    if len(tried) < 3 or not len(best):
        return _keep(old, f"{len(tried)} different values were tried: too few to tell, keep it.")
    low, high = (float(end) for end in np.percentile(points, _INSIDE))
    # the model may be wrong: where the best trials were found stays in
    if np.mean((best >= low - _MARGIN) & (best <= high + _MARGIN)) < _HELD:
        found = np.percentile(best, _INSIDE)
        low, high = min(low, float(found[0])), max(high, float(found[1]))
    wide = high - low > _WIDE
    low, high = max(0.0, low - _MARGIN), min(1.0, high + _MARGIN)
    down, up = _presses(points, best), _presses(1 - points, 1 - best)
    if down:
        low = -_STEP
    if up:
        high = 1 + _STEP
    if not down and not up and wide:
        return _keep(old, _spread(units, is_good, scale, low, high))
    new_low, new_high = _within_meaning(low, high, scale, old)
    change = _change(new_low, new_high, old)
    if change == "keep":
        return _keep(old, "The best press against a bound that can't be passed: keep it.")
    inside = int(np.sum((best >= low) & (best <= high)))
    share = _percent(float(np.mean((points >= low) & (points <= high))))
    where = f"{_number(new_low)}–{_number(new_high)}"
    if down or up:
        edge = int(np.sum(best < _EDGE) if down else np.sum(best > 1 - _EDGE))
        side, way = ("bottom", "downwards") if down else ("top", "upwards")
        near = _percent(float(np.mean(points < _EDGE) if down else np.mean(points > 1 - _EDGE)))
        evidence = (
            f"{edge} of the best {len(best)} trials and {near} of where a model of all trials "
            f"expects the best lie in the {side} tenth of the range: extend {way}"
        )
        return _Advice(
            new_low,
            new_high,
            (),
            change,
            f"{evidence}{' and drop the rest' if change == 'shift' else ''}.",
        )
    evidence = (
        f"{inside} of the best {len(best)} trials and {share} of where a model of all trials "
        f"expects the best lie at {where}: narrow to it."
    )
    return _Advice(new_low, new_high, (), change, evidence)


def _presses(points: Floats, best: Floats) -> bool:
    """Whether the best can be expected at the lower bound, and best trials lie near it."""
    return bool(np.mean(points < _EDGE) >= _PRESSING and np.mean(best < 2 * _EDGE) >= _PRESSING)


def _spread(
    units: Floats, is_good: NDArray[np.bool_], scale: Scale, low: float, high: float
) -> str:
    best = units[is_good & np.isfinite(units)]
    ends = [_number(float(scale.from_unit(end))) for end in (best.min(), best.max())]
    return (
        f"The best {len(best)} trials lie at {ends[0]}–{ends[1]}, and the best may lie in "
        f"{_percent(min(1.0, high - low))} of the range: keep it."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _within_meaning(low: float, high: float, scale: Scale, old: _Advice) -> tuple[float, float]:
    """Turn units to values that a bound can mean, outward to few digits."""
    hyperparameter = scale.hyperparameter
    assert old.low is not None
    assert old.high is not None
    new_low, new_high = (float(value) for value in _unrounded(scale, [low, high]))
    if low >= 0:
        new_low = max(new_low, old.low)
    if high <= 1:
        new_high = min(new_high, old.high)
    if old.low <= _SMALL and hyperparameter.kind == "integer":
        new_low = max(new_low, old.low)  # a count's natural limit, as far as anyone can tell
    elif old.low > 0:
        new_low = max(new_low, old.low / 10)  # zero itself may mean something else
    elif old.low >= 0:
        new_low = max(new_low, 0.0)
    if old.low >= 0 and old.high <= 1 and hyperparameter.kind == "continuous":
        new_high = min(new_high, 1.0 if old.high == 1 else (1 + old.high) / 2)  # a fraction
    if hyperparameter.kind == "integer":
        new_low, new_high = math.floor(new_low + 1e-9), math.ceil(new_high - 1e-9)
        if low >= 0:
            new_low = max(new_low, int(old.low))
        if high <= 1:
            new_high = min(new_high, int(old.high))
        if new_low >= new_high:
            new_low, new_high = max(int(old.low), new_low - 1), min(int(old.high), new_high + 1)
        return float(new_low), float(new_high)
    return (
        _outward(new_low, True, old.low if low >= 0 else None),
        _outward(new_high, False, old.high if high <= 1 else None),
    )


def _unrounded(scale: Scale, units: list[float]) -> np.ndarray:
    """As `Scale.from_unit`, without rounding integers."""
    values = scale.low + np.asarray(units) * (scale.high - scale.low)
    if scale.kind == "log":
        return np.asarray(10.0**values)
    return np.asarray(1 - 10.0**-values if scale.kind == "reverse-log" else values)


def _outward(value: float, down: bool, limit: float | None) -> float:
    """Round to three digits away from the middle of the range, not past a limit."""
    if value in (0, limit):
        return value
    factor = 10.0 ** (2 - math.floor(math.log10(abs(value))))
    rounded = (
        math.floor(value * factor + 1e-9) if down else math.ceil(value * factor - 1e-9)
    ) / factor
    rounded = float(f"{rounded:.6g}")
    if limit is None:
        return rounded
    return max(rounded, limit) if down else min(rounded, limit)


def _change(low: float, high: float, old: _Advice) -> str:
    assert old.low is not None
    assert old.high is not None
    narrower = low > old.low or high < old.high
    wider = low < old.low or high > old.high
    if narrower and wider:
        return "shift"
    return "narrow" if narrower else "extend" if wider else "keep"


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() and abs(value) < 1e6 else f"{value:.3g}"


def _listed(names: Sequence[str]) -> str:
    shown = [repr(name) for name in names[:4]]
    if len(names) > 4:
        shown.append(f"{len(names) - 4} more")
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
