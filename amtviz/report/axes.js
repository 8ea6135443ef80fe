// The axes of parallel coordinates: their order, and what stands where along one.

/**
 * @typedef {object} Axis as amtviz/charts/values/parallel_axes.py writes it
 * @property {number} g its place among all
 * @property {string} f the id of its column
 * @property {string} n its title
 * @property {number} low the ends, in the column's own units
 * @property {number} high
 * @property {boolean} log
 * @property {boolean} free whether the switch of the objective's scale says it instead
 */

const FEWEST = 2; // axes: one alone has no lines

/**
 * Move an axis to another slot.
 * @param {number[]} order axes that are shown, from the left
 * @param {number} axis
 * @param {number} slot
 */
export function moveTo(order, axis, slot) {
  const others = order.filter((each) => each !== axis);
  const place = Math.min(Math.max(slot, 0), others.length);
  return [...others.slice(0, place), axis, ...others.slice(place)];
}

/**
 * Hide an axis, unless too few would be left.
 * @param {number[]} order
 * @param {number} axis
 */
export function hide(order, axis) {
  return order.length > FEWEST ? order.filter((each) => each !== axis) : order;
}

/**
 * Return an order that is one of so many axes, as far as it says something else.
 * @param {unknown} order
 * @param {number} count
 * @returns {number[]}
 */
export function checkOrder(order, count) {
  const every = [...Array(count).keys()];
  if (!Array.isArray(order)) return every;
  const known = [...new Set(order)].filter((axis) => every.includes(axis));
  return known.length >= Math.min(FEWEST, count) ? known : every;
}

/** @type {(axis: Axis, isLog: boolean) => [number, number]} */
const ends = ({ low, high }, isLog) => (isLog ? [Math.log10(low), Math.log10(high)] : [low, high]);

/**
 * Return the value that stands some way up an axis.
 * @param {Axis} axis
 * @param {number} share from 0 to 1
 * @param {boolean} isLog
 */
export function valueAt(axis, share, isLog) {
  const [low, high] = ends(axis, isLog);
  const at = low + Math.min(1, Math.max(0, share)) * (high - low);
  return isLog ? 10 ** at : at;
}

/**
 * Return how far up an axis a value stands.
 * @param {Axis} axis
 * @param {number} value
 * @param {boolean} isLog
 */
export function shareOf(axis, value, isLog) {
  const [low, high] = ends(axis, isLog);
  return ((isLog ? Math.log10(value) : value) - low) / (high - low);
}

/**
 * Move a brush along an axis, and keep its length.
 * @param {[number, number]} brush shares
 * @param {number} by
 * @returns {[number, number]}
 */
export function shift([low, high], by) {
  const most = Math.min(Math.max(by, -low), 1 - high);
  return [low + most, high + most];
}

/**
 * Widen a brush at both ends, as far as the axis goes.
 * @param {[number, number]} brush shares
 * @param {number} by less than 0 to narrow it
 * @returns {[number, number]}
 */
export function widen([low, high], by) {
  const [first, last] = [Math.max(0, low - by), Math.min(1, high + by)];
  return first < last ? [first, last] : [low, high];
}
