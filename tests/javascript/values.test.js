import assert from "node:assert/strict";
import { test } from "node:test";

import { exact, numberOf, shown } from "../../amtviz/report/values.js";

const time = { id: "c", title: "started", kind: "time" };
const momentum = { id: "p0", title: "momentum", kind: "number", scale: "reverse-log" };
const seed = { id: "p1", title: "seed", kind: "number", range: { kind: "integer" } };
const trial = { i: 0, c: 1500, p0: 1, p0s: "0.9000001234", p1: 1e16, p1s: "10000000000000001" };

test("where a place on an axis is another number, the words have the value", () => {
  assert.equal(numberOf(momentum, trial), 0.9000001234);
  assert.equal(exact(momentum, trial), "0.9000001234");
  assert.equal(shown(momentum, trial), "0.9");
  assert.equal(shown(seed, trial), "10000000000000001");
});

test("times are in UTC, shown to the second", () => {
  assert.equal(exact(time, trial), "1970-01-01T00:00:01.500Z");
  assert.equal(shown(time, trial), "1970-01-01 00:00:01");
});

test("missing is missing, whether null or left out", () => {
  for (const missing of [{ i: 1 }, { i: 1, c: null, p0: null, p0s: null }]) {
    assert.equal(exact(time, missing), null);
    assert.equal(numberOf(momentum, missing), null);
    assert.equal(shown(momentum, missing), "–");
  }
});

test("zero is a value", () => {
  assert.equal(shown({ id: "y", title: "loss", kind: "number" }, { i: 0, y: 0 }), "0");
});
