"""Lists, counts with their nouns, and how sentences begin and end."""

from __future__ import annotations

import re
from collections.abc import Sequence


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Join words: ``a``, ``a and b``, ``a, b and c``."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def join_few(words: Sequence[str], most: int = 4) -> str:
    """Join at most so many words; of the others, tell how many there are."""
    if len(words) <= most:
        return join_words(words)
    return join_words([*words[: most - 1], f"{len(words) - most + 1} more"])


def plural(count: float, noun: str) -> str:
    """Write a count with its noun: ``1 trial``, ``1,200 trials``."""
    return f"{count:,.0f} {noun}{'' if count == 1 else 's'}"


def capital(text: str) -> str:
    """Begin a sentence: write its first letter large and leave the others, which may be names."""
    return text[:1].upper() + text[1:]


def first_sentence(text: str) -> str:
    """Return the first of several sentences, each of which begins with a capital or a number."""
    return re.split(r"(?<=[.!?]) (?=[A-Z0-9])", text, maxsplit=1)[0]
