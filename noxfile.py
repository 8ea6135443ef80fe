"""amtviz with the real SageMaker SDKs, each in an environment of its own: `nox -s sdk2 sdk3`.

Their tuners are started against the local AWS endpoint of the tests; nothing reaches AWS.
"""

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"


@nox.session
def sdk2(session: nox.Session) -> None:
    """Test with SageMaker SDK 2."""
    run(session, "sagemaker<3", "2")


@nox.session
def sdk3(session: nox.Session) -> None:
    """Test with SageMaker SDK 3."""
    run(session, "sagemaker>=3", "3")


def run(session: nox.Session, sdk: str, generation: str) -> None:
    """Install amtviz with what these tests need and one SDK, and run that SDK's tests."""
    session.install(".[sagemaker,test-sdk]", sdk)
    files = [f"tests/sdk/test_sdk{generation}.py"]
    env = {"SAGEMAKER_SUPPRESS_V2_WARNING": "1"}
    session.run("python", "-m", "pytest", "-n", "0", *files, *session.posargs, env=env)
