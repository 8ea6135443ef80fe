"""Texts that Vega's parser of expressions takes for identifiers, told apart by an invisible sign.

It looks each literal up in ``{if: 1}``, an ordinary object, which has what every object has: so a
title or a category called ``constructor`` is a signal that isn't there, and nothing is drawn.
Every text of a specification becomes a literal of an expression, but for the rows of its data.
"""

from __future__ import annotations

import re
from typing import Any

MARK = "\u2060"  # a word joiner: no width, no ink, no line break
# "if", and what JavaScript's Object.prototype has
MISREAD = frozenset(
    (
        "if",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    )
)
_LITERAL = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*)\1""", re.DOTALL)


def mark_literals(spec: Any) -> Any:
    """Return a specification with a mark behind every text that Vega would misread.

    Parameters
    ----------
    spec : object
        Of Vega-Lite or Vega, as JSON has it. It isn't changed, nor are its datasets copied.

    Returns
    -------
    object
        Titles, labels and literals within expressions look as they did.
    """
    if isinstance(spec, str):
        return spec + MARK if spec in MISREAD else _LITERAL.sub(_mark, spec)
    if isinstance(spec, list):
        return [mark_literals(each) for each in spec]
    if isinstance(spec, dict):
        return {
            key: each if key == "datasets" else mark_literals(each) for key, each in spec.items()
        }
    return spec


def _mark(literal: re.Match[str]) -> str:
    quote, text = literal.groups()
    return f"{quote}{text}{MARK}{quote}" if text in MISREAD else literal[0]
