"""Where things of the charts are on the screen, so that a real mouse can point at them."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.charts.scene import layer_name

WHOLE = {"width": 1280, "height": 7000}  # a mouse reaches only what is in the window

_LOCATE = """([name, pick]) => {
    const find = (item) => {
        if (item.name === name) return item;
        for (const child of item.items || []) {
            const found = find(child);
            if (found) return found;
        }
    };
    const all = Object.values(amtviz.views);
    const own = amtviz.views[name.replace(/_group$/, '')];
    const view = own ?? all.find((each) => find(each.scenegraph().root));
    if (!view) throw new Error(`the charts have no mark called ${name}`);
    const mark = own ? own.scenegraph().root : find(view.scenegraph().root);
    view.container().scrollIntoView({block: 'center', behavior: 'instant'});
    const item = mark.items[pick];
    const drawn = view.container().querySelector('canvas, svg.marks');
    const box = drawn.getBoundingClientRect();
    const padding = view.padding(), origin = view.origin();
    let x = box.left + padding.left + origin[0], y = box.top + padding.top + origin[1];
    for (let step = item; step; step = step.mark && step.mark.group) {
        x += step.x || 0;
        y += step.y || 0;
    }
    return {x, y, width: item.width || 0, height: item.height || 0};
}"""


def locate(page, mark: str, item: int = 0) -> dict[str, float]:
    """Give x, y, width and height, in pixels of the window, of one item of a named Vega mark.

    The panel ``progress`` is the mark ``progress_group``. Its view is scrolled to the middle of
    the window first.
    """
    return page.evaluate(_LOCATE, [mark, item])


def drag(
    page, mark: str, start: float, end: float, *, release: bool = True, down: bool = False
) -> None:
    """Drag with the mouse across (or down) a group, from one share of its size to another."""
    box = locate(page, mark)
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    axis, length = ("y", "height") if down else ("x", "width")
    page.mouse.move(**middle | {axis: box[axis] + start * box[length]})
    page.mouse.down()
    page.mouse.move(**middle | {axis: box[axis] + end * box[length]}, steps=4)
    if release:
        page.mouse.up()


def hover(page, mark: str, item: int = 0) -> None:
    """Move the mouse onto one item."""
    box = locate(page, mark, item)
    page.mouse.move(box["x"] - 1, box["y"])
    page.mouse.move(box["x"], box["y"])


# Walks the scenegraph of every view: every group with its place, every mark inside.
_SCENE = """
() => {
  const panels = {}, marks = [], paths = {};
  const walk = (group, x, y, panel) => {
    for (const item of group.items || []) {
      const gx = x + (item.x || 0), gy = y + (item.y || 0);
      let inside = panel;
      const name = item.mark && item.mark.name;
      if (name && name.endsWith('_group') && item.width) {
        inside = name.slice(0, -6);
        panels[inside] = [gx, gy, item.width, item.height];
      }
      for (const mark of item.items || []) {
        if (mark.marktype === 'group') walk(mark, gx, gy, inside);
        else if (mark.marktype === 'area' || mark.marktype === 'line')
          paths[inside] = (paths[inside] || '') + mark.items.map((m) => [m.x, m.y]).join(' ');
        else for (const m of mark.items)
          marks.push({panel: inside, mark: mark.name, type: mark.marktype, x: gx + (m.x || 0),
                      y: gy + (m.y || 0), i: m.datum && m.datum.i, fill: m.fill, text: m.text});
      }
    }
  };
  for (const [name, view] of Object.entries(window.amtviz.views)) {
    const box = view.container().querySelector('canvas, svg.marks').getBoundingClientRect();
    const pad = view.padding(), origin = view.origin();
    const x = box.x + pad.left + origin[0], y = box.y + pad.top + origin[1];
    for (const layer of window.amtviz.describe?.(name) ?? [])
      for (const m of layer.marks) {
        if (m.l) paths[name] = (paths[name] || '') + m.l;
        if (m.i === undefined && layer.kind !== 'cells') continue;
        const type = ['points', 'lines'].includes(layer.kind) ? 'symbol' : 'rect';
        marks.push({...m, panel: name, mark: `${layer.name}_marks`, type});
      }
    const whole = view.scenegraph().root.items[0];
    if (whole.width) panels[name] = [x, y, whole.width, whole.height];
    walk(view.scenegraph().root, x, y, name);
  }
  return {panels, marks, paths};
}
"""


class Scene:
    """What the charts show at this moment."""

    def __init__(self, page: Page) -> None:
        page.evaluate("window.amtviz.settle()")
        scene = page.evaluate(_SCENE)
        self.page = page
        self.panels: dict[str, list[float]] = scene["panels"]
        self.marks: list[dict] = scene["marks"]  # without those of lines and areas
        self.paths: dict[str, str] = scene["paths"]  # every point of them, by panel

    def at(self, panel: str, across: float, down: float) -> tuple[float, float]:
        x, y, width, height = self.panels[panel]
        return x + across * width, y + down * height

    def coloured(self, panel: str) -> set[int]:
        """Trials drawn as selected in a panel: points in a tuning job's colour."""
        return {
            m["i"]
            for m in self.marks
            if m["type"] == "symbol" and is_in_layer(m, panel, "selected")
        }


def is_in_layer(mark: dict, panel: str, layer: str) -> bool:
    """Whether a mark of a scene is in that layer of that panel."""
    return mark["panel"] == panel and layer_name(panel, str(mark["mark"])) == layer


_SIGNAL = """(name) => {
  for (const view of Object.values(window.amtviz.views)) {
    try { return view.signal(name); } catch { /* not in this view */ }
  }
  throw new Error(`no view has the signal ${name}`);
}"""


def signal(page: Page, name: str):
    page.evaluate("window.amtviz.settle()")
    return page.evaluate(_SIGNAL, name)


_MARKS = """async ([view, layer]) => {
  await window.amtviz.settle();
  const drawn = window.amtviz.views[view], found = [];
  const box = drawn.container().querySelector('canvas, svg.marks').getBoundingClientRect();
  const pad = drawn.padding(), origin = drawn.origin();
  const [left, top] = [box.x + pad.left + origin[0], box.y + pad.top + origin[1]];
  const walk = (group) => {
    for (const mark of group.items)
      if (mark.marktype === 'group') mark.items.forEach(walk);
      else if (new RegExp(`^${view}_${layer}(_\\\\d+)?_marks$`).test(mark.name))
        for (const m of mark.items)
          found.push({x: left + m.x, y: top + m.y, ownY: m.y, i: m.datum.i, text: m.text});
  };
  drawn.scenegraph().root.items.forEach(walk);
  for (const own of window.amtviz.describe?.(view) ?? [])
    if (own.name === `${view}_${layer}`)
      for (const {i, x, y} of own.marks)
        found.push({x: x ?? left, y: y ?? top, ownY: y - top, i});
  return found;
}"""


def marks(page: Page, view: str, layer: str) -> list[dict]:
    """Give the marks of a layer of a panel: places in the window, trial and text.

    A line's own place is the corner of its panel.
    """
    return page.evaluate(_MARKS, [view, layer])


def point_at(page: Page, view: str, layer: str, trial: int) -> tuple[float, float]:
    """Give where the point of a trial is in the window."""
    return next((m["x"], m["y"]) for m in marks(page, view, layer) if m["i"] == trial)
