"use strict";
// The values of a trial: as the tables of amtviz/report/words.py have them, and in full.
(() => {
  const MISSING = "–";
  const EXACT = 1e15; // past it a float has no digits to spare
  const PLENTY = 60; // digits that tell whether a float lies exactly between two shorter ones

  /** Give a number's digits and its power of ten, rounded as Python rounds: ties to even. */
  function round(number, digits) {
    const [rounded, power] = number.toExponential(digits - 1).split("e");
    const all = number.toExponential(PLENTY).split("e")[0].replace(".", "");
    const kept = all.slice(0, digits);
    const isTie = /^50*$/.test(all.slice(digits));
    return isTie && Number(kept.at(-1)) % 2 === 0
      ? [kept, Number(number.toExponential(PLENTY).split("e")[1])]
      : [rounded.replace(".", ""), Number(power)];
  }

  /** Write a number as Python's format(number, ".6g") does. */
  function general(number, digits) {
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

  /** Write a number of a table: six digits, integers in full. */
  function formatNumber(number) {
    const isWhole = Number.isInteger(number) && Math.abs(number) < EXACT;
    return isWhole ? String(number) : general(number, 6);
  }

  function isInteger(column) {
    return column.kind === "integer" || (column.range && column.range.kind === "integer");
  }

  /** Give a trial's value as a number, also where its place on an axis is another; else null. */
  function numberOf(column, trial) {
    const words = trial[`${column.id}s`];
    return words ? Number(words) : (trial[column.id] ?? null);
  }

  /** Give a trial's value in full, as text; null where there is none. */
  function exact(column, trial) {
    const value = trial[column.id] ?? null;
    if (value === null) return null;
    if (column.kind === "text") return String(value);
    if (column.kind === "category") return column.labels[value];
    if (column.kind === "time") return new Date(value).toISOString();
    return trial[`${column.id}s`] || (isInteger(column) ? String(BigInt(value)) : String(value));
  }

  /** Give a trial's value as a table shows it. */
  function shown(column, trial) {
    const full = exact(column, trial);
    if (full === null) return MISSING;
    if (column.kind === "time") return full.slice(0, 19).replace("T", " ");
    if (["text", "category"].includes(column.kind) || isInteger(column)) return full;
    return formatNumber(numberOf(column, trial));
  }

  window.amtviz.values = { MISSING, general, formatNumber, numberOf, exact, shown };
})();
