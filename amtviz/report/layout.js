// Gives every panel its place and size, so that they fill the window at any width.
import { all } from "../embed/dom.js";
import { fit, place, shareAxis } from "./rows.js";

/** @typedef {(name: string, width: number, height: number, isLabelled: boolean) => void} Resize */

const SIDE_BY_SIDE = 1000; // pixels of the window from which the rail stands beside the panels
const PEEK = 50; // of the next heading, that tells there is more
const LOWEST = 430; // of the overview
const DENSITY = 0.23; // of the rail's
const CAPTION = 24;
const MOST_NARROW = 6; // panels of the overview where they stand below each other
const TELLING = 0.01; // share from which a hyperparameter is worth a place among many

const LEAST_RAIL = 260; // above the contents
const CONTENTS_MARGIN = 14;

/** @type {Resize} */
let tell = () => {};
/** @type {WeakMap<HTMLElement, string>} */
const placed = new WeakMap();
/** @type {HTMLElement[]} */
let hyperparameters = [];

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

export function layOut() {
  layOutOverview();
  for (const container of all(".panels")) {
    if (container.dataset.panels !== "overview") layOutSection(container);
  }
}

/** @param {HTMLElement} container */
function layOutSection(container) {
  const width = widthOf(container);
  const panels = all(":scope > .panel", container);
  if (!width || !panels.length) return;
  const items = panels.map(({ classList, dataset }) => ({
    width: Number(dataset.width),
    height: Number(dataset.height),
    narrowest: Number(dataset.narrowest),
    isWide: classList.contains("wide"),
    isSteady: "steady" in dataset,
  }));
  place(items, width).forEach((each, nth) => {
    set(panels[nth], each.width, each.height, each.isFirst);
  });
}

function layOutOverview() {
  const overview = document.querySelector('[data-panels="overview"]');
  const rail = document.querySelector(".rail");
  if (!(overview instanceof HTMLElement)) return;
  const isBeside = rail !== null && window.innerWidth >= SIDE_BY_SIDE && hyperparameters.length > 0;
  document.body.classList.toggle("beside", isBeside);
  const top = overview.getBoundingClientRect().top + window.scrollY;
  const height = Math.max(LOWEST, window.innerHeight - top - PEEK);
  const used = layOutHyperparameters(overview, height);
  if (!(rail instanceof HTMLElement)) return;
  const railHeight = isBeside ? Math.max(LEAST_RAIL, used - CAPTION - contentsHeight()) : Math.min(320, Math.max(230, 0.6 * widthOf(rail)));
  layOutRail(rail, railHeight);
}

/**
 * Return the whole pixels that there are across.
 * @param {HTMLElement} element
 */
function widthOf(element) {
  return Math.floor(element.getBoundingClientRect().width);
}

/** Return the height of the contents with their margin, where they stand below the rail. */
function contentsHeight() {
  const contents = document.querySelector("#contents");
  const isBelow = contents instanceof HTMLElement && getComputedStyle(contents).position === "static";
  return isBelow ? contents.offsetHeight + CONTENTS_MARGIN : 0;
}

/**
 * @param {HTMLElement} overview
 * @param {number} height
 * @returns {number} the height that they take
 */
function layOutHyperparameters(overview, height) {
  const width = widthOf(overview);
  if (!width || !hyperparameters.length) return height;
  const telling = hyperparameters.filter(({ dataset }) => Number(dataset.share ?? 1) >= TELLING);
  const worth = hyperparameters.length > MOST_NARROW ? Math.max(2, telling.length) : Infinity;
  let { rows, height: tall } = fit(Math.min(hyperparameters.length, worth), width, height);
  if (window.innerWidth < SIDE_BY_SIDE) {
    const shown = hyperparameters.slice(0, MOST_NARROW);
    const items = shown.map(({ dataset }) => ({
      width: Number(dataset.width),
      height: Number(dataset.height),
      narrowest: Number(dataset.narrowest),
      isWide: false,
      isSteady: false,
    }));
    const places = place(items, width);
    move(overview, shown.length);
    places.forEach((each, nth) => set(shown[nth], each.width, each.height, each.isFirst));
    return 0;
  }
  const shown = rows.reduce((sum, count) => sum + count, 0);
  move(overview, shown);
  let nth = 0;
  for (const count of rows) {
    shareAxis(count, width).forEach((across, column) => {
      set(hyperparameters[nth], across, tall, column === 0);
      nth += 1;
    });
  }
  return rows.length * (tall + CAPTION) + (rows.length - 1) * 10;
}

/**
 * Keep the first hyperparameters in the overview; the others stand in their section.
 * @param {HTMLElement} overview
 * @param {number} shown
 */
function move(overview, shown) {
  const section = document.querySelector('[data-panels="values"]');
  const rest = hyperparameters.slice(shown);
  for (const panel of hyperparameters.slice(0, shown)) {
    if (panel.parentElement !== overview) overview.append(panel);
  }
  if (section) {
    const before = [...section.children].filter((each) => hyperparameters.includes(/** @type {HTMLElement} */ (each)));
    if (before.length !== rest.length) section.prepend(...rest);
  }
  const more = document.querySelector(".more");
  if (!(more instanceof HTMLElement)) return;
  more.hidden = !rest.length;
  const link = more.querySelector("a");
  if (link) link.textContent = `${rest.length} more that matter less`;
}

/**
 * @param {HTMLElement} rail
 * @param {number} height
 */
function layOutRail(rail, height) {
  const width = widthOf(rail);
  const panels = all(":scope > .panel", rail);
  if (!width || !panels.length) return;
  const density = Math.round(Math.min(132, Math.max(64, DENSITY * width)));
  const across = panels.length > 1 ? width - density - 14 : width;
  panels.forEach((panel, nth) => set(panel, nth ? density : across, height, nth === 0));
}

/**
 * @param {HTMLElement} panel
 * @param {number} width
 * @param {number} height
 * @param {boolean} isLabelled
 */
function set(panel, width, height, isLabelled) {
  const key = `${width} ${height} ${isLabelled}`;
  if (placed.get(panel) === key) return;
  placed.set(panel, key);
  panel.style.width = `${width}px`;
  const name = panel.dataset.panel ?? "";
  const picture = panel.querySelector("[data-view]");
  if (picture instanceof HTMLElement) picture.style.height = `${height}px`;
  panel.dataset.labelled = String(isLabelled);
  tell(name, width, height, isLabelled);
}
