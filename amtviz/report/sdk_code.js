// Ranges as code for SageMaker's SDKs: the lines that amtviz/sdk_code.py writes.
import { writeNumber } from "./numbers.js";

/** @import { DeclaredRange } from "./values.js" */

const WIDTH = 88; // characters of a comment

/**
 * @typedef {Omit<DeclaredRange, "owners"> & {ends: string[], owners?: Record<string, Row>}} Row a
 *   range with its ends as they are written
 */

/**
 * Return a declared range, or what was found of it, with its ends; declared ones keep every digit.
 * @param {DeclaredRange} range
 * @param {Partial<DeclaredRange>} [found]
 * @returns {Row}
 */
export function makeRow(range, found = {}) {
  const { owners = {}, ...row } = { ...range, ...found };
  const isCategory = row.kind === "categorical";
  const ends = (isCategory ? [] : [row.low, row.high]).map((end, place) => {
    const isDeclared = end === [range.low, range.high][place];
    return (isDeclared && range.ends?.[place]) || writeNumber(Number(end), range.kind);
  });
  const own = Object.entries(owners).map(([name, declared]) => [name, makeRow(declared, found)]);
  return own.length ? { ...row, ends, owners: Object.fromEntries(own) } : { ...row, ends };
}

/**
 * Write a text as a string of Python, what can't be seen in it by its number.
 * @param {string} text
 */
export function quote(text) {
  const obeyed = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]/g;
  const escape = (/** @type {string} */ sign) =>
    `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(obeyed, escape);
}

/** @param {Row} row */
function isFixed(row) {
  return row.kind !== "categorical" && !(Number(row.low) < Number(row.high));
}

/** @param {Row} row */
function writeRow(row) {
  const name = quote(row.name);
  if (row.kind === "categorical") {
    const list = row.values.map((value) => quote(value)).join(", ");
    return `    ${name}: CategoricalParameter([${list}]),`;
  }
  const kind = row.kind === "integer" ? "Integer" : "Continuous";
  const scale = row.scaling === "Auto" ? "" : `, scaling_type=${quote(row.scaling)}`;
  return `    ${name}: ${kind}Parameter(${row.ends.join(", ")}${scale}),`;
}

/** @param {Row[]} rows */
function writeEntries(rows) {
  const fixed = rows.filter(isFixed).map(({ name, ends }) => {
    return `# ${quote(name)}: one value is left, make it static: ${ends[0]}`;
  });
  return { fixed, lines: rows.filter((row) => !isFixed(row)).map(writeRow) };
}

/**
 * Write `hyperparameter_ranges = {…}` with its imports; of several algorithms, a dictionary of
 * those by the algorithm's name.
 * @param {Row[]} rows
 * @param {string} imports of an SDK
 */
export function writeRanges(rows, imports) {
  const owners = [...new Set(rows.flatMap((row) => Object.keys(row.owners ?? {})))];
  if (owners.length) return [imports, writeOwners(rows, owners)].join("\n\n");
  const { fixed, lines } = writeEntries(rows);
  const body = ["hyperparameter_ranges = {", ...lines, "}"];
  return [imports, [...fixed, ...body].join("\n")].join("\n\n");
}

/**
 * @param {Row[]} rows
 * @param {string[]} owners
 */
function writeOwners(rows, owners) {
  const body = ["hyperparameter_ranges_dict = {"];
  const notes = [];
  for (const owner of owners) {
    const own = rows.flatMap((row) => {
      const entry = Object.entries(row.owners ?? {}).find(([name]) => name === owner);
      return entry ? [entry[1]] : [];
    });
    const { fixed, lines } = writeEntries(own);
    const quoted = quote(owner);
    body.push(`    ${quoted}: {`, ...lines.map((line) => `    ${line}`), "    },");
    if (fixed.length) notes.push(`# of ${quoted}:`, ...fixed);
  }
  return [...notes, ...body, "}"].join("\n");
}

/**
 * Write a sentence as a comment, wrapped between words.
 * @param {string} note
 */
export function writeComment(note) {
  const lines = [""];
  for (const word of note.split(" ")) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.map((line) => `# ${line}`).join("\n");
}
