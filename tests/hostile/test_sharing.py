"""What a page, tables and a saved file hold: as the documentation's own table says."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import amtviz
from amtviz import TuningData, api
from amtviz.cli import main
from amtviz.findings.facts import facts_of
from amtviz.store.cache import Cache
from amtviz.tidy import Pseudonyms, tidy_tuning_data
from tests.hostile.secrets import ACCOUNT, KINDS, make_raw, secret

GUIDE = Path(__file__).parents[2] / "docs" / "howto" / "sharing.md"
HEAD = ("page", "page, anonymous", "tables", "saved file")


@pytest.fixture(scope="module")
def data() -> TuningData:
    return TuningData.of(tidy_tuning_data(make_raw()))


@pytest.fixture(scope="module")
def written(data, tmp_path_factory) -> dict[str, str]:
    """Return the text of everything that can be given away."""
    folder = tmp_path_factory.mktemp("shared")
    page = api.write_report(data, folder / "page.html").read_text(encoding="utf-8")
    anonymous = api.write_report(data, folder / "anonymous.html", anonymous=True)
    tables = [path.read_text(encoding="utf-8") for path in data.to_csv(folder / "tables")]
    data.save(folder / "saved.sqlite")
    texts = (
        page,
        anonymous.read_text(encoding="utf-8"),
        "".join(tables),
        (folder / "saved.sqlite").read_bytes().decode("latin-1"),
    )
    return dict(zip(HEAD, texts, strict=True))


def read_guide() -> dict[str, list[bool]]:
    """Return by kind in which places it is, of the only table."""
    lines = [line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert tuple(head[1:]) == HEAD
    assert {cell for row in rows for cell in row[1:]} == {"yes", "–"}
    return {row[0]: [cell == "yes" for cell in row[1:]] for row in rows}


def test_the_guide_lists_every_kind() -> None:
    assert list(read_guide()) == list(KINDS)
    assert len(KINDS) >= 19


@pytest.mark.parametrize("kind", KINDS)
def test_the_guide_says_where_each_kind_is(written, kind) -> None:
    assert [secret(kind) in written[place] for place in HEAD] == read_guide()[kind]


def test_no_page_names_a_folder(data, tmp_path) -> None:
    """A cache that can't be used is told in the page, but not where it is."""
    path = tmp_path / "person-who-wrote-it" / "cache.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"no database at all")
    with closing(Cache(path)) as cache:
        notices = cache.notices
    assert len(notices) == 1
    assert "person-who-wrote-it" not in notices[0]
    path.write_bytes(b"x")
    page = api.make_page(amtviz.TuningData.of(data))
    for place in (str(Path.home()), os.getcwd(), str(Path(amtviz.__file__).parent), str(tmp_path)):
        assert place not in page


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_reads_a_saved_file(data, tmp_path) -> None:
    for name, one in (("raw", data), ("document", Pseudonyms(data).tables())):
        path = tmp_path / name
        TuningData.of(one).save(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_arns_are_written_when_asked_for(data, tmp_path) -> None:
    text = "".join(path.read_text("utf-8") for path in data.to_csv(tmp_path, arns=True))
    assert ACCOUNT in text
    assert secret("ARNs") in text
    assert secret("numbers of accounts in failure reasons") in text


def test_other_names_change_no_number() -> None:
    data = api.load_demo()
    tables = Pseudonyms(data).tables()
    one, other = facts_of(data), facts_of(tables)
    np.testing.assert_allclose(
        other.importance.table["Importance"], one.importance.table["Importance"], rtol=1e-9
    )
    np.testing.assert_allclose(other.convergence["BestSoFar"], one.convergence["BestSoFar"])
    assert len(tables.metrics) == len(data.metrics)
    assert tables.trials["TrainingJobName"].nunique() == data.trials["TrainingJobName"].nunique()
    names = {h.name: f"hyperparameter {n}" for n, h in enumerate(data.hyperparameters, start=1)}
    for true, given in names.items():
        assert tables.trials[given].isna().equals(data.trials[true].isna())
        assert tables.trials[given].nunique() == data.trials[true].nunique()


def test_the_command_line_writes_it_too(data, tmp_path) -> None:
    path, page = tmp_path / "saved.sqlite", tmp_path / "page.html"
    data.save(path)
    metric = secret("names of other metrics")
    done = CliRunner().invoke(
        main, ["report", str(path), "--anonymous", "--job-metric", metric, "-o", str(page)]
    )
    assert done.exit_code == 0, done.output
    text = page.read_text(encoding="utf-8")
    assert "hyperparameter 1" in text
    assert not [kind for kind in KINDS if secret(kind) in text]
