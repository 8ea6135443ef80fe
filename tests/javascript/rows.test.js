import assert from "node:assert/strict";
import { test } from "node:test";
import { AXIS, CAPTION, fit, GAP, place, ROW_GAP, shareAxis, split } from "../../amtviz/report/rows.js";

const picture = {
  width: 270,
  height: 184,
  narrowest: 220,
  isWide: false,
  isSteady: false,
  isShared: false,
};
const sum = (/** @type {number[]} */ numbers) => numbers.reduce((one, other) => one + other, 0);

/** Return the places of each row. */
function rowsOf(places) {
  const numbers = [...new Set(places.map(({ row }) => row))];
  return numbers.map((number) => places.filter(({ row }) => row === number));
}

test("rows differ by one at most, the shorter ones first", () => {
  assert.deepEqual(split(5, 2), [2, 3]);
  assert.deepEqual(split(11, 3), [3, 4, 4]);
  assert.deepEqual(split(12, 4), [3, 3, 3, 3]);
  for (let count = 1; count < 40; count += 1) {
    for (let rows = 1; rows <= count; rows += 1) {
      const divided = split(count, rows);
      assert.equal(sum(divided), count);
      assert.ok(divided.at(-1) - divided[0] <= 1);
      assert.deepEqual(divided, divided.toSorted((one, other) => one - other));
    }
  }
});

test("every row is full, to the pixels that can't be divided", () => {
  for (const isShared of [false, true]) {
    for (let width = 300; width <= 2560; width += 47) {
      for (let count = 1; count <= 30; count += 1) {
        const places = place(new Array(count).fill({ ...picture, isShared }), width);
        assert.equal(places.length, count);
        for (const row of rowsOf(places)) {
          const used = sum(row.map((each) => each.width)) + GAP * (row.length - 1);
          assert.ok(used <= width && used > width - row.length, `${used} of ${width}`);
          assert.equal(row.filter((each) => each.isLabelled).length, isShared ? 1 : 0);
          assert.equal(new Set(row.map((each) => each.height)).size, 1);
        }
      }
    }
  }
});

test("no panel stands alone where another division would do", () => {
  for (let width = 560; width <= 2560; width += 47) {
    for (let count = 2; count <= 30; count += 1) {
      const rows = rowsOf(place(new Array(count).fill(picture), width));
      const alone = rows.filter((row) => row.length === 1).length;
      // an odd number in two columns begins with a wide one
      const isTwo = width < 3 * 0.8 * picture.narrowest + 2 * GAP;
      assert.ok(!alone || (isTwo && count % 2 && alone === 1), `${count} at ${width}`);
    }
  }
});

test("a wide panel takes a row of its own, in its place", () => {
  const wide = { ...picture, width: 960, height: 340, isWide: true, isSteady: true };
  const places = place([picture, picture, wide, picture], 1232);
  assert.deepEqual(
    places.map(({ width, row }) => [width, row]),
    [
      [606, 0],
      [606, 0],
      [1232, 1],
      [1232, 2],
    ],
  );
  assert.equal(places[2].height, 340);
});

test("heights are in proportion, within what is read well", () => {
  const [one] = place(new Array(4).fill(picture), 1232);
  assert.equal(one.width, 293);
  assert.equal(one.height, Math.round((293 * 184) / 270));
  assert.equal(place([picture], 2560)[0].height, 300);
  assert.equal(place([picture], 230)[0].height, 170);
  assert.equal(place([{ ...picture, height: 90, isSteady: true }], 1232)[0].height, 90);
});

test("the plots of a row are equally wide beside the labels of the first", () => {
  assert.deepEqual(shareAxis(3, 774), [233 + AXIS, 233, 233]);
});

test("the overview fills its height with as many panels as fit", () => {
  // 790 x 500 of a laptop's window: five as two and three
  const { rows, height } = fit(5, 790, 500);
  assert.deepEqual(rows, [2, 3]);
  assert.equal(height, (500 - ROW_GAP) / 2 - CAPTION);
  // twelve have no room there; four columns are too narrow
  const many = fit(12, 790, 500);
  assert.equal(sum(many.rows), 9);
  assert.ok(many.height >= 128);
  assert.deepEqual(fit(0, 790, 500).rows, []);
  assert.deepEqual(fit(1, 790, 500).rows, [1]);
});

test("the overview is never higher than there is room for, and has no row of one", () => {
  for (let width = 640; width <= 2000; width += 80) {
    for (let height = 430; height <= 1300; height += 90) {
      for (let count = 2; count <= 30; count += 1) {
        const found = fit(count, width, height);
        const rows = found.rows.length;
        assert.ok(rows * (found.height + CAPTION) + (rows - 1) * ROW_GAP <= height);
        assert.ok(rows === 1 || found.rows[0] > 1, `${found.rows} at ${width} x ${height}`);
      }
    }
  }
});
