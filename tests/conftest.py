"""Fixtures for every test."""

from pathlib import Path

import pytest
from hypothesis import settings

import amtviz
from tests.aws.fixtures import aws, aws_environment, aws_models, aws_server, no_retry_waits

__all__ = ["aws", "aws_environment", "aws_models", "aws_server", "no_retry_waits"]

# Where the longest files are, longest first: one that begins last keeps the other core waiting.
_LONG = ("contract", "notebooks", "browser", "examples", "docs", "live", "charts", "analysis")

# How fast a machine is, is no property; the same examples each time, or a change fails by luck.
# `--hypothesis-profile=search` looks for others.
settings.register_profile("amtviz", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("amtviz")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let somebody with time try more than a change has to pass."""
    parser.addoption("--cases", type=int, default=2000, help="generated answers of AWS to try")
    parser.addoption("--looks", type=int, default=100, help="looks of amtviz watch to take")


@pytest.fixture(autouse=True)
def cache_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the test's own cache is to be: nothing may touch that of whoever runs the tests."""
    path = tmp_path / "amtviz-cache" / "cache.sqlite"
    monkeypatch.setenv("AMTVIZ_CACHE", str(path))
    return path


@pytest.fixture(autouse=True)
def debug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a chart that fails fail its test."""
    monkeypatch.setattr(amtviz.options, "debug", True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders of long files; within one, the order stays."""
    here = Path(__file__).parent
    order = {name: place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: order.get(item.path.relative_to(here).parts[0], len(_LONG)))
