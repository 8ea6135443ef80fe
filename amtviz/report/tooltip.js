// What is told of the trial under the pointer: Vega computes the texts of one trial, in no view.

/** @import { Trial } from "./values.js" */

export class Tooltip {
  /** @param {{title: string, text: string}[]} lines texts are expressions of Vega's; the last is why a trial has no objective */
  constructor(lines) {
    this.lines = lines;
    /** @type {Promise<VegaView> | undefined} */
    this.ready = undefined;
    this.wanted = 0;
  }

  /** Return the view that computes the texts. */
  start() {
    this.ready ??= vegaEmbed(
      document.createElement("div"),
      {
        data: [
          {
            name: "one",
            transform: this.lines.map(({ text }, nth) => ({ type: "formula", as: `tip${nth}`, expr: text })),
          },
        ],
      },
      { mode: "vega", renderer: "none", actions: false, ast: false },
    ).then(({ view }) => view);
    return this.ready;
  }

  /**
   * Show what is known of a trial beside the pointer.
   * @param {VegaView} view whose tooltip it is
   * @param {PointerEvent} event
   * @param {Trial} trial
   */
  async show(view, event, trial) {
    const wanted = ++this.wanted;
    const one = await this.start();
    if (wanted !== this.wanted) return; // the pointer has moved on
    /** @type {Record<string, any>} */
    const all = {};
    for (const id in trial) all[id] = trial[id]; // its values are its prototype's
    one.data("one", [all]).run();
    const [row] = one.data("one");
    const lines = this.lines.slice(0, (trial.y ?? null) === null ? undefined : -1);
    const told = Object.fromEntries(lines.map(({ title }, nth) => [title, row[`tip${nth}`]]));
    view.tooltip()(null, event, null, told);
  }

  /**
   * @param {VegaView} view
   * @param {PointerEvent} event
   */
  hide(view, event) {
    this.wanted += 1;
    view.tooltip()(null, event, null, null);
  }
}
