"""Take the pictures of the README and the documentation: a report on the demo, light and dark.

    python docs/make_pictures.py

A real mouse drags across a panel, so that the picture shows what selecting does. Run it again when
the charts change.
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
SIZE = {"width": 1280, "height": 900}
BRUSHED = "min-weight-fraction-leaf"

# The box of a named panel of the section on values, in pixels of the page.
PANEL = """(wanted) => {
  const view = amtviz.views.values;
  const box = view.container().querySelector('canvas, svg.marks').getBoundingClientRect();
  const [left, top] = view.origin(), pad = view.padding();
  const find = (group, x, y) => {
    for (const item of group.items || []) {
      const [gx, gy] = [x + (item.x || 0), y + (item.y || 0)];
      if (item.mark.name === `${wanted}_group`) return [gx, gy, item.width, item.height];
      for (const mark of item.items || []) {
        const found = mark.marktype === 'group' && find(mark, gx, gy);
        if (found) return found;
      }
    }
    return null;
  };
  return find(view.scenegraph().root, box.x + left + pad.left, box.y + top + pad.top);
}"""


def take_picture(page: Page, report: Path, panel: str, picture: Path) -> None:
    """Open a report, select the trials with small values in a panel, and take its charts."""
    page.goto(report.as_uri())
    page.evaluate("window.amtviz.ready.then(() => null)")
    page.set_viewport_size({**SIZE, "height": page.evaluate("document.body.scrollHeight")})
    x, y, width, height = page.evaluate(PANEL, panel)
    page.mouse.move(x + 0.02 * width, y + height / 2)
    page.mouse.down()
    page.mouse.move(x + 0.25 * width, y + height / 2, steps=8)
    page.mouse.up()
    page.mouse.move(0, 0)
    page.locator(".count", has_text="trials selected").first.wait_for()
    page.evaluate("window.amtviz.settle()")
    top = page.locator(".card.legend").bounding_box()["y"] - 12
    bottom = page.evaluate(PANEL, "parallel_lines")[1] - 80  # above its titles
    box = {"x": 0, "y": top, "width": SIZE["width"], "height": bottom - top}
    page.screenshot(path=picture, clip=box)
    if picture.stat().st_size > LARGEST:
        raise RuntimeError(f"{picture.name} is larger than {LARGEST:,} bytes: draw less")


def main() -> None:
    chromium = os.environ.get("AMTVIZ_CHROMIUM") or shutil.which("chromium")
    demo = load_demo()
    place = [h.name for h in demo.hyperparameters].index(BRUSHED)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        sections = ["importance", "values"]
        report = write_report(demo, Path(folder) / "demo.html", sections=sections)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme)
            picture = FOLDER / f"dashboard-{scheme}.png"
            take_picture(page, report, f"hyperparameter_{place}", picture)
            print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
