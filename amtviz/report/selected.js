// Which trials are selected, kept up to date one selection at a time: all that is drawn reads it.
import { readClause } from "./selection.js";

/** @import { Clause } from "./selection.js" */
/** @import { Column, Trial } from "./values.js" */

export class Selected {
  /**
   * @param {Trial[]} trials by their numbers
   * @param {Map<string, Column>} columns by id
   */
  constructor(trials, columns) {
    this.trials = trials;
    this.columns = columns;
    this.failing = new Uint8Array(trials.length); // how many selections leave each trial out
    this.version = 1;
    /** @type {Map<string, {key: string, fails: Uint8Array}>} */
    this.clauses = new Map();
  }

  /** Whether anything is selected, so that the rest is grey. */
  get isSelecting() {
    return this.clauses.size > 0;
  }

  /**
   * Take over the selections: only those that changed are tested again.
   * @param {Record<string, any>} selections by name, as Vega has them
   */
  update(selections) {
    for (const name of new Set([...this.clauses.keys(), ...Object.keys(selections)])) {
      const clause = readClause(name, selections[name], this.columns);
      const key = clause ? JSON.stringify(selections[name]) : "";
      if (key === (this.clauses.get(name)?.key ?? "")) continue;
      this.version += 1;
      this.test(name, key, clause);
    }
  }

  /**
   * @param {string} name
   * @param {string} key
   * @param {Clause | null} clause
   */
  test(name, key, clause) {
    const { trials, failing } = this;
    const fails = this.clauses.get(name)?.fails ?? new Uint8Array(trials.length);
    for (let i = 0; i < trials.length; i += 1) {
      const now = clause && !clause.holds(trials[i]) ? 1 : 0;
      failing[i] += now - fails[i];
      fails[i] = now;
    }
    if (clause) this.clauses.set(name, { key, fails });
    else this.clauses.delete(name);
  }
}
