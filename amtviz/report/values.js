// The values of a trial: as the tables of the page have them, and in full.
import { formatNumber } from "./numbers.js";

/**
 * @typedef {object} DeclaredRange of a hyperparameter
 * @property {string} name
 * @property {string} kind "integer", "continuous" or "categorical"
 * @property {number | null} low
 * @property {number | null} high
 * @property {string[]} values
 * @property {string} scaling
 * @property {string[]} [ends] low and high with every digit, where they are known
 * @property {boolean} [declared] false where nobody told the range: it is what trials tried
 * @property {Record<string, DeclaredRange>} [owners] the same as each of several algorithms has it
 *
 * @typedef {object} Column
 * @property {string} id its key in a trial
 * @property {string} title
 * @property {string} kind "text", "number", "integer", "time" or "category"
 * @property {string} [name] in `TuningData.trials`
 * @property {string[]} [labels] of the categories that the trials hold as 0, 1, 2, …
 * @property {number} [touch] how far beside a category's place a brush still takes it
 * @property {[number, number]} [edges] the axis' ends, where values beyond them are drawn
 * @property {string} [scale] of its axis: "log", or "reverse-log" where a trial holds
 *   -log10(1 - value)
 * @property {string} [coloured] where trials can be coloured by it: "yes", or "default" for what
 *   charts show by themselves
 * @property {boolean} [listed] whether the table of trials has this column of a chart's own
 * @property {DeclaredRange} [range]
 *
 * @typedef {Record<string, any> & {i: number}} Trial numbered; values by column, null if missing
 */

export const MISSING = "–";

/** @param {Column} column */
export function isNumber(column) {
  return column.kind !== "text" && column.kind !== "category";
}

/** @param {Column} column */
function isInteger(column) {
  return column.kind === "integer" || column.range?.kind === "integer";
}

/**
 * Return what a trial holds in a column: for a category its place; null where there is nothing.
 * @param {Column} column
 * @param {Trial} trial
 */
export function valueOf(column, trial) {
  return trial[column.id] ?? null;
}

/**
 * Return a trial's value as a number, also where its place on an axis is another; else null.
 * @param {Column} column
 * @param {Trial} trial
 * @returns {number | null}
 */
export function numberOf(column, trial) {
  const words = trial[`${column.id}s`];
  return words ? Number(words) : valueOf(column, trial);
}

/**
 * Return a trial's value in full, as text; null where there is none.
 * @param {Column} column
 * @param {Trial} trial
 * @returns {string | null}
 */
export function exact(column, trial) {
  const value = valueOf(column, trial);
  if (value === null) return null;
  if (column.kind === "text") return String(value);
  if (column.kind === "category") return (column.labels ?? [])[value];
  if (column.kind === "time") return new Date(value).toISOString();
  return trial[`${column.id}s`] || (isInteger(column) ? String(BigInt(value)) : String(value));
}

/**
 * Return a trial's value as a table shows it.
 * @param {Column} column
 * @param {Trial} trial
 */
export function shown(column, trial) {
  const full = exact(column, trial);
  if (full === null) return MISSING;
  if (column.kind === "time") return full.slice(0, 19).replace("T", " ");
  if (!isNumber(column) || isInteger(column)) return full;
  return formatNumber(Number(numberOf(column, trial)));
}
