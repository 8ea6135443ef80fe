// What folds: the lines at the page's head, and the sections; a link to a section opens it.
import { all, one } from "../embed/dom.js";
import { get, set } from "./state.js";

const SECTION = "section-"; // what the id of a section begins with

/** @returns {HTMLDetailsElement[]} */
const sections = () => [.../** @type {NodeListOf<any>} */ (document.querySelectorAll("details.question"))];

/** @param {HTMLElement} section */
export function nameOf(section) {
  return section.id.replace(SECTION, "");
}

/**
 * Go to a section, and open it if it is folded; to the overview by that name.
 * @param {string} name
 * @returns {boolean} whether there is such a section
 */
export function goTo(name) {
  if (name === "overview") {
    document.documentElement.scrollIntoView(); // within a frame, its page scrolls
    return true;
  }
  const place = document.getElementById(`${SECTION}${name}`);
  if (!place) return false;
  if (place instanceof HTMLDetailsElement) place.open = true;
  place.scrollIntoView();
  return true;
}

/** Let the lines at the page's head open what belongs to each. */
function startLines() {
  for (const button of all(".folds [aria-controls]")) {
    const more = one(HTMLElement, `#${button.getAttribute("aria-controls")}`);
    button.addEventListener("click", () => {
      more.hidden = !more.hidden;
      button.setAttribute("aria-expanded", String(!more.hidden));
    });
  }
}

/** Print everything: what is folded opens, and folds again. */
function openToPrint() {
  /** @type {(() => void)[]} */
  let undo = [];
  window.addEventListener("beforeprint", () => {
    const folded = all("details:is(.question, .sure, .warning):not([open])");
    const hidden = all(".opened[hidden]");
    for (const each of folded) each.setAttribute("open", "");
    for (const each of hidden) each.hidden = false;
    undo = [
      ...folded.map((each) => () => each.removeAttribute("open")),
      ...hidden.map((each) => () => (each.hidden = true)),
    ];
  });
  window.addEventListener("afterprint", () => {
    for (const step of undo) step();
    undo = [];
  });
}

/** Fold what was folded, and let everything fold and open. */
export function startFolds() {
  startLines();
  openToPrint();
  const folded = new Set(get("folded") ?? []);
  for (const section of sections()) {
    if (folded.has(nameOf(section))) section.open = false;
    section.addEventListener("toggle", () => {
      set("folded", sections().filter(({ open }) => !open).map(nameOf));
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
    if (!(link instanceof HTMLAnchorElement)) return;
    if (goTo(link.hash.slice(1).replace(SECTION, ""))) event.preventDefault();
  });
}
