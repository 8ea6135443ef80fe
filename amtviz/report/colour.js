// The colours of trials by any column, and what a legend says of them.
import { exact, shown, valueOf } from "./values.js";

/** @import { Theme } from "../embed/theme.js" */
/** @import { Column, Trial } from "./values.js" */

/**
 * @typedef {object} Entry one colour of a legend
 * @property {string} label
 * @property {string} colour
 * @property {number | null} value what the trials hold; null for those that hold nothing
 *
 * @typedef {object} Ramp
 * @property {string[]} colours from one end to the other
 * @property {string[]} labels of both ends
 *
 * @typedef {object} Colouring
 * @property {string[]} colours by the trials' numbers
 * @property {Ramp | null} ramp of numbers
 * @property {Entry[]} entries of categories in their order; the grey of missing values last
 */

/** @type {Record<string, number>} the place of a status among the colours of tuning jobs */
const STATUSES = { Completed: 4, Failed: 2, Stopped: 1, InProgress: 0, Stopping: 3 };

/**
 * Return the columns that trials can be coloured by, the default first.
 * @param {Column[]} columns
 */
export function colourable(columns) {
  const by = columns.filter((column) => column.coloured);
  return [...by.filter(isDefault), ...by.filter((column) => !isDefault(column))];
}

/** @param {Column} column */
const isDefault = (column) => column.coloured === "default";

/**
 * Colour each trial by a column.
 * @param {Column} column
 * @param {Trial[]} trials
 * @param {Theme} theme
 * @returns {Colouring}
 */
export function colourTrials(column, trials, theme) {
  const colouring = column.kind === "category" ? byCategory : column.id === "y" ? byRank : byNumber;
  const { colourOf, ramp, entries } = colouring(column, trials, theme);
  /** @type {string[]} */
  const colours = [];
  for (const trial of trials) colours[trial.i] = colourOf(trial) ?? theme.unknown;
  if (trials.some((trial) => valueOf(column, trial) === null)) {
    entries.push({ label: "none", colour: theme.unknown, value: null });
  }
  return { colours, ramp, entries };
}

/**
 * @typedef {object} Rule
 * @property {(trial: Trial) => string | undefined} colourOf
 * @property {Ramp | null} ramp
 * @property {Entry[]} entries
 *
 * @typedef {(column: Column, trials: Trial[], theme: Theme) => Rule} Rules
 */

/** @type {Rules} */
function byCategory(column, trials, { job_colours: palette }) {
  const labels = column.labels ?? [];
  const colours = labels.map((label, place) => {
    const own = column.id === "s" && Object.hasOwn(STATUSES, label) ? STATUSES[label] : place;
    return palette[own % palette.length];
  });
  const held = new Set(trials.map((trial) => valueOf(column, trial)));
  const entries = labels.map((label, value) => ({ label, colour: colours[value], value }));
  return {
    colourOf: (trial) => colours[valueOf(column, trial) ?? -1],
    ramp: null,
    entries: entries.filter(({ value }) => held.has(value)),
  };
}

/**
 * Colour by rank: one poor trial leaves the others all of the ramp.
 * @type {Rules}
 */
function byRank(column, trials, { ramp: colours }) {
  const ranked = trials.filter(({ k }) => k).sort((a, b) => b.k - a.k);
  const most = Math.max(1, ranked.length - 1);
  const ends = ranked.length ? [ranked[0], ranked[ranked.length - 1]] : [];
  return {
    colourOf: ({ k }) => (k ? atShare(colours, 1 - (k - 1) / most) : undefined),
    ramp: { colours, labels: ends.map((trial) => shown(column, trial)) },
    entries: [],
  };
}

/**
 * Colour by where a number stands between the smallest and the largest, on its axis' own scale.
 * @type {Rules}
 */
function byNumber(column, trials, { ramp: colours }) {
  /** @param {Trial} trial */
  const placeOf = (trial) => {
    const value = valueOf(column, trial);
    return value === null || column.scale !== "log" ? value : Math.log10(value);
  };
  const held = trials.filter((trial) => exact(column, trial) !== null);
  const inOrder = held.sort((a, b) => placeOf(a) - placeOf(b));
  const ends = inOrder.length ? [inOrder[0], inOrder[inOrder.length - 1]] : [];
  const [low, high] = ends.map(placeOf);
  return {
    colourOf: (trial) => {
      const place = placeOf(trial);
      return place === null ? undefined : atShare(colours, (place - low) / (high - low || 1));
    },
    ramp: { colours, labels: ends.map((trial) => shown(column, trial)) },
    entries: [],
  };
}

/**
 * @param {string[]} colours
 * @param {number} share
 */
const atShare = (colours, share) => colours[Math.round(share * (colours.length - 1))];
