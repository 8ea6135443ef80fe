"""How long a report takes to open, and to answer: brush, hover, legend, clear, colours, scrolling.

    python -m benchmarks.page --against ../another-checkout

Generated trials are written as reports, opened in headless Chromium, and handled with a real
mouse. What counts is processor time of the page's main thread (`benchmarks.tab` says how it is
taken); only the waits while opening are time on the clock. With ``--against``, pages of another
checkout take turns with those of this one, and the ratio is the median over the rounds: read it
rather than the milliseconds, which are those of one machine and of whatever else it does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.generated import CATEGORIES, NAMES, Size
from benchmarks.tab import Tab, open_tab

HERE = Path(__file__).resolve().parent
SIZES = ("100x8", "1000x8", "10000x8", "1000x20", "10000x20")
STEPS = 30  # of a brush, and trials that the pointer visits
TURNS = 6  # clicks of the legend, other colours
WHEEL = 400  # pixels

# When all hyperparameters in the window were drawn, and when all charts were, if asked for: both
# are looked for at every frame, and count once the frame is on the screen.
CLOCK = """(() => {
  const clock = window.amtvizClock = {};
  const inSight = () => [...document.querySelectorAll('[data-panels=overview] [data-view]')]
    .filter((each) => each.getBoundingClientRect().top < innerHeight);
  const isDrawn = (each) => each.dataset.view in window.amtviz.views;
  const after = (name) => requestAnimationFrame(() => { clock[name] = performance.now(); });
  const look = () => {
    if (!window.amtviz) return requestAnimationFrame(look);
    if (location.hash === '#all' && !clock.asked) {
      clock.asked = true;
      window.amtviz.settle().then(() => after('all'));
    }
    const panels = inSight();
    if (panels.length && panels.every(isDrawn)) after('first');
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
READ = """async (name) => {
  while (!(name in window.amtvizClock)) await new Promise(requestAnimationFrame);
  return window.amtvizClock[name];
}"""
# The plots of hyperparameters in the window, scrolled to the top: their names and boxes.
PLOTS = """() => {
  scrollTo(0, 0);
  return [...document.querySelectorAll('[data-panels=overview] [data-view]')].flatMap((each) => {
    const name = each.dataset.view, view = window.amtviz.views[name];
    if (!view || each.getBoundingClientRect().bottom > innerHeight) return [];
    const box = each.querySelector('canvas, svg.marks').getBoundingClientRect();
    const [left, top] = view.origin(), pad = view.padding();
    const [x, y] = [box.x + left + pad.left, box.y + top + pad.top];
    return [{name, x, y, width: view.signal('width'), height: view.signal('height')}];
  });
}"""
# Where the best trials stand in a plot, from left to right.
PLACES = """({name, x, y}) => {
  const view = window.amtviz.views[name], field = name.replace('hyperparameter_', 'p');
  const across = view.scale(`${name}_x`), down = view.scale(`${name}_y`);
  return window.amtviz.trials.filter(({k}) => k && k <= 150)
    .map((trial) => [x + across(trial[field]), y + down(trial.y)]).sort((a, b) => a[0] - b[0]);
}"""
TOLD = "() => Boolean(document.querySelector('#vg-tooltip-element.visible'))"
SELECTS = "() => document.body.classList.contains('selecting')"

UNITS = {
    "until the first trial charts are in sight, on the clock": "ms",
    "until all charts are drawn, on the clock": "ms",
    "opening what is near the window": "ms",
    "opening and drawing all charts": "ms",
    "a step that changes nothing": "ms",
    "a step of a brush": "ms",
    "a hovered trial": "ms",
    "a tuning job shown alone": "ms",
    "clearing a brush": "ms",
    "other colours": "ms",
    "scrolling through, the longest task": "ms",
    "heap of a page just opened": "MB",
    "heap when all charts are drawn": "MB",
    "page": "MB",
}
Measures = dict[str, float]


def measure_opening(tab: Tab, path: Path) -> Measures:
    """Open a report, and draw all its charts at once."""
    tab.page.add_init_script(CLOCK)
    tab.page.goto(f"{path.as_uri()}#all")
    wait = tab.page.evaluate(READ, "all")
    spent = tab.spent()
    tab.rest()
    return {
        "until all charts are drawn, on the clock": wait,
        "opening and drawing all charts": spent,
        "heap when all charts are drawn": tab.heap(),
        "page": path.stat().st_size / 1e6,
    }


def measure_handling(tab: Tab, path: Path) -> Measures:
    """Open a report as a reader does, and handle it."""
    tab.page.add_init_script(CLOCK)
    tab.page.goto(path.as_uri())
    first = tab.page.evaluate(READ, "first")
    tab.page.evaluate("window.amtviz.ready")
    measures = {
        "until the first trial charts are in sight, on the clock": first,
        "opening what is near the window": tab.spent(),
        "a step that changes nothing": tab.cost([lambda: None] * STEPS),
        "heap of a page just opened": tab.heap(),
    }
    categories = {f"hyperparameter_{len(NAMES) + nth}" for nth in range(len(CATEGORIES))}
    plots = [plot for plot in tab.page.evaluate(PLOTS) if plot["name"] not in categories]
    measures["a step of a brush"] = brush(tab, plots[0])
    measures["clearing a brush"] = clear(tab, plots[0])
    measures["a hovered trial"] = hover(tab, tab.page.evaluate(PLACES, plots[1]))
    measures["a tuning job shown alone"] = click_legend(tab)
    measures["other colours"] = colour(tab)
    measures["scrolling through, the longest task"] = tab.longest_task(lambda: scroll(tab))
    return measures


def brush(tab: Tab, plot: dict[str, float]) -> float:
    """Drag a brush across a plot."""
    mouse, y = tab.page.mouse, plot["y"] + plot["height"] / 2
    mouse.move(plot["x"] + 0.1 * plot["width"], y)
    mouse.down()

    def to(share: float) -> Callable[[], None]:
        return lambda: mouse.move(plot["x"] + share * plot["width"], y)

    spent = tab.cost([to(0.1 + 0.8 * nth / STEPS) for nth in range(1, STEPS + 1)])
    mouse.up()
    if not tab.page.evaluate(SELECTS):
        raise RuntimeError("a brush selected nothing")
    return spent


def clear(tab: Tab, plot: dict[str, float]) -> float:
    """Clear a brush; draw it again, uncounted, as often as it takes."""
    costs = []
    button = tab.page.locator("button.clear").first
    for _ in range(3):
        costs.append(tab.cost([button.click]))
        if tab.page.evaluate(SELECTS):
            raise RuntimeError("what was selected wasn't cleared")
        mouse, y = tab.page.mouse, plot["y"] + plot["height"] / 2
        mouse.move(plot["x"] + 0.2 * plot["width"], y)
        mouse.down()
        mouse.move(plot["x"] + 0.6 * plot["width"], y, steps=4)
        mouse.up()
        tab.rest()
    button.click()
    return statistics.median(costs)


def hover(tab: Tab, places: list[tuple[float, float]]) -> float:
    """Move the pointer from trial to trial; nearly all of them have to answer."""
    told = 0
    tab.rest()
    chosen = places[:: max(1, len(places) // STEPS)][:STEPS]

    def to(x: float, y: float) -> Callable[[], None]:
        return lambda: tab.page.mouse.move(x, y)

    spent = tab.cost([to(x, y) for x, y in chosen])
    for x, y in chosen:
        tab.page.mouse.move(x, y)
        tab.draw_frame()
        tab.draw_frame()
        told += tab.page.evaluate(TOLD)
    if told < 0.8 * len(chosen):
        raise RuntimeError(f"only {told} of {len(chosen)} trials answered the pointer")
    tab.page.mouse.move(2, 2)
    return spent


def click_legend(tab: Tab) -> float:
    """Show one tuning job after the other alone, then all."""
    buttons = tab.page.locator("#legend button")
    choices = [buttons.nth(nth % buttons.count()).click for nth in range(TURNS)]
    spent = tab.cost(choices)
    buttons.nth((TURNS - 1) % buttons.count()).click()  # a second click shows all
    return spent


def colour(tab: Tab) -> float:
    """Colour the trials by other columns, then as at first."""
    select = tab.page.locator(".by select")
    ids = select.locator("option").evaluate_all("(options) => options.map(({value}) => value)")

    def by(name: str) -> Callable[[], object]:
        return lambda: select.select_option(name)

    spent = tab.cost([by(name) for name in ids[1 : TURNS + 1]])
    select.select_option(ids[0])
    return spent


def scroll(tab: Tab) -> None:
    """Scroll to the end with the wheel, as fast as frames are drawn."""
    left = tab.page.evaluate("document.documentElement.scrollHeight - innerHeight")
    while left > 0:
        tab.page.mouse.wheel(0, WHEEL)
        tab.draw_frame()
        left -= WHEEL
    tab.rest()


def write_page(checkout: Path, size: str, path: Path) -> None:
    """Write a report of generated trials with a checkout's own amtviz."""
    program = [sys.executable, str(HERE / "generated.py"), size, str(path)]
    environment = os.environ | {"PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{checkout} wrote no report of {size}:\n{done.stderr}")
    print(f"{size} written by {checkout.name}: {done.stdout.strip()}", file=sys.stderr, flush=True)


def measure(path: Path) -> Measures:
    """Measure one page, in two fresh browsers."""
    with open_tab() as tab:
        measures = measure_opening(tab, path)
    with open_tab() as tab:
        return measures | measure_handling(tab, path)


def print_table(size: Size, rounds: dict[str, list[Measures]]) -> None:
    """Print the medians of a size, and, of two checkouts, the median of the rounds' ratios."""
    names = list(rounds)
    print(
        f"\n{size!s:<64}" + "".join(f"{name:>14}" for name in names) + "   ratio" * (len(names) > 1)
    )
    for what, unit in UNITS.items():
        values = [[each[what] for each in of] for of in rounds.values()]
        line = f"{f'{what} ({unit})':<62}"
        line += "".join(f"{statistics.median(each):11,.{2 * (unit == 'MB')}f}" for each in values)
        if len(values) > 1:
            ratio = statistics.median(a / b if b else 1 for a, b in zip(*values, strict=True))
            line += f"{ratio:8.2f}"
        print(line, flush=True)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sizes", nargs="+", default=SIZES, help="such as 1000x8 or 500x10x7")
    parser.add_argument("--rounds", type=int, default=3, help="openings of each page")
    parser.add_argument("--against", type=Path, help="another checkout, to compare with")
    options = parser.parse_args(None if arguments is None else list(arguments))
    checkouts = {"this": HERE.parent}
    if options.against:
        checkouts["that"] = options.against.resolve()
    with tempfile.TemporaryDirectory() as folder:
        for text in options.sizes:
            size = Size.read(text)
            pages = {name: Path(folder) / f"{name}-{text}.html" for name in checkouts}
            for name, checkout in checkouts.items():
                write_page(checkout, text, pages[name])
            rounds: dict[str, list[Measures]] = {name: [] for name in checkouts}
            for _ in range(options.rounds):
                for name, path in pages.items():
                    rounds[name].append(measure(path))
            print_table(size, rounds)


if __name__ == "__main__":
    main()
