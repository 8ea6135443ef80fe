"""Hints on pip, which say what works for this installation."""

import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

import amtviz
from amtviz import installation
from amtviz.installation import pip_install


@pytest.fixture
def recorded(monkeypatch):
    """Let pip have recorded something, or nothing."""

    def record(text):
        class Distribution:
            @staticmethod
            def from_name(name):
                if isinstance(text, Exception):
                    raise text
                return Distribution()

            def read_text(self, name):
                assert name == "direct_url.json"
                return text

        monkeypatch.setattr(installation, "Distribution", Distribution)

    return record


GIT = {"vcs": "git", "commit_id": "4f42225e"}
REPOSITORY = "https://example.org/tools/amtviz.git"


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        (None, 'pip install "amtviz[notebook]"'),
        (
            {"url": "file:///home/a/my%20code", "dir_info": {}},
            'pip install "/home/a/my code[notebook]"',
        ),
        (
            {"url": "file:///home/a/code", "dir_info": {"editable": True}},
            'pip install -e "/home/a/code[notebook]"',
        ),
        (
            {"url": REPOSITORY, "vcs_info": GIT},
            f'pip install "amtviz[notebook] @ git+{REPOSITORY}"',
        ),
        (
            {
                "url": REPOSITORY,
                "vcs_info": GIT | {"requested_revision": "v1"},
                "subdirectory": "py",
            },
            f'pip install "amtviz[notebook] @ git+{REPOSITORY}@v1#subdirectory=py"',
        ),
        (
            {"url": "https://example.org/amtviz-1.whl", "archive_info": {}},
            'pip install "amtviz[notebook] @ https://example.org/amtviz-1.whl"',
        ),
    ],
)
def test_an_extra_comes_from_where_amtviz_came_from(recorded, origin, command):
    recorded(None if origin is None else json.dumps(origin))
    assert pip_install("notebook") == command


def test_an_upgrade(recorded):
    recorded(None)
    assert pip_install(upgrade=True) == "pip install -U amtviz"
    recorded(json.dumps({"url": REPOSITORY, "vcs_info": GIT}))
    assert pip_install(upgrade=True) == f'pip install -U "amtviz @ git+{REPOSITORY}"'


def test_a_checkout_that_was_never_installed(recorded):
    recorded(PackageNotFoundError("amtviz"))
    root = Path(amtviz.__file__).parents[1]
    assert pip_install("parquet") == f'pip install "{root}[parquet]"'
