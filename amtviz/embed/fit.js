// Makes a chart of many panels as wide as there is room: so many side by side, then stretched.

const NARROWEST = 270; // pixels from one panel to the next, axes included
const NAMES = 100; // pixels left of all panels, where wide ones have names
const GAP = 30; // pixels between panels
const LEAST = 60; // pixels of a panel without axes
const PARALLEL = "parallel_coordinates";
const MOST = 6; // panels side by side
const ENTRY = 340; // pixels of a tuning job in the legend
const ROW = 18;
const BESIDE = 90; // more pixels beside parallel coordinates
const CHARACTER = 6; // pixels of a letter under a heading
const CLOSE = 2; // pixels that nobody sees
const WAIT = 200; // milliseconds without another size

/** @typedef {{name: string, items: any[], marktype: string}} Mark */

/**
 * Arrange a specification's panels for a width; charts without panels side by side stay as wide
 * as they are.
 * @param {VegaSpec} spec
 * @param {number} room pixels
 */
export function arrange(spec, room) {
  const columns = Math.min(MOST, Math.max(1, Math.floor((room - NAMES) / NARROWEST)));
  setColumns(spec, columns);
  const legend = spec.vconcat?.find((/** @type {any} */ each) => each.name === "legend");
  if (legend) arrangeLegend(legend, spec.datasets ?? {}, room);
  arrangeWide(spec, room - NAMES);
  const width = spec.params?.find(({ name }) => name === "parallel_width");
  if (width && "expr" in width) width.expr = String(parallelWidth(room - NAMES));
}

/** @param {number} room */
const parallelWidth = (room) => Math.max(LEAST, Math.floor(room) - BESIDE);

/**
 * Set the columns of every wrapping grid in a spec, whatever its shape, its last row no emptier
 * than it has to be.
 * @param {any} spec
 * @param {number} most
 */
export function setColumns(spec, most) {
  if (spec === null || typeof spec !== "object") return;
  if (Array.isArray(spec.concat) && "columns" in spec) {
    const rows = Math.ceil(spec.concat.length / most);
    spec.columns = Math.max(1, Math.ceil(spec.concat.length / Math.max(1, rows)));
  }
  for (const key of ["concat", "hconcat", "vconcat", "layer"]) {
    for (const child of Array.isArray(spec[key]) ? spec[key] : []) setColumns(child, most);
  }
}

/**
 * Break the legend's lines anew.
 * @param {any} legend
 * @param {Record<string, any[]>} datasets
 * @param {number} room
 */
function arrangeLegend(legend, datasets, room) {
  const entries = datasets[legend.data?.name] ?? [];
  const across = Math.max(1, Math.floor(room / ENTRY));
  entries.forEach((entry, nth) => {
    entry.x = (nth % across) * ENTRY;
    entry.row = Math.floor(nth / across);
  });
  const rows = Math.max(1, Math.ceil(entries.length / across));
  const width = Math.floor(room) - 20;
  Object.assign(legend, { width, height: ROW * rows });
  for (const layer of legend.layer) {
    layer.encoding.x.scale.domain = [-10, width - 10];
    layer.encoding.y.scale.domain = [rows - 0.5, -0.5];
  }
}

/**
 * Break the lines under headings anew, and spread the axes of parallel coordinates, each with its
 * strip over it.
 * @param {any} spec
 * @param {number} room
 */
function arrangeWide(spec, room) {
  const title = spec.title;
  if (title?.limit > room || Array.isArray(title?.subtitle)) {
    title.limit = Math.floor(room);
    const lines = [title.subtitle ?? []].flat();
    title.subtitle = lines.length > 1 || spec.vconcat ? wrap(lines.join(" "), room) : title.subtitle;
  }
  if (spec.name === PARALLEL && spec.concat) {
    const [lines, strips] = spec.concat;
    const width = parallelWidth(room);
    const strip = strips.concat[0].width;
    lines.width = width;
    spec.spacing = -width;
    strips.spacing = (width - strip) / Math.max(1, strips.concat.length - 1) - strip;
  }
  const share = spec.columns > 1 ? room / spec.columns - NAMES - GAP : room;
  for (const key of ["concat", "vconcat"]) {
    for (const child of spec[key] ?? []) arrangeWide(child, share);
  }
}

/**
 * Break a text into lines, for Vega breaks none.
 * @param {string} text
 * @param {number} room
 */
function wrap(text, room) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length && longer.length * CHARACTER <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * Stretch the panels of a view until each full row takes the room.
 * @param {VegaView} view
 * @param {number} room pixels
 */
export async function stretch(view, room) {
  for (let turn = 0; turn < 2; turn += 1) {
    const left = view.padding().left + view.origin()[0];
    const [frame] = view.scenegraph().root.items;
    if (!stretchIn(view, frame, "", left, room)) return;
    await view.resize().runAsync(); // labels may be others then, and take another width
  }
}

/**
 * @param {VegaView} view
 * @param {any} group an item
 * @param {string} name of its mark
 * @param {number} x of its left edge in the view
 * @param {number} room
 * @returns {boolean} whether anything changed
 */
function stretchIn(view, group, name, x, room) {
  /** @type {{signal: string, item: any}[]} */
  const panels = [];
  let hasChanged = false;
  for (const mark of /** @type {Mark[]} */ (group.items)) {
    if (mark.marktype !== "group" || !/^(?!.*path).*_group$/.test(mark.name ?? "")) continue;
    const own = mark.name.replace(/_group$/, "");
    if (own === PARALLEL) continue; // arranged before
    const [item] = mark.items;
    const signal = [`${own}_width`, `${name}_childWidth`].find((each) => has(view, each));
    if (signal) panels.push({ signal, item });
    else hasChanged = stretchIn(view, item, own, x + (item.x ?? 0), room) || hasChanged;
  }
  return stretchPanels(view, panels, x, room) || hasChanged;
}

/**
 * @param {VegaView} view
 * @param {{signal: string, item: any}[]} panels
 * @param {number} x
 * @param {number} room
 */
function stretchPanels(view, panels, x, room) {
  const places = new Set(panels.map(({ item }) => Math.round(item.y)));
  const rows = [...places].map((y) => panels.filter(({ item }) => Math.round(item.y) === y));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const reach = (/** @type {typeof panels} */ some) =>
    Math.max(...some.map(({ item }) => x + item.bounds.x2));
  /** @type {Map<string, number>} */
  const more = new Map();
  for (const row of columns > 1 ? [panels] : rows) {
    const each = Math.floor((room - reach(row)) / columns);
    for (const { signal } of row) more.set(signal, Math.min(each, more.get(signal) ?? Infinity));
  }
  let hasChanged = false;
  for (const [signal, pixels] of more) {
    if (Math.abs(pixels) < CLOSE) continue;
    view.signal(signal, Math.max(LEAST, view.signal(signal) + pixels));
    hasChanged = true;
  }
  return hasChanged;
}

/**
 * @param {VegaView} view
 * @param {string} signal
 */
function has(view, signal) {
  try {
    return typeof view.signal(signal) === "number";
  } catch {
    return false;
  }
}

/**
 * Call a function when an element has another width; return what ends that.
 * @param {HTMLElement} element
 * @param {() => void} change
 */
export function onWidth(element, change) {
  let before = element.clientWidth;
  let timer = 0;
  const widths = new ResizeObserver(() => {
    const width = element.clientWidth;
    if (!width || Math.abs(width - before) < CLOSE) return; // or it is out of sight
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      before = width;
      change();
    }, WAIT);
  });
  widths.observe(element);
  return () => {
    clearTimeout(timer);
    widths.disconnect();
  };
}
