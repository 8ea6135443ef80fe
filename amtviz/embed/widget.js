// Draws the chart of a view, and sends what the reader selects to the kernel.
import { onTheme, themeBehind } from "./behind.js";
import { drawChart, explain, MENU } from "./draw.js";
import { arrange, onWidth, stretch } from "./fit.js";
import { SHARED } from "./shared.js";
import { paint, repaint } from "./theme.js";

/**
 * @typedef {object} Model what anywidget shares with the kernel
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(events: string, listener: () => void) => void} on
 * @property {(events: string, listener: () => void) => void} off
 */

/**
 * Return a selection's value as Vega-Lite takes it for its start.
 * @param {VegaParam} param the selection
 * @param {Record<string, any>} value
 */
export function toInitial({ name, select }, value) {
  if (name === "legend") return (value.j ?? []).map((/** @type {number} */ j) => ({ j }));
  const extent = Object.values(value)[0];
  return extent ? { [select.encodings[0]]: extent } : {};
}

/**
 * Return a selection's value as JSON can hold it: times as milliseconds.
 * @param {string} name
 * @param {Record<string, any>} value
 */
export function toPlain(name, value) {
  if (name === "legend") return JSON.parse(JSON.stringify(value ?? {}));
  const entries = Object.entries(value ?? {});
  return Object.fromEntries(entries.map(([field, extent]) => [field, extent.map(Number)]));
}

/**
 * Begin with what is selected, in the theme of the notebook, for the width that there is.
 * @param {Model} model
 * @param {import("./theme.js").Theme} theme
 * @param {number} room pixels
 * @returns {VegaSpec}
 */
function prepare(model, theme, room) {
  const spec = structuredClone(model.get("spec"));
  arrange(spec, room);
  const selections = model.get("_vl_selections") ?? {};
  for (const param of spec.params ?? []) {
    const value = selections[param.name]?.value;
    if ("select" in param && SHARED.test(param.name) && value && Object.keys(value).length) {
      param.value = toInitial(param, value);
    }
  }
  paint(spec, theme);
  return spec;
}

/**
 * Send the selections when they change, no more often than `debounce_wait` milliseconds.
 * @param {VegaView} view
 * @param {Model} model
 */
function follow(view, model) {
  /** @type {Set<string>} */
  const due = new Set();
  let timer = 0;
  const send = () => {
    timer = 0;
    const selections = { ...model.get("_vl_selections") };
    for (const name of due) {
      const store = JSON.parse(JSON.stringify(view.data(`${name}_store`) ?? []));
      selections[name] = { value: toPlain(name, view.signal(name)), store };
    }
    due.clear();
    model.set("_vl_selections", selections);
    model.save_changes();
  };
  for (const name of Object.keys(model.get("_vl_selections"))) {
    if (!SHARED.test(name)) continue;
    view.addSignalListener(name, () => {
      due.add(name);
      timer ||= setTimeout(send, model.get("debounce_wait"));
    });
  }
  return () => clearTimeout(timer);
}

/** @param {{model: Model, el: HTMLElement}} place */
async function render({ model, el }) {
  const container = document.createElement("div");
  el.append(container);
  el.classList.add("amtviz-view");
  let finish = () => {};
  /** @type {VegaView | null} */
  let drawn = null;
  let latest = 0;
  let asked = 0; // how often the kernel asked for another drawing
  let width = 0; // of the latest drawing

  const draw = async () => {
    const turn = ++latest;
    finish();
    finish = () => {};
    drawn = null;
    if (!model.get("spec")) {
      container.replaceChildren();
      return;
    }
    width = el.clientWidth;
    const place = { asked, width };
    const room = width - MENU;
    const spec = prepare(model, themeBehind(el), room);
    try {
      const result = await drawChart(container, spec, model.get("embed_options") ?? {});
      await stretch(result.view, room);
      if (turn !== latest) {
        result.finalize();
        return;
      }
      drawn = result.view;
      const stop = follow(drawn, model);
      finish = () => {
        stop();
        result.finalize();
      };
      el.amtviz = { view: drawn, ...place };
    } catch (error) {
      explain(container, error);
    }
  };

  const changes = "change:spec change:embed_options change:_redraws";
  const answer = () => {
    asked += 1;
    draw();
  };
  model.on(changes, answer);
  const ignoreTheme = onTheme(el, () => drawn && repaint(drawn, themeBehind(el)));
  const ignoreWidth = onWidth(el, () => {
    if (el.clientWidth !== width) draw(); // another one would end a drag
  });
  await draw();
  return () => {
    model.off(changes, answer);
    ignoreTheme();
    ignoreWidth();
    finish();
  };
}

export default { render };
