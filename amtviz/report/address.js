// What the reader selected, coloured, folded and pinned, as the page's address has it after the #:
// section-values?b.n-estimators=100..160&job=digits-random&colour=f1&folded=cost&pin=trial-7. Names
// are those of the data, so that a link says the same of a page made anew, with other trials.
import { valueOf } from "./values.js";

/** @import { Selections } from "../embed/selections.js" */
/** @import { Column, Trial } from "./values.js" */

/**
 * @typedef {object} Place what an address says
 * @property {string} [section]
 * @property {Selections} selections by name, as Vega has them
 * @property {Record<string, any>} state by the keys of state.js
 */

const BRUSH = /^([bc])_(.+)$/;
const KEY = /^([bc])\.(.*)$/s;
const MOST = 200; // parts that are read

/** @param {Column} column */
const label = (column) => column.name ?? column.title;

/**
 * Write a bound short; times are exact to the millisecond.
 * @param {number} value
 * @param {Column} column
 */
function writeBound(value, column) {
  return String(column.kind === "time" ? Math.round(value) : Number(value.toPrecision(9)));
}

/**
 * Write an address.
 * @param {Place} place
 * @param {Column[]} columns
 * @param {Trial[]} trials
 */
export function writeAddress({ section, selections, state }, columns, trials) {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const byNumber = new Map(trials.map((trial) => [trial.i, trial]));
  /** @type {[string, string][]} */
  const parts = [];
  for (const [name, value] of Object.entries(selections)) {
    const [, kind, id] = BRUSH.exec(name) ?? [];
    const column = byId.get(id);
    if (!column || !value?.[id]) continue;
    const ends = value[id].map(Number).sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
    const [low, high] = [ends[0], ends.at(-1)].map((end) => writeBound(end, column));
    parts.push([`${kind}.${label(column)}`, `${low}..${high}`]);
  }
  const jobs = byId.get("j")?.labels ?? [];
  for (const place of selections.legend?.j ?? []) parts.push(["job", jobs[place]]);
  const colour = byId.get(state.colour);
  if (colour) parts.push(["colour", label(colour)]);
  for (const name of state.folded ?? []) parts.push(["folded", name]);
  for (const number of state.pins ?? []) parts.push(["pin", byNumber.get(number)?.a ?? ""]);
  const query = parts.map((part) => part.map(encodeURIComponent).join("=")).join("&");
  const id = section ? `section-${section}` : "";
  return query ? `${id}?${query}` : id;
}

/**
 * Return the parts of an address, as far as they can be read.
 * @param {string} query
 * @returns {[string, string][]}
 */
function split(query) {
  return query.split("&", MOST).flatMap((part) => {
    const [key, ...rest] = part.split("=");
    try {
      return [[decodeURIComponent(key), decodeURIComponent(rest.join("="))]];
    } catch {
      return []; // a broken escape
    }
  });
}

/**
 * Read an address, and leave out what isn't in these trials: names that nothing has, brushes that
 * would hold no trial.
 * @param {string} fragment what follows the #
 * @param {Column[]} columns
 * @param {Trial[]} trials
 * @returns {Place}
 */
export function readAddress(fragment, columns, trials) {
  const [id, ...rest] = fragment.split("?");
  const [byLabel, jobs] = [
    new Map(columns.map((column) => [label(column), column])),
    columns.find((column) => column.id === "j")?.labels ?? [],
  ];
  const byName = new Map(trials.map((trial) => [trial.a, trial.i]));
  const [chosen, pins, folded] = [new Set(), new Set(), new Set()];
  /** @type {Map<string, any>} */
  const selections = new Map();
  /** @type {Record<string, any>} */
  const state = {};
  for (const [key, value] of split(rest.join("?"))) {
    const brush = KEY.exec(key);
    const column = byLabel.get(brush ? brush[2] : value);
    if (brush && column) {
      const ends = readEnds(value, column, trials);
      if (ends) selections.set(`${brush[1]}_${column.id}`, { [column.id]: ends });
    } else if (key === "job" && jobs.includes(value)) chosen.add(jobs.indexOf(value));
    else if (key === "colour" && column) state.colour = column.id;
    else if (key === "folded") folded.add(value);
    else if (key === "pin" && byName.has(value)) pins.add(byName.get(value));
  }
  if (chosen.size && chosen.size < jobs.length) selections.set("legend", { j: [...chosen] });
  if (pins.size) state.pins = [...pins];
  if (folded.size) state.folded = [...folded];
  return {
    section: id.replace(/^section-/, ""),
    selections: Object.fromEntries(selections),
    state,
  };
}

/**
 * Return the ends of a brush that holds a trial; else null.
 * @param {string} text
 * @param {Column} column
 * @param {Trial[]} trials
 */
function readEnds(text, column, trials) {
  const ends = text.split("..").map((end) => (end.trim() ? Number(end) : NaN));
  if (ends.length !== 2 || !ends.every(Number.isFinite) || ends[0] > ends[1]) return null;
  const [low, high] = ends;
  const [first, last] = column.edges ?? [-Infinity, Infinity];
  const touch = column.touch ?? 0;
  const holds = trials.some((trial) => {
    const value = valueOf(column, trial);
    if (typeof value !== "number") return false;
    const place = Math.min(Math.max(value, first), last);
    return place >= low - touch && place <= high + touch;
  });
  return holds ? ends : null;
}
