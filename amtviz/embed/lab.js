// Colours between others, interpolated in CIELAB: equal steps look equal.

const WHITE = [0.95047, 1, 1.08883]; // D65
const TO_XYZ = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const FROM_XYZ = [
  [3.2404542, -1.5371385, -0.4985314],
  [-0.969266, 1.8760108, 0.041556],
  [0.0556434, -0.2040259, 1.0572252],
];
const CUT = 6 / 29; // where CIELAB's cube root becomes a line

/** @type {(matrix: number[][], vector: number[]) => number[]} */
const times = (matrix, vector) =>
  matrix.map((row) => row.reduce((sum, part, place) => sum + part * vector[place], 0));

/**
 * Return a colour's red, green and blue as amounts of light.
 * @param {string} colour such as #6f9896
 */
export function toLight(colour) {
  return [1, 3, 5].map((place) => {
    const part = parseInt(colour.slice(place, place + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

/**
 * Return lightness, green to red, and blue to yellow.
 * @param {number[]} light
 */
export function toLab(light) {
  const [x, y, z] = times(TO_XYZ, light).map((part, place) => {
    const share = part / WHITE[place];
    return share > CUT ** 3 ? Math.cbrt(share) : share / (3 * CUT ** 2) + 4 / 29;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** @param {number[]} lab */
function fromLab([lightness, a, b]) {
  const middle = (lightness + 16) / 116;
  const roots = [middle + a / 500, middle, middle - b / 200];
  const xyz = roots.map((root, place) => {
    return WHITE[place] * (root > CUT ? root ** 3 : 3 * CUT ** 2 * (root - 4 / 29));
  });
  const parts = times(FROM_XYZ, xyz).map((part) => {
    const light = Math.min(1, Math.max(0, part));
    return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  });
  return `#${parts.map((part) => Math.round(part * 255).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Return evenly spaced colours between others.
 * @param {string[]} colours at equal distances
 * @param {number} steps how many, both ends included
 */
export function blend(colours, steps) {
  const labs = colours.map((colour) => toLab(toLight(colour)));
  return Array.from({ length: steps }, (_, step) => {
    const at = (step / (steps - 1)) * (labs.length - 1);
    const low = Math.min(Math.floor(at), labs.length - 2);
    return fromLab(labs[low].map((part, axis) => part + (at - low) * (labs[low + 1][axis] - part)));
  });
}
