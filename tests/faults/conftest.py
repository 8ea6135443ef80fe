"""How much is tried."""

import pytest


@pytest.fixture(scope="session")
def cases(request: pytest.FixtureRequest) -> int:
    """How many generated answers are tried: 2,000, or as many as ``--cases`` says."""
    return int(request.config.getoption("--cases"))


@pytest.fixture(scope="session")
def looks(request: pytest.FixtureRequest) -> int:
    """How often a tuning job is looked at: 100 times, or as ``--looks`` says."""
    return int(request.config.getoption("--looks"))
