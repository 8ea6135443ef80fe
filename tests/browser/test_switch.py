"""The objective's axis between linear and log, in all sections of a page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amtviz import TuningData, api

BOX = "input[name=log_objective]"


def test_a_box_switches_every_section(open_page, tmp_path):
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 1, 40)
    frame = pd.DataFrame({"x": x, "loss": 10 ** (2 * x - 1) + rng.uniform(0, 0.01, 40)})
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    path = api.write_report(data, tmp_path / "switched.html", sections=("progress", "values"))
    page = open_page(path)
    boxes = page.locator(BOX)
    assert boxes.count() == 2
    assert not boxes.nth(1).is_checked()
    boxes.nth(0).check()
    boxes.nth(1).scroll_into_view_if_needed()
    page.wait_for_function(f"[...document.querySelectorAll('{BOX}')].every((box) => box.checked)")
