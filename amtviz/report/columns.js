// Datasets in columns, as packed.py packs them: decoded when first read, and shared by all views.

/** @import { Trial } from "./values.js" */

/**
 * @typedef {object} Packed a dataset
 * @property {number} count of its rows
 * @property {Record<string, any>} columns by name
 *
 * @typedef {Float64Array | Float32Array | Uint8Array | Uint16Array | Uint32Array | Int32Array} Numbers
 */

/** @type {Record<string, new (buffer: ArrayBuffer) => Numbers>} */
const TYPES = {
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  i4: Int32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** @param {string} text base64 */
function toBuffer(text) {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let place = 0; place < signs.length; place += 1) bytes[place] = signs.charCodeAt(place);
  return bytes.buffer;
}

/**
 * @param {Record<string, any>} packed a column
 * @param {number} count
 * @returns {Numbers | any[]}
 */
function decode(packed, count) {
  if ("same" in packed) {
    const { same } = packed;
    if (same === null) return new Float64Array(count).fill(NaN);
    return typeof same === "number" ? new Float64Array(count).fill(same) : new Array(count).fill(same);
  }
  if ("digits" in packed) return Float64Array.from(packed.digits, (number) => number ?? NaN);
  if ("texts" in packed) {
    const places = decode(packed.at, count);
    return Array.from(places, (place) => packed.texts[place]);
  }
  if ("lists" in packed) return toLists(packed, count);
  if ("values" in packed) return packed.values;
  const [type, text] = Object.entries(packed)[0];
  return new TYPES[type](toBuffer(text));
}

/**
 * @param {Record<string, any>} packed
 * @param {number} count
 */
function toLists(packed, count) {
  const sizes = /** @type {Numbers} */ (decode(packed.sizes, count));
  const total = [...sizes].reduce((sum, size) => sum + size, 0);
  const elements = Array.from(decode(packed.lists, total), orNull);
  let end = 0;
  return Array.from(sizes, (size) => elements.slice(end, (end += size)));
}

/** @param {any} value */
const orNull = (value) => (Number.isNaN(value) ? null : value);

/** The columns of one dataset. */
export class Columns {
  /** @param {Packed} packed */
  constructor({ count, columns }) {
    this.count = count;
    this.packed = new Map(Object.entries(columns));
    /** @type {Map<string, Numbers | any[]>} */
    this.decoded = new Map();
  }

  /** The names of the columns. */
  get names() {
    return [...this.packed.keys()];
  }

  /**
   * Return a column by the rows' places, not to be changed: numbers as a typed array, NaN where one
   * is missing; anything else, null where it is missing.
   * @param {string} name
   * @returns {Numbers | any[]}
   */
  column(name) {
    let values = this.decoded.get(name);
    if (!values) {
      values = decode(this.packed.get(name) ?? { same: null }, this.count);
      this.decoded.set(name, values);
    }
    return values;
  }

  /**
   * Make rows anew, for who changes them, as Vega does.
   * @param {string[]} [names] of the columns that they have
   * @returns {Record<string, any>[]}
   */
  rows(names = this.names) {
    const columns = names.map((name) => this.column(name));
    const rows = new Array(this.count);
    for (let place = 0; place < this.count; place += 1) {
      /** @type {Record<string, any>} */
      const row = {};
      for (let nth = 0; nth < names.length; nth += 1) {
        row[names[nth]] = orNull(columns[nth][place]);
      }
      rows[place] = row;
    }
    return rows;
  }

  /**
   * Return light rows that read the columns, for who doesn't change them.
   * @returns {Trial[]}
   */
  trials() {
    class Row {
      /** @param {number} i */
      constructor(i) {
        this.i = i;
      }
    }
    const column = this.column.bind(this);
    for (const name of this.names) {
      if (name === "i") continue; // their place
      /** @type {Numbers | any[] | undefined} */
      let values;
      /** @this {Row} */
      const get = function () {
        values ??= column(name);
        return orNull(values[this.i]);
      };
      Object.defineProperty(Row.prototype, name, { get, enumerable: true });
    }
    return Array.from({ length: this.count }, (_, i) => new Row(i));
  }
}

/**
 * Return datasets ready to be read, by name.
 * @param {Record<string, Packed>} datasets
 */
export function unpack(datasets) {
  return Object.fromEntries(
    Object.entries(datasets).map(([name, packed]) => [name, new Columns(packed)]),
  );
}
