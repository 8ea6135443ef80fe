"""What several findings say alike: names, lists, and numbers that can be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

_LONGEST = 64  # letters of a name within a sentence


def name_job(name: str) -> str:
    """Give a tuning job's name as it stands in a sentence: in one line, and not too long."""
    text = " ".join(name.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def join_words(words: Sequence[str]) -> str:
    """Join words: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def join_few(words: Sequence[str], most: int = 4) -> str:
    """Join at most so many words; of the others, tell how many there are."""
    if len(words) <= most:
        return join_words(words)
    return join_words([*words[: most - 1], f"{len(words) - most + 1} more"])


def tell_apart(values: Iterable[float], digits: int = 4) -> list[str]:
    """Write numbers with digits enough that different ones look different."""
    numbers = [float(value) for value in values]
    distinct = len(set(numbers))
    for count in range(digits, 16):
        texts = [f"{value:.{count}g}" for value in numbers]
        if len(set(texts)) == distinct:
            break
    return texts if numbers else []


def percent(share: float) -> str:
    """Write a chance; one that is nearly certain isn't rounded to certainty."""
    if share > 0.99:
        return "over 99 %"
    return "under 1 %" if share < 0.01 else f"{100 * np.round(share, 2):.0f} %"
