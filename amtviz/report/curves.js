// The layers of trials that paths make: densities, shares that reach a value, and lines.
import { colourOf } from "./fields.js";
import { HOVER, HOVER_EDGE } from "./kinds.js";

/** @import { Fields, Picture } from "./fields.js" */
/** @import { Place, Shape } from "./kinds.js" */

const GOLDEN = 0.6180339887498949; // as in amtviz/grammar/axes.py

/**
 * Return a path through places.
 * @param {Place[]} places
 */
const lineThrough = (places) => places.map(({ x, y }, nth) => `${nth ? "L" : "M"}${x},${y}`).join("");

/** What all of them have in common. */
class Curves {
  /**
   * @param {any} told
   * @param {Fields} fields
   */
  constructor(told, fields) {
    this.told = told;
    this.fields = fields;
    this.isPixels = false;
    this.isSlow = false; // so that it is drawn a few times a second while the selection changes
    this.isClipped = told.kind === "violins" || told.kind === "shares";
    this.isDimmed = Boolean(told.dim?.length);
    /** @type {Picture | null} */
    this.view = null;
  }

  /** @param {Picture} view */
  place(view) {
    this.view = view;
  }

  /** @param {Picture} view */
  paintWith(view) {
    this.view = view;
  }

  /** @returns {Picture} */
  get drawn() {
    if (!this.view) throw new Error("not drawn yet");
    return this.view;
  }

  /** @param {number} j */
  jobColour(j) {
    const colours = this.drawn.signal("job_colours");
    return colours[j % colours.length];
  }

  /**
   * @param {number} _x
   * @param {number} _y
   * @returns {number | null}
   */
  pick(_x, _y) {
    return null;
  }

  /**
   * @param {CanvasRenderingContext2D} _g
   * @param {number} _trial
   */
  drawHovered(_g, _trial) {}

  /** @returns {Shape[]} */
  export() {
    return [];
  }

  describe() {
    return this.export();
  }

  /** @param {CanvasRenderingContext2D} g */
  draw(g) {
    if (this.isClipped) {
      const [width, height] = [this.drawn.signal("width"), this.drawn.signal("height")];
      g.beginPath();
      g.rect(0, 0, width, height);
      g.clip();
    }
    for (const shape of this.export()) drawShape(g, shape);
  }

  /**
   * @param {CanvasRenderingContext2D} g
   * @param {string} colour
   */
  drawDim(g, colour) {
    for (const shape of this.exportDim(colour)) drawShape(g, shape);
  }

  /**
   * @param {string} _colour
   * @returns {Shape[]}
   */
  exportDim(_colour) {
    return [];
  }
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {Shape} shape
 */
function drawShape(g, { l, f, s, w, o }) {
  const path = new Path2D(l);
  g.globalAlpha = o;
  if (f) {
    g.fillStyle = f;
    g.fill(path);
  }
  if (s && w) {
    g.strokeStyle = s;
    g.lineWidth = w;
    g.stroke(path);
  }
}

/** Densities of the objective, each scaled to its peak. */
class Smooth extends Curves {
  /**
   * @param {any} told
   * @param {Fields} fields
   */
  constructor(told, fields) {
    super(told, fields);
    const [by, bins] = [fields.column(told.by), fields.column("h")];
    this.groups = [...new Set(Array.from(by))].filter((group) => !Number.isNaN(group));
    const slots = new Map(this.groups.map((group, nth) => [group, nth * told.places.length]));
    this.slot = new Int32Array(fields.trials.length).fill(-1);
    for (const i of fields.among(told.of)) {
      const slot = slots.get(by[i]);
      if (slot !== undefined) this.slot[i] = slot + bins[i];
    }
  }

  /** Spread the counts of the selected trials over their neighbours: groups and their curves. */
  smooth() {
    const { weights, places, fewest } = this.told;
    const { failing } = this.fields.selected;
    const counts = new Uint32Array(this.groups.length * places.length);
    this.slot.forEach((slot, i) => {
      if (slot >= 0 && !failing[i]) counts[slot] += 1;
    });
    const reach = (weights.length - 1) / 2;
    /** @type {{group: number, curve: number[]}[]} */
    const curves = [];
    this.groups.forEach((group, nth) => {
      const own = counts.subarray(nth * places.length, (nth + 1) * places.length);
      if (own.reduce((sum, count) => sum + count, 0) < fewest) return;
      const curve = Array(places.length).fill(0);
      own.forEach((count, bin) => {
        if (!count) return;
        const [first, last] = [Math.max(0, bin - reach), Math.min(places.length - 1, bin + reach)];
        for (let at = first; at <= last; at += 1) curve[at] += count * weights[at - bin + reach];
      });
      const peak = Math.max(...curve);
      curves.push({ group, curve: peak > 0 ? curve.map((d) => d / peak) : curve });
    });
    return curves;
  }

  /**
   * Place a curve's points, from the end of the objective's axis.
   * @param {number[]} values
   * @param {(nth: number) => number} across
   * @returns {Place[]}
   */
  along(values, across) {
    const [x, y] = [this.drawn.scale("x"), this.drawn.scale("y")];
    return values.map((value, nth) => ({ x: x(across(nth)), y: y(value) }));
  }
}

export class Density extends Smooth {
  /** @param {Place[]} line */
  area(line) {
    const zero = this.drawn.scale("x")(0);
    const back = [...line].reverse().map(({ y }) => ({ x: zero, y }));
    return `${lineThrough([...line, ...back])}Z`;
  }

  /** @returns {Shape[]} */
  export() {
    const { told, drawn } = this;
    const curves = this.smooth().map(({ group, curve }) => {
      const line = this.along(told.places, (nth) => curve[nth]);
      const colour = told.colour === "job" ? this.jobColour(group) : colourOf(drawn, told.colour);
      return { line, colour };
    });
    const ramp = told.ramp && !this.fields.chosen ? this.gradient() : null;
    return [
      ...curves.map(({ line, colour }) => {
        return { l: this.area(line), f: ramp ?? colour, s: null, w: 0, o: told.opacity };
      }),
      ...curves.map(({ line, colour }) => {
        return { l: lineThrough(line), f: null, s: colour, w: told.width, o: 1 };
      }),
    ];
  }

  /** Colour from one end of the objective to the other: Vega's own description of it. */
  gradient() {
    const ramp = this.drawn.signal("ramp");
    const steps = this.told.ramp;
    const stops = steps.map((/** @type {number} */ step, /** @type {number} */ nth) => {
      return { offset: nth / (steps.length - 1), color: ramp[step] };
    });
    return /** @type {any} */ ({ gradient: "linear", x1: 0, y1: 1, x2: 0, y2: 0, stops });
  }

  /** @param {CanvasRenderingContext2D} g */
  draw(g) {
    const y = this.drawn.scale("y");
    const ends = [y(this.told.places[0]), y(this.told.places.at(-1))];
    for (const shape of this.export()) {
      const gradient = /** @type {any} */ (shape.f);
      if (!gradient?.stops) drawShape(g, shape);
      else {
        const fill = g.createLinearGradient(0, Math.max(...ends), 0, Math.min(...ends));
        for (const { offset, color } of gradient.stops) fill.addColorStop(offset, color);
        drawShape(g, { ...shape, f: /** @type {any} */ (fill) });
      }
    }
  }

  /** @param {string} colour */
  exportDim(colour) {
    const [heights, values] = this.told.dim;
    const line = this.along(values, (nth) => heights[nth]);
    return [{ l: this.area(line), f: colour, s: null, w: 0, o: 1 }];
  }
}

export class Violins extends Smooth {
  /**
   * @param {number} group
   * @param {number[]} curve
   */
  area(group, curve) {
    const { places, half } = this.told;
    const right = this.along(places, (nth) => group + half * curve[nth]);
    const left = this.along(places, (nth) => group - half * curve[nth]);
    return `${lineThrough([...right, ...left.reverse()])}Z`;
  }

  /** @returns {Shape[]} */
  export() {
    const { told } = this;
    const f = colourOf(this.drawn, told.colour);
    return this.smooth().map(({ group, curve }) => {
      return { l: this.area(group, curve), f, s: null, w: 0, o: told.opacity };
    });
  }

  /** @param {string} colour */
  exportDim(colour) {
    return this.told.dim.map((/** @type {[number, number[]]} */ [group, curve]) => {
      return { l: this.area(group, curve), f: colour, s: null, w: 0, o: 1 };
    });
  }
}

/** Of each tuning job, the share of the selected trials that reaches each value. */
export class Shares extends Curves {
  /**
   * @param {any} told
   * @param {Fields} fields
   */
  constructor(told, fields) {
    super(told, fields);
    const [y, status] = [fields.column("y"), fields.column("s")];
    const keys = fields.column(told.key);
    const counts = fields.among("any").filter((i) => !Number.isNaN(y[i]) || !told.running.includes(status[i]));
    this.counted = counts;
    const sign = told.up ? -1 : 1;
    this.inOrder = counts.filter((i) => !Number.isNaN(keys[i])).sort((a, b) => sign * (keys[a] - keys[b]) || a - b);
    this.keys = keys;
  }

  /** @returns {Shape[]} */
  export() {
    const { told, fields, keys } = this;
    const { failing } = fields.selected;
    const job = fields.column("j");
    /** @type {Map<number, {all: number, so: number, steps: [number, number][]}>} */
    const jobs = new Map();
    for (const i of this.counted) {
      if (failing[i]) continue;
      const own = jobs.get(job[i]) ?? { all: 0, so: 0, steps: [] };
      own.all += 1;
      jobs.set(job[i], own);
    }
    for (const i of this.inOrder) {
      if (failing[i]) continue;
      const own = /** @type {{all: number, so: number, steps: [number, number][]}} */ (jobs.get(job[i]));
      own.so += 1;
      if (own.steps.at(-1)?.[0] === keys[i]) own.steps.pop();
      own.steps.push([keys[i], own.so / own.all]);
    }
    return [...jobs].flatMap(([j, { steps }]) => {
      if (!steps.length) return [];
      return [{ l: this.staircase(steps), f: null, s: this.jobColour(j), w: told.width, o: 1 }];
    });
  }

  /** @param {[number, number][]} steps from the best value */
  staircase(steps) {
    const { told, drawn } = this;
    const [x, y] = [drawn.scale("x"), drawn.scale("y")];
    const places = steps.map(([key, share]) => [x(told.ends ? told.ends[key] : key), y(share)]);
    const [[firstX, firstY], ...rest] = told.up ? places.reverse() : places;
    const step = told.up ? (/** @type {number[]} */ [right, down]) => `V${down}H${right}` : (/** @type {number[]} */ [right, down]) => `H${right}V${down}`;
    return `M${firstX},${firstY}${rest.map(step).join("")}`;
  }
}

/** A line a trial, across axes that a reader moves. */
export class Lines extends Curves {
  /**
   * @param {any} told
   * @param {Fields} fields
   */
  constructor(told, fields) {
    super(told, fields);
    this.isDimmed = true;
    this.isSlow = true;
    /** @type {Map<number, Place[]>} */
    this.corners = new Map();
    /** @type {{css: string[]}} */
    this.colours = { css: [] };
  }

  /** @param {Picture} view */
  place(view) {
    super.place(view);
    this.corners.clear();
  }

  /** @param {Picture} view */
  paintWith(view) {
    super.paintWith(view);
    this.colours = this.fields.colours(view);
  }

  /** @param {number} i */
  cornersOf(i) {
    let corners = this.corners.get(i);
    if (!corners) {
      const [order, places] = [this.drawn.signal("axis_order"), this.drawn.signal("axis_places")];
      const heights = this.told.axes.map((/** @type {any} */ axis) => this.heightOn(axis, i));
      corners = order.map((/** @type {number} */ axis, /** @type {number} */ slot) => {
        return { x: places[slot], y: heights[axis] };
      });
      this.corners.set(i, /** @type {Place[]} */ (corners));
    }
    return /** @type {Place[]} */ (corners);
  }

  /**
   * @param {any} axis
   * @param {number} i
   */
  heightOn(axis, i) {
    const { drawn, fields } = this;
    let value = fields.column(axis.f)[i];
    if (Number.isNaN(value)) return drawn.signal("parallel_height");
    if (axis.spread) value += fields.column("x")[i];
    if (axis.edges) value = Math.min(Math.max(value, axis.edges[0]), axis.edges[1]);
    const isLog = axis.free ? drawn.signal("log_objective") : axis.log;
    const f = isLog ? Math.log10 : (/** @type {number} */ v) => v;
    const share = (f(value) - f(axis.low)) / (f(axis.high) - f(axis.low));
    return Math.round(10 * drawn.signal("axis_height") * (1 - share)) / 10;
  }

  /** Return the best of the selected trials, best first. */
  shown() {
    const { failing } = this.fields.selected;
    const shown = [];
    for (const i of this.fields.bestFirst) {
      if (failing[i]) continue;
      shown.push(i);
      if (shown.length === this.told.most) break;
    }
    return shown;
  }

  /** @returns {Shape[]} */
  export() {
    const { width, opacity } = this.told;
    return this.shown().reverse().map((i) => {
      return { l: lineThrough(this.cornersOf(i)), f: null, s: this.colours.css[i], w: width, o: opacity };
    });
  }

  describe() {
    const shown = this.shown().reverse();
    return this.export().map((shape, nth) => ({ i: shown[nth], x: 0, y: 0, fill: null, ...shape }));
  }

  /** @param {string} colour */
  exportDim(colour) {
    const { sample } = this.told;
    const some = [...this.fields.trials.keys()].filter((i) => sample >= 1 || (i * GOLDEN) % 1 < sample);
    return some.map((i) => ({ l: lineThrough(this.cornersOf(i)), f: null, s: colour, w: 1, o: 0.7 }));
  }

  /** Return where a line begins to be drawn: every one at the corner of the picture. */
  placeOf() {
    return { x: 0, y: 0 };
  }

  /**
   * Return the topmost trial whose line passes a place.
   * @param {number} x
   * @param {number} y
   */
  pick(x, y) {
    return this.shown().find((i) => this.touches(i, x, y)) ?? null;
  }

  /**
   * @param {CanvasRenderingContext2D} g
   * @param {number} trial
   */
  drawHovered(g, trial) {
    const l = lineThrough(this.cornersOf(trial));
    drawShape(g, { l, f: null, s: HOVER_EDGE, w: 4.5, o: 1 });
    drawShape(g, { l, f: null, s: HOVER, w: 2.5, o: 1 });
  }

  /**
   * @param {number} i
   * @param {number} x
   * @param {number} y
   */
  touches(i, x, y) {
    const corners = this.cornersOf(i);
    const reach = this.told.hit / 2;
    return corners.slice(1).some((end, nth) => {
      const start = corners[nth];
      if (x < start.x - reach || x > end.x + reach) return false;
      const [right, down] = [end.x - start.x, end.y - start.y];
      const along = ((x - start.x) * right + (y - start.y) * down) / (right ** 2 + down ** 2 || 1);
      const at = Math.min(1, Math.max(0, along));
      return Math.hypot(start.x + at * right - x, start.y + at * down - y) <= reach;
    });
  }
}
