// Keeps what the reader set in the page's address, and opens the page as its address says.
import { readAddress, writeAddress } from "./address.js";
import { goTo } from "./folds.js";
import { onSelection } from "./linked.js";
import { atRest } from "./rest.js";
import { get, onChange, set } from "./state.js";

/** @import { Selections } from "../embed/selections.js" */
/** @import { Column, Trial } from "./values.js" */

const KEPT = ["section", "colour", "folded", "pins"];

/**
 * Set what the address says, and return what is selected in it.
 * @param {Column[]} columns
 * @param {Trial[]} trials
 * @returns {Selections}
 */
export function recall(columns, trials) {
  const { section, selections, state } = readAddress(location.hash.slice(1), columns, trials);
  for (const [key, value] of Object.entries(state)) set(key, value);
  set("section", section || "overview");
  return selections;
}

/** Go to the section of the address, unless the browser itself goes back to a place. */
export function goToAddress() {
  const [how] = performance.getEntriesByType("navigation");
  if (how instanceof PerformanceNavigationTiming && how.type === "navigate") {
    if (get("section") !== "overview") goTo(get("section"));
  }
}

/**
 * Write every change to the address.
 * @param {Column[]} columns
 * @param {Trial[]} trials
 * @param {Record<string, any>} usual what goes without saying, by key
 */
export function remember(columns, trials, usual) {
  /** @type {Selections} */
  let selections = {};
  let written = location.hash;
  const write = () => {
    const told = KEPT.filter((key) => get(key) !== usual[key]);
    const state = Object.fromEntries(told.map((key) => [key, get(key)]));
    const text = writeAddress({ section: state.section, selections, state }, columns, trials);
    const [page] = location.href.split("#");
    try {
      history.replaceState(history.state, "", text ? `${page}#${text}` : page);
      written = location.hash;
    } catch {
      // a page without an address of its own, as within a notebook
    }
  };
  const soon = atRest(write);
  onSelection((selected) => {
    selections = selected;
    soon();
  });
  for (const key of KEPT) onChange(key, soon);
  window.addEventListener("hashchange", () => {
    // a link to this page, pasted into its address, or come back to: it says another selection
    if (location.hash !== written) location.reload();
  });
}
