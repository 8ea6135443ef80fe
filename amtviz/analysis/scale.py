"""The declared scale of a hyperparameter: its values as numbers from 0 to 1, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from amtviz.model import Hyperparameter

ScaleKind = Literal["linear", "log", "reverse-log", "category"]
Side = Literal["above", "below"]

_SCALINGS = {"log": "Logarithmic", "reverse-log": "ReverseLogarithmic"}
_DECADES = 3.0  # an Auto range, or a measured number, over so many is read on a log scale
_FENCE = 5.0  # widths of the middle half
_FEW_FAR = 0.1  # of all values
_SQUEEZED = 4.0  # times


@dataclass(frozen=True)
class Scale:
    """One hyperparameter's scale; equal steps in units are equally likely in a random search.

    Attributes
    ----------
    hyperparameter : Hyperparameter
    kind : {"linear", "log", "reverse-log", "category"}
    low, high : float
        Ends of the range on that scale (a log scale's are powers of ten); an integer range is
        half an integer wider at both ends, so that every integer has its own share.
    categories : tuple of str
        Declared ones first; empty for numbers.
    """

    hyperparameter: Hyperparameter
    kind: ScaleKind
    low: float
    high: float
    categories: tuple[str, ...] = ()

    def to_unit(self, values: pd.Series) -> NDArray[np.float64]:
        """Map values to 0–1: NaN where missing; category k of n becomes (k + 1/2) / n."""
        if self.kind == "category":
            places = {name: place for place, name in enumerate(self.categories)}
            codes = values.astype("string").map(places).to_numpy(float, na_value=np.nan)
            return np.asarray((codes + 0.5) / max(1, len(self.categories)))
        if self.high == self.low:
            return np.where(np.isfinite(to_floats(values)), 0.5, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            units = (_scaled(to_floats(values), self.kind) - self.low) / (self.high - self.low)
        return np.where(np.isfinite(units), units, np.nan)

    def from_unit(self, units: ArrayLike) -> NDArray[Any]:
        """Undo `to_unit`; integers are rounded to one in the range, categories are their names."""
        units = np.asarray(units, dtype=np.float64)
        if self.kind == "category":
            last = len(self.categories) - 1
            codes = np.clip(np.floor(units * len(self.categories)).astype(int), 0, last)
            return np.asarray(self.categories, dtype=object)[codes]
        values = self.exact(units)
        if self.hyperparameter.kind != "integer":
            return values
        least, most = _unscaled(np.array([self.low, self.high]), self.kind)
        # the ends lie between integers: rounded, they may be outside
        inside = np.clip(np.round(values), np.ceil(least - 1e-9), np.floor(most + 1e-9))
        return np.where((units >= 0) & (units <= 1), inside, np.round(values))

    def exact(self, units: ArrayLike) -> NDArray[np.float64]:
        """Undo `to_unit` for a number, without rounding integers."""
        places = self.low + np.asarray(units, dtype=np.float64) * (self.high - self.low)
        return _unscaled(places, self.kind)


def make_scale(hyperparameter: Hyperparameter, values: pd.Series) -> Scale:
    """Take a hyperparameter's scale from its declared range, widened to hold all its values.

    Parameters
    ----------
    hyperparameter : Hyperparameter
    values : pandas.Series
        Its column of the trials table.

    Returns
    -------
    Scale
    """
    if hyperparameter.kind == "categorical":
        seen = sorted({str(value) for value in values.dropna()} - {*hyperparameter.values})
        names = (*dict.fromkeys(hyperparameter.values), *seen)
        return Scale(hyperparameter, "category", 0.0, 1.0, names)
    numbers = to_floats(values)
    numbers = numbers[np.isfinite(numbers)]
    ends = [float(e) for e in (hyperparameter.low, hyperparameter.high) if e is not None]
    low = min([*ends, *numbers], default=0.0)
    high = max([*ends, *numbers], default=1.0)
    kind = scale_kind(hyperparameter, low, high)
    # half of the smallest positive integer would be the log scale's whole lower end
    if hyperparameter.kind == "integer" and not (kind == "log" and low < 1):
        low, high = low - 0.5, high + 0.5
    low, high = _scaled(np.array([low, high]), kind)
    return Scale(hyperparameter, kind, float(low), float(high))


def scale_kind(hyperparameter: Hyperparameter, low: float, high: float) -> ScaleKind:
    """Tell on which scale a numeric range is searched.

    Parameters
    ----------
    hyperparameter : Hyperparameter
    low, high : float
        Least and greatest value to place.

    Returns
    -------
    {"linear", "log", "reverse-log"}
        As declared where the values allow it; Auto is log from three decades on.
    """
    if hyperparameter.scaling == "Logarithmic" and low > 0:
        return "log"
    if hyperparameter.scaling == "ReverseLogarithmic" and high < 1:
        return "reverse-log"
    if hyperparameter.scaling == "Auto" and spans_decades(low, high):
        return "log"
    return "linear"


def name_scaling(declared: str, kind: str) -> str:
    """Return the scaling on which a range is read, as SageMaker takes it.

    Parameters
    ----------
    declared : str
        ``Auto`` stays where it means the linear scale.
    kind : str
        Of a `Scale`, or of an axis.

    Returns
    -------
    {"Logarithmic", "ReverseLogarithmic", "Linear", "Auto"}
    """
    return _SCALINGS.get(kind, "Auto" if declared == "Auto" else "Linear")


def spans_decades(low: float, high: float) -> bool:
    """Tell whether positive numbers span three powers of ten, as 1e-5 to 1e-2 do."""
    # 0.01 / 1e-05 is less than 1000 by rounding
    return bool(low > 0 and np.log10(high) - np.log10(low) >= _DECADES - 1e-9)


def find_far(values: NDArray[np.float64], side: Side) -> NDArray[np.bool_]:
    """Tell which values lie so far off that the others would be one line on a common axis.

    Tukey's fence, five times as wide as the middle half of the values beyond that; on a log scale
    where positive values span three powers of ten.

    Parameters
    ----------
    values : array of float
        Finite ones.
    side : {"above", "below"}
        Where far ones are looked for.

    Returns
    -------
    array of bool
        Of at most a tenth of the values, and only where leaving them out makes the range of the
        others four times as wide as it would be.
    """
    none = np.zeros(len(values), dtype=bool)
    if not len(values):
        return none
    is_log = spans_decades(float(values.min()), float(values.max()))
    units = np.log10(values) if is_log else values
    units = units if side == "above" else -units
    low, high = np.quantile(units, [0.25, 0.75])
    far = units > high + _FENCE * (high - low)
    kept = units[~far]
    if not 0 < far.sum() <= _FEW_FAR * len(values) or kept.max() == kept.min():
        return none
    return far if np.ptp(units) >= _SQUEEZED * np.ptp(kept) else none


def to_floats(values: pd.Series) -> NDArray[np.float64]:
    """Return numbers as floats, missing as NaN, whatever their dtype."""
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    return np.asarray(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def _scaled(values: NDArray[np.float64], kind: ScaleKind) -> NDArray[np.float64]:
    if kind == "log":
        return np.log10(values)
    return -np.log10(1.0 - values) if kind == "reverse-log" else values


def _unscaled(values: NDArray[np.float64], kind: ScaleKind) -> NDArray[np.float64]:
    if kind == "log":
        return np.asarray(10.0**values)
    return 1.0 - 10.0**-values if kind == "reverse-log" else values
