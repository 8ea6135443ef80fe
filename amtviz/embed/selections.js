// What a reader selects in a chart: read from its view, and given to the next drawing of it.

/** @typedef {Record<string, any>} Selections values as Vega has them, by name */

/** @param {VegaParam} param */
const isSelection = (param) => "select" in param;
/** @param {VegaParam} param */
const isHover = (param) => isSelection(param) && param.select.on === "pointerover";
/** @param {VegaParam} param */
const isZoom = (param) => isSelection(param) && param.bind === "scales";
/** @param {unknown} value */
const isSet = (value) => value !== null && value !== undefined; // a zoom that was left is null

/**
 * Return the values of a view's selections and inputs, by name; none for an empty selection.
 * @param {VegaView} view
 * @param {VegaSpec} spec
 * @returns {Selections}
 */
export function save(view, spec) {
  /** @type {Selections} */
  const saved = {};
  for (const param of spec.params ?? []) {
    if (isHover(param) || !(isSelection(param) || "bind" in param)) continue;
    const value = view.signal(param.name);
    if (!isSelection(param) || Object.values(value).some(isSet)) saved[param.name] = value;
  }
  return structuredClone(saved);
}

/**
 * Let a spec begin with saved values, as far as it has such parameters.
 * @param {VegaSpec} spec
 * @param {Selections} saved
 */
export function restore(spec, saved) {
  for (const param of spec.params ?? []) {
    if (!Object.hasOwn(saved, param.name) || isHover(param) || isZoom(param)) continue;
    const value = saved[param.name];
    if (!isSelection(param)) param.value = value;
    else if (param.select.type === "interval") {
      param.value = { [param.select.encodings[0]]: Object.values(value)[0] };
    } else param.value = value.vlPoint?.or ?? [];
  }
}

/**
 * Zoom a view that was just drawn to where it was: a spec can't begin so.
 * @param {VegaView} view
 * @param {VegaSpec} spec
 * @param {Selections} saved
 */
export async function zoom(view, spec, saved) {
  const zooms = (spec.params ?? []).filter((param) => isZoom(param) && saved[param.name]);
  for (const { name } of zooms) {
    for (const [field, range] of Object.entries(saved[name])) {
      view.signal(`${name}_${field}`, range);
    }
  }
  if (zooms.length) await view.runAsync();
}
