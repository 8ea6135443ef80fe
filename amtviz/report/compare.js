// Which trials are pinned, and how they differ.
import { MISSING, shown, valueOf } from "./values.js";

/** @import { Column, Trial } from "./values.js" */

export const LETTERS = [..."ABCD"]; // as amtviz/grammar/pinned.py draws them

/**
 * @typedef {object} Row a line of the comparison
 * @property {Column} column
 * @property {string[]} values of each trial, in words
 * @property {boolean} differs
 * @property {number[]} best the places of the best trials, where one is better than another
 */

/**
 * Pin a trial, or release it; a fifth takes the place of the last.
 * @param {number[]} pins
 * @param {number} trial
 */
export function toggle(pins, trial) {
  if (pins.includes(trial)) return pins.filter((each) => each !== trial);
  return [...pins.slice(0, LETTERS.length - 1), trial];
}

/**
 * Return a line for each column that says something of these trials.
 * @param {Column[]} columns
 * @param {Trial[]} trials
 * @param {"k"} rank the column that tells which is better
 * @returns {Row[]}
 */
export function compare(columns, trials, rank = "k") {
  const ranks = trials.map((trial) => trial[rank] ?? Infinity);
  const best = Math.min(...ranks);
  return columns.flatMap((column) => {
    const values = trials.map((trial) => shown(column, trial));
    if (values.every((value) => value === MISSING)) return [];
    const [first, ...others] = trials.map((trial) => valueOf(column, trial));
    const differs = others.some((value) => value !== first);
    const isObjective = column.id === "y" && differs && Number.isFinite(best);
    const places = isObjective ? ranks.flatMap((each, nth) => (each === best ? [nth] : [])) : [];
    return [{ column, values, differs, best: places }];
  });
}

/**
 * Return where a trial stands in the declared range of a number, from 0 to 1; null where it can't.
 * @param {Column} column
 * @param {Trial} trial
 */
export function share(column, trial) {
  const value = valueOf(column, trial);
  const count = column.labels?.length;
  if (value === null || !column.range) return null;
  if (count) return (value + 0.5) / count;
  const { low, high, scaling } = column.range;
  if (low === null || high === null || low >= high) return null;
  const place =
    column.scale === "reverse-log"
      ? (/** @type {number} */ end) => -Math.log10(1 - end)
      : scaling === "Logarithmic" && low > 0
        ? Math.log10
        : Number;
  const at = column.scale === "reverse-log" ? value : place(value);
  return Math.min(1, Math.max(0, (at - place(low)) / (place(high) - place(low))));
}

/**
 * Fill a trial's name into an address.
 * @param {string} template with {} in place of the name
 * @param {string} name
 */
export function address(template, name) {
  return template.replace("{}", () => encodeURIComponent(name));
}

/**
 * Move places along a line apart, so that a letter fits at each; they keep their order.
 * @param {number[]} places from 0 to 1
 * @param {number} apart at the least; as much as there is room for, if that is less
 */
export function spread(places, apart) {
  const order = places.map((_, nth) => nth).sort((one, other) => places[one] - places[other]);
  const gap = Math.min(apart, 1 / Math.max(1, places.length - 1));
  const moved = [...places];
  order.forEach((nth, rank) => {
    if (rank) moved[nth] = Math.max(moved[nth], moved[order[rank - 1]] + gap);
  });
  let most = 1;
  for (const nth of order.toReversed()) {
    moved[nth] = Math.min(moved[nth], most);
    most = moved[nth] - gap;
  }
  return moved;
}
