"""The runner of the calibration: resumable, and blind to what an interruption cut off."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest

from benchmarks import calibration


def make_claims(done):
    def measure(cell):
        done.append(cell["seed"])
        return {"hit": cell["seed"] % 2 == 0}

    def summarize(results):
        hits = [result["hit"] for _, result in results]
        row = ["a claim", "planted", "50 %", "40–60 %", f"{sum(hits)} of {len(hits)}", len(hits)]
        return pd.DataFrame([row], columns=calibration.COLUMNS)

    return SimpleNamespace(
        CLAIM="a claim",
        cells=lambda small: ({"seed": seed} for seed in range(2 if small else 4)),
        measure=measure,
        summarize=summarize,
    )


def test_a_run_goes_on_where_it_was(tmp_path):
    done = []
    claims, path = make_claims(done), tmp_path / "folder" / "a.jsonl"
    calibration.run(claims, path, small=True, measure=True)
    assert done == [0, 1]
    with path.open("a") as lines:
        lines.write('{"cell": {"seed": 2}, "resu')  # as an interruption leaves it
    results = calibration.run(claims, path, small=False, measure=True)
    assert done == [0, 1, 2, 3]
    assert results == [({"seed": s}, {"hit": s % 2 == 0}) for s in range(4)]
    assert calibration.run(claims, path, small=False, measure=True) == results
    assert done == [0, 1, 2, 3]
    assert json.loads(path.read_text().splitlines()[0])["cell"] == {"seed": 0}


def test_what_is_finished_is_summed_up_without_measuring(tmp_path):
    done = []
    assert calibration.run(make_claims(done), tmp_path / "a", small=False, measure=False) == []
    assert done == []


def test_the_table_of_the_documentation(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(calibration, "find_claims", lambda: {"a": make_claims([])})
    monkeypatch.setattr("os.nice", lambda _: 0)
    calibration.main(["--small", "--markdown", "--out", str(tmp_path)])
    assert capsys.readouterr().out.splitlines() == [
        "| Claim | Data | Nominal | Goal | Measured | N |",
        "| --- | --- | --- | --- | --- | --- |",
        "| a claim | planted | 50 % | 40–60 % | 1 of 2 | 2 |",
    ]


def test_an_unknown_claim_is_named_with_the_choices(monkeypatch, capsys):
    monkeypatch.setattr(calibration, "find_claims", lambda: {"a": make_claims([])})
    with pytest.raises(SystemExit):
        calibration.main(["--claims", "b"])
    said = capsys.readouterr().err
    assert "'b'" in said
    assert "'a'" in said or "choose from a" in said
