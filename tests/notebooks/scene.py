"""Where things of a widget's charts are on the screen, and what is selected there."""

from __future__ import annotations

_LOCATE = """(name) => {
  const view = document.querySelector('.amtviz-view').amtviz.view;
  const find = (item) => {
    if (item.name === name) return item;
    for (const child of item.items || []) {
      const found = find(child);
      if (found) return found;
    }
  };
  const drawn = view.container().querySelector('canvas, svg.marks');
  const item = find(view.scenegraph().root).items[0];
  drawn.scrollIntoView({block: 'start'});
  const box = drawn.getBoundingClientRect(), padding = view.padding(), origin = view.origin();
  let x = box.left + padding.left + origin[0], y = box.top + padding.top + origin[1];
  for (let step = item; step; step = step.mark && step.mark.group) {
    x += step.x || 0;
    y += step.y || 0;
  }
  return {x, y, width: item.width, height: item.height};
}"""

_SIGNAL = """async (name) => {
  const view = document.querySelector('.amtviz-view').amtviz.view;
  await view.runAsync();
  return view.signal(name);
}"""

_COLOURED = """async (panel) => {
  const view = document.querySelector('.amtviz-view').amtviz.view;
  await view.runAsync();
  const found = [], layer = new RegExp(`^${panel}_selected(_[0-9]+)?_marks$`);
  const walk = (item) => {
    if (item.marktype === 'symbol' && layer.test(item.name || '')) {
      found.push(...item.items.map((symbol) => symbol.datum.i));
    }
    for (const child of item.items || []) walk(child);
  };
  walk(view.scenegraph().root);
  return found;
}"""


def drag(page, panel: str, start: float, end: float, *, release: bool = True) -> None:
    """Drag with the mouse across a panel, from one share of its width to another."""
    box = page.evaluate(_LOCATE, f"{panel}_group")
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y + 2, steps=6)
    if release:
        page.mouse.up()


def middle(page, panel: str) -> tuple[float, float]:
    """Give the middle of a panel, which is scrolled into the window."""
    box = page.evaluate(_LOCATE, f"{panel}_group")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def signal(page, name: str):
    return page.evaluate(_SIGNAL, name)


def coloured(page, panel: str) -> set[int]:
    """Give the trials drawn as selected in a panel, by their number in order of start."""
    return set(page.evaluate(_COLOURED, panel))
