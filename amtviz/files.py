"""Writing a file in one step, so that a reader never sees half of it; where caches belong."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amtviz.errors import FileError

_STREAMS = ("/dev/std", "/dev/fd/", "/proc/")  # of the process itself


def user_cache_folder() -> Path:
    """Return where this system keeps what amtviz can make again for this user."""
    import platformdirs  # seldom needed

    return Path(platformdirs.user_cache_dir("amtviz", appauthor=False))


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
    FileError
        If the folder can't be written to, the disk is full, or the path is a device or a pipe.
    """
    asked, path = path, Path(os.path.realpath(path))  # a link stays, and leads to the new file
    is_stream = os.path.abspath(asked).startswith(_STREAMS)  # which may lead to a file, too
    if is_stream or (path.exists() and not (path.is_file() or path.is_dir())):
        why = "it is a device, a pipe or a stream, which a file would take the place of"
        raise FileError(errno.EINVAL, why, os.fspath(asked))
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    mode = 0o600 if private else 0o666
    with writing(asked):
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        try:
            yield beside
            if path.exists():
                shutil.copymode(path, beside)
            os.replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[None]:
    """Name the file, or folder, in any error of the system while the block writes it."""
    try:
        yield
    except FileError:
        raise
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        raise FileError(error.errno, why, os.fspath(path)) from error
