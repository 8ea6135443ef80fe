"""Take the pictures of the README and the documentation: the demo's charts, light and dark.

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
ROWS = 3  # of panels

# The boxes of all named panels, in pixels of the page.
PANELS = """() => {
  const view = Object.values(window.amtviz.views)[0];
  const box = view.container().querySelector('canvas, svg.marks').getBoundingClientRect();
  const [left, top] = view.origin(), pad = view.padding(), found = {};
  const walk = (group, x, y) => {
    for (const item of group.items || []) {
      const [gx, gy] = [x + (item.x || 0), y + (item.y || 0)];
      const name = item.mark.name || '';
      if (name.endsWith('_group') && item.width)
        found[name.slice(0, -6)] = [gx, gy, item.width, item.height];
      for (const mark of item.items || []) if (mark.marktype === 'group') walk(mark, gx, gy);
    }
  };
  walk(view.scenegraph().root, box.x + left + pad.left, box.y + top + pad.top);
  return found;
}"""


def take_picture(page: Page, report: Path, picture: Path) -> None:
    """Open a report, select the trials with small leaf fractions, and take its charts."""
    page.goto(report.as_uri())
    page.evaluate("window.amtviz.ready.then(() => null)")
    panels = page.evaluate(PANELS)
    x, y, width, height = panels["hyperparameter_3"]  # min-weight-fraction-leaf
    page.mouse.move(x + 0.02 * width, y + height / 2)
    page.mouse.down()
    page.mouse.move(x + 0.25 * width, y + height / 2, steps=8)
    page.mouse.up()
    page.mouse.move(0, 0)
    legend_x, legend_y = panels["legend"][:2]
    tops = sorted({round(box[1]) for name, box in panels.items() if name != "legend"})
    panel_rows = [top for k, top in enumerate(tops) if k == 0 or top - tops[k - 1] > height / 2]
    right = max(box[0] + box[2] for box in panels.values())
    left, top = legend_x - 50, legend_y - 10
    bottom = panel_rows[ROWS - 1] + height + 30
    box = {"x": left, "y": top, "width": right - left + 15, "height": bottom - top}
    page.screenshot(path=picture, clip=box, full_page=True)
    if picture.stat().st_size > LARGEST:
        raise RuntimeError(f"{picture.name} is larger than {LARGEST:,} bytes: draw fewer rows")


def main() -> None:
    chromium = os.environ.get("AMTVIZ_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = write_report(load_demo(), Path(folder) / "demo.html")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for scheme in ("light", "dark"):
            size = {"width": 1280, "height": 900}
            page = browser.new_page(viewport=size, color_scheme=scheme)
            picture = FOLDER / f"dashboard-{scheme}.png"
            take_picture(page, report, picture)
            print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
