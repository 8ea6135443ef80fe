"""The table of the selected trials, and its CSV, under a real mouse and keyboard."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData, api
from amtviz.wording.values import format_value
from tests.browser.scene import WHOLE, Scene, drag, locate, signal
from tests.contract.cases import CASES, hostile_names, ten_thousand_trials

LISTED = (
    "[...document.querySelectorAll('table.trials tbody tr')]"
    ".map((row) => row.querySelector('th')).map((name) => name.title || name.textContent)"
)


def write(data, path):
    """Write a report with only the sections in whose panels is brushed."""
    return api.write_report(data, path, sections=("progress", "values"))


def best_first(trials):
    return trials.sort_values("f1", ascending=False, kind="stable")


def wait_for(page, count):
    """Wait until the table says how many trials are selected."""
    text = f"of {count:,}" if count else "No trial is selected."
    said = "document.querySelector('#section-trials .pages span').textContent.endsWith"
    page.wait_for_function(f"(text) => {said}(text)", arg=text)


def headings(page):
    heads = page.locator("table.trials thead tr > *").all_inner_texts()
    return [text.rstrip(" ▲▼").strip() for text in heads]


def column(page, heading):
    cells = page.locator(f"table.trials tbody tr > :nth-child({headings(page).index(heading) + 1})")
    return cells.all_inner_texts()


def head(page, heading):
    return page.locator("table.trials thead tr > *").nth(headings(page).index(heading))


def download(page):
    with page.expect_download() as started:
        page.locator("button.download-csv").click()
    return started.value, started.value.path().read_bytes()


def read_csv(content):
    """Give every cell as text: how pandas reads floats depends on its version."""
    return pd.read_csv(io.BytesIO(content), dtype=str)


def test_all_trials_are_listed_best_first(page, demo):
    expected = best_first(demo.trials)["TrainingJobName"].head(20).tolist()
    assert page.evaluate(LISTED) == expected
    assert column(page, "Rank") == [str(rank) for rank in range(1, 21)]
    assert column(page, "f1") == [format_value(v) for v in best_first(demo.trials)["f1"].head(20)]
    fraction = best_first(demo.trials)["min-weight-fraction-leaf"].head(20)
    assert column(page, "min-weight-fraction-leaf") == [format_value(v) for v in fraction]
    starts = best_first(demo.trials)["TrainingStartTime"].head(20)
    assert column(page, "Started (UTC)") == [f"{start:%Y-%m-%d %H:%M:%S}" for start in starts]
    assert page.locator(".count").inner_text() == "125 trials"
    assert not page.locator("button.clear").is_visible()


def test_a_drag_lists_just_what_pandas_selects_and_clear_brings_all_back(page, demo):
    drag(page, "hyperparameter_0_group", 0.5, 0.9)
    drag(page, "objective_density_group", 0.1, 0.5, down=True)
    low, high = sorted(signal(page, "b_p0")["p0"])
    worst, best = sorted(signal(page, "b_y")["y"])
    trials = demo.trials
    inside = trials["n-estimators"].between(low, high) & trials["f1"].between(worst, best)
    selected = best_first(trials[inside])
    assert 1 < len(selected) < len(trials)
    wait_for(page, len(selected))
    assert page.evaluate(LISTED) == selected["TrainingJobName"].head(20).tolist()
    own = selected["f1"]
    assert page.locator(".now").inner_text() == (
        f"{len(selected)} of 125 trials · best {own.max():.4g} · median {own.median():.4g}"
    )
    page.locator("button.clear").click()
    wait_for(page, 125)
    assert signal(page, "b_p0") == signal(page, "b_y") == {}
    assert Scene(page).coloured("progress") == set(range(125))
    assert page.locator(".count").inner_text() == "125 trials"


def test_the_legend_and_a_category_choose_as_well(page, demo):
    drag(page, "hyperparameter_4_group", 0.02, 0.1)
    page.locator("#legend button", has_text="bayesian").click()
    trials = demo.trials
    chosen = (trials["criterion"] == "entropy") & (trials["TuningJobName"] == "digits-bayesian")
    wait_for(page, int(chosen.sum()))
    assert page.evaluate(LISTED) == best_first(trials[chosen])["TrainingJobName"].head(20).tolist()
    assert set(column(page, "Tuning job")) == {"digits-bayesian"}
    dots = page.locator("table.trials .dot").evaluate_all(
        "all => all.map((dot) => getComputedStyle(dot).backgroundColor)"
    )
    assert set(dots) == {"rgb(217, 122, 6)"}


def test_every_column_sorts_by_click_and_by_key_and_says_so(page, demo):
    name = "min-weight-fraction-leaf"
    ordered = demo.trials.sort_values(name)[name]
    assert head(page, "Rank").get_attribute("aria-sort") == "ascending"
    head(page, name).locator("button").click()
    assert column(page, name) == [format_value(v) for v in ordered.head(20)]
    assert head(page, name).get_attribute("aria-sort") == "ascending"
    assert page.locator("[aria-sort]").count() == 1
    page.keyboard.press("Enter")
    assert column(page, name) == [format_value(v) for v in ordered[::-1].head(20)]
    assert head(page, name).get_attribute("aria-sort") == "descending"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert head(page, "min-samples-leaf").get_attribute("aria-sort") == "ascending"
    # equal ones stay best first
    fewest = demo.trials[demo.trials["min-samples-leaf"] == demo.trials["min-samples-leaf"].min()]
    expected = best_first(fewest)["TrainingJobName"].head(20).tolist()
    assert page.evaluate(LISTED)[: len(expected)] == expected
    for heading in filter(None, headings(page)):
        head(page, heading).locator("button").click()
        assert head(page, heading).get_attribute("aria-sort") in ("ascending", "descending")


def test_pages_turn_and_a_new_selection_begins_at_the_first(page, demo):
    names = best_first(demo.trials)["TrainingJobName"].tolist()
    page.locator(".pages button", has_text="Next").click()
    assert page.evaluate(LISTED) == names[20:40]
    for _ in range(5):
        page.locator(".pages button", has_text="Next").click()
    assert page.evaluate(LISTED) == names[120:]
    assert page.locator(".pages button", has_text="Next").is_disabled()
    assert page.locator(".pages span").inner_text() == "121–125 of 125"
    drag(page, "hyperparameter_4_group", 0.02, 0.1)
    wait_for(page, int((demo.trials["criterion"] == "entropy").sum()))
    assert page.locator(".pages span").inner_text().startswith("1–20 of")


def test_a_row_marks_its_trial_in_the_charts_and_the_other_way_round(page, demo):
    started = demo.trials.sort_values("TrainingStartTime", kind="stable").reset_index(drop=True)
    last = started["f1"].sort_values(ascending=False, kind="stable").index[19]
    page.locator("table.trials tbody tr").nth(19).hover()
    page.wait_for_function("document.querySelector('table.trials tr.marked') !== null")
    assert signal(page, "hover")["i"] == [last]
    marked = {
        m["panel"]
        for m in Scene(page).marks
        if m["i"] == last and "246, 199, 0" in str(m["fill"]).replace("#f6c700", "246, 199, 0")
    }
    assert {"progress", "training_jobs", *(f"hyperparameter_{i}" for i in range(5))} <= marked
    best = int(started["f1"].idxmax())
    point = next(m for m in Scene(page).marks if m["panel"] == "training_jobs" and m["i"] == best)
    page.mouse.move(point["x"] - 1, point["y"])
    page.mouse.move(point["x"], point["y"])
    page.wait_for_function(
        "document.querySelector('table.trials tbody tr').classList.contains('marked')"
    )
    assert page.locator("tr.marked").count() == 1


def test_the_csv_is_the_selected_trials_in_full(page, demo):
    drag(page, "hyperparameter_0_group", 0.5, 0.9)
    low, high = sorted(signal(page, "b_p0")["p0"])
    selected = best_first(demo.trials[demo.trials["n-estimators"].between(low, high)])
    wait_for(page, len(selected))
    file, content = download(page)
    assert file.suggested_filename == "selected-trials.csv"
    table = read_csv(content)
    assert len(table) == len(selected)
    assert table["TrainingJobName"].tolist() == selected["TrainingJobName"].tolist()
    assert set(table) < set(demo.trials)
    for name in ("f1", "n-estimators", "min-weight-fraction-leaf", "TrainingElapsedTimeSeconds"):
        assert table[name].map(float).tolist() == selected[name].tolist()  # every digit
    for name in ("criterion", "TuningJobName", "TrainingJobStatus"):
        assert table[name].tolist() == selected[name].tolist()
    times = pd.to_datetime(table["TrainingStartTime"], utc=True)
    late = np.abs(times.to_numpy() - selected["TrainingStartTime"].to_numpy())
    assert late.max() <= np.timedelta64(1, "ms")
    assert table["FailureReason"].isna().all()


def test_copied_is_what_is_downloaded(open_page, demo_report):
    page = open_page(demo_report, permissions=["clipboard-read", "clipboard-write"])
    page.locator("button.copy-csv").click()
    page.locator("button.copy-csv", has_text="Copied").wait_for()
    _, content = download(page)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == content.decode("utf-8").splitlines()
    assert content.count(b"\r\n") == 126
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_hostile_names_survive_the_csv(open_page, tmp_path):
    data = hostile_names()
    page = open_page(write(data, tmp_path / "hostile.html"), viewport=WHOLE)
    file, content = download(page)
    assert file.suggested_filename == "trials.csv"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    table = pd.DataFrame(rows[1:], columns=rows[0]).set_index("TrainingJobName")
    trials = data.trials.set_index("TrainingJobName")
    assert set(table) <= set(trials)
    assert {h.column for h in data.hyperparameters} <= set(table)
    for name in ("which", "TuningJobName"):
        assert table[name].to_dict() == trials[name].to_dict()
    for hyperparameter in data.hyperparameters[:-1]:
        found = table[hyperparameter.column].astype(float)
        assert found.to_dict() == trials[hyperparameter.column].to_dict()
    assert page.locator("#section-trials img, #section-trials script").count() == 0


def test_no_text_is_a_formula_and_no_number_is_guarded(open_page, tmp_path):
    texts = ["=1+1", "+sum(A1)", "-cmd|' /C calc'!A0", "@now", "\t=1", "-5", "plain", '=a,"b"\n']
    frame = pd.DataFrame(
        {"=name": texts, "n": [-1.5, 2, -3, 4, 5, 6, 7, 8], "loss": np.arange(8) - 4.5}
    )
    data = TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=["=name", "n"]
    )
    page = open_page(write(data, tmp_path / "formulas.html"), viewport=WHOLE)
    rows = list(csv.DictReader(io.StringIO(download(page)[1].decode("utf-8"), newline="")))
    guarded = [text if text in ("-5", "plain") else f"'{text}" for text in texts]
    assert [row["'=name"] for row in rows] == guarded
    assert [float(row["n"]) for row in rows] == frame["n"].tolist()
    assert [float(row["loss"]) for row in rows] == frame["loss"].tolist()


@pytest.mark.parametrize("name", ["scales", "big_integers", "missing_hyperparameters"])
def test_scales_large_and_missing_values_are_listed_as_they_are(open_page, tmp_path, name):
    data = CASES[name]()
    page = open_page(write(data, tmp_path / "page.html"), viewport=WHOLE)
    table = read_csv(download(page)[1]).set_index("TrainingJobName")
    shown = data.trials.set_index("TrainingJobName").loc[page.evaluate(LISTED)]
    for hyperparameter in data.hyperparameters:
        values = data.trials.set_index("TrainingJobName")[hyperparameter.column]
        for trial, text in table[hyperparameter.column].items():
            value = values[trial]
            assert pd.isna(text) if pd.isna(value) else type(value)(text) == value
        if values.notna().any():
            assert column(page, hyperparameter.name) == [
                format_value(value) for value in shown[hyperparameter.column]
            ]


@pytest.mark.parametrize("name", ["empty", "one_trial", "all_failed", "nan_objective"])
def test_few_or_unscored_trials(open_page, tmp_path, name):
    data = CASES[name]()
    page = open_page(write(data, tmp_path / "page.html"), viewport=WHOLE)
    rows = page.locator("table.trials tbody tr").count()
    assert rows == min(20, len(data.trials))
    if name == "empty":
        assert page.locator("#section-trials").count() == 0
        return
    assert len(read_csv(download(page)[1])) == len(data.trials)
    if name == "one_trial":
        assert page.locator(".count").inner_text() == "1 trial"
    elif name == "all_failed":
        assert page.locator(".now").inner_text() == "8 trials"
        reason = page.locator("table.trials td[title^=AlgorithmError]").first
        assert reason.get_attribute("title") == "AlgorithmError: </script>"
    else:
        scored = data.trials["loss"][np.isfinite(data.trials["loss"])]
        assert page.locator(".now").inner_text() == (
            f"{len(data.trials)} trials · best {scored.min():.4g} · median {scored.median():.4g}"
        )
        head(page, "loss").locator("button").click()
        head(page, "loss").locator("button").click()
        assert column(page, "loss")[0] == format_value(scored.max())  # missing ones stay last


def test_ten_thousand_trials_are_a_few_rows(open_page, tmp_path):
    data = ten_thousand_trials()
    page = open_page(write(data, tmp_path / "many.html"), viewport=WHOLE)
    drag(page, "hyperparameter_0_group", 0.2, 0.5)
    low, high = sorted(signal(page, "b_p0")["p0"])
    count = int(data.trials["rate"].between(low, high).sum())
    wait_for(page, count)
    assert page.locator("table.trials tr").count() == 21
    assert page.locator(".count").inner_text() == f"{count:,} of 10,000 trials"
    assert len(read_csv(download(page)[1])) == count


def test_dark_mode_colours_the_marked_row_readably(open_page, demo_report):
    page = open_page(demo_report, viewport=WHOLE, color_scheme="dark")
    page.locator("table.trials tbody tr").first.hover()
    cell = page.locator("table.trials tr.marked td").first
    cell.wait_for()
    colours = cell.evaluate("(cell) => [getComputedStyle(cell).color, "
                            "getComputedStyle(cell).backgroundColor]")  # fmt: skip
    text, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert text - paper > 300


def test_the_bar_stays_in_sight_and_leads_to_the_table(open_page, demo_report):
    page = open_page(demo_report, viewport={"width": 1280, "height": 900})
    locate(page, "hyperparameter_0_group")
    drag(page, "hyperparameter_0_group", 0.5, 0.9)
    page.locator(".tools").click()
    page.wait_for_function("scrollY > 0")
    page.wait_for_function(
        "document.querySelector('#section-trials').getBoundingClientRect().top < innerHeight / 2"
    )
    bar = page.locator(".bar").bounding_box()
    assert bar["y"] == 0
    page.locator("button.clear").click()
    wait_for(page, 125)
