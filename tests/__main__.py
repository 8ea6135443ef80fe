"""All tests on any machine: ``python -m tests`` gets what they need beside Python, and runs them.

That is a Chromium, and the checkers of JavaScript's types and of whether everyone can use a page.

Arguments go on to pytest.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

try:
    import pytest
    from playwright.sync_api import Error, Playwright, sync_playwright
except ImportError as error:
    sys.exit(
        f'The tests need {error.name}. Install what they need: python -m pip install ".[test]"'
    )

from tests.chromium import (
    ADVICE,
    APT,
    NoChromiumError,
    find_chromiums,
    start_chromium,
    ways_to_get_one,
)
from tests.test_javascript import AXE, ROOT, TSC


def find_working(playwright: Playwright) -> tuple[str | None, str]:
    """Return the path of a Chromium that starts, or None and what is known about why."""
    why = ""
    for path in find_chromiums(playwright.chromium.executable_path):
        try:
            start_chromium(playwright, path).close()
        except Error as error:
            why = f"{path} doesn't start: {error.message.splitlines()[0]}"
        else:
            return path, ""
    return None, why


def get_chromium(playwright: Playwright) -> str:
    """Return the path of a Chromium that starts; if there is none, get one."""
    path, why = find_working(playwright)
    for command in ways_to_get_one() if path is None else ():
        print(f"There is no Chromium that starts; getting one: {shlex.join(command)}", flush=True)
        code = install(command)
        path, why = find_working(playwright)
        if path is not None:
            break
        why = why or f"{shlex.join(command)} ended with exit code {code}"
    if path is None:
        raise NoChromiumError(f"The tests of the pages need Chromium, and {why}. {ADVICE}")
    return path


def get_checkers() -> None:
    """Install what checks JavaScript and pages; where that fails, their tests say so."""
    if TSC.exists() and AXE.exists():
        return
    root = getattr(os, "geteuid", lambda: None)() == 0
    if not shutil.which("npm") and root and shutil.which("apt-get"):
        print(f"There is no npm; getting one: {shlex.join([*APT, 'npm'])}", flush=True)
        install([*APT, "npm"])
    if npm := shutil.which("npm"):
        print("Getting what checks JavaScript and pages: npm ci", flush=True)
        install([npm, "ci", "--silent", "--prefix", str(ROOT)])


def install(command: list[str]) -> int:
    """Run a command that installs something, without its questions and chatter."""
    if command[0] == "apt-get":
        subprocess.run(["apt-get", "update", "-qq"], check=False)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode


def main() -> int:
    """Find or get what the tests need, and run them."""
    get_checkers()
    with sync_playwright() as playwright:
        try:
            path = get_chromium(playwright)
        except NoChromiumError as error:
            sys.exit(str(error))
    print(f"The tests use {path}", flush=True)
    os.environ["AMTVIZ_CHROMIUM"] = path
    return pytest.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
