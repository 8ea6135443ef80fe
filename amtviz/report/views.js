// Draws each panel as a view of its own, when the reader comes near it, in the reader's theme.
import { all, one } from "../embed/dom.js";
import { enlargement, repaint, THEMES } from "../embed/theme.js";
import { begin, drawCompiled, setSignals } from "./compiled.js";
import { drawAll as drawTrials } from "./drawing.js";
import { layOutToPrint, placeOf, startLayout } from "./layout.js";
import { bringUpToDate, clear, connect, kept, lose, startLinks, views, watchSight } from "./linked.js";

/** @import { Columns } from "./columns.js" */
/** @import { Compiled } from "./compiled.js" */

const NEAR = "500px"; // views that close to the window are drawn

/**
 * @typedef {object} Payload the charts of a page
 * @property {Record<string, Compiled>} views by name
 * @property {Record<string, Columns>} datasets by name
 * @property {object} config of all views
 */

export class Views {
  /**
   * @param {Payload} payload
   * @param {import("../embed/selections.js").Selections} saved what was selected before
   */
  constructor(payload, saved) {
    this.payload = payload;
    /** @type {Map<string, Promise<void>>} */
    this.drawing = new Map(); // by name, also of what has been drawn
    this.isPrinting = false;
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.theme = () => (dark.matches && !this.isPrinting ? THEMES.dark : THEMES.light);
    startLinks(saved);
    startLayout(resize);
    dark.addEventListener("change", () => this.repaint());
    window.addEventListener("beforeprint", () => this.print(true));
    window.addEventListener("afterprint", () => this.print(false));
  }

  /** Draw what is near the window, and from then on what comes near it. */
  async start() {
    const containers = all("[data-view]");
    if (!containers.length) return;
    await new Promise((resolve) => {
      const near = new IntersectionObserver(
        (entries) => {
          const names = [];
          for (const { target, isIntersecting } of entries) {
            if (!isIntersecting) continue;
            near.unobserve(target);
            names.push(target.getAttribute("data-view") ?? "");
          }
          this.drawAll(names).then(resolve, resolve);
        },
        { rootMargin: NEAR },
      );
      for (const container of containers) near.observe(container);
    });
    if (this.failed) throw this.failed;
  }

  /**
   * Draw views, one after the other.
   * @param {string[]} names
   */
  async drawAll(names) {
    for (const name of names) {
      await this.draw(name);
      if (!this.isPrinting) await new Promise((next) => setTimeout(next)); // stay responsive
    }
  }

  /** @param {string} name */
  draw(name) {
    let drawn = this.drawing.get(name);
    if (!drawn) {
      drawn = this.drawNow(name).catch((error) => {
        this.failed = error;
        lose(name, error);
      });
      this.drawing.set(name, drawn);
    }
    return drawn;
  }

  /** @param {string} name */
  async drawNow(name) {
    const { datasets, config } = this.payload;
    const container = one(HTMLElement, `[data-view="${name}"]`);
    const { vega: spec, params, datasets: own, error } = this.payload.views[name];
    if (error) throw new Error(error);
    for (const each of spec.data) {
      if (Object.hasOwn(own, each.name)) each.values = datasets[each.name].rows(own[each.name]);
    }
    setSignals(spec, { ...this.theme(), enlarged: enlargement() });
    begin(spec, params, kept());
    const place = placeOf(name);
    if (place) {
      spec.width = place.width;
      spec.height = place.height;
      setSignals(spec, { labelled: place.isLabelled });
    }
    /** @type {unknown} */
    let stopped;
    const View = telling((error) => {
      stopped = error;
      if (views[name]) setTimeout(() => lose(name, error)); // not while it runs
    });
    const view = await drawCompiled(container, name, spec, config, View);
    for (const each of spec.data) delete each.values; // Vega has its own
    if (stopped) {
      view.finalize();
      throw stopped;
    }
    connect(name, view, params);
    const now = placeOf(name);
    if (now && now !== place) resize(name, now);
    watchSight(container);
    container.addEventListener("pointerdown", moveFirst, { capture: true });
    container.addEventListener("dblclick", (event) => event.isTrusted && clear(name));
  }

  /** Draw all views, and bring them up to date. */
  async settle() {
    await this.drawAll(Object.keys(this.payload.views));
    await bringUpToDate();
    drawTrials();
  }

  /** @param {boolean} isPrinting */
  print(isPrinting) {
    this.isPrinting = isPrinting;
    layOutToPrint(isPrinting);
    this.repaint();
    drawTrials();
    if (isPrinting) for (const name of Object.keys(this.payload.views)) this.draw(name);
  }

  repaint() {
    for (const view of Object.values(views)) repaint(view, this.theme());
  }
}

/**
 * Let a finger be where it goes down: Vega learns only from moves which view the pointer is in.
 * @param {PointerEvent} event
 */
function moveFirst({ target, pointerType, pointerId, clientX, clientY }) {
  if (pointerType !== "touch") return;
  const options = { bubbles: true, pointerType, pointerId, clientX, clientY };
  target?.dispatchEvent(new PointerEvent("pointermove", options));
}

/** @type {Map<string, import("./rows.js").Place>} */
const wanted = new Map(); // the sizes that views are to get, by name

/**
 * Give a view that is drawn another size: nothing is compiled anew.
 * @param {string} name
 * @param {import("./rows.js").Place} place
 */
async function resize(name, place) {
  const view = views[name];
  if (!view) return;
  const isWaiting = wanted.has(name);
  wanted.set(name, place);
  if (isWaiting) return;
  await view.runAsync(); // a size that is set during a run is set back at its end
  const { width, height, isLabelled } = wanted.get(name) ?? place;
  wanted.delete(name);
  // its signals hold the plot's size, once fitted: equal to them, another size would be none
  const force = { force: true };
  view.signal("width", width, force).signal("height", height, force);
  await view.signal("labelled", isLabelled).runAsync();
}

/**
 * Return a class of views that tell what stops them: by themselves they write it to the console.
 * @param {(error: unknown) => void} tell
 */
function telling(tell) {
  return class extends vega.View {
    /** @param {unknown} error */
    error(error) {
      tell(error);
      return this;
    }
  };
}
