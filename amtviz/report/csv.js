// Trials as CSV (RFC 4180).
import { exact, isNumber } from "./values.js";

/** @import { Column, Trial } from "./values.js" */

/**
 * Quote a cell where it needs to be.
 * @param {string} text
 */
export function quote(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const BEGINS = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/; // a formula
const NUMBER = /^[+-](\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Keep a spreadsheet from taking a text for a formula; a number is none, whatever its sign.
 * @param {string} text
 */
export function guard(text) {
  return BEGINS.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/**
 * Write trials with those columns that have a name in `TuningData.trials`.
 * @param {Column[]} columns
 * @param {Trial[]} trials
 */
export function writeCsv(columns, trials) {
  const named = columns.filter((column) => column.name);
  const lines = trials.map((trial) =>
    named.map((column) => {
      const text = exact(column, trial) ?? "";
      return quote(isNumber(column) ? text : guard(text));
    }),
  );
  const head = named.map((column) => quote(guard(column.name ?? "")));
  return [head, ...lines, []].map((cells) => cells.join(",")).join("\r\n");
}
