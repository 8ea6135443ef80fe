// Numbers as Python writes them.

const EXACT = 1e15; // past it a float has no digits to spare
const PLENTY = 60; // digits that tell whether a float lies exactly between two shorter ones

/**
 * Return a number's digits and its power of ten, rounded as Python rounds: ties to even.
 * @param {number} number
 * @param {number} digits
 * @returns {[string, number]}
 */
function round(number, digits) {
  const [rounded, power] = number.toExponential(digits - 1).split("e");
  const [all, exactPower] = number.toExponential(PLENTY).replace(".", "").split("e");
  const kept = all.slice(0, digits);
  const isTie = /^50*$/.test(all.slice(digits));
  return isTie && Number(kept.at(-1)) % 2 === 0
    ? [kept, Number(exactPower)]
    : [rounded.replace(".", ""), Number(power)];
}

/**
 * Write a number as Python's format(number, ".6g") does; no zero has a sign.
 * @param {number} number
 * @param {number} digits
 * @returns {string}
 */
export function general(number, digits) {
  if (number === 0) return "0";
  if (number < 0) return `-${general(-number, digits)}`;
  const [kept, power] = round(number, digits);
  if (power < -4 || power >= digits) {
    const rest = kept.slice(1).replace(/0+$/, "");
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${kept[0]}${rest && `.${rest}`}e${power < 0 ? "-" : "+"}${size}`;
  }
  if (power < 0) return `0.${"0".repeat(-power - 1)}${kept}`.replace(/0+$/, "");
  const rest = kept.slice(power + 1).replace(/0+$/, "");
  return `${kept.slice(0, power + 1)}${rest && `.${rest}`}`;
}

/**
 * Write a number of a table: six digits, integers in full.
 * @param {number} number
 */
export function formatNumber(number) {
  const isWhole = Number.isInteger(number) && Math.abs(number) < EXACT;
  return isWhole ? String(number) : general(number, 6);
}

/**
 * Write a bound as code has it: integers without a point, others as short as they are exact.
 * @param {number} number
 * @param {string} kind of a hyperparameter
 */
export function writeNumber(number, kind) {
  return kind === "integer" ? String(BigInt(Math.trunc(number))) : general(number, 15);
}
