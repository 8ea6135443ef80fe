// The trials that a reader pins: marked in every chart, and compared side by side.
import { one } from "../embed/dom.js";
import { address, compare, LETTERS, share, spread } from "./compare.js";
import { pick } from "./drawing.js";
import { letter, pin, pinned } from "./letters.js";
import { give, onView } from "./linked.js";
import { onChange } from "./state.js";
import { words } from "./trials.js";

/** @import { Row } from "./compare.js" */
/** @import { Column, Trial } from "./values.js" */

/**
 * @typedef {object} Details what is told of single trials only
 * @property {Column[]} columns
 * @property {any[][]} values of each column, by the trials' numbers
 * @property {({job: string, logs: string} | null)[]} consoles of each tuning job
 */

const STILL = 4; // pixels: a drag is no click
const NEAR = 10; // pixels from a point that lies under a brush
const LETTER = 0.07; // of a range: as wide as a letter
const ABOUT = ["y", "k"]; // above the hyperparameters
const MORE = ["j", "df", "s", "sd", "c", "e"]; // below them

/**
 * Return the number of the trial that an event is on; null where it is on none.
 * @param {VegaView} view
 * @param {MouseEvent} event
 * @param {any} item
 * @returns {number | null}
 */
export function trialAt(view, event, item) {
  if (!item) return null;
  if (typeof item.datum?.i === "number") return item.datum.i;
  if (!item.mark.name?.endsWith("_brush")) return null;
  // the points that a brush covers
  const corner = view.container().querySelector("canvas, svg")?.getBoundingClientRect();
  if (!corner) return null;
  const [left, top] = view.origin();
  const { left: padLeft, top: padTop } = view.padding();
  const [x, y] = [event.clientX - corner.left - left - padLeft, event.clientY - corner.top - top - padTop];
  let [nearest, least] = [null, NEAR];
  for (const mark of item.mark.group.items) {
    if (mark.marktype !== "symbol") continue;
    for (const point of mark.items) {
      const distance = Math.hypot(point.x - x, point.y - y);
      if (typeof point.datum?.i !== "number" || distance >= least) continue;
      [nearest, least] = [point.datum.i, distance];
    }
  }
  return nearest;
}

/**
 * Let a click on a trial pin it.
 * @param {VegaView} view
 */
function watch(view) {
  let [x, y] = [0, 0];
  view.addEventListener("pointerdown", (event) => ([x, y] = [event.clientX, event.clientY]));
  view.addEventListener("click", (event, item) => {
    if (Math.hypot(event.clientX - x, event.clientY - y) > STILL) return;
    const reach = item?.mark.name?.endsWith("_brush") ? NEAR : undefined;
    const trial = pick(view, event, reach) ?? trialAt(view, event, item);
    if (trial !== null) pin(trial);
  });
}

/**
 * @param {keyof HTMLElementTagNameMap} tag
 * @param {string} className
 * @param {(Node | string)[]} children
 */
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

class Comparison {
  /**
   * @param {Column[]} columns
   * @param {Trial[]} trials
   * @param {Details} details
   */
  constructor(columns, trials, details) {
    this.byNumber = new Map(trials.map((trial) => [trial.i, trial]));
    this.jobs = columns.find(({ id }) => id === "j");
    this.details = details;
    const pick = (/** @type {string[]} */ ids) =>
      ids.flatMap((id) => columns.find((column) => column.id === id) ?? []);
    this.searched = columns.filter((column) => column.range);
    const told = pick(["f", "star", "note"]);
    this.columns = [...pick(ABOUT), ...this.searched, ...pick(MORE), ...details.columns, ...told];
    this.block = one(HTMLElement, "#pinned");
    this.table = one(HTMLTableElement, "#pinned table");
  }

  /** @param {number} number */
  trial(number) {
    const { columns, values } = this.details;
    const own = columns.map(({ id }, place) => [id, values[place][number]]);
    // rows read their columns when asked: they are inherited from, for a copy would have nothing
    const trial = Object.create(this.byNumber.get(number) ?? null);
    return Object.assign(trial, Object.fromEntries(own));
  }

  draw() {
    const trials = pinned().map((number) => this.trial(number));
    this.block.hidden = !trials.length;
    one(HTMLElement, ".pins").replaceChildren(...(trials.length ? [this.jump(trials.length)] : []));
    this.table.style.setProperty("--count", String(trials.length));
    const rows = compare(this.columns, trials);
    const isOne = trials.length === 1;
    const listed = rows.filter(({ differs }) => isOne || differs);
    const head = make("tr", "", make("td", ""), make("td", "track"), ...trials.map((t, n) => this.head(t, n)));
    this.table.tHead?.replaceChildren(head);
    this.table.tBodies[0].replaceChildren(...listed.map((row) => this.row(row, trials)));
    one(HTMLElement, "#pinned .finding").replaceChildren(...this.say(rows, trials));
    one(HTMLElement, "#pinned .same").textContent = isOne ? "" : sameInAll(rows);
  }

  /**
   * Make the button that goes to the comparison.
   * @param {number} count of pinned trials
   */
  jump(count) {
    const letters = LETTERS.slice(0, count).map((_, place) => letter(place));
    const button = make("button", "", ...letters, make("span", "", "Compare"));
    button.title = "Compare the pinned trials";
    button.addEventListener("click", () => this.block.scrollIntoView({ block: "start" }));
    return button;
  }

  /**
   * @param {Trial} trial
   * @param {number} place
   */
  head(trial, place) {
    const name = make("span", "name", this.name(trial));
    name.title = trial.a;
    const links = make("span", "links");
    const console = this.details.consoles[trial.j];
    for (const [label, template] of [["Console", console?.job], ["Logs", console?.logs]]) {
      if (!template || !trial.a) continue;
      const link = /** @type {HTMLAnchorElement} */ (make("a", "", label ?? ""));
      link.href = address(template, trial.a);
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      link.setAttribute("aria-label", `${label} of ${trial.a}`);
      links.append(link);
    }
    const release = make("button", "release", "Unpin");
    release.setAttribute("aria-label", `Unpin ${trial.a}`);
    release.addEventListener("click", () => pin(trial.i));
    links.append(release);
    const head = make("th", "number", letter(place), name, links);
    head.setAttribute("scope", "col");
    return head;
  }

  /** @param {Trial} trial */
  name(trial) {
    return words({ id: "a", title: "", kind: "text" }, trial, this.jobs);
  }

  /**
   * @param {Row} row
   * @param {Trial[]} trials
   */
  row({ column, values, differs, best }, trials) {
    const title = make("th", "", make("span", "name", column.title));
    title.setAttribute("scope", "row");
    const track = make("td", "track", ...(differs && column.range ? [this.track(column, trials)] : []));
    const cells = values.map((value, place) => {
      const isStrong = best.includes(place) || (differs && column.range);
      return make("td", "number", make(isStrong ? "b" : "span", "name", value));
    });
    return make("tr", differs && column.range ? "differs" : "", title, track, ...cells);
  }

  /**
   * Draw the letters where the values stand in the range.
   * @param {Column} column
   * @param {Trial[]} trials
   */
  track(column, trials) {
    const line = make("span", "range");
    line.setAttribute("aria-hidden", "true");
    const placed = trials.flatMap((trial, place) => {
      const at = share(column, trial);
      return at === null ? [] : [{ place, at }];
    });
    const beside = spread(placed.map(({ at }) => at), LETTER);
    placed.forEach(({ place, at }, nth) => {
      const [dot, name] = [make("i", ""), make("b", "", LETTERS[place])];
      for (const each of [dot, name]) each.style.setProperty("--colour", `var(--pin-${place})`);
      dot.style.left = `${100 * at}%`;
      name.style.left = `${100 * beside[nth]}%`;
      line.append(dot, name);
    });
    return line;
  }

  /**
   * @param {Row[]} rows
   * @param {Trial[]} trials
   * @returns {(Node | string)[]}
   */
  say(rows, trials) {
    if (trials.length < 2) return ["One trial is pinned: pin another to compare."];
    const count = rows.filter(({ column, differs }) => column.range && differs).length;
    const all = this.searched.length;
    const differ = `They differ in ${count} of ${all} hyperparameter${all === 1 ? "" : "s"}.`;
    const ranked = trials.map((trial, place) => ({ trial, place })).filter(({ trial }) => trial.k);
    ranked.sort((one, other) => one.trial.k - other.trial.k);
    const [first, last] = [ranked[0], ranked.at(-1)];
    if (!first || !last || first.trial.y === last.trial.y) return [differ];
    const gap = Number(Math.abs(first.trial.y - last.trial.y).toPrecision(3));
    const ahead = make("strong", "", `${gap} ahead of`);
    return [letter(first.place), " is ", ahead, " ", letter(last.place), `. ${differ}`];
  }
}

/** @param {Row[]} rows */
function sameInAll(rows) {
  const same = rows.filter(({ differs }) => !differs);
  const told = same.map(({ column, values }) => `${column.title} ${values[0]}`);
  return told.length ? `The same in all: ${told.join(", ")}.` : "";
}

/**
 * Let trials be pinned, and compare those that are.
 * @param {Column[]} columns
 * @param {Trial[]} trials
 * @param {Details} details
 */
export function startPins(columns, trials, details) {
  const comparison = new Comparison(columns, trials, details);
  const follow = () => {
    give("pins", pinned());
    comparison.draw();
  };
  onView((_, view) => watch(view));
  onChange("pins", follow);
  if (pinned().length) follow();
}
