"""amtviz with the real SageMaker SDKs, each in an environment of its own: `nox -s sdk2 sdk3`.

Their tuners are started against the local AWS endpoint of the tests; nothing reaches AWS.
"""

from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"


@nox.session
def sdk2(session: nox.Session) -> None:
    """Test with SageMaker SDK 2."""
    run(session, "sagemaker<3", "sdk2")


@nox.session
def sdk3(session: nox.Session) -> None:
    """Test with SageMaker SDK 3."""
    run(session, "sagemaker>=3", "sdk3")


def run(session: nox.Session, sdk: str, name: str) -> None:
    """Install amtviz with what these tests need and one SDK, and run that SDK's tests."""
    session.install(".[sagemaker,test-sdk]", sdk)
    files = sorted(str(file) for file in Path("tests/sdk").glob(f"test_*{name}.py"))
    env = {"SAGEMAKER_SUPPRESS_V2_WARNING": "1"}
    options = ("-n", "2", "--disable-warnings")  # the SDKs' own
    session.run("python", "-m", "pytest", *options, *files, *session.posargs, env=env)
