"use strict";
// What a reader set in a chart: read from its view, and given to the next drawing of it.
window.amtvizSelections = (() => {
  const isSelection = (param) => "select" in param;
  const isHover = (param) => isSelection(param) && param.select.on === "pointerover";
  const isZoom = (param) => isSelection(param) && param.bind === "scales";

  /** Give the values of a view's selections and inputs, by name; none for an empty selection. */
  function save(view, spec) {
    const saved = {};
    for (const param of spec.params || []) {
      if (isHover(param) || !(isSelection(param) || "bind" in param)) continue;
      const value = view.signal(param.name);
      const isSet = (each) => each !== null && each !== undefined; // a zoom that was left is null
      if (!isSelection(param) || Object.values(value).some(isSet)) saved[param.name] = value;
    }
    return structuredClone(saved);
  }

  /** Let a spec begin with saved values, as far as it has such parameters. */
  function restore(spec, saved) {
    for (const param of spec.params || []) {
      if (!Object.hasOwn(saved, param.name) || isHover(param) || isZoom(param)) continue;
      const value = saved[param.name];
      if (!isSelection(param)) param.value = value;
      else if (param.select.type === "interval") {
        param.value = { [param.select.encodings[0]]: Object.values(value)[0] };
      } else param.value = (value.vlPoint && value.vlPoint.or) || [];
    }
  }

  /** Zoom a view that was just drawn to where it was: a spec can't begin so. */
  async function zoom(view, spec, saved) {
    const zooms = (spec.params || []).filter((param) => isZoom(param) && saved[param.name]);
    for (const { name } of zooms) {
      for (const [field, range] of Object.entries(saved[name])) {
        view.signal(`${name}_${field}`, range);
      }
    }
    if (zooms.length) await view.runAsync();
  }

  return { save, restore, zoom };
})();
