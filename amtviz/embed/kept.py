"""A text that takes a second to make, kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress

from amtviz.files import replacing, user_cache_folder


def keep_text(name: str, of: str, make: Callable[[], str]) -> str:
    """Return a text from the user's cache folder, or make it and put it there.

    Nothing is read or written if the environment variable AMTVIZ_CACHE is set: it says where, or
    that nothing, is to be kept.

    Parameters
    ----------
    name : str
        Of the file, behind what tells it from those of other versions.
    of : str
        What the text is made of, such as versions: of anything else, it is made anew.
    make : callable
        Makes the text, always the same; without surrogates and carriage returns.

    Returns
    -------
    str
        A file that is damaged, can't be read or can't be written is as good as none.
    """
    if os.environ.get("AMTVIZ_CACHE"):
        return make()
    made_of = _digest(of)  # other environments of the same user have other versions
    path = user_cache_folder() / f"{made_of[:12]}-{name}"
    with suppress(OSError, ValueError):
        head, _, text = path.read_text("utf-8").partition("\n")
        if head == f"{made_of} {_digest(text)}":
            return text
    text = make()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with replacing(path, private=True) as beside:
            beside.write_text(f"{made_of} {_digest(text)}\n{text}", "utf-8", newline="\n")
    return text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
