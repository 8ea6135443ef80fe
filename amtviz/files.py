"""Writing a file in one step, so that a reader never sees half of it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: str | os.PathLike[str], *, private: bool = False) -> Iterator[Path]:
    """Return an empty file beside a path that takes its place when the block ends well.

    Parameters
    ----------
    path : path-like
        It keeps its permissions if it exists, and gets a new file's usual ones otherwise.
    private : bool
        Let nobody else read a new file.

    Yields
    ------
    pathlib.Path
        The file to write to; it is gone if the block raises, and what stood at the path stays.

    Raises
    ------
    OSError
        If the folder can't be written to.
    """
    path = Path(path).absolute()
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o666))
    try:
        yield beside
        if path.exists():
            shutil.copymode(path, beside)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
