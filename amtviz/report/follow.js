// What follows the charts' selection: the lines that say it, and whoever asks to be told.
import { all } from "../embed/dom.js";
import { clear, onSelection } from "./linked.js";
import { atRest, settle } from "./rest.js";
import { readSelection, say, sortBestFirst } from "./selection.js";

/** @import { Selected } from "./selected.js" */
/** @import { Column } from "./values.js" */

const PACE = 250; // milliseconds between two sentences while the selection changes
const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, 50));

export class Follower {
  /**
   * @param {Column[]} columns
   * @param {Selected} selected
   */
  constructor(columns, selected) {
    const { trials } = selected;
    this.selected = selected;
    this.trials = sortBestFirst(trials);
    this.said = -PACE;
    this.rest = atRest(() => {
      for (const listener of this.listeners) listener();
    });
    /** @type {Record<string, HTMLElement[]>} */
    this.places = Object.fromEntries(
      ["count", "best", "median"].map((place) => [place, all(`.now .${place}`)]),
    );
    /** @type {boolean | null} */
    this.wasEmpty = null;
    this.columns = new Map(columns.map((column) => [column.id, column]));
    this.selection = readSelection({}, this.columns, this.trials);
    /** @type {(() => void)[]} */
    this.listeners = [];
    /** @type {Record<string, any> | null} */
    this.latest = null;
    this.say();
    document.body.classList.add("runs");
    onSelection((parameters) => {
      if (!this.latest) this.wait();
      this.latest = parameters;
    });
    for (const button of all("button.clear")) button.addEventListener("click", () => clear());
  }

  /**
   * Call a function after a change of the selection, once it rests.
   * @param {() => void} listener
   */
  onChange(listener) {
    this.listeners.push(listener);
  }

  /** Say what is selected soon, but not at every step of a brush: that comes first. */
  wait() {
    const wait = Math.max(0, this.said + PACE - performance.now());
    const follow = () => this.latest && this.follow();
    setTimeout(() => whenIdle(follow, { timeout: 250 }), wait);
  }

  /** Follow at once what is selected, and let everybody who waits for it do so. */
  async settle() {
    await new Promise(requestAnimationFrame); // in which changes are told
    if (this.latest) this.follow();
    settle();
  }

  follow() {
    this.said = performance.now();
    this.selected.update(this.latest ?? {});
    this.selection = readSelection(this.latest ?? {}, this.columns, []);
    this.latest = null;
    const { failing } = this.selected;
    this.selection.trials = this.trials.filter(({ i }) => !failing[i]);
    this.say();
    this.rest();
  }

  say() {
    const { isEmpty } = this.selection;
    for (const [place, text] of Object.entries(say(this.selection, this.trials))) {
      const part = text && place !== "count" ? ` · ${text}` : text;
      for (const each of this.places[place]) each.textContent = part;
    }
    if (this.wasEmpty === isEmpty) return;
    this.wasEmpty = isEmpty;
    for (const button of all("button.clear")) button.hidden = isEmpty;
    document.body.classList.toggle("selecting", !isEmpty);
  }
}
