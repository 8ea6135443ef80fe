// The shapes of trials, as Vega draws them, and their pixels.
//
// In software a canvas draws each point as a path, which takes most of a frame. So each point is
// drawn once, exactly where it stands, and from then on its pixels are laid over the others.

/** @type {Record<string, string>} */
const UNITS = {
  circle: "M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0Z",
  square: "M-1,-1H1V1H-1Z",
  diamond: "M-1,0L0,-1L1,0L0,1Z",
  cross: "M-1,-.4V.4H-.4V1H.4V.4H1V-.4H.4V-1H-.4V-.4Z",
  "triangle-up": "M0,-.8660254L-1,.8660254H1Z",
  "triangle-down": "M0,.8660254L-1,-.8660254H1Z",
  "triangle-right": "M.8660254,0L-.8660254,-1V1Z",
  "triangle-left": "M-.8660254,0L.8660254,-1V1Z",
};

/**
 * Return a shape as an SVG path.
 * @param {string} shape of Vega's, or a path of H, L, M, V and Z
 * @param {number} area as Vega has it: the square of twice the radius
 * @param {number} [x]
 * @param {number} [y]
 */
export function symbol(shape, area, x = 0, y = 0) {
  const radius = Math.sqrt(area) / 2;
  const right = (/** @type {number} */ of) => x + radius * of;
  const down = (/** @type {number} */ of) => y + radius * of;
  return (UNITS[shape] ?? shape).replace(/([AHLMVZ])([^AHLMVZ]*)/g, (_, step, text) => {
    const at = text.split(/,| |(?=-)/).filter(Boolean).map(Number);
    if (step === "Z") return step;
    if (step === "H") return `H${right(at[0])}`;
    if (step === "V") return `V${down(at[0])}`;
    if (step !== "A") return `${step}${right(at[0])},${down(at[1])}`;
    return `A${radius},${radius},0,1,1,${right(at[5])},${down(at[6])}`;
  });
}

/**
 * @typedef {object} Target pixels as an ImageData has them, each as one number
 * @property {Int32Array} pixels
 * @property {number} width
 * @property {number} height
 * @property {number} left where the view's picture begins in it
 * @property {number} top
 * @property {number} ratio pixels of the screen to one of the page
 *
 * @typedef {object} Cover how much of each pixel points cover, 0 to 255
 * @property {number} side pixels of each, across and down
 * @property {Uint8Array} shares
 * @property {Int32Array} x where each begins, from the left end of the view's picture
 * @property {Int32Array} y
 */

const ACROSS = 32; // points side by side on the canvas that they are drawn on once

/**
 * Draw points once, and read what they cover: edges depend on the place within a pixel.
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>, shapes: string[], area: number, opacity: number}} points
 * @param {Target} target
 * @param {number} line the width of their rim; 0 for what lies inside
 * @returns {Cover}
 */
export function coverOf({ x: xs, y: ys, shapes, area, opacity }, { left, top, ratio }, line) {
  const reach = (Math.sqrt(area) / 2 + line) * ratio + 0.01;
  const side = Math.ceil(2 * reach + 1);
  const count = xs.length;
  const [x, y] = [new Int32Array(count), new Int32Array(count)];
  const shares = new Uint8Array(count * side * side);
  if (!count) return { side, shares, x, y };
  const canvas = document.createElement("canvas");
  canvas.width = side * Math.min(count, ACROSS);
  canvas.height = side * Math.ceil(count / ACROSS);
  const g = canvas.getContext("2d", { willReadFrequently: true });
  if (!g) throw new Error("no canvas");
  const paths = new Map(shapes.map((shape) => [shape, new Path2D(symbol(shape, area))]));
  const [startX, startY] = [left - Math.floor(left), top - Math.floor(top)];
  for (let nth = 0; nth < count; nth += 1) {
    const [atX, atY] = [startX + xs[nth] * ratio, startY + ys[nth] * ratio];
    [x[nth], y[nth]] = [Math.floor(atX - reach), Math.floor(atY - reach)];
    const [cellX, cellY] = [side * (nth % ACROSS), side * Math.floor(nth / ACROSS)];
    g.setTransform(ratio, 0, 0, ratio, cellX + atX - x[nth], cellY + atY - y[nth]);
    g.lineWidth = line;
    const path = /** @type {Path2D} */ (paths.get(shapes[nth]));
    if (line) g.stroke(path);
    else g.fill(path);
  }
  const { data } = g.getImageData(0, 0, canvas.width, canvas.height);
  let to = 0;
  for (let nth = 0; nth < count; nth += 1) {
    for (let row = 0; row < side; row += 1) {
      const line = (Math.floor(nth / ACROSS) * side + row) * canvas.width;
      let from = 4 * (line + (nth % ACROSS) * side) + 3;
      for (let column = 0; column < side; column += 1, from += 4) {
        shares[to++] = data[from] * opacity + 0.5;
      }
    }
  }
  return { side, shares, x, y };
}

/**
 * Lay a point's pixels over what is there.
 * @param {Target} target
 * @param {Cover} cover
 * @param {number} nth
 * @param {number} colour as `pixelOf` gives it
 */
export function stamp({ pixels, width, height, left, top }, cover, nth, colour) {
  const { side, shares } = cover;
  const first = cover.x[nth] + Math.floor(left);
  const highest = cover.y[nth] + Math.floor(top);
  if (first < 0 || highest < 0 || first + side > width || highest + side > height) return;
  let from = nth * side * side;
  for (let row = highest; row < highest + side; row += 1) {
    let to = row * width + first;
    for (const end = to + side; to < end; to += 1, from += 1) {
      if (shares[from]) pixels[to] = over(pixels[to], colour, shares[from]);
    }
  }
}

/**
 * Fill a rectangle, its edges by how much of their pixels it covers.
 * @param {Target} target
 * @param {[number, number]} across both ends, in pixels of the page
 * @param {[number, number]} down
 * @param {number} colour
 * @param {number} opacity
 */
export function fillBox({ pixels, width, height, left, top, ratio }, across, down, colour, opacity) {
  const x = spans(left + across[0] * ratio, left + across[1] * ratio, width);
  const y = spans(top + down[0] * ratio, top + down[1] * ratio, height);
  let [before, laid, after] = [0, 0, 0]; // most pixels of a box are like the one before
  for (let row = 0; row < y.shares.length; row += 1) {
    let to = (y.first + row) * width + x.first;
    const strength = 255 * opacity * y.shares[row];
    for (let column = 0; column < x.shares.length; column += 1, to += 1) {
      const alpha = (strength * x.shares[column] + 0.5) | 0;
      if (!alpha) continue;
      if (pixels[to] !== before || alpha !== laid) {
        [before, laid] = [pixels[to], alpha];
        after = over(before, colour, alpha);
      }
      pixels[to] = after;
    }
  }
}

/**
 * Return the pixels from one place to another, and how much of each lies between.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
function spans(low, high, most) {
  const [start, end] = [Math.max(0, Math.min(low, high)), Math.min(most, Math.max(low, high))];
  const first = Math.floor(start);
  const shares = new Float32Array(Math.max(0, Math.ceil(end) - first));
  for (let nth = 0; nth < shares.length; nth += 1) {
    shares[nth] = Math.min(end, first + nth + 1) - Math.max(start, first + nth);
  }
  return { first, shares };
}

/**
 * Lay a colour over a pixel.
 * @param {number} below
 * @param {number} colour
 * @param {number} alpha 1 to 255
 */
function over(below, colour, alpha) {
  if (below === 0 || alpha === 255) return (alpha << 24) | colour;
  const under = below >>> 24;
  const sum = alpha + (under * (255 - alpha)) / 255;
  const share = alpha / sum;
  const [r, g, b] = [below & 255, (below >> 8) & 255, (below >> 16) & 255];
  return (
    ((sum + 0.5) << 24) |
    ((b + ((colour >> 16) - b) * share + 0.5) << 16) |
    ((g + (((colour >> 8) & 255) - g) * share + 0.5) << 8) |
    (r + ((colour & 255) - r) * share + 0.5)
  );
}

/** @type {Map<string, number>} */
const known = new Map();
/** @type {CanvasRenderingContext2D | null} */
let reader = null;

/**
 * Return a colour as it lies in memory, without its opacity.
 * @param {string} css
 */
export function pixelOf(css) {
  let pixel = known.get(css);
  if (pixel === undefined) {
    reader ??= document.createElement("canvas").getContext("2d");
    if (!reader) throw new Error("no canvas");
    reader.fillStyle = css;
    const value = parseInt(String(reader.fillStyle).slice(1, 7), 16);
    pixel = ((value & 255) << 16) | (value & 0xff00) | (value >> 16);
    known.set(css, pixel);
  }
  return pixel;
}
