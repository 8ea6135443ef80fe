// Makes a view of a chart that was compiled when the page was written: only Vega is in the page.
import { guardBrushes, showAtOnce } from "../embed/draw.js";
import { addMenu } from "./menu.js";
import { showTip } from "./tip.js";

/** @import { Selections } from "../embed/selections.js" */

/**
 * @typedef {object} Compiled a chart as the page holds it
 * @property {VegaSpec} vega its data have names only
 * @property {VegaParam[]} params of the chart that was compiled
 * @property {Record<string, string[]>} datasets the columns that it needs, by the datasets' names
 * @property {any[]} drawn the layers that the page's script draws
 * @property {string} [error] why it couldn't be compiled; then it has nothing else
 */

const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const TUPLE = new RegExp(`^(\\w+) \\? \\{unit: (${TEXT}),`);
const INVERT = new RegExp(`invert\\((${TEXT}),`);

/**
 * Let a chart begin with saved values, as far as it has such parameters.
 * @param {VegaSpec} vega changed in place
 * @param {VegaParam[]} params
 * @param {Selections} saved
 */
export function begin(vega, params, saved) {
  const signals = signalsOf(vega);
  for (const { name, select, bind } of params) {
    if (!Object.hasOwn(saved, name) || bind === "scales") continue;
    const signal = signals.get(name);
    if (!select) signal.value = saved[name];
    else if (select.type === "interval") beginBrush(vega, signals, name, saved[name]);
  }
}

/**
 * Let a brush begin with ends, as Vega-Lite compiles one that has a value.
 * @param {VegaSpec} vega
 * @param {Map<string, any>} signals
 * @param {string} name
 * @param {Record<string, any[]>} value
 */
function beginBrush(vega, signals, name, value) {
  const extent = Object.values(value)[0];
  if (!extent) return;
  const ends = extent.map(Number);
  const tuple = signals.get(`${name}_tuple`);
  const [, inData, unit] = TUPLE.exec(tuple.on[0].update) ?? [];
  const inUnits = signals.get(inData);
  const [{ events, update }] = inUnits.on;
  const scale = INVERT.exec(update)?.[1];
  const onScreen = signals.get(events.signal);
  delete onScreen.value;
  onScreen.init = `[${ends.map((end) => `scale(${scale}, ${end})`).join(", ")}]`;
  inUnits.init = JSON.stringify(ends);
  tuple.init = `{unit: ${unit}, fields: ${name}_tuple_fields, values: [${JSON.stringify(ends)}]}`;
  const store = vega.data.find((/** @type {any} */ each) => each.name === `${name}_store`);
  const fields = signals.get(`${name}_tuple_fields`).value;
  store.values = [{ unit: JSON.parse(unit), fields, values: [ends] }];
}

/**
 * Set signals that a chart has.
 * @param {VegaSpec} vega changed in place
 * @param {Record<string, unknown>} values by name
 */
export function setSignals(vega, values) {
  const signals = signalsOf(vega);
  for (const [name, value] of Object.entries(values)) {
    const signal = signals.get(name);
    if (signal) signal.value = value;
  }
}

/**
 * @param {VegaSpec} vega
 * @returns {Map<string, any>}
 */
function signalsOf(vega) {
  return new Map((vega.signals ?? []).map((/** @type {any} */ signal) => [signal.name, signal]));
}

/**
 * Draw a chart, with a menu that exports pictures and nothing else.
 * @param {HTMLElement} container
 * @param {string} name of its pictures' files
 * @param {VegaSpec & VegaGroup} spec of Vega, with its data
 * @param {object} config
 * @param {new (runtime: unknown, options: object) => VegaView} View
 */
export async function drawCompiled(container, name, spec, config, View) {
  const runtime = vega.parse(guardBrushes(spec), config, { ast: false });
  const { renderer = "canvas" } = spec.usermeta?.embedOptions ?? {};
  const view = new View(runtime, { renderer });
  const place = document.createElement("div");
  container.classList.add("vega-embed");
  container.replaceChildren(place);
  try {
    await view.tooltip(showTip).initialize(place).runAsync();
  } catch (error) {
    view.finalize();
    throw error;
  }
  addMenu(container, view, name);
  if (signalsOf(spec).has("hover")) showAtOnce(container, view);
  return view;
}
