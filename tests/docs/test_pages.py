"""What the documents must be, beyond what Sphinx checks."""

from __future__ import annotations

import re
import struct

import pytest

import amtviz
from amtviz.charts import CHARTS
from amtviz.fetch.errors import READER_POLICY, STARTER_POLICY
from tests.docs.documents import DOCUMENTS, ROOT, name_of, read_links


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document):
    for link in read_links(document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), f"{name_of(document)} links to {link}"


def test_every_chart_has_a_page_that_says_how_it_misleads():
    for name in CHARTS:
        page = read(f"docs/gallery/{name}.md")
        assert f"```{{live-chart}} {name}\n```" in page
        assert "**How it misleads.**" in page


def test_every_public_name_is_in_the_reference():
    reference = read("docs/reference/api.md")
    for name in set(amtviz.__all__) - {"AmtvizError"}:
        assert re.search(rf"^\.\. auto(function|class|data):: {name}$", reference, re.MULTILINE), (
            name
        )
    for name in ("AmtvizError", "StoreError", "TuningJobNotFoundError"):
        assert name in reference


def test_every_permission_is_explained():
    page = read("docs/howto/permissions.md")
    explained = re.findall(r"^\| `(\w+:\w+)` \|", page, re.MULTILINE)
    create, pass_role = STARTER_POLICY["Statement"]
    actions = [*READER_POLICY["Statement"][0]["Action"], *create["Action"], pass_role["Action"]]
    assert explained == actions


def test_the_changelog_begins_with_this_version():
    assert re.findall(r"^## (\S+)$", read("CHANGELOG.md"), re.MULTILINE)[0] == amtviz.__version__


def test_workflows_run_every_supported_python_and_all_of_ci():
    workflow = read(".github/workflows/tests.yml")
    supported = re.findall(r"Programming Language :: Python :: (3\.\d+)", read("pyproject.toml"))
    tested = re.search(r"python: \[(.*)\]", workflow)[1]
    assert tested.replace('"', "").split(", ") == supported
    assert "bash .ci/run" in workflow
    for system in ("ubuntu", "macos", "windows"):
        assert f"{system}-latest" in workflow


def test_the_readme_is_short():
    assert len(read("README.md").splitlines()) < 120


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_small_and_wide_enough(scheme):
    picture = (ROOT / "docs" / "_static" / f"dashboard-{scheme}.png").read_bytes()
    width, height = struct.unpack(">II", picture[16:24])
    assert len(picture) < 250_000
    assert width >= 1000
    assert width / height > 1.2
