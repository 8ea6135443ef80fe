// The table of the selected trials: one page of rows at a time, sorted by any column.
import { all, one } from "../embed/dom.js";
import { letter, pin, pinned } from "./letters.js";
import { mark, onHover } from "./linked.js";
import { onChange } from "./state.js";
import { exact, isNumber, shown as show, valueOf } from "./values.js";

/** @import { Follower } from "./follow.js" */
/** @import { Column, Trial } from "./values.js" */

const ROWS = 20;
const LONGEST = 26; // characters that a cell shows
/** @type {Record<string, string>} */
const HEADS = {
  k: "Rank",
  a: "Trial",
  j: "Tuning job",
  df: "Algorithm",
  s: "Status",
  sd: "In detail",
  c: "Started (UTC)",
  e: "Trained for (s)",
  star: "Star",
  note: "Note",
};
const byLetters = new Intl.Collator("en", { numeric: true }).compare;

/**
 * Sort trials by a column; missing values stand last, categories in the order of their axis.
 * @param {Trial[]} trials equal ones keep their order
 * @param {Column} column
 * @param {boolean} descending
 */
export function sortTrials(trials, column, descending) {
  return [...trials].sort((a, b) => {
    const [left, right] = [valueOf(column, a), valueOf(column, b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const order = column.kind === "text" ? byLetters(left, right) : left - right;
    return descending ? -order : order;
  });
}

/**
 * Keep both ends of a long text: names differ in their last letters.
 * @param {string} text
 */
export function shorten(text) {
  const letters = [...text];
  if (letters.length <= LONGEST) return text;
  return [...letters.slice(0, 8), "…", ...letters.slice(9 - LONGEST)].join("");
}

/**
 * Return what a cell shows: a trial's name without that of its tuning job.
 * @param {Column} column
 * @param {Trial} trial
 * @param {Column} [jobs]
 */
export function words(column, trial, jobs) {
  const text = show(column, trial);
  const job = column.id === "a" && jobs ? exact(jobs, trial) : null;
  const isPart = job && text.startsWith(job) && text.length > job.length;
  return shorten(isPart ? `…${text.slice(job.length)}` : text);
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 * @param {string | null} full
 */
function say(element, text, full) {
  element.textContent = text;
  if (full !== null && full !== text) element.title = full;
  else element.removeAttribute("title");
}

export class TrialsTable {
  /**
   * @param {HTMLTableElement} table
   * @param {Column[]} columns
   * @param {Follower} follower
   */
  constructor(table, columns, follower) {
    const byId = new Map(columns.map((column) => [column.id, column]));
    const searched = columns.filter((column) => column.range).map((column) => column.id);
    this.follower = follower;
    this.jobs = byId.get("j");
    const listed = columns.filter((each) => each.listed).map(({ id }) => id);
    const order = ["k", "star", "a", "y", ...listed, ...searched, "j", "df", "s", "sd", "c", "e", "note"];
    /** @type {Column[]} */
    this.columns = order.flatMap((id) => {
      const column = byId.get(id);
      const has = column && follower.trials.some((trial) => valueOf(column, trial) !== null);
      return has ? [column] : [];
    });
    this.body = table.tBodies[0];
    this.bar = one(HTMLElement, "#section-trials .pages");
    /** @type {Column | undefined} */
    this.sortedBy = this.columns.find((column) => column.id === "k");
    this.descending = false;
    this.inOrder = follower.trials; // all trials as they are sorted
    this.first = 0; // of the rows on this page
    /** @type {number | null} */
    this.marked = null; // the number of the trial under the pointer
    /** @type {Trial[]} */
    this.shown = []; // the trials on this page
    /** @type {string[]} */
    this.colours = [];
    this.heads = this.columns.map((column) => this.makeHead(column));
    this.buttons = all("button", this.bar).slice(0, 2);
    this.start(table);
  }

  /** @param {HTMLTableElement} table */
  start(table) {
    this.body.replaceChildren();
    const row = document.createElement("tr");
    const pick = document.createElement("td");
    pick.className = "pick";
    row.append(pick, ...this.heads);
    table.tHead?.replaceChildren(row);
    this.tellOrder();
    this.draw();
    this.buttons.forEach((button, next) => {
      button.addEventListener("click", () => this.goTo(this.first + (next ? ROWS : -ROWS)));
    });
    this.follower.onChange(() => this.goTo(0));
    this.body.addEventListener("pointerover", ({ target }) => {
      const over = target instanceof Element && target.closest("tr");
      if (over) mark(this.shown[over.sectionRowIndex].i);
    });
    onChange("pins", () => this.drawPins());
    onHover((trial) => {
      this.marked = trial;
      this.drawMark();
    });
  }

  /** Return the selected trials in the table's order. */
  sorted() {
    const { selection } = this.follower;
    if (selection.isEmpty) return this.inOrder;
    const selected = new Set(selection.trials);
    return this.inOrder.filter((trial) => selected.has(trial));
  }

  /** @param {Column} column */
  makeHead(column) {
    const head = document.createElement("th");
    const button = document.createElement("button");
    head.scope = "col";
    if (isNumber(column)) head.className = "number";
    button.type = "button";
    const name = HEADS[column.id] ?? column.title;
    say(button, shorten(name), name);
    button.addEventListener("click", () => this.sortBy(column));
    head.append(button);
    return head;
  }

  tellOrder() {
    this.heads.forEach((head, place) => {
      if (this.columns[place] !== this.sortedBy) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
    });
  }

  /** @param {Column} column */
  sortBy(column) {
    this.descending = column === this.sortedBy && !this.descending;
    this.sortedBy = column;
    this.inOrder = sortTrials(this.follower.trials, column, this.descending);
    this.tellOrder();
    this.goTo(0);
  }

  /** @param {number} first */
  goTo(first) {
    this.first = first;
    this.draw();
  }

  draw() {
    const rows = this.sorted();
    const { body, first } = this;
    this.shown = rows.slice(first, first + ROWS);
    while (body.rows.length > this.shown.length) body.deleteRow(-1);
    while (body.rows.length < this.shown.length) this.addRow();
    this.shown.forEach((trial, place) => {
      this.columns.forEach((column, each) => this.fill(body.rows[place].cells[each + 1], column, trial));
    });
    this.drawMark();
    this.drawPins();
    const last = first + this.shown.length;
    const range = `${first + 1}–${last} of ${rows.length.toLocaleString("en")}`;
    one(HTMLSpanElement, "span", this.bar).textContent = this.shown.length
      ? range
      : "No trial is selected.";
    const [previous, next] = this.buttons;
    previous.toggleAttribute("disabled", first === 0);
    next.toggleAttribute("disabled", first + ROWS >= rows.length);
  }

  addRow() {
    const row = this.body.insertRow();
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => pin(this.shown[row.sectionRowIndex].i));
    const pick = row.insertCell();
    pick.className = "pick";
    pick.append(button);
    for (const column of this.columns) {
      const cell = document.createElement(column.id === "a" ? "th" : "td");
      if (column.id === "a") cell.scope = "row";
      if (isNumber(column)) cell.className = column.id === "y" ? "number objective" : "number";
      row.append(cell);
    }
  }

  /**
   * @param {HTMLElement} cell
   * @param {Column} column
   * @param {Trial} trial
   */
  fill(cell, column, trial) {
    const full = column.id === "s" && trial.f ? trial.f : exact(column, trial);
    say(cell, words(column, trial, this.jobs), full);
    if (column.id !== "a" || !this.colours.length) return;
    const swatch = document.createElement("i");
    swatch.className = "dot";
    swatch.style.setProperty("--colour", this.colours[trial.i]);
    cell.prepend(swatch);
  }

  /**
   * Show each trial's colour, as the charts do.
   * @param {string[]} colours by the trials' numbers
   */
  paint(colours) {
    this.colours = colours;
    this.draw();
  }

  /** Show on each row's button which letter its trial has, if any. */
  drawPins() {
    const pins = pinned();
    this.shown.forEach((trial, row) => {
      const button = one(HTMLButtonElement, ".pick button", this.body.rows[row]);
      const place = pins.indexOf(trial.i);
      button.replaceChildren(place < 0 ? "+" : letter(place));
      button.setAttribute("aria-pressed", String(place >= 0));
      button.setAttribute("aria-label", `Pin ${trial.a}, to compare it`);
      button.title = place < 0 ? "Pin this trial, to compare it" : "Release this trial";
    });
  }

  drawMark() {
    this.shown.forEach((trial, place) => {
      this.body.rows[place].classList.toggle("marked", trial.i === this.marked);
    });
  }
}
