// Inputs that all charts share, such as the logarithmic objective.
import { all } from "../embed/dom.js";
import { current, give } from "./linked.js";

/** @typedef {{name: string, label: string, value: boolean, section: string}} Switch */

/**
 * Put a box to tick where each belongs: into its section, or into the bar.
 * @param {Switch[]} switches
 */
export function startSwitches(switches) {
  for (const { name, label, value, section } of switches) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = name;
    box.checked = current(name) ?? value;
    box.addEventListener("change", () => give(name, box.checked));
    const text = document.createElement("label");
    text.append(box, ` ${label}`);
    const [place] = [...all(`[data-switches="${section}"]`), ...all('[data-switches=""]')];
    place.append(text);
  }
}
