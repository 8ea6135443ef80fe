// What is told of the trial under the pointer: Vega computes the texts of one trial, in no view.

/** @import { Trial } from "./values.js" */

export class Tooltip {
  /** @param {{title: string, text: string}[]} lines texts are expressions of Vega's; the last is why a trial has no objective */
  constructor(lines) {
    this.lines = lines;
    /** @type {VegaView | undefined} */
    this.one = undefined; // a view that computes the texts
  }

  /**
   * Return what is known of a trial, by titles.
   * @param {Trial} trial
   */
  tell(trial) {
    const transform = this.lines.map(({ text }, nth) => ({ type: "formula", as: `tip${nth}`, expr: text }));
    this.one ??= new vega.View(vega.parse({ data: [{ name: "one", transform }] }, {}, { ast: false }), {
      renderer: "none",
    });
    /** @type {Record<string, any>} */
    const all = {};
    for (const id in trial) all[id] = trial[id]; // its values are its prototype's
    this.one.data("one", [all]).run();
    const [row] = this.one.data("one");
    const lines = this.lines.slice(0, (trial.y ?? null) === null ? undefined : -1);
    return Object.fromEntries(lines.map(({ title }, nth) => [title, row[`tip${nth}`]]));
  }

  /**
   * Show what is known of a trial beside the pointer.
   * @param {VegaView} view whose tooltip it is
   * @param {PointerEvent} event
   * @param {Trial} trial
   */
  show(view, event, trial) {
    view.tooltip()(null, event, null, this.tell(trial));
  }

  /**
   * @param {VegaView} view
   * @param {PointerEvent} event
   */
  hide(view, event) {
    view.tooltip()(null, event, null, null);
  }
}
