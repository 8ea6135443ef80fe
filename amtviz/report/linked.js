// Keeps the views' selections the same: a change redraws only the views that the reader sees; the
// others follow when they are scrolled to.
import { SHARED } from "../embed/shared.js";
import { THEMES } from "../embed/theme.js";
import { tellFailure } from "./failures.js";

const NEAR = "200px"; // views that close to the window are kept up to date
const ZOOM = /^zoom_/;

/** @type {Record<string, VegaView>} */
export const views = {};
/** @type {Map<string, any>} */
const shared = new Map(); // each signal's value
/** @type {Map<string, string[]>} */
const readers = new Map(); // the names of the views that know each signal
/** @type {Map<string, string[]>} */
const owners = new Map(); // the names of the views in which each selection is made
/** @type {Set<string>} */
const hidden = new Set(); // names of views out of sight
/** @type {Set<string>} */
const stale = new Set(); // of those, the ones to run when they come into sight
/** @type {Set<string>} */
const due = new Set(); // names of views to run in the next frame
/** @type {((selections: Record<string, any>) => void)[]} */
const listeners = [];
/** @type {((trial: number | null) => void)[]} */
const hoverListeners = [];
/** @type {((name: string, view: VegaView) => void)[]} */
const viewListeners = [];
/** @type {((signal: string, value: any) => void)[]} */
const shareListeners = [];
/** @type {((name: string) => void)[]} */
const sightListeners = [];
/** @type {IntersectionObserver} */
let sight;

/**
 * Begin with what was selected before, if anything was.
 * @param {import("../embed/selections.js").Selections} saved
 */
export function startLinks(saved) {
  for (const [name, value] of Object.entries(saved)) shared.set(name, value);
  sight = new IntersectionObserver(see, { rootMargin: NEAR });
}

/**
 * Let a view's selections reach the other views, and theirs reach it.
 * @param {string} name
 * @param {VegaView} view
 * @param {VegaParam[]} params of its chart
 */
export function connect(name, view, params) {
  views[name] = view;
  for (const listener of viewListeners) listener(name, view);
  for (const param of params) {
    if (param.name in THEMES.light) continue;
    if (ZOOM.test(param.name)) {
      connectZoom(name, view, param.name);
      continue;
    }
    add(readers, param.name, name);
    if ("select" in param) {
      if (SHARED.test(param.name)) add(owners, param.name, name);
      view.addSignalListener(param.name, (_, value) => share(name, param.name, value));
    }
    if (shared.has(param.name)) {
      put(name, param.name, shared.get(param.name));
      touch(name);
    }
  }
}

/**
 * Go on without a view that can't be drawn, and say so in its place.
 * @param {string} name
 * @param {unknown} error
 */
export function lose(name, error) {
  views[name]?.finalize();
  delete views[name];
  for (const lists of [readers, owners]) {
    for (const [key, names] of lists) {
      lists.set(
        key,
        names.filter((each) => each !== name),
      );
    }
  }
  tellFailure(name, error);
}

/**
 * @param {Map<string, string[]>} lists
 * @param {string} key
 * @param {string} name
 */
function add(lists, key, name) {
  lists.set(key, [...(lists.get(key) ?? []), name]);
}

/**
 * Zoom with all views of the same time axis.
 * @param {string} name
 * @param {VegaView} view
 * @param {string} zoom
 */
function connectZoom(name, view, zoom) {
  const signal = `${zoom}_x`; // of the field that all time axes have
  add(readers, signal, name);
  view.addSignalListener(signal, (_, value) => share(name, signal, value));
  if (shared.get(signal)) {
    put(name, signal, shared.get(signal));
    touch(name);
  }
}

/**
 * Run a view when the reader comes to see it.
 * @param {HTMLElement} container
 */
export function watchSight(container) {
  sight.observe(container);
}

/**
 * @param {string} name of a view
 * @param {string} signal
 * @param {unknown} value
 */
function put(name, signal, value) {
  try {
    views[name].signal(signal, value, { skip: true }); // or a selection would evaluate itself
  } catch (error) {
    lose(name, error);
  }
}

/**
 * Take a signal over from one view, or from elsewhere, to all others.
 * @param {string | null} origin
 * @param {string} signal
 * @param {any} value
 */
function share(origin, signal, value) {
  if (JSON.stringify(value) === JSON.stringify(shared.get(signal) ?? {})) return;
  shared.set(signal, value);
  for (const name of readers.get(signal) ?? []) {
    if (name === origin) continue;
    put(name, signal, value);
    touch(name);
  }
  for (const listener of shareListeners) listener(signal, value);
  if (SHARED.test(signal)) notify();
  if (signal !== "hover") return;
  for (const listener of hoverListeners) listener(value.i ? value.i[0] : null);
}

/**
 * Give all views a signal's value: those too that are yet to be drawn.
 * @param {string} signal
 * @param {unknown} value
 */
export function give(signal, value) {
  share(null, signal, value);
}

/**
 * Return the value of a signal that views share.
 * @param {string} signal
 */
export function current(signal) {
  return shared.get(signal);
}

/**
 * Return the values that last: all but what the pointer is on.
 * @returns {import("../embed/selections.js").Selections}
 */
export function kept() {
  return Object.fromEntries([...shared].filter(([name]) => name !== "hover"));
}

/**
 * Return all that is selected, by the selections' names.
 * @returns {import("../embed/selections.js").Selections}
 */
export function selections() {
  return Object.fromEntries([...shared].filter(([name]) => SHARED.test(name)));
}

/**
 * Run a view in the next frame, or when the reader comes to see it.
 * @param {string} name
 */
function touch(name) {
  if (hidden.has(name)) {
    stale.add(name);
    return;
  }
  if (!due.size) requestAnimationFrame(runDue);
  due.add(name);
}

function runDue() {
  for (const name of due) views[name]?.runAsync().catch((error) => lose(name, error));
  due.clear();
}

/** @param {IntersectionObserverEntry[]} entries */
function see(entries) {
  for (const { target, isIntersecting } of entries) {
    const name = target.getAttribute("data-view") ?? "";
    if (!isIntersecting) hidden.add(name);
    else {
      hidden.delete(name);
      for (const listener of sightListeners) listener(name);
      if (stale.delete(name)) touch(name);
    }
  }
}

/**
 * Clear every selection, as a double-click in each view does.
 * @param {string} [but] a view that is clear already
 */
export function clear(but) {
  for (const [signal, value] of shared) {
    if (!SHARED.test(signal) || !Object.keys(value ?? {}).length) continue;
    const own = owners.get(signal) ?? [];
    if (!own.length) share(null, signal, {}); // its view isn't drawn
    for (const name of own) if (name !== but) doubleClick(views[name]);
  }
}

/** @param {VegaView} view */
function doubleClick(view) {
  const drawn = view.container().querySelector("canvas, svg.marks");
  if (!drawn) return;
  const corner = drawn.getBoundingClientRect();
  const at = { clientX: corner.left, clientY: corner.top };
  drawn.dispatchEvent(new MouseEvent("dblclick", at));
}

let waiting = false;

/** Tell what follows the selection, once for all that changes in a frame. */
function notify() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const selected = selections();
    for (const listener of listeners) listener(selected);
  });
}

/**
 * Call a function with the values of all selections, by name: whenever one changes, and soon if
 * any came from before a reload.
 * @param {(selections: Record<string, any>) => void} listener
 */
export function onSelection(listener) {
  listeners.push(listener);
  if (shared.size) notify();
}

/**
 * Call a function with every view, once it is drawn.
 * @param {(name: string, view: VegaView) => void} listener
 */
export function onView(listener) {
  viewListeners.push(listener);
  for (const [name, view] of Object.entries(views)) listener(name, view);
}

/**
 * Call a function with every signal that changes, at once.
 * @param {(signal: string, value: any) => void} listener
 */
export function onShare(listener) {
  shareListeners.push(listener);
}

/**
 * Call a function with the name of each view that the reader comes to see.
 * @param {(name: string) => void} listener
 */
export function onSight(listener) {
  sightListeners.push(listener);
}

/**
 * Whether a view is out of sight.
 * @param {string} name
 */
export function isHidden(name) {
  return hidden.has(name);
}

/**
 * Call a function with the number of the trial under the pointer, whenever it changes.
 * @param {(trial: number | null) => void} listener
 */
export function onHover(listener) {
  hoverListeners.push(listener);
}

/**
 * Mark a trial in every view, as if the pointer were on it.
 * @param {number} trial
 */
export function mark(trial) {
  share(null, "hover", { i: [trial] });
}

/** Bring the views out of sight up to date. */
export async function bringUpToDate() {
  await Promise.all(Object.values(views).map((view) => view.runAsync()));
}
