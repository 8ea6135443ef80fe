"""What the panels and the finding on convergence share, computed once."""

from __future__ import annotations

UNITS = ((180, 1, "seconds"), (3 * 3600, 60, "minutes"), (float("inf"), 3600, "hours"))


def time_unit(longest: float) -> tuple[int, str]:
    """Choose the unit for times up to so many seconds: its seconds, and its name."""
    seconds, name = next((s, name) for most, s, name in UNITS if not longest > most)
    return seconds, name
