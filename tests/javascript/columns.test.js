import assert from "node:assert/strict";
import { test } from "node:test";

import { unpack } from "../../amtviz/report/columns.js";
import { CASES } from "./cases.js";

const { rows, packed } = CASES.columns;

test("rows come back from columns, and each time anew", () => {
  const { some } = unpack({ some: packed });
  const [once, again] = [some.rows(), some.rows()];
  assert.deepEqual(once, rows);
  assert.notEqual(once[0], again[0]);
  assert.deepEqual(some.rows(["y", "a"]), rows.map(({ y, a }) => ({ y, a })));
});

test("trials read the columns", () => {
  const { some } = unpack({ some: packed });
  const trials = some.trials();
  assert.deepEqual(trials.map(({ i, y, a, missing }) => [i, y, a, missing]), rows.map(({ i, y, a }) => [i, y, a, null]));
  assert.equal(trials[0].unknown, undefined);
});

test("columns of numbers are typed arrays, NaN where one is missing", () => {
  const { some } = unpack({ some: packed });
  assert.ok(some.column("i") instanceof Uint8Array);
  assert.ok(some.column("y") instanceof Float64Array);
  assert.deepEqual([...some.column("k")], rows.map(({ k }) => k ?? NaN));
  assert.deepEqual([...some.column("missing")], rows.map(() => NaN));
});
