// Which trials are selected: the same as in the charts, and as amtviz.explore selects in Python.
import { general } from "./numbers.js";
import { valueOf } from "./values.js";

/** @import { Column, Trial } from "./values.js" */

/**
 * @typedef {object} Brush
 * @property {Column} column
 * @property {number} low in the units of the column's axis
 * @property {number} high
 *
 * @typedef {object} Selection
 * @property {Trial[]} trials the selected ones, best first
 * @property {Brush[]} brushes
 * @property {Set<number> | null} jobs those chosen in the legend
 * @property {boolean} isEmpty whether nothing is brushed: then all trials count
 */

/**
 * Sort trials best first, unranked ones last.
 * @param {Trial[]} trials
 */
export function sortBestFirst(trials) {
  const unranked = trials.length + 1;
  return [...trials].sort((a, b) => (a.k ?? unranked) - (b.k ?? unranked) || a.i - b.i);
}

/**
 * @typedef {object} Clause one selection
 * @property {(trial: Trial) => boolean} holds
 * @property {Brush} [brush]
 * @property {Set<number>} [jobs]
 */

/**
 * Read one selection; null where it is none.
 * @param {string} name
 * @param {any} value as Vega has it: {p0: [low, high]}
 * @param {Map<string, Column>} columns by id
 * @returns {Clause | null}
 */
export function readClause(name, value, columns) {
  if (name === "legend") {
    const jobs = value?.j && new Set(value.j);
    return jobs ? { jobs, holds: (trial) => jobs.has(trial.j) } : null;
  }
  const id = name.slice(2);
  const column = columns.get(id);
  if (!column || !value?.[id]) return null;
  const ends = value[id].map(Number); // whichever end the drag began at
  const brush = { column, low: Math.min(...ends), high: Math.max(...ends) };
  return { brush, holds: (trial) => isInside(brush, trial) };
}

/**
 * Read the charts' selections.
 * @param {Record<string, any>} parameters as Vega has them: {b_p0: {p0: [low, high]}, …}
 * @param {Map<string, Column>} columns by id
 * @param {Trial[]} trials
 * @returns {Selection}
 */
export function readSelection(parameters, columns, trials) {
  const clauses = Object.entries(parameters).flatMap(
    ([name, value]) => readClause(name, value, columns) ?? [],
  );
  const isEmpty = !clauses.length;
  /** @param {Trial} trial */
  const isSelected = (trial) => clauses.every(({ holds }) => holds(trial));
  return {
    brushes: clauses.flatMap(({ brush }) => brush ?? []),
    jobs: clauses.find(({ jobs }) => jobs)?.jobs ?? null,
    isEmpty,
    trials: isEmpty ? trials : trials.filter(isSelected),
  };
}

/**
 * Whether a brush holds a trial; touching a strip of points takes the whole category.
 * @param {Brush} brush
 * @param {Trial} trial
 */
function isInside({ column, low, high }, trial) {
  const [value, touch] = [valueOf(column, trial), column.touch ?? 0];
  if (value === null) return false;
  const [first, last] = column.edges ?? [-Infinity, Infinity];
  const place = column.edges ? Math.min(Math.max(value, first), last) : value;
  return place >= low - touch && place <= high + touch;
}

/**
 * Write numbers short, but with digits enough that different ones look different.
 * @param {number[]} numbers
 */
export function tellApart(numbers) {
  const distinct = new Set(numbers).size;
  let texts = numbers.map(String);
  for (let digits = 4; digits < 16; digits += 1) {
    texts = numbers.map((number) => general(number, digits));
    if (new Set(texts).size === distinct) break;
  }
  return texts;
}

/**
 * Return how many trials are selected, and their best and median objective, in words; empty where
 * none has one.
 * @param {Selection} selection
 * @param {Trial[]} trials all of them
 */
export function say(selection, trials) {
  const [some, of] = [selection.trials, trials].map(({ length }) => length.toLocaleString("en"));
  const noun = trials.length === 1 ? "trial" : "trials";
  const count = selection.isEmpty ? `${of} ${noun}` : `${some} of ${of} ${noun}`;
  const scored = selection.trials.filter(({ k }) => (k ?? null) !== null).map(({ y }) => y);
  if (!scored.length) return { count, best: "", median: "" };
  const half = scored.length / 2;
  const middle = (scored[Math.ceil(half) - 1] + scored[Math.floor(half)]) / 2;
  const [best, median] = tellApart([scored[0], middle]);
  return { count, best: `best ${best}`, median: `median ${median}` };
}
