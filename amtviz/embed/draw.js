/** Pixels beside charts for the export menu. */
export const MENU = 40;

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
    patch: mend,
    ...spec.usermeta?.embedOptions,
    ...options,
  });
}

/**
 * Mend what Vega-Lite compiles: when its axis gets another size, a brush reads its ends, which it
 * hasn't got where nothing is brushed.
 * @param {any} group of a Vega specification
 */
export function mend(group) {
  for (const { on } of group.signals ?? []) {
    for (const handler of on ?? []) {
      if (!String(handler.events?.signal).endsWith("_scale_trigger")) continue;
      const brush = /, (\w+)\[0\]\)/.exec(handler.update);
      if (brush) handler.update = `isArray(${brush[1]}) ? ${handler.update} : [0, 0]`;
    }
  }
  for (const mark of group.marks ?? []) mend(mark);
  return group;
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
