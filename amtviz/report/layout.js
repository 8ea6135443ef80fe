// Gives every panel its place and size, so that they fill the window at any width.
import { all } from "../embed/dom.js";
import { CAPTION, fit, place, ROW_GAP, shareAxis } from "./rows.js";

/** @import { Item, Place } from "./rows.js" */
/** @typedef {(name: string, place: Place) => void} Resize */

const BESIDE = 1000; // pixels of the window from which the rail stands beside the panels
const CELL = 640; // pixels that a notebook may have for its cell
const PEEK = 50; // of the next heading, that tells there is more
const LOWEST = 430; // of the overview
const RAIL_LOWEST = 260; // above the contents
const CONTENTS_MARGIN = 14;
const DENSITY = 0.23; // of the rail's width
const RAIL_GAP = 14;
const MOST_BELOW = 6; // panels of the overview where they stand below each other
const TELLING = 0.01; // share from which a hyperparameter is worth a place among many
const PAPER = 703; // pixels between the margins of a printed page

/** @type {Resize} */
let tell = () => {};
/** @type {Map<string, Place>} */
const placed = new Map(); // by the panel's name
/** @type {HTMLElement[]} */
let hyperparameters = [];
let isPrinting = false;

/**
 * Lay out the page, and again whenever its width changes.
 * @param {Resize} resize called with each panel whose picture has another size
 */
export function startLayout(resize) {
  tell = resize;
  hyperparameters = all('[data-panels="overview"] > .panel');
  layOut();
  let due = 0;
  const again = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(layOut);
  };
  window.addEventListener("resize", again);
  const widths = new ResizeObserver(again);
  for (const container of all(".panels, .rail")) widths.observe(container);
}

/**
 * Return the size that a panel's picture has now; a folded one has none yet.
 * @param {string} name
 */
export function placeOf(name) {
  return placed.get(name);
}

/**
 * Lay out for paper, or for the window again.
 * @param {boolean} printing
 */
export function layOutToPrint(printing) {
  isPrinting = printing;
  layOut();
}

function layOut() {
  layOutOverview();
  for (const container of all(".panels")) {
    if (container.dataset.panels !== "overview") put(all(":scope > .panel", container), container);
  }
}

/** @param {HTMLElement} container */
function widthOf(container) {
  return isPrinting ? PAPER : Math.floor(container.getBoundingClientRect().width);
}

/**
 * @param {HTMLElement[]} panels
 * @param {HTMLElement} container
 */
function put(panels, container) {
  const width = widthOf(container);
  if (!width) return; // folded
  const places = place(panels.map(read), width);
  places.forEach((each, nth) => set(panels[nth], each));
  alignCaptions(panels, places);
}

/**
 * Let the pictures of a row begin at one height, however many lines stand above each.
 * @param {HTMLElement[]} panels
 * @param {Place[]} places
 */
function alignCaptions(panels, places) {
  const captions = panels.map((panel) => all("figcaption", panel)[0]);
  for (const caption of captions) caption.style.minHeight = "";
  const heights = captions.map((caption) => caption.offsetHeight);
  captions.forEach((caption, nth) => {
    const row = heights.filter((_, other) => places[other].row === places[nth].row);
    const tallest = Math.max(...row);
    if (tallest > heights[nth]) caption.style.minHeight = `${tallest}px`;
  });
}

/**
 * @param {HTMLElement} panel
 * @returns {Item}
 */
function read({ classList, dataset }) {
  return {
    width: Number(dataset.width),
    height: Number(dataset.height),
    narrowest: Number(dataset.narrowest),
    isWide: classList.contains("wide"),
    isSteady: "steady" in dataset,
    isShared: "shared" in dataset,
  };
}

/** Return what a reader sees at once: a frame is as high as its page, whatever that is. */
function screenHeight() {
  return "embedded" in document.documentElement.dataset ? CELL : window.innerHeight;
}

function layOutOverview() {
  const [overview] = all("#overview");
  const [panels] = all('[data-panels="overview"]');
  const [rail] = all(".rail");
  if (!overview) return;
  const wide = isPrinting ? PAPER : window.innerWidth;
  const isBeside = Boolean(rail && hyperparameters.length && wide >= BESIDE);
  document.body.classList.toggle("beside", isBeside);
  const top = overview.getBoundingClientRect().top + window.scrollY;
  const height = Math.max(LOWEST, screenHeight() - top - PEEK);
  let used = 0;
  // without an objective there is nothing above the ticks on each axis
  const isBare = hyperparameters.some(({ dataset }) => "steady" in dataset);
  if (wide < BESIDE || isBare) {
    show(Math.min(MOST_BELOW, hyperparameters.length), panels);
    put(all(":scope > .panel", panels), panels);
  } else used = layOutHyperparameters(panels, height);
  if (!rail) return;
  if (isBare) layOutRail(rail, read(hyperparameters[0]).height);
  else if (isBeside) layOutRail(rail, Math.max(RAIL_LOWEST, used - CAPTION - contentsHeight()));
  else layOutRail(rail, Math.min(320, Math.max(230, 0.6 * widthOf(rail))));
}

/** Return the height of the contents with their margin, where they stand below the rail. */
function contentsHeight() {
  const [contents] = all("#contents");
  const isBelow = contents && getComputedStyle(contents).position === "static";
  return isBelow ? contents.offsetHeight + CONTENTS_MARGIN : 0;
}

/**
 * @param {HTMLElement} container
 * @param {number} height that there is
 * @returns {number} the height that the panels take
 */
function layOutHyperparameters(container, height) {
  const width = widthOf(container);
  if (!width || !hyperparameters.length) return 0;
  const telling = hyperparameters.filter(({ dataset }) => Number(dataset.share ?? 1) >= TELLING);
  const isMany = hyperparameters.length > MOST_BELOW;
  const worth = isMany ? Math.max(2, telling.length) : hyperparameters.length;
  const { rows, height: tall } = fit(worth, width, height);
  const shown = rows.reduce((sum, count) => sum + count, 0);
  show(shown, container);
  let nth = 0;
  rows.forEach((count, row) => {
    shareAxis(count, width).forEach((across, column) => {
      set(hyperparameters[nth], { width: across, height: tall, isLabelled: column === 0, row });
      nth += 1;
    });
  });
  return rows.length * (tall + CAPTION) + (rows.length - 1) * ROW_GAP;
}

/**
 * Keep the first hyperparameters in the overview; the others stand in their section.
 * @param {number} count
 * @param {HTMLElement} overview
 */
function show(count, overview) {
  const [section] = all('[data-panels="values"]');
  if (!section) count = hyperparameters.length;
  // nothing is moved that is in its place: it would lose the keyboard's focus
  hyperparameters.slice(0, count).forEach((panel, nth) => {
    if (overview.children[nth] !== panel) overview.insertBefore(panel, overview.children[nth]);
  });
  const rest = hyperparameters.slice(count);
  rest.forEach((panel, nth) => {
    if (section.children[nth] !== panel) section.insertBefore(panel, section.children[nth]);
  });
  const [lesser] = all(".lesser");
  lesser.hidden = !rest.length;
  all("a", lesser)[0].textContent = rest.some(({ dataset }) => "share" in dataset)
    ? `${rest.length} more that matter less`
    : `${rest.length} more hyperparameters`;
}

/**
 * @param {HTMLElement} rail
 * @param {number} height
 */
function layOutRail(rail, height) {
  const width = widthOf(rail);
  const panels = all(":scope > .panel", rail);
  if (!width) return;
  const density = Math.round(Math.min(132, Math.max(64, DENSITY * width)));
  const across = panels.length > 1 ? width - density - RAIL_GAP : width;
  const tall = Math.floor(height);
  panels.forEach((panel, nth) => {
    set(panel, { width: nth ? density : across, height: tall, isLabelled: nth === 0, row: 0 });
  });
}

/**
 * @param {HTMLElement} panel
 * @param {Place} place
 */
function set(panel, place) {
  const name = panel.dataset.panel ?? "";
  const before = placed.get(name);
  if (before && JSON.stringify(before) === JSON.stringify(place)) return;
  placed.set(name, place);
  panel.style.width = `${place.width}px`;
  all("[data-view]", panel)[0].style.height = `${place.height}px`;
  tell(name, place);
}
