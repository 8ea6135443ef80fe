"""The notebook for SageMaker SDK 2, run as it is."""

from __future__ import annotations

from pathlib import Path

from tests.aws.world import World
from tests.sdk import notebooks


def test_sagemaker_sdk2(account: World, tmp_path: Path) -> None:
    run = notebooks.run_notebook(account, "sagemaker_sdk2.ipynb", tmp_path)
    notebooks.assert_it_tuned(account, run)
    notebooks.assert_the_script_trains(account, run)
    notebooks.assert_it_left_nothing(run, "digits-sdk2.html", "digits-sdk2.sqlite")
