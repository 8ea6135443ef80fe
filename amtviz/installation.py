"""How amtviz was installed here, so that a hint on pip says what works."""

from __future__ import annotations

import json
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

NAME = "amtviz"


def pip_install(extra: str = "", *, upgrade: bool = False) -> str:
    """Return the command that installs amtviz again from where it came from.

    Parameters
    ----------
    extra : str
        One of its extras, such as ``notebook``.
    upgrade : bool
        Get a newer version.

    Returns
    -------
    str
        From an index, a checkout, a repository or an archive, as pip recorded it
        (``direct_url.json``, PEP 610).
    """
    extras = f"[{extra}]" if extra else ""
    options, requirement = _requirement(_direct_url(), extras)
    quoted = f'"{requirement}"' if requirement != NAME else requirement
    return " ".join(["pip install", *(["-U"] if upgrade else []), *options, quoted])


def _requirement(origin: dict[str, Any] | None, extras: str) -> tuple[list[str], str]:
    """Return pip's options, and what to install."""
    if origin is None:
        return [], f"{NAME}{extras}"
    url = str(origin["url"])
    if "dir_info" in origin:
        path = url2pathname(urlsplit(url).path)
        return (["-e"] if origin["dir_info"].get("editable") else []), f"{path}{extras}"
    if "vcs_info" in origin:
        asked = origin["vcs_info"].get("requested_revision")
        url = f"{origin['vcs_info']['vcs']}+{url}" + (f"@{asked}" if asked else "")
    if origin.get("subdirectory"):
        url += f"#subdirectory={origin['subdirectory']}"
    return [], f"{NAME}{extras} @ {url}"


def _direct_url() -> dict[str, Any] | None:
    """Return what pip recorded of where amtviz came from; None for an index."""
    try:
        text = Distribution.from_name(NAME).read_text("direct_url.json")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return {"url": Path(__file__).parent.parent.as_uri(), "dir_info": {}}
    found: dict[str, Any] | None = json.loads(text) if text else None
    return found
