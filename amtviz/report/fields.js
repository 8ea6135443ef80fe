// What all layers of trials share: columns as numbers, orders, and colours.
import { pixelOf } from "./symbols.js";

/** @import { Columns } from "./columns.js" */
/** @import { Selected } from "./selected.js" */
/** @import { Column } from "./values.js" */

/**
 * @typedef {object} Picture what layers read of a view
 * @property {(name: string) => any} signal
 * @property {(channel: "x" | "y") => any} scale
 */

export class Fields {
  /**
   * @param {Selected} selected
   * @param {Columns} source of the trials
   * @param {Column[]} columns what is said of them
   */
  constructor(selected, source, columns) {
    this.selected = selected;
    this.trials = selected.trials;
    this.colouredBy = columns.find(({ coloured }) => coloured === "default")?.id;
    this.source = source;
    /** @type {string[] | null} */
    this.chosen = null; // colours by a column that the reader chose
    this.painted = "";
    /** @type {string[]} */
    this.css = [];
    const { length } = this.trials;
    const rank = Array.from(this.column("k"), (k) => (Number.isNaN(k) ? length + 1 : k));
    this.bestFirst = Uint32Array.from(this.trials.keys()).sort((a, b) => rank[a] - rank[b] || a - b);
  }

  /**
   * Return a column by the trials' numbers; NaN where there is no value.
   * @param {string} id
   */
  column(id) {
    return /** @type {ArrayLike<number>} */ (this.source.column(id));
  }

  /**
   * Return the trials that a layer shows while they are selected.
   * @param {string} of "any", "scored", "unscored" or "infeasible"
   */
  among(of) {
    const y = this.column("y");
    const isInfeasible = (/** @type {number} */ i) => this.trials[i].sd === "infeasible";
    /** @type {Record<string, (i: number) => unknown>} */
    const tests = {
      any: () => true,
      scored: (i) => !Number.isNaN(y[i]),
      unscored: (i) => Number.isNaN(y[i]) && !isInfeasible(i),
      infeasible: isInfeasible,
    };
    return Uint32Array.from([...this.trials.keys()].filter(tests[of]));
  }

  /**
   * Return the colour of each trial, the same in all views.
   * @param {Picture} view
   */
  colours(view) {
    const paper = view.signal("paper");
    if (this.painted !== paper) {
      this.painted = paper;
      const [jobs, ramp, unknown] = ["job_colours", "ramp", "unknown"].map((name) => view.signal(name));
      const most = Math.max(1, this.among("scored").length - 1);
      this.css = this.trials.map(({ i, j, k }) => {
        if (this.chosen) return this.chosen[i];
        if (this.colouredBy !== "y") return jobs[j % jobs.length];
        return k ? ramp[Math.round((1 - (k - 1) / most) * (ramp.length - 1))] : unknown;
      });
      this.pixels = Int32Array.from(this.css, pixelOf);
    }
    return { css: this.css, pixels: /** @type {Int32Array} */ (this.pixels) };
  }

  /**
   * Colour trials by what the reader chose.
   * @param {string[] | null} colours
   */
  choose(colours) {
    this.chosen = colours;
    this.painted = "";
  }
}

/**
 * Return a colour that is told by its name as a signal, or as itself.
 * @param {Picture} view
 * @param {string} name
 */
export function colourOf(view, name) {
  return ["accent", "dim", "paper", "strong"].includes(name) ? view.signal(name) : name;
}
