"""Take the pictures of the README and the documentation: a report on the demo, light and dark.

    python docs/make_pictures.py

They are its first screen. A real mouse drags across a panel, so that they show what selecting does.
Run it again when the page changes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from amtviz.api import load_demo, write_report

FOLDER = Path(__file__).parent / "_static"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
LARGEST = 250_000  # bytes: a README is read on phones, too
SIZE = {"width": 1280, "height": 720}
BRUSHED = "min-weight-fraction-leaf"


def take_picture(page: Page, report: Path, panel: str, picture: Path) -> None:
    """Open a report, select the trials with small values in a panel, and take the first screen."""
    page.goto(report.as_uri())
    page.evaluate("window.amtviz.ready.then(() => null)")
    width = page.evaluate("(name) => amtviz.views[name].width()", panel)
    box = page.locator(f"[data-view={panel}] canvas.marks").bounding_box()
    x, y = box["x"] + box["width"] - width, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 0.25 * width, y, steps=8)
    page.mouse.up()
    page.mouse.move(0, 0)
    page.locator(".count", has_text=" of ").wait_for()
    page.evaluate("window.amtviz.settle()")
    page.screenshot(path=picture)
    if picture.stat().st_size > LARGEST:
        raise RuntimeError(f"{picture.name} is larger than {LARGEST:,} bytes: draw less")


def main() -> None:
    chromium = os.environ.get("AMTVIZ_CHROMIUM") or shutil.which("chromium")
    demo = load_demo()
    place = [h.name for h in demo.hyperparameters].index(BRUSHED)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = write_report(demo, Path(folder) / "demo.html")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme)
            picture = FOLDER / f"dashboard-{scheme}.png"
            take_picture(page, report, f"hyperparameter_{place}", picture)
            print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
