// What follows the charts' selection: the lines that say it, and whoever asks to be told.
import { all } from "../embed/dom.js";
import { clear, onSelection } from "./linked.js";
import { readSelection, say, sortBestFirst } from "./selection.js";

/** @import { Column, Trial } from "./values.js" */

export class Follower {
  /**
   * @param {Column[]} columns
   * @param {Trial[]} trials
   */
  constructor(columns, trials) {
    this.trials = sortBestFirst(trials);
    this.columns = new Map(columns.map((column) => [column.id, column]));
    this.selection = readSelection({}, this.columns, this.trials);
    /** @type {(() => void)[]} */
    this.listeners = [];
    /** @type {Record<string, any> | null} */
    this.latest = null;
    this.say();
    document.body.classList.add("runs");
    // the next step of a brush comes first: all that follows it waits until there is time
    const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, 50));
    onSelection((parameters) => {
      if (!this.latest) whenIdle(() => this.follow(), { timeout: 250 });
      this.latest = parameters;
    });
    for (const button of all("button.clear")) button.addEventListener("click", () => clear());
  }

  /**
   * Call a function after each change of the selection, once the charts have been drawn.
   * @param {() => void} listener
   */
  onChange(listener) {
    this.listeners.push(listener);
  }

  follow() {
    this.selection = readSelection(this.latest ?? {}, this.columns, this.trials);
    this.latest = null;
    this.say();
    for (const listener of this.listeners) listener();
  }

  say() {
    const { isEmpty } = this.selection;
    for (const [place, text] of Object.entries(say(this.selection, this.trials))) {
      const part = text && place !== "count" ? ` · ${text}` : text;
      for (const each of all(`.now .${place}`)) each.textContent = part;
    }
    for (const button of all("button.clear")) button.hidden = isEmpty;
    document.body.classList.toggle("selecting", !isEmpty);
  }
}
