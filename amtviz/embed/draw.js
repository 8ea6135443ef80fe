/**
 * Draw a chart as its own options say, with a menu that exports pictures and nothing else.
 * @param {HTMLElement} container
 * @param {VegaSpec} spec
 * @param {Record<string, unknown>} [options] of Vega-Embed, which go first
 */
export function drawChart(container, spec, options = {}) {
  return vegaEmbed(container, spec, {
    renderer: "canvas",
    actions: { export: true, source: false, compiled: false, editor: false },
    ast: false,
    ...spec.usermeta?.embedOptions,
    ...options,
  });
}

/**
 * Say in place of charts why there are none.
 * @param {HTMLElement} place
 * @param {unknown} error
 * @param {string} [advice]
 */
export function explain(place, error, advice = "") {
  const reason = String((error instanceof Error && error.message) || error).slice(0, 200);
  place.textContent = `The charts could not be drawn (${reason}). ${advice}`.trim();
  console.error(error);
}
