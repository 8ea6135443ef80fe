// A selection as ranges of the next tuning job, as amtviz/grammar/selection.py reads it.
import { makeRow, quote } from "./sdk_code.js";
import { numberOf } from "./values.js";

/** @import { Selection } from "./selection.js" */
/** @import { Column, DeclaredRange, Trial } from "./values.js" */

/** @typedef {Column & {range: DeclaredRange}} Hyperparameter */
/** @typedef {[number, number]} Ends */

const DIGITS = 3; // of a bound, or of the range's width where that is smaller
const POWERS = 22; // a float is no power of ten past that
const LARGEST = 1e12; // last digits: more of them are left as they are

// --- ends

/**
 * Round both ends of a range outward, to few digits of its width or of the end.
 * @param {Ends} range
 * @returns {Ends}
 */
export function roundOutward([low, high]) {
  const width = high - low;
  return [roundTo(low, width, Math.floor), roundTo(high, width, Math.ceil)];
}

/**
 * @param {number} value
 * @param {number} width
 * @param {(value: number) => number} towards
 */
function roundTo(value, width, towards) {
  const size = Math.min(Math.abs(value), width);
  if (!(size > 0)) return value;
  const power = DIGITS - 1 - Math.floor(Math.log10(size));
  const scaled = power < 0 ? value / 10 ** -power : value * 10 ** power;
  if (Math.abs(power) > POWERS || Math.abs(scaled) > LARGEST) return value;
  const nearest = Math.round(scaled);
  const lost = Math.max(1e-9, 1e-15 * Math.abs(scaled)); // of the last digit, in a float
  const whole = Math.abs(scaled - nearest) <= lost ? nearest : towards(scaled);
  return power < 0 ? whole * 10 ** -power : whole / 10 ** power;
}

/**
 * Clip a brush and round it outward; null where it holds no value that may be searched.
 * @param {string} kind of the hyperparameter
 * @param {string | undefined} scale "reverse-log" if the axis has -log10(1 - value)
 * @param {Ends} brush in the units of the axis
 * @param {Ends} limits the smallest and the largest value
 * @returns {Ends | null}
 */
export function narrowRange(kind, scale, [low, high], [least, most]) {
  if (scale === "reverse-log" && kind !== "integer") {
    // near 1 it is the distance from 1 whose digits count
    const apart = narrowRange(kind, "log", [10 ** -high, 10 ** -low], [1 - most, 1 - least]);
    if (!apart) return null;
    [high, low] = apart.map((end) => Number((1 - end).toFixed(15)));
  } else {
    if (scale === "reverse-log") [low, high] = [1 - 10 ** -low, 1 - 10 ** -high];
    if (kind === "integer") [low, high] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
    [low, high] = [Math.max(low, least), Math.min(high, most)];
    if (!(low <= high)) return null;
    if (kind !== "integer") [low, high] = roundOutward([low, high]);
  }
  return [Math.max(low, least), Math.min(high, most)];
}

/**
 * Return the ends beyond which nothing was declared or tried.
 * @param {Hyperparameter} column
 * @param {Trial[]} trials
 * @returns {Ends}
 */
export function limitsOf(column, trials) {
  const { range } = column;
  return span([range.low, range.high, ...trials.map((trial) => numberOf(column, trial))]);
}

// --- what each hyperparameter's range is taken from

/**
 * Return what the brushes on a hyperparameter share, on its axis; null without a brush.
 * @param {Column} column
 * @param {Selection} selection
 * @returns {Ends | null}
 */
function brushed(column, selection) {
  const own = selection.brushes.filter((brush) => brush.column === column);
  if (!own.length) return null;
  return [Math.max(...own.map(({ low }) => low)), Math.min(...own.map(({ high }) => high))];
}

/**
 * Return the smallest and the largest number; the other way round if there is none.
 * @param {(number | null)[]} numbers
 * @returns {Ends}
 */
function span(numbers) {
  let [low, high] = [Infinity, -Infinity];
  for (const number of numbers) {
    if (number !== null) [low, high] = [Math.min(low, number), Math.max(high, number)];
  }
  return [low, high];
}

/**
 * Return the categories at some places, declared ones first; null if there is none.
 * @param {Hyperparameter} column
 * @param {(place: number) => boolean} isKept
 */
function categories(column, isKept) {
  const labels = column.labels ?? [];
  const values = [...new Set([...column.range.values, ...labels])];
  const kept = values.filter((name) => isKept(labels.indexOf(name)));
  return kept.length ? { values: kept } : null;
}

/**
 * Return a trial's place on a hyperparameter's axis, exactly; null where it has no value.
 * @param {Column} column
 * @param {Trial} trial
 */
function placeOf(column, trial) {
  const value = numberOf(column, trial);
  return value === null || column.scale !== "reverse-log" ? value : -Math.log10(1 - value);
}

/**
 * Return the part of a range that a selection leaves; null for nothing.
 * @param {Hyperparameter} column
 * @param {Ends | null} brush without one, the trials count
 * @param {Selection} selection
 * @param {Trial[]} trials all of them
 * @returns {Partial<DeclaredRange> | null}
 */
function narrow(column, brush, selection, trials) {
  if (column.kind === "category") {
    const found = new Set(selection.trials.map((trial) => trial[column.id]));
    const [[low, high], touch] = [brush ?? [0, 0], column.touch ?? 0];
    /** @param {number} place */
    const isTouched = (place) => place >= low - touch && place <= high + touch;
    const isKept = brush ? isTouched : (/** @type {number} */ place) => found.has(place);
    return low <= high ? categories(column, isKept) : null;
  }
  const ends = brush ?? span(selection.trials.map((trial) => placeOf(column, trial)));
  if (!(ends[0] <= ends[1])) return null;
  const limits = limitsOf(column, trials);
  const narrowed = narrowRange(column.range.kind, column.scale, ends, limits);
  return narrowed && { low: narrowed[0], high: narrowed[1] };
}

/**
 * Return every range of the next tuning job, and what is to be said of them.
 * @param {Hyperparameter[]} columns
 * @param {Selection} selection
 * @param {Trial[]} trials all of them
 */
export function collectRanges(columns, selection, trials) {
  const own = columns.filter((column) => brushed(column, selection));
  const isBeside = selection.jobs || selection.brushes.some(({ column }) => !column.range);
  const byTrials = Boolean(isBeside && selection.trials.length);
  const notes = about(own, byTrials, selection.trials.length);
  const rows = [];
  for (const column of columns) {
    const { range } = column;
    const brush = brushed(column, selection);
    const isKept = !brush && !byTrials;
    const found = isKept ? null : narrow(column, brush, selection, trials);
    const name = quote(range.name);
    const hasEnds = column.kind === "category" ? range.values.length : range.ends;
    const isKnown = hasEnds && range.declared !== false; // else it would narrow to what was tried
    if (!found && !isKnown) notes.push(`${name} has no declared range.`);
    else if (!found && !isKept) {
      const what = brush ? "its brush holds" : "the selected trials have";
      notes.push(`${name} is kept as declared: ${what} no value of that range.`);
    }
    if (found || isKnown) rows.push(makeRow(range, found ?? {}));
  }
  return { rows, notes };
}

/**
 * @param {Hyperparameter[]} own those with a brush
 * @param {boolean} byTrials
 * @param {number} count of selected trials
 */
function about(own, byTrials, count) {
  const names = own.map((column) => quote(column.range.name)).join(", ");
  const trials = `${count.toLocaleString("en")} selected trial${count === 1 ? "" : "s"}`;
  const notes = count ? [] : ["No trial lies in this selection."];
  if (own.length) notes.push(`As brushed: ${names}.`);
  if (byTrials && own.length) notes.push(`The others span the ${trials}.`);
  else if (byTrials) {
    notes.push(
      "What was brushed is what the next job searches: each range spans the values of the " +
        `${trials}.`,
    );
  } else notes.push(own.length ? "The others are as declared." : "The ranges are as declared.");
  return notes;
}
