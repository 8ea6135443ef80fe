"""The JavaScript outside of a browser: its types, and its own tests in tests/javascript/."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TSC = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"  # checks what everyone can use of a page


def need(has: object, advice: str) -> None:
    """Fail where everything must be checked; elsewhere, say in one line what isn't."""
    if not has:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(advice)


def find_node() -> str | None:
    """Return the system's node, else the one that Playwright brings along."""
    if found := shutil.which("node"):
        return found
    try:
        from playwright._impl._driver import compute_driver_executable
    except ImportError:
        return None
    return str(compute_driver_executable()[0])


def run(*command: str | Path) -> None:
    node = find_node()
    need(node, "JavaScript isn't tested without node: install Node.js 20 or newer.")
    done = subprocess.run(
        [str(node), *command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_types() -> None:
    need(TSC.exists(), f"The types of JavaScript aren't checked: run npm ci in {ROOT} first.")
    run(TSC)


def test_units() -> None:
    run("--test", *sorted(map(str, (ROOT / "tests" / "javascript").glob("*.test.js"))))
