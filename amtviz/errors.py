"""The errors that amtviz raises: each names the bad value, the choices and the next step."""

from __future__ import annotations

import errno
from collections.abc import Iterable


class AmtvizError(Exception):
    """Base of every error that amtviz raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: the sentence, without the calls that led to it."""
        return [f"{type(self).__name__}: {self}"]


class InputError(AmtvizError, ValueError):
    """An argument that can't be used: the message says which, why, and what to pass instead."""


class AwsError(AmtvizError):
    """AWS couldn't answer: denied, throttled, expired, unreachable, or not configured."""


class TemporaryAwsError(AwsError):
    """AWS couldn't answer now, but may do so later: throttled, unreachable or failing."""


class ExpiredCredentialsError(AwsError):
    """The credentials have expired or can't be read: a new sign-in helps."""


class TuningJobNotFoundError(AwsError):
    """No tuning job of that name in that account and region."""


class StoreError(AmtvizError):
    """A file that isn't an amtviz store, is damaged, or was written by a newer version."""


class FileError(AmtvizError, OSError):
    """A file that can't be written: the disk is full, say, or it isn't allowed."""

    def __str__(self) -> str:
        advice = "Choose another place"
        if self.errno in (errno.ENOSPC, errno.EDQUOT):
            advice = "Free some space, or choose another place"
        return f"Can't write {str(self.filename)!r}: {self.strerror}. {advice}."


def join_choices(names: Iterable[object], limit: int = 20) -> str:
    """Quote names for an error message: ``'a', 'b' and 3 more``.

    Parameters
    ----------
    names : iterable
        The legal choices, in the order to show.
    limit : int
        How many to spell out.

    Returns
    -------
    str
    """
    quoted = [repr(str(name)) for name in names]
    if not quoted:
        return "none"
    shown, rest = quoted[:limit], len(quoted) - limit
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
