import assert from "node:assert/strict";
import { test } from "node:test";

import { choose, withoutShared } from "../../amtviz/report/legend.js";
import { tellApart } from "../../amtviz/report/selection.js";

test("a click shows one job alone, and another one all", () => {
  assert.deepEqual(choose([], 1), [1]);
  assert.deepEqual(choose([1], 1), []);
  assert.deepEqual(choose([1], 2), [2]);
  assert.deepEqual(choose([0, 1], 1), [1]);
});

test("names lose what all begin with, at a sign between words", () => {
  assert.deepEqual(withoutShared(["digits-random", "digits-rare"]), ["random", "rare"]);
  assert.deepEqual(withoutShared(["a-b", "a-b-c"]), ["b", "b-c"]);
  assert.deepEqual(withoutShared(["one", "other"]), ["one", "other"]);
  assert.deepEqual(withoutShared(["alone-1"]), ["alone-1"]);
  assert.deepEqual(withoutShared([]), []);
});

test("numbers get the digits that tell them apart", () => {
  assert.deepEqual(tellApart([0.957634, 0.896412]), ["0.9576", "0.8964"]);
  assert.deepEqual(tellApart([0.957634, 0.957638]), ["0.95763", "0.95764"]);
  assert.deepEqual(tellApart([0.5, 0.5]), ["0.5", "0.5"]);
});
