"""Names of tuning jobs: in a sentence, and as short labels that differ."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_LONGEST = 64  # characters of a name within a sentence
_TIME = re.compile(r"-[0-9]{6}-[0-9]{4}$")  # -261125-1304


def name_job(name: str) -> str:
    """Write a tuning job's name as it stands in a sentence: in one line, and not too long."""
    text = " ".join(name.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Map each tuning job's name to itself without what all begin with and its time, in one line.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    dict of str to str
        In the same order, each as different as the names are.
    """
    bare = without_times(names)
    prefix = len(shared_prefix(bare))
    return {name: " ".join(short[prefix:].split()) for name, short in zip(names, bare, strict=True)}


def shared_prefix(names: Sequence[str]) -> str:
    """Return what several names begin with, up to their last common ``-``."""
    if len(names) < 2:
        return ""
    words = [name.split("-")[:-1] for name in names]  # each keeps its last word
    shared = itertools.takewhile(lambda parts: len(set(parts)) == 1, zip(*words, strict=False))
    return "".join(f"{parts[0]}-" for parts in shared)


def without_times(names: Sequence[str]) -> list[str]:
    """Leave out when SageMaker's SDK named each tuning job, if they differ in more than that."""
    bare = [_TIME.sub("", name) for name in names]
    return bare if all(bare) and len(set(bare)) == len(names) else list(names)
