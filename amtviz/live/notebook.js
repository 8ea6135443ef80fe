// Charts in a notebook that are drawn anew while tuning jobs run. What is new comes by a script in
// an output of its own, so that the charts' own output stays; it may also come before this script.
import { onTheme, themeBehind } from "../embed/behind.js";
import { all } from "../embed/dom.js";
import { drawChart, MENU } from "../embed/draw.js";
import { arrange, onWidth, stretch } from "../embed/fit.js";
import { restore, save, zoom } from "../embed/selections.js";
import { paint, repaint } from "../embed/theme.js";

/**
 * @typedef {object} Show what a place shows
 * @property {boolean} [drawing]
 * @property {VegaSpec | null} [wanted]
 * @property {{view: VegaView, spec: VegaSpec, finalize: () => void}} [shown]
 */

const live = (window.amtvizLive ??= { pending: {} });
/** @type {WeakMap<HTMLElement, Show>} */
const shows = new WeakMap();
let pressed = false;
/** @type {(() => void)[]} */
let released = []; // called when the mouse button is let go

window.addEventListener("pointerdown", () => (pressed = true), true);
for (const event of ["pointerup", "pointercancel"]) {
  const release = () => {
    pressed = false;
    for (const go of released.splice(0)) setTimeout(go); // after the charts have heard of it
  };
  window.addEventListener(event, release, true);
}

/** Wait until no drag is under way. */
async function rest() {
  while (pressed) await new Promise((go) => released.push(() => go(null)));
}

/**
 * Draw out of sight, so that the old charts stay until the new ones are there.
 * @param {HTMLElement} place
 * @param {Show} show
 * @param {VegaSpec} wanted
 */
async function draw(place, show, wanted) {
  const saveShown = () => (show.shown ? save(show.shown.view, show.shown.spec) : {});
  /** @type {VegaResult | undefined} */
  let next;
  /** @type {HTMLElement | undefined} */
  let stage;
  let saved;
  do {
    next?.finalize();
    stage?.remove();
    await rest();
    saved = saveShown();
    const spec = structuredClone(wanted);
    const room = place.clientWidth - MENU;
    arrange(spec, room);
    restore(spec, saved);
    paint(spec, themeBehind(place));
    stage = document.createElement("div");
    stage.style.cssText = "position: absolute; visibility: hidden";
    place.append(stage);
    next = await drawChart(stage, spec, { mode: "vega-lite" });
    await stretch(next.view, room);
    await zoom(next.view, spec, saved);
    // a reader may have gone on selecting meanwhile
  } while (pressed || JSON.stringify(saved) !== JSON.stringify(saveShown()));
  stage.style.cssText = "";
  for (const child of [...place.childNodes]) if (child !== stage) child.remove();
  show.shown?.finalize();
  show.shown = { view: next.view, spec: wanted, finalize: next.finalize };
  if (!place.amtviz) {
    onTheme(place, () => show.shown && repaint(show.shown.view, themeBehind(place)));
    onWidth(place, () => drawIn(place));
  }
  place.amtviz = { view: next.view };
}

/**
 * @param {HTMLElement} place
 * @param {Show} show
 */
async function drawLatest(place, show) {
  show.drawing = true;
  try {
    while (show.wanted) {
      const wanted = show.wanted;
      show.wanted = null;
      await draw(place, show, wanted);
    }
  } catch (error) {
    place.append(`The charts could not be drawn (${error instanceof Error && error.message}).`);
    console.error(error);
  } finally {
    show.drawing = false;
  }
}

/** @param {HTMLElement} place */
function drawIn(place) {
  const show = shows.get(place) ?? {};
  shows.set(place, show);
  show.wanted = live.pending[place.dataset.amtvizLive ?? ""];
  if (!show.drawing) drawLatest(place, show);
}

const places = () => all("[data-amtviz-live]");

/** Draw what came last for an id, in every place that has it. */
live.take = (id) => {
  for (const place of places()) if (place.dataset.amtvizLive === id) drawIn(place);
};

// an output may enter the page only after its scripts ran, or anew when a cell moves
let seeking = false;
const seek = () => {
  seeking = false;
  for (const place of places()) if (!shows.has(place)) drawIn(place);
};
new MutationObserver(() => {
  if (!seeking) setTimeout(seek, 100);
  seeking = true;
}).observe(document.body, { childList: true, subtree: true });
