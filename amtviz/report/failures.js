// What can't be drawn: told in its place and in a notice, while the other charts stand.
import { all, one } from "../embed/dom.js";
import { reasonOf } from "../embed/draw.js";

/** @type {Map<string, string>} */
const failed = new Map(); // titles, by the views' names

/**
 * Say that a view can't be drawn.
 * @param {string} name
 * @param {unknown} error
 */
export function tellFailure(name, error) {
  if (failed.has(name)) return;
  console.error(error);
  const place = one(HTMLElement, `[data-view="${name}"]`);
  const title = place.closest("figure")?.querySelector(".title")?.textContent;
  failed.set(name, `“${title || name}”`);
  const reason = reasonOf(error);
  const others = all("[data-view]").length > failed.size ? " The others are whole." : "";
  place.textContent = `This chart could not be drawn (${reason}).${others}`;
  const message = one(HTMLElement, "#amtviz-message");
  message.textContent =
    `Could not be drawn: ${[...failed.values()].join(", ")} (${reason}).${others} ` +
    "Open the page in a current version of Firefox, Chrome, Edge or Safari. If that doesn't help, " +
    "please report it, with this sentence.";
  message.hidden = false;
}
