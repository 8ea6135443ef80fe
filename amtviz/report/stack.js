// The canvases over a view's own: on the first the trials, on the second what Vega draws over them,
// on the third the trial under the pointer.
//
// Vega draws a view whole whenever anything in it changes, and by way of its dataflow: that is too
// slow for a brush. So its renderer is told here to leave the marks that lie over the trials to
// the second canvas. It is all that is changed of Vega, for one view, by a method of its renderer
// that its own kinds of marks call for each of their children.
import { Cells, HOVER, Points, Ticks } from "./kinds.js";
import { Density, Lines, Shares, Violins } from "./curves.js";

/** @import { Fields } from "./fields.js" */
/** @import { Shape } from "./kinds.js" */

/** @type {Record<string, any>} */
const KINDS = {
  points: Points,
  ticks: Ticks,
  cells: Cells,
  density: Density,
  violins: Violins,
  shares: Shares,
  lines: Lines,
};

const ROWS = "drawn"; // the dataset by which Vega draws the trials of an exported picture

export class Stack {
  /**
   * @param {string} name
   * @param {VegaView} view
   * @param {any[]} told what is said of each layer
   * @param {Fields} fields
   */
  constructor(name, view, told, fields) {
    this.name = name;
    this.view = view;
    this.fields = fields;
    /** @type {import("./fields.js").Picture} */
    this.picture = {
      signal: (signal) => view.signal(signal),
      scale: (channel) => view.scale(`${name}_${channel}`),
    };
    this.renderer = view._renderer;
    this.own = /** @type {HTMLCanvasElement} */ (this.renderer.canvas());
    this.layers = told.map((each) => new KINDS[each.kind](each, fields));
    this.trials = canvasFor("trials");
    this.above = canvasFor("above");
    this.over = canvasFor("over");
    this.own.after(this.trials, this.above, this.over);
    this.version = 0; // of the selection that is drawn
    this.key = this.look = "";
    /** @type {ImageData | null} */
    this.image = null;
    /** @type {HTMLCanvasElement | null} */
    this.dim = null;
    /** @type {Int32Array | null} */
    this.dimPixels = null;
    /** @type {number | null} */
    this.hovered = null;
    this.split();
    this.exportTrials();
  }

  /** Draw marks that lie over the trials on their own canvas. */
  split() {
    const { renderer, view, name } = this;
    const items = view.scenegraph().root.items[0].items;
    const place = items.findIndex((/** @type {any} */ mark) => mark.name === `${name}_trials_marks`);
    const above = new Set(items.slice(place + 1));
    const below = new Set(items.slice(0, place + 1));
    const [draw, render] = [renderer.draw.bind(renderer), renderer._render.bind(renderer)];
    let left = above;
    renderer.draw = (/** @type {any} */ g, /** @type {any} */ mark, /** @type {any[]} */ ...rest) => {
      if (!left.has(mark)) draw(g, mark, ...rest);
    };
    renderer._render = (/** @type {any} */ scene, /** @type {any[]} */ ...rest) => {
      render(scene, ...rest);
      this.fit();
      const g = contextOf(this.above);
      this.begin(g);
      g.pixelRatio = this.ratio;
      left = below;
      renderer.draw(g, scene, null, null);
      left = above;
      this.rendered();
      return renderer;
    };
    renderer._redraw = true;
    renderer.render(view.scenegraph().root);
  }

  get ratio() {
    return this.renderer.context().pixelRatio || 1;
  }

  /** Give the canvases the size of Vega's. */
  fit() {
    const { own } = this;
    for (const canvas of [this.trials, this.above, this.over]) {
      if (canvas.width === own.width && canvas.height === own.height) continue;
      [canvas.width, canvas.height] = [own.width, own.height];
      Object.assign(canvas.style, { width: own.style.width, height: own.style.height });
    }
  }

  /**
   * Clear a canvas, and let it be drawn on in pixels of the view's picture.
   * @param {CanvasRenderingContext2D} g
   */
  begin(g) {
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, g.canvas.width, g.canvas.height);
    this.transform(g);
    g.globalAlpha = 1;
  }

  /** Vega has drawn: draw anew if trials stand elsewhere now, or have other colours. */
  rendered() {
    const { view, own, ratio } = this;
    const scales = ["x", "y"].map((channel) => {
      const scale = scaleOf(view, `${this.name}_${channel}`);
      return scale && [scale.type, scale.domain().map(Number), scale.range(), scale.constant?.()];
    });
    const axes = this.layers.some(({ told }) => told.axes) &&
      ["axis_order", "axis_places", "axis_height", "log_objective"].map((each) => signalOf(view, each));
    const sizes = ["width", "height", "enlarged"].map((each) => view.signal(each));
    const key = JSON.stringify([own.width, own.height, ratio, this.renderer._origin, sizes, scales, axes]);
    const look = view.signal("paper");
    if (key === this.key && look === this.look) return;
    if (key !== this.key) for (const layer of this.layers) layer.place(this.picture);
    [this.key, this.look, this.image, this.dim, this.dimPixels] = [key, look, null, null, null];
    for (const layer of this.layers) layer.paintWith(this.picture);
    if (this.version) this.draw();
    if (this.hovered !== null) this.drawHovered(this.hovered);
  }

  /** Take over other colours of the trials. */
  recolour() {
    for (const layer of this.layers) layer.paintWith(this.picture);
    this.version = 0;
  }

  /** Whether all trials are drawn in grey below. */
  get isDim() {
    return this.fields.selected.isSelecting || this.layers.some(({ told }) => told.always);
  }

  get isSlow() {
    return this.layers.some(({ isSlow }) => isSlow);
  }

  /** Draw the selected trials. */
  draw() {
    this.version = this.fields.selected.version;
    const g = contextOf(this.trials);
    const { isDim } = this;
    if (isDim && !this.dim) this.drawDim();
    if (this.layers.some(({ isPixels }) => isPixels)) {
      const { width, height } = this.trials;
      this.image ??= new ImageData(width, height);
      const pixels = new Int32Array(this.image.data.buffer);
      if (isDim && this.dimPixels) pixels.set(this.dimPixels);
      else pixels.fill(0);
      const target = this.targetOf(pixels);
      for (const layer of this.layers) if (layer.isPixels) layer.paint(target);
      g.putImageData(this.image, 0, 0);
      return;
    }
    this.begin(g);
    if (isDim && this.dim) {
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.drawImage(this.dim, 0, 0);
      this.transform(g);
    }
    for (const layer of this.layers) {
      g.save();
      layer.draw(g);
      g.restore();
    }
  }

  /** @param {CanvasRenderingContext2D} g */
  transform(g) {
    const [x, y] = this.renderer._origin;
    g.setTransform(this.ratio, 0, 0, this.ratio, this.ratio * x, this.ratio * y);
  }

  /** @param {Int32Array} pixels */
  targetOf(pixels) {
    const { ratio } = this;
    const [left, top] = this.renderer._origin.map((/** @type {number} */ at) => at * ratio);
    return { pixels, width: this.trials.width, height: this.trials.height, left, top, ratio };
  }

  /** Draw all trials in grey, once. */
  drawDim() {
    const colour = this.view.signal("dim");
    const dimmed = this.layers.filter(({ isDimmed }) => isDimmed);
    const { width, height } = this.trials;
    this.dim = document.createElement("canvas");
    if (dimmed.some(({ isPixels }) => isPixels)) {
      this.dimPixels = new Int32Array(width * height);
      for (const layer of dimmed) layer.paintDim(this.targetOf(this.dimPixels), colour);
      return;
    }
    [this.dim.width, this.dim.height] = [width, height];
    const g = contextOf(this.dim);
    this.begin(g);
    for (const layer of dimmed) layer.drawDim(g, colour);
  }

  /**
   * Mark the trial under the pointer, in any view.
   * @param {number | null} trial
   */
  drawHovered(trial) {
    if (trial === null && this.hovered === null) return;
    this.hovered = trial;
    const g = contextOf(this.over);
    this.begin(g);
    if (trial !== null) for (const layer of this.layers) layer.drawHovered(g, trial);
  }

  /**
   * Return the trial at a place of the window; null where there is none.
   * @param {{clientX: number, clientY: number}} at
   * @param {number} [reach] pixels beside a point
   * @returns {number | null}
   */
  pick({ clientX, clientY }, reach) {
    const box = this.own.getBoundingClientRect();
    const [left, top] = this.renderer._origin;
    const [x, y] = [clientX - box.left - left, clientY - box.top - top];
    if (this.hovered !== null) {
      const ringed = this.layers.find((layer) => layer.told.ring && layer.placeOf(this.hovered));
      const place = ringed?.placeOf(this.hovered);
      // its ring lies over the others, with a stroke 2 pixels wide
      const radius = ringed && Math.sqrt(ringed.told.ring) / 2 + 1;
      if (place && Math.hypot(place.x - x, place.y - y) <= radius) return this.hovered;
      if (this.layers.some((layer) => layer.touches?.(this.hovered, x, y))) return this.hovered;
    }
    for (const layer of [...this.layers].reverse()) {
      const trial = layer.told.ring || !layer.told.area ? layer.pick?.(x, y, reach) : null;
      if (trial !== null && trial !== undefined) return trial;
    }
    return null;
  }

  // --- pictures

  /** @returns {Shape[]} */
  shapes() {
    const colour = this.view.signal("dim");
    const dimmed = this.isDim ? this.layers.filter(({ isDimmed }) => isDimmed) : [];
    return [
      ...dimmed.flatMap((layer) => layer.exportDim(colour)),
      ...this.layers.flatMap((layer) => layer.export()),
    ];
  }

  /** Let Vega itself draw the trials in what it exports. */
  exportTrials() {
    const { view } = this;
    const toImageURL = view.toImageURL.bind(view);
    view.toImageURL = async (...options) => {
      await view.data(ROWS, this.shapes()).runAsync();
      try {
        return await toImageURL(...options);
      } finally {
        await view.data(ROWS, []).runAsync();
      }
    };
  }

  /** Return what each layer shows, with places in pixels of the window; last, what is hovered. */
  describe() {
    const box = this.own.getBoundingClientRect();
    const [left, top] = this.renderer._origin;
    const hovered = this.layers.flatMap((layer) => {
      const at = this.hovered !== null && layer.placeOf?.(this.hovered);
      const isMarked = at && (layer.told.ring || layer.told.hovered || layer.told.hit);
      return isMarked ? [{ i: this.hovered, ...at, fill: HOVER }] : [];
    });
    const layers = this.layers.map((layer) => [layer.told.name, layer.told.kind, layer.describe()]);
    return [...layers, [`${this.name}_hovered`, "points", hovered]].map(([name, kind, marks]) => ({
      name,
      kind,
      marks: marks.map((/** @type {any} */ mark) => {
        return "x" in mark ? { ...mark, x: box.left + left + mark.x, y: box.top + top + mark.y } : mark;
      }),
    }));
  }
}

/** @param {string} what */
function canvasFor(what) {
  const canvas = document.createElement("canvas");
  canvas.className = `drawn ${what}`;
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {any}
 */
function contextOf(canvas) {
  const g = canvas.getContext("2d");
  if (!g) throw new Error("no canvas");
  return g;
}

/**
 * @param {VegaView} view
 * @param {string} name
 */
function scaleOf(view, name) {
  try {
    return view.scale(name);
  } catch {
    return null; // lines across axes have none
  }
}

/**
 * @param {VegaView} view
 * @param {string} name
 */
function signalOf(view, name) {
  try {
    return view.signal(name);
  } catch {
    return null; // a view without a switch
  }
}
