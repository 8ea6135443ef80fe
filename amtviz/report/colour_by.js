// The control that says by what trials are coloured, and what the colours are.
import { one } from "../embed/dom.js";
import { THEMES } from "../embed/theme.js";
import { colourable, colourTrials } from "./colour.js";
import { give } from "./linked.js";
import { tellApart } from "./selection.js";
import { get, onChange, set } from "./state.js";

/** @import { Colouring } from "./colour.js" */
/** @import { Column, Trial } from "./values.js" */

/**
 * Let the reader choose; return what it is as long as they don't.
 * @param {Column[]} columns
 * @param {Trial[]} trials
 * @param {(byJob: boolean, colours: string[]) => void} tell called with whether the colours are
 *   those of tuning jobs, and with them by the trials' numbers
 */
export function startColour(columns, trials, tell) {
  const select = one(HTMLSelectElement, ".by select");
  const choices = colourable(columns);
  for (const { id, title } of choices) select.add(new Option(title, id));
  if (!choices.some(({ id }) => id === get("colour"))) set("colour", choices[0].id);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const draw = (isPrinting = false) => {
    const column = choices.find(({ id }) => id === get("colour")) ?? choices[0];
    const colouring = colourTrials(
      column,
      trials,
      dark.matches && !isPrinting ? THEMES.dark : THEMES.light,
    );
    select.value = column.id;
    // the charts colour by the usual themselves
    give("colours", column === choices[0] ? null : colouring.colours);
    explain(column, colouring);
    tell(column.id === "j", colouring.colours);
  };
  draw();
  onChange("colour", () => draw());
  dark.addEventListener("change", () => draw());
  window.addEventListener("beforeprint", () => draw(true));
  window.addEventListener("afterprint", () => draw());
  select.addEventListener("change", () => set("colour", select.value));
  return choices[0].id;
}

/**
 * Show what the colours are, but those of tuning jobs, which the legend shows.
 * @param {Column} column
 * @param {Colouring} colouring
 */
function explain(column, { ramp, entries }) {
  const key = one(HTMLElement, ".key");
  /** @type {(Node | string)[]} */
  const parts = [];
  if (ramp) {
    const strip = document.createElement("i");
    strip.className = "ramp";
    strip.style.background = `linear-gradient(90deg, ${ramp.colours.join(", ")})`;
    const [first, last] = shorten(ramp.labels);
    parts.push(first ?? "", strip, last ?? "");
  }
  for (const { label, colour } of column.id === "j" ? [] : entries) {
    const dot = document.createElement("i");
    dot.className = "dot";
    dot.style.setProperty("--colour", colour);
    const name = document.createElement("span");
    name.append(dot, label);
    parts.push(name);
  }
  key.hidden = !parts.length;
  key.replaceChildren(...parts);
}

/**
 * Write numbers with no more digits than tell them apart.
 * @param {string[]} labels
 */
function shorten(labels) {
  const numbers = labels.map(Number);
  return numbers.every(Number.isFinite) ? tellApart(numbers) : labels;
}
