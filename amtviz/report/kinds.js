// The layers of trials that pixels make: points, ticks, and cells that count them.
import { colourOf } from "./fields.js";
import { coverOf, fillBox, pixelOf, stamp, symbol } from "./symbols.js";

/** @import { Fields, Picture } from "./fields.js" */
/** @import { Cover, Target } from "./symbols.js" */

/**
 * @typedef {object} Told of a layer: what amtviz/grammar and amtviz/charts write beside it
 * @property {string} name
 * @property {string} kind
 * @property {string} of which trials it shows, see `Fields.among`
 * @property {any} [key] more, by kind
 *
 * @typedef {object} Shape of an exported picture
 * @property {string} l an SVG path, in pixels of the view's picture
 * @property {string | null} f fill
 * @property {string | null} s stroke
 * @property {number} w its width
 * @property {number} o opacity
 *
 * @typedef {object} Place of a trial
 * @property {number} x
 * @property {number} y
 */

const REACH = 2; // pixels beside a point at which it still answers the pointer

/** @type {(value: number) => number} */
const nowhere = () => NaN;

/**
 * Return what places trials along a channel, those of a category spread over its strip.
 * @param {Fields} fields
 * @param {Picture} view
 * @param {"x" | "y"} channel
 * @param {string} id
 * @param {boolean} isSpread
 * @returns {(trial: number) => number} NaN for those without a value
 */
function placer(fields, view, channel, id, isSpread) {
  const [scale, values, beside] = [view.scale(channel), fields.column(id), fields.column("x")];
  return (i) => (Number.isNaN(values[i]) ? NaN : scale(isSpread ? values[i] + beside[i] : values[i]));
}

/** Layers of one mark a trial. */
class Marks {
  /**
   * @param {any} told
   * @param {Fields} fields
   */
  constructor(told, fields) {
    this.told = told;
    this.fields = fields;
    this.isPixels = true;
    this.isDimmed = Boolean(told.dim);
    const rank = fields.column("k");
    const all = fields.among(told.of);
    this.isIn = new Uint8Array(fields.trials.length);
    for (const i of all) this.isIn[i] = 1;
    this.trials = told.most ? all.filter((i) => rank[i] <= told.most) : all;
    if (told.of === "scored") this.trials.sort((a, b) => rank[b] - rank[a] || a - b); // the best on top
    this.xOf = this.yOf = nowhere;
    this.placed = new Uint32Array();
    this.x = this.y = new Float64Array(); // of those
    /** @type {{css: string[], pixels: Int32Array} | null} */
    this.colours = null;
    this.css = this.rim = "";
  }

  /** @param {Picture} view */
  place(view) {
    const { told, fields } = this;
    this.xOf = placer(fields, view, "x", told.x, told.spread);
    const floor = view.signal("height") + told.below;
    this.yOf = told.below === undefined ? placer(fields, view, "y", told.y, told.spread_y) : () => floor;
    const isThere = (/** @type {number} */ i) => !Number.isNaN(this.xOf(i) + this.yOf(i));
    this.placed = this.trials.filter(isThere);
    this.x = Float64Array.from(this.placed, this.xOf);
    this.y = Float64Array.from(this.placed, this.yOf);
  }

  /**
   * Return where a trial stands, also one that isn't drawn; null where it can't.
   * @param {number} i
   */
  placeOf(i) {
    const [x, y] = [this.xOf(i), this.yOf(i)];
    return this.isIn[i] && !Number.isNaN(x + y) ? { x, y } : null;
  }

  /** @param {number} i */
  colour(i) {
    return this.colours ? this.colours.css[i] : this.css;
  }

  /** @param {number} i */
  pixel(i) {
    return this.colours ? this.colours.pixels[i] : pixelOf(this.css);
  }

  /** @param {Picture} view */
  paintWith(view) {
    const { colour, rim } = this.told;
    this.colours = colour === "trial" ? this.fields.colours(view) : null;
    this.css = this.colours ? "" : colourOf(view, colour);
    this.rim = rim ? colourOf(view, rim) : "";
  }

  /** Return the places among `placed` of the trials that are drawn. */
  shown() {
    const { failing } = this.fields.selected;
    return [...this.placed.keys()].filter((nth) => !failing[this.placed[nth]]);
  }

  describe() {
    return this.shown().map((nth) => {
      const i = this.placed[nth];
      return { i, x: this.x[nth], y: this.y[nth], fill: this.colour(i) };
    });
  }
}

export class Points extends Marks {
  area = 0;
  /** @type {Cover[]} */
  covers = [];

  /** @param {Picture} view */
  place(view) {
    super.place(view);
    this.area = this.told.area * (this.told.grows ? view.signal("enlarged") : 1);
    this.covers = [];
  }

  /** @param {number} i */
  shapeOf(i) {
    return this.told.shape ? this.fields.trials[i][this.told.shape] : this.told.one;
  }

  /** @param {string[]} shapes */
  points(shapes) {
    return { x: this.x, y: this.y, shapes, area: this.area, opacity: this.told.opacity ?? 1 };
  }

  /** @param {Target} target */
  paint(target) {
    const { placed, covers, told } = this;
    if (!covers.length) {
      const points = this.points(Array.from(placed, (i) => this.shapeOf(i)));
      covers.push(coverOf(points, target, 0));
      if (told.rim) covers.push(coverOf(points, target, told.width));
    }
    const { failing } = this.fields.selected;
    const [inner, outer] = covers;
    const rim = outer ? pixelOf(this.rim) : 0;
    for (let nth = 0; nth < placed.length; nth += 1) {
      if (failing[placed[nth]]) continue;
      stamp(target, inner, nth, this.pixel(placed[nth]));
      if (outer) stamp(target, outer, nth, rim);
    }
  }

  /**
   * @param {Target} target
   * @param {string} colour
   */
  paintDim(target, colour) {
    const cover = coverOf(this.points(Array(this.placed.length).fill("circle")), target, 0);
    this.placed.forEach((_, nth) => stamp(target, cover, nth, pixelOf(colour)));
  }

  /**
   * Return the trial at a place: the topmost there, else the nearest.
   * @param {number} x
   * @param {number} y
   * @param {number} [reach]
   */
  pick(x, y, reach = REACH) {
    const { placed } = this;
    const { failing } = this.fields.selected;
    const radius = Math.sqrt(this.area) / 2;
    /** @type {number | null} */
    let nearest = null;
    let least = radius + reach;
    for (let nth = placed.length - 1; nth >= 0; nth -= 1) {
      const far = Math.hypot(this.x[nth] - x, this.y[nth] - y);
      if (far > least || failing[placed[nth]]) continue;
      if (far <= radius) return placed[nth];
      [nearest, least] = [placed[nth], far];
    }
    return nearest;
  }

  /**
   * @param {CanvasRenderingContext2D} g
   * @param {number} trial
   */
  drawHovered(g, trial) {
    const at = this.told.ring && this.placeOf(trial);
    if (at) outline(g, symbol("circle", this.told.ring, at.x, at.y));
  }

  /** @returns {Shape[]} */
  export() {
    const { told, rim } = this;
    return this.shown().map((nth) => {
      const i = this.placed[nth];
      const l = symbol(this.shapeOf(i), this.area, this.x[nth], this.y[nth]);
      return { l, f: this.colour(i), s: rim || null, w: told.width ?? 0, o: told.opacity ?? 1 };
    });
  }

  /**
   * @param {string} colour
   * @returns {Shape[]}
   */
  exportDim(colour) {
    return Array.from(this.placed, (_, nth) => {
      const l = symbol("circle", this.area, this.x[nth], this.y[nth]);
      return { l, f: colour, s: null, w: 0, o: 1 };
    });
  }
}

export class Ticks extends Marks {
  /**
   * Return the rectangle of a tick at a place.
   * @param {Place} place
   * @param {{size: number, thickness: number, below?: number}} [looks]
   * @returns {[[number, number], [number, number]]}
   */
  box({ x, y }, { size, thickness, below } = this.told) {
    const middle = y + (below ?? this.told.below) - this.told.below;
    return [
      [x - thickness / 2, x + thickness / 2],
      [middle - size / 2, middle + size / 2],
    ];
  }

  /** @param {number} nth */
  boxOf(nth) {
    return this.box({ x: this.x[nth], y: this.y[nth] });
  }

  /** @param {Target} target */
  paint(target) {
    for (const nth of this.shown()) {
      fillBox(target, ...this.boxOf(nth), this.pixel(this.placed[nth]), this.told.opacity);
    }
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  pick(x, y) {
    if (!this.told.hovered) return null;
    const nth = this.shown().findLast((nth) => {
      const [[left, right], [top, bottom]] = this.boxOf(nth);
      return x >= left - REACH && x <= right + REACH && y >= top && y <= bottom;
    });
    return nth === undefined ? null : this.placed[nth];
  }

  /**
   * @param {CanvasRenderingContext2D} g
   * @param {number} trial
   */
  drawHovered(g, trial) {
    const at = this.told.hovered && this.placeOf(trial);
    if (!at) return;
    g.fillStyle = HOVER;
    g.fill(new Path2D(boxPath(...this.box(at, this.told.hovered))));
  }

  /** @returns {Shape[]} */
  export() {
    return this.shown().map((nth) => {
      const f = this.colour(this.placed[nth]);
      return { l: boxPath(...this.boxOf(nth)), f, s: null, w: 0, o: this.told.opacity };
    });
  }
}

export class Cells {
  /**
   * @param {any} told
   * @param {Fields} fields
   */
  constructor(told, fields) {
    this.told = told;
    this.fields = fields;
    this.isPixels = true;
    this.isDimmed = Boolean(told.dim);
    const [across, up] = told.keys.map((/** @type {string} */ id) => fields.column(id));
    this.wide = told.across[0].length;
    const count = this.wide * (up ? told.up[0].length : 1);
    this.cell = new Int32Array(fields.trials.length).fill(-1);
    for (const i of fields.among(told.of)) {
      const cell = across[i] + (up ? up[i] * this.wide : 0);
      if (!Number.isNaN(cell)) this.cell[i] = cell;
    }
    this.counts = new Uint32Array(count);
    this.best = new Uint32Array(count); // its best trial
    /** @type {[number, number][]} */
    this.x = [];
    /** @type {[number, number][]} */
    this.y = [];
    /** @type {{css: string[], pixels: Int32Array} | null} */
    this.colours = null;
    this.css = "";
  }

  /** @param {Picture} view */
  place(view) {
    /** @type {(channel: "x" | "y", ends: number[][]) => [number, number][]} */
    const place = (channel, [low, high]) => {
      const [scale, edge] = [view.scale(channel), view.signal(channel === "x" ? "width" : "height")];
      const inside = (/** @type {number} */ at) => Math.min(Math.max(at, 0), edge); // they are clipped
      return low.map((_, n) => [inside(scale(low[n])), inside(scale(high[n]))]);
    };
    const { told } = this;
    this.x = place("x", told.across);
    const height = view.signal("height");
    const [first, last] = told.below ?? [];
    this.y = told.up ? place("y", told.up) : [/** @type {[number, number]} */ ([height + first, height + last])];
  }

  /** @param {Picture} view */
  paintWith(view) {
    const { colour } = this.told;
    this.colours = colour === "trial" ? this.fields.colours(view) : null;
    this.css = this.colours ? "" : colourOf(view, colour);
  }

  /** Count the selected trials. */
  count() {
    const { counts, cell, best } = this;
    const { failing } = this.fields.selected;
    counts.fill(0);
    for (const i of this.fields.bestFirst) {
      if (failing[i] || cell[i] < 0) continue;
      if (!counts[cell[i]]) best[cell[i]] = i;
      counts[cell[i]] += 1;
    }
  }

  /** @param {number} at */
  opacity(at) {
    const { faint, more, top } = this.told;
    return faint + more * Math.sqrt(this.counts[at] / top);
  }

  /**
   * @param {number} at
   * @returns {[[number, number], [number, number]]}
   */
  box(at) {
    return [this.x[at % this.wide], this.y[Math.floor(at / this.wide)]];
  }

  /** @param {Target} target */
  paint(target) {
    this.count();
    const own = this.colours ? 0 : pixelOf(this.css);
    this.counts.forEach((count, at) => {
      if (!count) return;
      const colour = this.colours ? this.colours.pixels[this.best[at]] : own;
      fillBox(target, ...this.box(at), colour, this.opacity(at));
    });
  }

  /**
   * @param {Target} target
   * @param {string} colour
   */
  paintDim(target, colour) {
    for (const at of this.held()) fillBox(target, ...this.box(at), pixelOf(colour), 1);
  }

  /** Return the cells that any trial is in. */
  held() {
    return [...new Set(this.cell)].filter((at) => at >= 0);
  }

  /** @returns {Shape[]} */
  export() {
    this.count();
    return this.describe().map(({ cell, fill }) => {
      return { l: boxPath(...this.box(cell)), f: fill, s: null, w: 0, o: this.opacity(cell) };
    });
  }

  /**
   * The trial under the pointer is drawn by the layer of points over the cells.
   * @param {CanvasRenderingContext2D} _g
   * @param {number} _trial
   */
  drawHovered(_g, _trial) {}

  /**
   * @param {string} colour
   * @returns {Shape[]}
   */
  exportDim(colour) {
    return this.held().map((at) => ({ l: boxPath(...this.box(at)), f: colour, s: null, w: 0, o: 1 }));
  }

  describe() {
    this.count();
    return [...this.counts].flatMap((count, cell) => {
      const fill = this.colours ? this.colours.css[this.best[cell]] : this.css;
      return count ? [{ cell, count, best: this.best[cell], fill }] : [];
    });
  }
}

// --- what marks the hovered trial, in any theme

export const HOVER = "#f6c700"; // as in amtviz/grammar/theme.py
export const HOVER_EDGE = "#7a1f1f";

/**
 * @param {CanvasRenderingContext2D} g
 * @param {string} path
 */
function outline(g, path) {
  const shape = new Path2D(path);
  g.fillStyle = HOVER;
  g.fill(shape);
  g.strokeStyle = HOVER_EDGE;
  g.lineWidth = 2;
  g.stroke(shape);
}

/**
 * @param {[number, number]} across
 * @param {[number, number]} down
 */
function boxPath([left, right], [top, bottom]) {
  return `M${left},${top}H${right}V${bottom}H${left}Z`;
}
