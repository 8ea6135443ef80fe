// The legend: what the colours are; a click on a tuning job shows it alone, another one all.
import { one } from "../embed/dom.js";
import { onSelection } from "./linked.js";
import { openBelow } from "./popovers.js";

/** @import { Column } from "./values.js" */

const MOST = 6; // tuning jobs that stand side by side; more open below a button

/**
 * Return the jobs that are chosen after a click on one.
 * @param {number[]} chosen none where all are shown
 * @param {number} place
 * @returns {number[]}
 */
export function choose(chosen, place) {
  return chosen.length === 1 && chosen[0] === place ? [] : [place];
}

/**
 * Return the names without what all begin with, up to a sign that parts words.
 * @param {string[]} names
 */
export function withoutShared(names) {
  const words = names.map((name) => name.split(/(?<=[-_./ ])/));
  const most = Math.min(...words.map(({ length }) => length)) - 1;
  if (names.length < 2) return names;
  let shared = 0;
  while (shared < most && words.every((each) => each[shared] === words[0][shared])) shared += 1;
  return words.map((each) => each.slice(shared).join(""));
}

/**
 * Show the tuning jobs, and let them be chosen.
 * @param {Column | undefined} jobs
 * @param {(value: {j?: number[]}) => void} select
 * @returns {(byJob: boolean) => void} tells the legend whether the colours are those of the jobs
 */
export function startLegend(jobs, select) {
  const names = jobs?.labels ?? [];
  if (names.length < 2) return () => {};
  const legend = one(HTMLElement, "#legend");
  /** @type {number[]} */
  let chosen = [];
  const buttons = withoutShared(names).map((name, place) => {
    const button = document.createElement("button");
    const dot = document.createElement("i");
    const text = document.createElement("span");
    button.type = "button";
    button.title = names[place];
    dot.className = "dot";
    dot.style.setProperty("--colour", `var(--job-${place % 10})`);
    text.textContent = name;
    button.append(dot, text);
    button.addEventListener("click", () => {
      chosen = choose(chosen, place);
      select(chosen.length ? { j: chosen } : {});
    });
    return button;
  });
  legend.append(...buttons);
  const tell = () => {
    buttons.forEach((button, place) => {
      button.setAttribute("aria-pressed", String(!chosen.length || chosen.includes(place)));
    });
  };
  tell();
  onSelection((selections) => {
    chosen = selections.legend?.j ?? [];
    tell();
  });
  return foldable(legend, names.length);
}

/**
 * Return what lets the jobs open below a button: many, and those whose colours aren't shown.
 * @param {HTMLElement} legend
 * @param {number} count
 */
function foldable(legend, count) {
  const button = one(HTMLButtonElement, "button.which");
  button.textContent = `${count} tuning jobs`;
  openBelow(button, legend);
  /** @param {boolean} byJob */
  return (byJob) => {
    const isFolded = count > MOST || !byJob;
    button.hidden = !isFolded;
    legend.popover = isFolded ? "auto" : null;
    legend.classList.toggle("plain", !byJob);
  };
}
