"""What opening a page and pointing at trials cost in HiPlot, Optuna's pages and its dashboard.

    pip install hiplot optuna plotly optuna-dashboard

    python -m benchmarks.others

The same generated trials are shown by each, in headless Chromium, by turns in one run; what counts
is processor time of the page's main thread, as in `benchmarks.page`. They don't do the same: HiPlot
draws one chart of parallel coordinates and a table; Optuna's page holds its history, slices and
parallel coordinates, of which nothing is linked; its dashboard asks a server that runs beside it,
and draws what its first page shows. amtviz draws some twenty linked charts with words and tables.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from benchmarks.generated import Size, generate_frame, generate_trials
from benchmarks.tab import Tab, open_tab

STEPS = 30
# What each page draws its trials in, once it has.
DRAWN = {
    "amtviz": "[data-panels=overview] canvas.marks",
    "HiPlot": "canvas",
    "Optuna's page": ".js-plotly-plot .point",
    "Optuna Dashboard": ".js-plotly-plot .point",
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing of each request."""


def make_study(size: Size) -> Any:
    """Return a study of Optuna of the generated trials."""
    import optuna
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    frame = generate_frame(size)
    names = list(frame.columns[: size.hyperparameters])
    kinds: dict[str, Any] = {}
    for name in names:
        values = frame[name]
        if values.dtype == object or str(values.dtype).startswith("str"):
            kinds[name] = CategoricalDistribution(sorted(set(values)))
        elif values.dtype.kind == "i":
            kinds[name] = IntDistribution(int(values.min()), int(values.max()))
        else:
            log = values.min() > 0 and values.max() / values.min() > 1000
            kinds[name] = FloatDistribution(float(values.min()), float(values.max()), log=bool(log))
    study = optuna.create_study(direction="minimize", study_name="trials")
    study.add_trials(
        [
            optuna.trial.create_trial(
                params={name: row[name] for name in names}, distributions=kinds, value=row["loss"]
            )
            for row in frame.to_dict("records")
        ]
    )
    return study


def write_amtviz(size: Size, path: Path) -> None:
    """Write amtviz's report."""
    import amtviz

    amtviz.write_report(generate_trials(size), path)


def write_hiplot(size: Size, path: Path) -> None:
    """Write HiPlot's page."""
    import hiplot

    frame = generate_frame(size).drop(columns=["TrainingStartTime", "TrainingJobName"])
    path.write_text(hiplot.Experiment.from_dataframe(frame).to_html(), encoding="utf-8")


def write_optuna(study: Any, path: Path) -> None:
    """Write Optuna's history, slices and parallel coordinates as one page."""
    from optuna import visualization

    draw = (
        visualization.plot_optimization_history,
        visualization.plot_slice,
        visualization.plot_parallel_coordinate,
    )
    figures = [each(study) for each in draw]
    parts = [
        figure.to_html(full_html=False, include_plotlyjs=not nth)
        for nth, figure in enumerate(figures)
    ]
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{''.join(parts)}", encoding="utf-8")


def measure(tab: Tab, url: str, drawn: str) -> dict[str, float]:
    """Open a page, wait for its trials, and move the pointer across what it drew first."""
    tab.page.goto(url)
    tab.page.locator(drawn).first.wait_for(state="attached", timeout=120_000)
    wait = tab.page.evaluate("performance.now()")
    tab.rest()
    measures = {"in sight, s": wait / 1000, "opening, ms": tab.spent(), "heap, MB": tab.heap()}
    place = tab.page.locator(f"{drawn.split(' .point')[0]}").first
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2

    def to(share: float) -> Callable[[], None]:
        return lambda: tab.page.mouse.move(box["x"] + share * box["width"], middle)

    measures["pointer, ms"] = tab.cost([to(0.1 + 0.8 * nth / STEPS) for nth in range(STEPS)])
    return measures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sizes", nargs="+", default=["1000x8"])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    try:
        import hiplot
        import optuna_dashboard
        import plotly
    except ImportError as error:
        raise SystemExit(
            f"{error.name} isn't installed: pip install hiplot optuna plotly optuna-dashboard"
        ) from None
    print(f"HiPlot {hiplot.__version__}, Plotly {plotly.__version__}")
    for text in options.sizes:
        size = Size.read(text)
        study = make_study(size)
        app = optuna_dashboard.wsgi(study._storage)
        with (
            tempfile.TemporaryDirectory() as folder,
            make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server,
        ):
            threading.Thread(target=server.serve_forever, daemon=True).start()
            pages = {name: Path(folder) / f"{nth}.html" for nth, name in enumerate(DRAWN)}
            write_amtviz(size, pages["amtviz"])
            write_hiplot(size, pages["HiPlot"])
            write_optuna(study, pages["Optuna's page"])
            urls = {name: path.as_uri() for name, path in pages.items()}
            dashboard = f"http://127.0.0.1:{server.server_port}/dashboard"
            urls["Optuna Dashboard"] = f"{dashboard}/studies/{study._study_id}"
            compare(size, urls, pages, options.rounds)
            server.shutdown()


def compare(size: Size, urls: dict[str, str], pages: dict[str, Path], rounds: int) -> None:
    """Measure all pages by turns, and print the medians."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in urls}
    for _ in range(rounds):
        for name, url in urls.items():
            with open_tab() as tab:
                found[name].append(measure(tab, url, DRAWN[name]))
    whats = list(found["amtviz"][0])
    print(f"\n{size!s:<20}{''.join(f'{what:>16}' for what in whats)}{'page, MB':>12}")
    for name, each in found.items():
        medians = (statistics.median(one[what] for one in each) for what in whats)
        written = pages[name].stat().st_size / 1e6 if pages[name].exists() else float("nan")
        print(f"{name:<20}{''.join(f'{value:16.1f}' for value in medians)}{written:12.1f}")


if __name__ == "__main__":
    main()
