// The best trials as a selection: a slider says how many per cent of them.
import { give, onSelection } from "./linked.js";

/** @import { Trial } from "./values.js" */

const BRUSH = "c_k"; // of the rank, which every chart's filters read
const ALL = 100; // per cent: none is selected by rank

/**
 * Return the selection of so many per cent of the ranked trials: one at the least.
 * @param {number} percent
 * @param {number} ranked how many trials have a rank
 */
export function selectBest(percent, ranked) {
  if (percent >= ALL) return {};
  return { k: [1, Math.max(1, Math.floor((percent * ranked) / ALL))] };
}

/**
 * Return how many per cent a selection holds: what the slider shows for it.
 * @param {{k?: number[]} | undefined} value
 * @param {number} ranked
 */
export function readBest(value, ranked) {
  const last = value?.k ? Math.max(...value.k.map(Number)) : ranked;
  return last >= ranked ? ALL : Math.max(1, Math.ceil((ALL * last) / ranked));
}

/**
 * Make the slider, which follows what is selected elsewhere: by Clear, or by the page's address.
 * @param {Trial[]} trials
 * @returns {HTMLElement | null} null where there is no choice
 */
export function makeBest(trials) {
  const ranked = trials.filter((trial) => (trial.k ?? null) !== null).length;
  if (ranked < 2) return null;
  const label = document.createElement("label");
  const slider = document.createElement("input");
  const told = document.createElement("output");
  label.className = "top";
  Object.assign(slider, { type: "range", min: "1", max: String(ALL), step: "1" });
  slider.setAttribute("aria-label", "Select the best trials, in per cent");
  const tell = () => {
    const percent = Number(slider.value);
    told.textContent = percent >= ALL ? "all" : `${percent}\u00a0%`;
    slider.setAttribute("aria-valuetext", percent >= ALL ? "all trials" : `the best ${percent} %`);
  };
  /** @type {Record<string, any>} */
  let own = {};
  slider.addEventListener("input", () => {
    own = selectBest(Number(slider.value), ranked);
    give(BRUSH, own);
    tell();
  });
  onSelection((selections) => {
    const now = selections[BRUSH] ?? {};
    if (JSON.stringify(now) === JSON.stringify(own)) return; // or the slider would jump back
    own = now;
    slider.value = String(readBest(now, ranked));
    tell();
  });
  slider.value = String(ALL);
  tell();
  label.append("Best ", slider, " ", told);
  return label;
}
