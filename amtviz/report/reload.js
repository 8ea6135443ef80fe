// A page that "amtviz watch" writes anew while tuning jobs run: it reloads itself, and brings back
// where the reader was. What they set stands in the page's address.
import { all, one } from "../embed/dom.js";
import { SHARED } from "../embed/shared.js";
import { chosen } from "./code.js";
import { kept } from "./linked.js";

const LONGEST = 300; // seconds between reloads that find nothing new
const QUIET = 2000; // milliseconds without input before a reload
const SOON = 120; // milliseconds after the last change: browsers allow few entries a second

/**
 * Return how many seconds to wait: twice as long after each reload that found nothing new.
 * @param {number} interval seconds between two looks
 * @param {number} same how many reloads found nothing new
 */
export function waitFor(interval, same) {
  return Math.min(interval * 2 ** same, Math.max(LONGEST, interval));
}

const containers = () => all("[data-view]");
const details = () => [
  .../** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.sure")),
];

export class Reload {
  constructor() {
    const tag = document.querySelector('meta[name="amtviz-reload"]'); // not on the last page
    const interval = Number(tag?.getAttribute("content") ?? 0);
    // the entry in the history survives a reload, also of a file and where storage is denied
    this.kept = history.state?.amtviz ?? {};
    /** @type {import("../embed/selections.js").Selections} */
    this.saved = this.kept.inputs ?? {}; // zooms and boxes from before the reload, by name
    this.same = this.kept.written === document.lastModified ? (this.kept.same ?? 0) + 1 : 0;
    this.wait = waitFor(interval, this.same);
    this.due = Infinity; // until the charts are drawn
    this.paused = Boolean(this.kept.paused);
    this.pressed = false;
    this.touched = 0; // when the reader last did something
    this.timer = 0;
    this.listen();
    if (interval) {
      this.tell();
      setInterval(() => this.tick(), 250);
    }
  }

  /** Begin to count once the charts are drawn, or can't be. */
  begin() {
    this.due = Date.now() + 1000 * this.wait;
  }

  /** Keep where the reader is and what they chose, in the entry of the history. */
  keep() {
    const inputs = Object.entries(kept()).filter(([name]) => !SHARED.test(name));
    const amtviz = {
      inputs: Object.fromEntries(inputs),
      place: this.findPlace(),
      chosen: chosen(),
      open: details().map(({ open }) => open),
      written: document.lastModified,
      same: this.same,
      paused: this.paused,
    };
    history.replaceState({ ...history.state, amtviz }, "");
  }

  keepSoon() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), SOON);
  }

  /** Tell where the reader is: at which distance from the charts nearest to the window's top. */
  findPlace() {
    if (window.scrollY < 1) return null;
    const places = containers().map((c) => ({
      name: c.dataset.view,
      top: c.getBoundingClientRect().top,
    }));
    return places.sort((one, other) => Math.abs(one.top) - Math.abs(other.top))[0] ?? null;
  }

  /** Scroll to there, until the reader scrolls. */
  goToPlace() {
    if (!this.kept.place || this.touched) return;
    const { name, top } = this.kept.place;
    const container = containers().find(({ dataset }) => dataset.view === name);
    const down = container ? container.getBoundingClientRect().top - top : 0;
    window.scrollBy({ top: down, behavior: "instant" });
  }

  /** Show again what the reader saw, once the page is laid out. */
  goBack() {
    if (!this.kept.open) return;
    history.scrollRestoration = "manual";
    details().forEach((each, place) => (each.open = Boolean(this.kept.open[place])));
    this.goToPlace();
  }

  tell() {
    const line = document.createElement("p");
    line.className = "live";
    const text = document.createTextNode("");
    const button = document.createElement("button");
    button.type = "button";
    const label = () => {
      text.data = this.paused
        ? "Live, but paused "
        : `Live: reloads itself after ${Math.round(this.wait)} s `;
      button.textContent = this.paused ? "Follow" : "Pause";
    };
    button.addEventListener("click", () => {
      this.paused = !this.paused;
      label();
    });
    line.append(text, button);
    label();
    one(HTMLElement, ".folds").prepend(line);
  }

  tick() {
    const isQuiet = !this.pressed && Date.now() - this.touched > QUIET;
    if (this.paused || !isQuiet || document.hidden || Date.now() < this.due) return;
    this.keep();
    location.reload();
  }

  listen() {
    const options = { capture: true, passive: true };
    const events = { pointerdown: true, pointerup: false, pointercancel: false };
    for (const [event, isPressed] of Object.entries(events)) {
      window.addEventListener(event, () => (this.pressed = isPressed), options);
    }
    for (const event of [...Object.keys(events), "wheel", "keydown"]) {
      window.addEventListener(event, () => (this.touched = Date.now()), options);
    }
    // The reader's own reload: a busy browser may take the entry as it was before "beforeunload".
    for (const event of ["pointerup", "click", "keyup", "wheel", "toggle", "scroll"]) {
      window.addEventListener(event, () => this.keepSoon(), options);
    }
    window.addEventListener("beforeunload", () => this.keep());
  }
}
