// Where panels stand: pure arithmetic, in pixels.

/**
 * @typedef {object} Item a panel that wants a place
 * @property {number} width at which it looks right, axes included
 * @property {number} height at that width
 * @property {number} narrowest
 * @property {boolean} isWide takes a row of its own
 * @property {boolean} isSteady keeps its height at any width
 * @property {boolean} isShared has the y axis that it shares with its row
 */

/**
 * @typedef {object} Place the size of a panel's picture
 * @property {number} width
 * @property {number} height
 * @property {boolean} isLabelled has the labels of a shared axis, for the whole row
 * @property {number} row the number of its row
 */

export const GAP = 20;
export const AXIS = 34; // of the labels that the first panel of a row has for all
const ROOMY = 1000; // from here on panels have the width at which they look right
const SHORTEST = 170;
const TALLEST = 300;

/**
 * Divide panels over rows that differ by one at most, the shorter ones first.
 * @param {number} count
 * @param {number} rows
 */
export function split(count, rows) {
  const least = Math.floor(count / rows);
  const longer = count - least * rows;
  return Array.from({ length: rows }, (_, row) => least + (row >= rows - longer ? 1 : 0));
}

/**
 * Return how many of some panels of one width stand in each row.
 * @param {number} count
 * @param {number} width that there is
 * @param {number} wanted that each looks right at
 */
export function divide(count, width, wanted) {
  const fitting = Math.max(1, Math.floor((width + GAP) / (wanted + GAP)));
  let rows = Math.ceil(count / fitting);
  // rather a column more than a row of one, where that costs little
  if (split(count, rows)[0] === 1 && rows > 1) {
    const columns = Math.ceil(count / (rows - 1));
    if ((width - GAP * (columns - 1)) / columns >= 0.8 * wanted) rows -= 1;
  }
  return split(count, rows);
}

/**
 * Give every panel of a section its place: each row is full.
 * @param {Item[]} items in their order
 * @param {number} width that there is
 * @returns {Place[]}
 */
export function place(items, width) {
  /** @type {Place[]} */
  const places = [];
  for (let begin = 0; begin < items.length; ) {
    let end = begin + 1;
    if (!items[begin].isWide) while (end < items.length && !items[end].isWide) end += 1;
    const group = items.slice(begin, end);
    const least = width < ROOMY ? "narrowest" : "width";
    const wanted = Math.max(...group.map((item) => item[least]));
    let nth = 0;
    let row = places.at(-1)?.row ?? -1;
    for (const count of group[0].isWide ? [1] : divide(group.length, width, wanted)) {
      row += 1;
      places.push(...placeRow(group.slice(nth, nth + count), width, row));
      nth += count;
    }
    begin = end;
  }
  return places;
}

/**
 * @param {Item[]} items
 * @param {number} width
 * @param {number} row
 * @returns {Place[]}
 */
function placeRow(items, width, row) {
  const isShared = items.every((item) => item.isShared);
  const labelled = items.findIndex((item) => item.isShared);
  const widths = isShared ? shareAxis(items.length, width) : spread(items.length, width);
  return items.map((item, nth) => ({
    width: widths[nth],
    height: item.isSteady ? item.height : proportionate(item, widths[items.length - 1]),
    isLabelled: nth === labelled,
    row,
  }));
}

/**
 * @param {Item} item
 * @param {number} width
 */
function proportionate(item, width) {
  const tall = Math.round((width * item.height) / item.width);
  return Math.min(Math.max(tall, SHORTEST), Math.max(TALLEST, item.height));
}

const BEST_PROPORTION = 1.25;
const LEAST_WIDTH = 196;
const LEAST_HEIGHT = 128;
export const CAPTION = 24;
export const ROW_GAP = 10;

/**
 * @typedef {object} Overview
 * @property {number[]} rows how many panels each has
 * @property {number} height of each panel's picture
 */

/**
 * Fit as many panels as there is room for, in the proportion that is best to read.
 * @param {number} count of panels there are
 * @param {number} width
 * @param {number} height of all, with their captions
 * @returns {Overview}
 */
export function fit(count, width, height) {
  for (let shown = count; shown > 1; shown -= 1) {
    let best = null;
    let least = Infinity;
    for (let rows = 1; rows <= shown; rows += 1) {
      const columns = Math.ceil(shown / rows);
      const across = (width - AXIS - (columns - 1) * GAP) / columns;
      const tall = (height - ROW_GAP * (rows - 1)) / rows - CAPTION;
      if (across < LEAST_WIDTH || tall < LEAST_HEIGHT) continue;
      if (rows > 1 && Math.floor(shown / rows) === 1) continue; // no row of one
      const off = Math.abs(Math.log(across / tall / BEST_PROPORTION));
      if (off < least) {
        least = off;
        best = {
          rows: split(shown, rows),
          height: Math.floor(Math.min(tall, 1.05 * across + 22)),
        };
      }
    }
    if (best) return best;
  }
  return { rows: count ? [1] : [], height: Math.max(LEAST_HEIGHT, Math.floor(height - CAPTION)) };
}

/**
 * Return the widths of panels that are equally wide.
 * @param {number} count
 * @param {number} width
 */
function spread(count, width) {
  return new Array(count).fill(Math.floor((width - GAP * (count - 1)) / count));
}

/**
 * Return the widths of the panels of one row, whose plots are equally wide, though the first has
 * the labels of the axis that all share.
 * @param {number} count
 * @param {number} width
 */
export function shareAxis(count, width) {
  const plot = Math.floor((width - AXIS - GAP * (count - 1)) / count);
  return Array.from({ length: count }, (_, nth) => plot + (nth ? 0 : AXIS));
}
