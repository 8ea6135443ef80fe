// What the reader has set on the page beside the charts' selections, by key: "colour" (the id of
// the column that colours trials), "pins" (numbers of trials) and "folded" (names of sections).
// address.js keeps it in the page's address.

/** @type {Map<string, any>} */
const values = new Map();
/** @type {Map<string, ((value: any) => void)[]>} */
const listeners = new Map();

/**
 * Return what is set; undefined where nothing is.
 * @param {string} key
 */
export function get(key) {
  return values.get(key);
}

/**
 * Set something, and tell whoever asked to be told, unless it was so before.
 * @param {string} key
 * @param {any} value
 */
export function set(key, value) {
  if (JSON.stringify(value) === JSON.stringify(values.get(key))) return;
  values.set(key, value);
  for (const listener of listeners.get(key) ?? []) listener(value);
}

/**
 * Call a function with the new value whenever it changes.
 * @param {string} key
 * @param {(value: any) => void} listener
 */
export function onChange(key, listener) {
  listeners.set(key, [...(listeners.get(key) ?? []), listener]);
}
