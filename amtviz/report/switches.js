// Inputs that all charts share, such as the logarithmic objective.
import { one } from "../embed/dom.js";
import { current, give } from "./linked.js";
import { openBelow } from "./popovers.js";

/** @typedef {{name: string, label: string, value: boolean}} Switch */

/**
 * Put a box to tick on the page for each.
 * @param {Switch[]} switches
 */
export function startSwitches(switches) {
  const place = one(HTMLElement, "#switches");
  const button = one(HTMLElement, "[popovertarget=switches]");
  button.hidden = !switches.length;
  openBelow(button, place);
  for (const { name, label, value } of switches) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = name;
    box.checked = current(name) ?? value;
    box.addEventListener("change", () => give(name, box.checked));
    const text = document.createElement("label");
    text.append(box, label);
    place.append(text);
  }
}
