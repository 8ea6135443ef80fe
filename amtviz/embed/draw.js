/** Pixels beside charts for the export menu. */
export const MENU = 44;

/**
 * Keep a brush that doesn't exist from being moved: Vega-Lite's would stop Vega where its scale
 * changes, as that of the objective does when a reader switches it.
 * @param {VegaGroup} vega a compiled chart or a group in it; changed in place
 */
export function guardBrushes(vega) {
  for (const signal of vega.signals ?? []) {
    for (const handler of signal.on ?? []) {
      if (!handler.events.signal?.endsWith("_scale_trigger")) continue;
      const values = /\b\w+(?=\[0\])/.exec(handler.update)?.[0];
      handler.update = `isArray(${values}) ? ${handler.update} : ${signal.name}`;
    }
  }
  for (const mark of vega.marks ?? []) guardBrushes(mark);
  return vega;
}

/**
 * Draw a chart as its own options say, with a menu that exports pictures and nothing else.
 * @param {HTMLElement} container
 * @param {VegaSpec} spec
 * @param {Record<string, unknown>} [options] of Vega-Embed, which go first
 */
export async function drawChart(container, spec, options = {}) {
  const result = await vegaEmbed(container, spec, {
    renderer: "canvas",
    actions: { export: true, source: false, compiled: false, editor: false },
    ast: false,
    patch: guardBrushes,
    ...spec.usermeta?.embedOptions,
    ...options,
  });
  // its sign is a picture without a name
  container.querySelector("details > summary")?.setAttribute("aria-label", "Export the picture");
  if (spec.params?.some(({ name }) => name === "hover")) showAtOnce(container, result.view);
  return result;
}

/**
 * Show the details of a trial when it is marked: Vega would when the pointer moves on.
 * @param {HTMLElement} container
 * @param {VegaView} view
 */
export function showAtOnce(container, view) {
  /** @type {PointerEvent | null} */
  let last = null;
  container.addEventListener("pointermove", (event) => {
    if (event.isTrusted) last = event;
  });
  container.addEventListener("pointerleave", () => (last = null));
  const moveOn = () => {
    if (!last?.buttons) last?.target?.dispatchEvent(new PointerEvent("pointermove", last));
  };
  view.addSignalListener("hover", () => requestAnimationFrame(moveOn));
}

/**
 * Say in place of charts why there are none.
 * @param {HTMLElement} place
 * @param {unknown} error
 */
export function explain(place, error) {
  place.textContent = `The charts could not be drawn (${reasonOf(error)}).`;
  console.error(error);
}

/** @param {unknown} error */
export function reasonOf(error) {
  return String((error instanceof Error && error.message) || error).slice(0, 200);
}
