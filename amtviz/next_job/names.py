"""Names of tuning jobs: possible ones that nobody has yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from amtviz.errors import InputError

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")
_LONGEST = 32


def propose_name(parent: str, taken: Iterable[str]) -> str:
    """Return the parent's name with the next number that is free: ``digits-2``, ``digits-3``, …

    Parameters
    ----------
    parent : str
    taken : iterable of str
        AWS tells names apart in any case.

    Returns
    -------
    str
    """
    used = {name.lower() for name in taken}
    found = re.fullmatch(r"(.+)-(\d{1,3})", parent)
    stem, number = (found[1], int(found[2])) if found else (parent, 1)
    while True:
        number += 1
        name = _with_end(stem, f"-{number}")
        if name.lower() not in used:
            return name


def check_name(name: Any, taken: Iterable[str]) -> str:
    """Return a name that was asked for, or raise if it can't be or is taken.

    Raises
    ------
    InputError
        It offers one that can be.
    """
    taken = list(taken)
    if not isinstance(name, str):
        raise InputError(f"A tuning job's name is a text, and not {name!r}. Pass a str.")
    if not _NAME.fullmatch(name):
        clean = re.sub(r"[^a-zA-Z0-9-]+", "-", name).strip("-")[:_LONGEST].strip("-")
        hint = f" {clean!r} would do." if clean else ""
        raise InputError(
            f"{name!r} can't be a tuning job's name: that has 1 to {_LONGEST} letters, digits and "
            f"hyphens, and no hyphen first or last.{hint}"
        )
    if name.lower() in {each.lower() for each in taken}:
        raise InputError(
            f"There is a tuning job {name!r} already. {propose_name(name, taken)!r} is free."
        )
    return name


def _with_end(stem: str, end: str) -> str:
    return stem[: _LONGEST - len(end)].rstrip("-") + end
