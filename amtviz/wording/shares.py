"""Shares and chances in percent."""

from __future__ import annotations

import math

from amtviz.wording.numbers import format_number

_NOISE = 1e-12  # what sums of floats are off by


def format_share(share: float, *, brief: bool = False) -> str:
    """Write a share or a chance in whole percents: ``7 %``.

    Parameters
    ----------
    share : float
        1 is all of it.
    brief : bool
        Write ``<1 %`` and ``>99 %``, for a mark without room.

    Returns
    -------
    str
        ``under 1 %`` and ``over 99 %`` where it is nearly none or nearly all: ``0 %`` is said of
        nothing at all only, and ``100 %`` of the whole. Missing is ``–``.
    """
    if not math.isfinite(share):
        return format_number(share)
    if _NOISE < share < 0.01 - _NOISE:
        return "<1 %" if brief else "under 1 %"
    if 0.99 + _NOISE < share < 1 - _NOISE:
        return ">99 %" if brief else "over 99 %"
    return f"{round(100 * share):,} %"


def format_chance(chance: float, *, brief: bool = False) -> str:
    """Write a chance as `format_share` does, but none as certain: estimates never are."""
    return format_share(min(max(chance, 2 * _NOISE), 1 - 2 * _NOISE), brief=brief)


def say_chance(chance: float) -> str:
    """Write a chance with its article: ``a 33 % chance``, ``an 8 % chance``.

    Parameters
    ----------
    chance : float
        0 to 1.

    Returns
    -------
    str
        ``a chance of under 1 %`` or ``of over 99 %`` where it is nearly none or nearly all.
    """
    share = format_chance(chance)
    if not share[0].isdigit():
        return f"a chance of {share}"
    return f"{'an' if share[0] == '8' or share in ('11 %', '18 %') else 'a'} {share} chance"


def format_share_interval(low: float, high: float) -> str:
    """Write an interval of a share in whole percents: ``3–7 %``.

    An end below 1 % is written as 0, one above 99 % as 100, so that the interval holds what
    `format_share` says of a share within it.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{format_share(low)} to {format_share(high)}"
    ends = [0 if 0 < end < 0.01 else 1 if 0.99 < end < 1 else end for end in (low, high)]
    return f"{'–'.join(f'{round(100 * end)}' for end in ends)} %"


def share_expression(part: str, whole: str) -> str:
    """Return a Vega expression that writes ``part / whole`` as `format_share` does.

    Parameters
    ----------
    part, whole : str
        Expressions of numbers.
    """
    share = f"({part}) / ({whole})"
    return (
        f"(({part}) > 0 && {share} < {0.01 - _NOISE!r} ? 'under 1 %' : "
        f"({part}) < ({whole}) && {share} > {0.99 + _NOISE!r} ? 'over 99 %' : "
        f"format(100 * {share}, ',.0f') + ' %')"
    )
