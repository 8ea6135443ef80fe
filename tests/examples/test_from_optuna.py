"""``examples/from_optuna.py``, run as a reader runs it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_two_studies_become_one_page(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "from_optuna.py", "-o", tmp_path, "--trials", "12"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "TuningData: 2 tuning jobs, 24 trials" in done.stdout
    assert f"Wrote {tmp_path / 'optuna.html'}" in done.stdout
    assert "Warning" not in done.stderr
    page = (tmp_path / "optuna.html").read_text(encoding="utf-8")
    for name in ("random", "tpe", "kernel", "gamma", "accuracy"):
        assert name in page
