"""Characters that are obeyed rather than shown, written so that they can be seen.

Names, categories and failure reasons may hold anything. A terminal would take an escape sequence
among them for a command, and a bidirectional override would turn what stands beside it round.
"""

from __future__ import annotations

import re

# C0 and C1 controls, marks and overrides of direction, line separators, annotations, half pairs
_OBEYED = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff"
_ANY = re.compile(f"[{_OBEYED}]")
_BUT_LINES = re.compile(f"(?!\n)[{_OBEYED}]")


def show_signs(text: str, *, lines: bool = False) -> str:
    r"""Write control characters as Python does: ``\x1b`` for an escape.

    Parameters
    ----------
    text : str
    lines : bool
        Leave line breaks as they are: the text has lines of its own.

    Returns
    -------
    str
        Safe for any terminal, and for any encoding that is able to write the rest.
    """
    return (_BUT_LINES if lines else _ANY).sub(_as_python, text)


def escape_in_json(text: str) -> str:
    """Write control characters that JSON leaves as they are by their numbers.

    Parameters
    ----------
    text : str
        JSON, or source code whose strings are written as JSON has them.

    Returns
    -------
    str
        Which means the same.
    """
    return _BUT_LINES.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def _as_python(sign: re.Match[str]) -> str:
    return sign[0].encode("unicode_escape").decode("ascii")
