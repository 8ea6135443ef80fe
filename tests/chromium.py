"""Where the tests find a Chromium, how they start it, and how a machine gets one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PROGRAMS = [
    os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
]
_PLACES = (
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    *(f"{folder}/Chromium/Application/chrome.exe" for folder in _PROGRAMS if folder),
    *(f"{folder}/Google/Chrome/Application/chrome.exe" for folder in _PROGRAMS if folder),
)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
APT = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
ADVICE = (
    "Install it (Debian and Ubuntu: apt-get install chromium; macOS: brew install --cask chromium; "
    "anywhere: python -m playwright install chromium), or set AMTVIZ_CHROMIUM to its path."
)


class NoChromiumError(Exception):
    """There is no Chromium; the text says what to do."""


def find_chromiums(downloaded: str) -> list[str]:
    """Return the paths of this machine's Chromiums, the best first; there may be none.

    ``downloaded`` is where Playwright's own would be. AMTVIZ_CHROMIUM, if set, is the only choice.
    """
    wanted = os.environ.get("AMTVIZ_CHROMIUM")
    if wanted:
        if not Path(wanted).is_file():
            raise NoChromiumError(f"AMTVIZ_CHROMIUM is {wanted!r}, which is no file. {ADVICE}")
        return [wanted]
    on_path = filter(None, map(shutil.which, _NAMES))
    elsewhere = (path for path in (downloaded, *_PLACES) if Path(path).is_file())
    return list(dict.fromkeys((*on_path, *elsewhere)))


def start_chromium(playwright: Playwright, path: str) -> Browser:
    """Start a Chromium that asks nothing of the network by itself."""
    return playwright.chromium.launch(executable_path=path, args=list(_FLAGS))


def ways_to_get_one() -> list[list[str]]:
    """Return the commands that may bring a Chromium to this machine, in the order to try them."""
    download = [sys.executable, "-m", "playwright", "install"]
    root = getattr(os, "geteuid", lambda: None)() == 0
    if root and shutil.which("apt-get"):
        # Ubuntu's package is a stub where there is no snap: then Playwright's, with its libraries
        package = [*APT, "chromium", "fonts-noto-color-emoji"]
        return [package, [*download, "--with-deps", "chromium"]]
    return [[*download, "chromium"]]
