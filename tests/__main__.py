"""All tests on any machine: ``python -m tests`` gets a Chromium if there is none, then runs pytest.

Arguments go on to pytest.
"""

from __future__ import annotations

import os
import shlex
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
    NoChromiumError,
    find_chromiums,
    start_chromium,
    ways_to_get_one,
)


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
        if command[0] == "apt-get":
            subprocess.run(["apt-get", "update", "-qq"], check=False)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
        path, why = find_working(playwright)
        if path is not None:
            break
        why = why or f"{shlex.join(command)} ended with exit code {done.returncode}"
    if path is None:
        raise NoChromiumError(f"The tests of the pages need Chromium, and {why}. {ADVICE}")
    return path


def main() -> int:
    """Find or get a Chromium, and run the tests with it."""
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
