// Shapes and pixels of trials, against arithmetic.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fillBox, stamp, symbol } from "../../amtviz/report/symbols.js";

const target = () => ({ pixels: new Int32Array(16), width: 4, height: 4, left: 0, top: 0, ratio: 1 });
const RED = 0x0000ff; // as it lies in memory
const alphas = (/** @type {Int32Array} */ pixels) => [...pixels].map((pixel) => pixel >>> 24);

test("a shape is as large as its area says, and stands where it is told", () => {
  assert.equal(symbol("square", 16, 10, 20), "M8,18H12V22H8Z");
  assert.equal(symbol("diamond", 16), "M-2,0L0,-2L2,0L0,2Z");
  assert.equal(symbol("circle", 4, 5, 5), "M6,5A1,1,0,1,1,4,5A1,1,0,1,1,6,5Z");
  assert.equal(symbol("M-0.5,-1H0.5Z", 16, 1, 1), "M0,-1H2Z");
});

test("a box covers the pixels at its edges in part", () => {
  const drawn = target();
  fillBox(drawn, [0.5, 2], [1, 2.25], RED, 1);
  assert.deepEqual(alphas(drawn.pixels), [
    ...[0, 0, 0, 0],
    ...[128, 255, 0, 0],
    ...[32, 64, 0, 0],
    ...[0, 0, 0, 0],
  ]);
  assert.equal(drawn.pixels[5] & 0xffffff, RED);
});

test("boxes beyond the edges are cut", () => {
  const drawn = target();
  fillBox(drawn, [-3, 1], [-3, 9], RED, 0.5);
  assert.deepEqual(alphas(drawn.pixels), Array(4).fill([128, 0, 0, 0]).flat());
});

test("what is laid over a colour mixes with it as much as it covers", () => {
  const drawn = target();
  const blue = 0xff0000;
  fillBox(drawn, [0, 1], [0, 1], blue, 1);
  fillBox(drawn, [0, 1], [0, 1], RED, 0.25);
  const [pixel] = drawn.pixels;
  assert.equal(pixel >>> 24, 255);
  assert.ok(Math.abs((pixel & 255) - 64) <= 1);
  assert.ok(Math.abs(((pixel >> 16) & 255) - 191) <= 1);
});

test("a point's pixels are laid where it stands, and not beyond the picture", () => {
  const cover = {
    side: 2,
    shares: Uint8Array.from([255, 0, 51, 255, 255, 255, 255, 255]),
    x: Int32Array.from([1, 3]),
    y: Int32Array.from([1, 3]),
  };
  const drawn = target();
  stamp(drawn, cover, 0, RED);
  stamp(drawn, cover, 1, RED);
  assert.deepEqual(alphas(drawn.pixels), [
    ...[0, 0, 0, 0],
    ...[0, 255, 0, 0],
    ...[0, 51, 255, 0],
    ...[0, 0, 0, 0],
  ]);
});
