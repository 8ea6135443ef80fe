// The letters of pinned trials, and how a trial gets one.
import { LETTERS, toggle } from "./compare.js";
import { get, set } from "./state.js";

/** @returns {number[]} the numbers of the pinned trials */
export const pinned = () => get("pins") ?? [];

/**
 * Pin a trial, or release it.
 * @param {number} trial
 */
export function pin(trial) {
  set("pins", toggle(pinned(), trial));
}

/**
 * Make the letter of a pinned trial, in its colour.
 * @param {number} place
 */
export function letter(place) {
  const element = document.createElement("b");
  element.className = "pin";
  element.textContent = LETTERS[place];
  element.style.setProperty("--colour", `var(--pin-${place})`);
  return element;
}
