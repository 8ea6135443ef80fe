"""What to search next of one hyperparameter, with the evidence in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amtviz.analysis.advice.bounds import set_bounds
from amtviz.analysis.advice.promising import Box, Promising, to_codes
from amtviz.analysis.scale import Scale, name_scaling
from amtviz.wording.numbers import format_number
from amtviz.wording.shares import format_share
from amtviz.wording.values import format_interval, name_category

MOST_VALUES = 30  # that SageMaker takes in a categorical range

_WHOLE = 0.9  # of a range: a part as wide isn't worth a change
_EDGE = 0.1  # the part of a range that lies at its bound
_PRESSING = 0.5  # share of the optima, and of the best trials nearby, to extend a range
_STEP = 0.15  # of the old range, by which it is extended
_FEWEST_OPTIMA = 20  # that have the hyperparameter at all
_FEWEST_OF_VALUE = 4  # trials before a category can be dropped
_LUCK = 0.05  # chance at most that none of the best has a value for no reason, to drop it
_MOST_OF_TRIALS = 0.5  # values tried, as a share of the trials: with more, nothing can be told

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Advice:
    """One suggestion: ends or values, how they differ from the old ones, and why."""

    low: float | None
    high: float | None
    values: tuple[str, ...]
    change: str
    evidence: str


@dataclass(frozen=True, eq=False)
class Searched:
    """What was searched of one hyperparameter.

    Attributes
    ----------
    scale : Scale
    low, high : float, optional
        Of a number.
    values : tuple of str
        Of a category.
    declared : bool
        Whether a range says so; else it is what the trials tried.
    units : numpy.ndarray
        The scored trials' values on the scale; NaN where missing.
    is_good : numpy.ndarray of bool
        Which trials are among the best.
    """

    scale: Scale
    low: float | None
    high: float | None
    values: tuple[str, ...]
    declared: bool
    units: Floats
    is_good: NDArray[np.bool_]

    @property
    def best(self) -> Floats:
        """The best trials' values on the scale."""
        return self.units[self.is_good & np.isfinite(self.units)]

    def keep(self, evidence: str) -> Advice:
        """Suggest the same again."""
        return Advice(self.low, self.high, self.values, "keep", evidence)


def suggest_values(old: Searched, found: Promising, box: Box, place: int) -> Advice:
    """Drop the categories in which the best can't be expected."""
    names, count = old.values, len(old.values)
    codes = to_codes(old.units, count)
    tried = np.bincount(codes[codes >= 0], minlength=count)
    hits = np.bincount(codes[(codes >= 0) & old.is_good], minlength=count)
    if np.sum(tried > 0) < 2:
        return old.keep("Only one value was tried: keep all.")
    if np.sum(tried > 0) > _MOST_OF_TRIALS * tried.sum():
        return _with_limit(
            old.keep(
                f"{np.sum(tried > 0)} values were tried in {tried.sum()} trials: which are better "
                "can't be told, keep all."
            )
        )
    good = int(hits.sum())
    shown = np.lexsort((-tried, -hits))[:6]
    shares = ", ".join(
        f"{name_category(names[k])} {hits[k]} of {tried[k]}" for k in sorted(shown) if tried[k]
    )
    if found.idle[place]:
        return _with_limit(
            old.keep(f"It explains nothing (among the best {good}: {shares}): keep all.")
        )
    optima = found.optima[np.isfinite(found.optima[:, place]), place]
    expected = np.bincount(to_codes(optima, count), minlength=count) / max(1, len(optima))
    drop = _worse(box.kept[place], expected, tried, hits, float(np.mean(old.is_good)))
    if not drop.any() or drop.all():
        return _with_limit(
            old.keep(f"No value is clearly worse (among the best {good}: {shares}): keep all.")
        )
    dropped = [name for name, gone in zip(names, drop, strict=True) if gone]
    kept = tuple(name for name, gone in zip(names, drop, strict=True) if not gone)
    lost = int(hits[drop].sum())
    there = format_share(float(expected[drop].sum()))
    evidence = (
        f"{lost or 'None'} of the best {good} trials {'has' if lost <= 1 else 'have'} "
        f"{_listed(dropped)} ({shares}), and {there} of where a "
        f"model of all trials expects the best: drop {'it' if len(dropped) == 1 else 'them'}."
    )
    return _with_limit(Advice(None, None, kept, "drop", evidence))


def _worse(box: Ints, expected: Floats, tried: Ints, hits: Ints, good: float) -> NDArray[np.bool_]:
    """Tell which categories to drop."""
    count = len(tried)
    # a value with more than its share among the best trials stays, whatever the model says
    fair = hits.sum() * tried / max(1, tried.sum())
    outside = ~np.isin(np.arange(count), box) & (tried >= _FEWEST_OF_VALUE) & (hits < fair)
    unlucky = (hits == 0) & ((1 - good) ** tried < _LUCK) & (expected < 1 / count)
    return np.asarray(outside | unlucky)


def _with_limit(advice: Advice) -> Advice:
    """Add what SageMaker takes, where that is less."""
    if len(advice.values) <= MOST_VALUES:
        return advice
    limit = f" SageMaker takes {MOST_VALUES} values at most: choose."
    return Advice(None, None, advice.values, advice.change, advice.evidence + limit)


def suggest_interval(old: Searched, found: Promising, box: Box, place: int) -> Advice:
    """Narrow to where the best can be expected; extend where that presses against a bound."""
    best, tried = old.best, np.unique(old.units[np.isfinite(old.units)])
    if len(tried) < 3:
        words = "value was" if len(tried) == 1 else "different values were"
        return old.keep(f"{len(tried)} {words} tried: too few to tell, keep it.")
    if not len(best):
        return old.keep("It is set in none of the best trials: keep it.")
    if found.idle[place]:
        return old.keep("Leaving it out explains the trials just as well: keep it.")
    optima = found.optima[np.isfinite(found.optima[:, place]), place]
    if len(optima) < _FEWEST_OPTIMA:
        return old.keep("The best are expected where it isn't set: keep it.")
    low, high = float(box.low[place]), float(box.high[place])
    down, up = _presses(optima, best), _presses(1 - optima, 1 - best)
    if not down and not up and high - low >= _WHOLE:
        return old.keep(
            f"The best {len(best)} trials lie {_ends(old, best.min(), best.max())}, and the best "
            f"may lie nearly anywhere in {_what(old)}: keep it."
        )
    low, high = (-_STEP if down else low), (1 + _STEP if up else high)
    assert old.low is not None
    assert old.high is not None
    new = set_bounds(old.scale, (low, high), (old.low, old.high))
    change = _change(new, (old.low, old.high))
    if change == "keep":
        against = "The best press against a bound that can't be passed" if down or up else ""
        return old.keep(f"{against or 'There is no narrower range that AWS takes'}: keep it.")
    if down or up:
        return _extended(old, optima, new, change, down)
    inside = int(np.sum((best >= low) & (best <= high)))
    share = format_share(float(np.mean((optima >= low) & (optima <= high))))
    evidence = _weigh(inside, len(best), share, _where(new, old))
    return Advice(*new, (), change, f"{evidence}: narrow to it.")


def _weigh(inside: int, best: int, share: str, where: str) -> str:
    """Say what speaks for a part of a range, and first what speaks against it."""
    if 2 * inside >= best:
        return (
            f"{inside} of the best {best} trials and {share} of where a model of all trials "
            f"expects the best lie {where}"
        )
    few = f"Only {inside}" if inside else "None"
    return (
        f"{few} of the best {best} trials {'lies' if inside <= 1 else 'lie'} {where}, but so does "
        f"{share} of where a model of all trials expects the best"
    )


def _extended(
    old: Searched, optima: Floats, new: tuple[float, float], change: str, down: bool
) -> Advice:
    best = old.best if down else 1 - old.best
    near = format_share(float(np.mean((optima if down else 1 - optima) < _EDGE)))
    side, way = ("bottom", "downwards") if down else ("top", "upwards")
    further = new[0] < (old.low or 0) or new[1] > (old.high or 0)
    tenth = f"in the {side} tenth of {_what(old)}"
    evidence = f"{_weigh(int(np.sum(best < _EDGE)), len(best), near, tenth)}: "
    rest = change in ("shift", "narrow")
    if further:
        evidence += f"extend {way}{' and drop the rest' if rest else ''}."
    else:  # a bound that means something
        evidence += f"narrow to {_where(new, old).removeprefix('at ')}."
    return Advice(*new, (), change, evidence)


def _what(old: Searched) -> str:
    return "the range" if old.declared else "the values tried"


def _presses(optima: Floats, best: Floats) -> bool:
    """Whether the best can be expected at the lower bound, and best trials lie near it."""
    return bool(np.mean(optima < _EDGE) >= _PRESSING and np.mean(best < 2 * _EDGE) >= _PRESSING)


def _change(new: tuple[float, float], old: tuple[float, float]) -> str:
    narrower = new[0] > old[0] or new[1] < old[1]
    wider = new[0] < old[0] or new[1] > old[1]
    if narrower and wider:
        return "shift"
    return "narrow" if narrower else "extend" if wider else "keep"


def _where(new: tuple[float, float], old: Searched) -> str:
    """Say where a range lies, by the ends that it doesn't share with the old one."""
    if new[0] == old.low:
        return f"at {format_number(new[1], 3)} or less"
    if new[1] == old.high:
        return f"at {format_number(new[0], 3)} or more"
    return f"at {format_interval(*new, name_scaling('Linear', old.scale.kind))}"


def _ends(old: Searched, low: float, high: float) -> str:
    least, most = (float(end) for end in old.scale.from_unit([low, high]))
    return f"at {format_interval(least, most, name_scaling('Linear', old.scale.kind))}"


def _listed(names: Sequence[str]) -> str:
    shown = [repr(name) for name in names[:4]]
    if len(names) > 4:
        shown.append(f"{len(names) - 4} more")
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
