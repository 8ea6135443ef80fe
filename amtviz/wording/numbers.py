"""Numbers and sums of money as a person reads them."""

from __future__ import annotations

import math
from collections.abc import Iterable

MISSING = "–"
_DIGITS = 6  # significant ones, where nothing asks for fewer
_EXACT = 1e15  # past it a float has no digits to spare


def format_number(value: float, digits: int = _DIGITS) -> str:
    """Write a number.

    Parameters
    ----------
    value : float
    digits : int
        Significant digits of a fraction: up to six, if the part before the point has as many.

    Returns
    -------
    str
        Whole numbers in full, fractions to so many digits, missing as ``–``.
    """
    number = float(value) + 0.0  # never -0
    if math.isnan(number):
        return MISSING
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    if number.is_integer() and abs(number) < _EXACT:
        return f"{int(number)}"
    if 10 ** (digits - 1) <= abs(number) < 10**_DIGITS - 0.5:
        return f"{number:.0f}"
    return f"{number:.{digits}g}"


def dollars_expression(dollars: str) -> str:
    """Return a Vega expression that writes a sum as `format_dollars` does."""
    written = f"'$' + format({dollars}, ',.2f')"
    return f"({dollars} > 0 && {dollars} < 0.005 ? 'under $0.01' : {written})"


def tell_apart(values: Iterable[float], digits: int = 4) -> list[str]:
    """Write numbers with digits enough, but at least so many, that different ones look different.

    Parameters
    ----------
    values : iterable of float
    digits : int

    Returns
    -------
    list of str
        As many as there are values.
    """
    numbers = [float(value) for value in values]
    distinct = len({number for number in numbers if not math.isnan(number)})
    for count in range(digits, 16):
        texts = [format_number(number, count) for number in numbers]
        if len({*texts} - {MISSING}) == distinct:
            return texts
    return texts


def format_dollars(dollars: float) -> str:
    """Write a sum of US dollars: ``$1,234.50``, or ``under $0.01`` where there is hardly any."""
    if math.isnan(dollars):
        return MISSING
    return "under $0.01" if 0 < dollars < 0.005 else f"${dollars:,.2f}"
