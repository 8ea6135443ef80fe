"""How fast a report redraws while a reader drags a brush or moves over trials.

Generated trials of eight hyperparameters are written as reports, opened in headless Chromium, and
handled with a real mouse. What counts per mouse move is the time that Vega spends updating its
dataflow and drawing, which is what a reader feels; the ratios to the smallest report say how the
page grows with the trials, on any machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

import amtviz

SIZES = (100, 750, 2_000, 10_000)
STEPS = 40
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
CATEGORIES = {"optimizer": ("adam", "lamb", "sgd"), "schedule": ("constant", "cosine", "step")}

# Sums up the time in which at least one view is evaluating: dataflow, then drawing.
CLOCK = """() => {
  const clock = window.clock = {spent: 0, open: 0, began: 0, settled: () => clock.open === 0};
  for (const view of Object.values(window.amtviz.views)) {
    const evaluate = view.evaluate;
    view.evaluate = async function (...args) {
      if (clock.open++ === 0) clock.began = performance.now();
      try { return await evaluate.apply(this, args); }
      finally { if (--clock.open === 0) clock.spent += performance.now() - clock.began; }
    };
  }
}"""
READ = "() => { const ms = window.clock.spent; window.clock.spent = 0; return ms; }"
# The box of a named panel in the window, scrolled to, and the places of its trials.
PANEL = """name => {
  const view = window.amtviz.views[name];
  view.container().scrollIntoView({block: 'center'});
  const at = view.container().querySelector('canvas, svg.marks').getBoundingClientRect();
  const [left, top] = view.origin(), pad = view.padding();
  const [x, y] = [at.x + left + pad.left, at.y + top + pad.top];
  const marks = view.scenegraph().root.items[0].items;
  const points = marks.filter(m => m.marktype === 'symbol' && /_(best|selected)_/.test(m.name));
  const trials = points.flatMap(m => m.items.map(p => [x + p.x, y + p.y, p.datum.i]));
  return {box: [x, y, view.signal('width'), view.signal('height')], trials};
}"""
HOVERED = """() => {
  for (const view of Object.values(window.amtviz.views)) {
    const hover = view.getState().signals.hover;
    if (hover && hover.i) return hover.i[0];
  }
}"""


@dataclass(frozen=True)
class Measures:
    """Medians of one page: milliseconds per mouse move, and of the first drawing; megabytes."""

    trials: int
    brush: float
    worst: float
    hover: float
    first: float
    size: float


def generate_trials(count: int) -> amtviz.TuningData:
    """Make a tuning job of that many trials; the same count gives the same trials."""
    dice = np.random.default_rng(0)
    names = ("learning_rate", "weight_decay", "dropout", "momentum", "layers", "batch_size")
    frame = pd.DataFrame(
        {
            "learning_rate": 10 ** dice.uniform(-5, -1, count),
            "weight_decay": 10 ** dice.uniform(-6, -2, count),
            "dropout": dice.uniform(0, 0.6, count),
            "momentum": dice.uniform(0.5, 0.99, count),
            "layers": dice.integers(1, 13, count),
            "batch_size": dice.integers(16, 513, count),
            **{name: dice.choice(values, count) for name, values in CATEGORIES.items()},
        }
    )
    start = pd.Timestamp("2026-01-05 09:00", tz="UTC")
    frame["TrainingStartTime"] = start + pd.to_timedelta(np.arange(count) * 40, unit="s")
    distance = np.abs(np.log10(frame["learning_rate"]) + 3)
    noise = dice.normal(0, 0.02, count)
    frame["loss"] = 0.3 + 0.1 * distance + 0.2 * frame["dropout"] + noise
    return amtviz.TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=[*names, *CATEGORIES]
    )


def measure_moves(page: Page, places: list[tuple[float, float]]) -> list[float]:
    """Move the mouse from place to place; give the milliseconds that each move cost."""
    spent = []
    page.evaluate(READ)
    for x, y in places:
        page.mouse.move(x, y)
        page.wait_for_function("window.clock.settled()")
        spent.append(page.evaluate(READ))
    return spent


def measure_page(page: Page, path: Path, trials: int) -> Measures:
    """Open a report, drag a brush across a panel, and hover over the trials of another."""
    page.goto(path.as_uri())
    first = page.evaluate("window.amtviz.ready.then(() => performance.now())")
    page.evaluate("window.amtviz.settle()")
    page.evaluate(CLOCK)
    x, y, width, height = page.evaluate(PANEL, "hyperparameter_0")["box"]
    page.mouse.move(x + 0.1 * width, y + height / 2)
    page.mouse.down()
    drag = [(x + (0.1 + 0.8 * k / STEPS) * width, y + height / 2) for k in range(1, STEPS + 1)]
    brush = measure_moves(page, drag)
    page.mouse.up()
    page.mouse.dblclick(x + width / 2, y + height / 2)
    found = page.evaluate(PANEL, "hyperparameter_2")["trials"]
    over = [(x, y) for x, y, _ in found[:: max(1, len(found) // STEPS)][:STEPS]]
    hover = measure_moves(page, over)
    if page.evaluate(HOVERED) is None:
        raise RuntimeError(f"no trial of {path.name} answered the pointer")
    return Measures(
        trials,
        statistics.median(brush),
        sorted(brush)[int(0.9 * len(brush))],
        statistics.median(hover),
        first,
        path.stat().st_size / 1e6,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=3, help="pages of each size, in turns")
    options = parser.parse_args()
    chromium = os.environ.get("AMTVIZ_CHROMIUM") or shutil.which("chromium")
    rounds: dict[int, list[Measures]] = {count: [] for count in options.trials}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = {
            count: amtviz.write_report(generate_trials(count), Path(folder) / f"{count}.html")
            for count in options.trials
        }
        for _ in range(options.rounds):
            for count, path in pages.items():
                # a browser of its own: the one before must not leave it warm or full
                browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
                page = browser.new_page(viewport={"width": 1280, "height": 1400})
                rounds[count].append(measure_page(page, path, count))
                browser.close()
    print_table([best_of(measures) for measures in rounds.values()])


def best_of(rounds: list[Measures]) -> Measures:
    """Take the least disturbed value of each measure over the rounds."""
    names = list(Measures.__dataclass_fields__)
    return Measures(*(min(getattr(m, name) for m in rounds) for name in names))


def print_table(table: list[Measures]) -> None:
    print("trials   brush ms (9 in 10)   ratio   hover ms   ratio   first ms   ratio   page MB")
    least = table[0]
    for m in table:
        print(
            f"{m.trials:6,}   {m.brush:8.1f} ({m.worst:6.1f})   {m.brush / least.brush:5.1f}   "
            f"{m.hover:8.1f}   {m.hover / least.hover:5.1f}   {m.first:8.0f}   "
            f"{m.first / least.first:5.1f}   {m.size:7.2f}"
        )


if __name__ == "__main__":
    main()
