import assert from "node:assert/strict";
import { test } from "node:test";

import { hide, checkOrder, moveTo, shareOf, shift, valueAt, widen } from "../../amtviz/report/axes.js";
import { readBest, selectBest } from "../../amtviz/report/best.js";
import { address, compare, share, spread, toggle } from "../../amtviz/report/compare.js";
import { choose, findPrediction } from "../../amtviz/report/pairs.js";

// --- pins

test("a click pins, another one releases, and a fifth takes the place of the last", () => {
  assert.deepEqual(toggle([], 7), [7]);
  assert.deepEqual(toggle([7, 3], 3), [7]);
  assert.deepEqual(toggle([1, 2, 3, 4], 5), [1, 2, 3, 5]);
  assert.deepEqual(toggle([1, 2, 3, 4], 2), [1, 3, 4]);
});

const COLUMNS = [
  { id: "y", title: "loss", kind: "number" },
  { id: "p0", title: "depth", kind: "number", range: { kind: "integer" } },
  { id: "p1", title: "kind", kind: "category", labels: ["a", "b"], range: { kind: "categorical" } },
  { id: "f", title: "reason", kind: "text" },
];
const TRIALS = [
  { i: 0, k: 2, y: 0.5, p0: 3, p1: 1 },
  { i: 1, k: 1, y: 0.25, p0: 3, p1: null },
  { i: 2, k: null, y: null, p0: 3, p1: 1 },
];

test("a line of the comparison tells what differs, and whose objective is best", () => {
  const rows = compare(COLUMNS, TRIALS);
  assert.deepEqual(
    rows.map(({ column, values, differs, best }) => [column.id, values, differs, best]),
    [
      ["y", ["0.5", "0.25", "–"], true, [1]],
      ["p0", ["3", "3", "3"], false, []],
      ["p1", ["b", "–", "b"], true, []],
    ],
  );
  assert.deepEqual(compare(COLUMNS, TRIALS.slice(0, 1)).map(({ differs }) => differs), [false, false, false]);
});

test("a letter stands where its value is in the declared range", () => {
  const range = { low: 1e-4, high: 1, scaling: "Logarithmic" };
  assert.equal(share({ id: "p0", range }, { p0: 1e-2 }), 0.5);
  assert.equal(share({ id: "p0", range: { ...range, scaling: "Linear", low: 0 } }, { p0: 0.25 }), 0.25);
  assert.equal(share({ id: "p0", range }, { p0: 1e-6 }), 0);
  const nines = { low: 0.9, high: 0.999, scaling: "ReverseLogarithmic" };
  const at = share({ id: "p0", range: nines, scale: "reverse-log" }, { p0: 2 });
  assert.ok(Math.abs(at - 0.5) < 1e-12); // the trial holds -log10(1 - 0.99)
  assert.equal(share({ id: "p0", labels: ["a", "b"], range }, { p0: 1 }), 0.75);
  assert.equal(share({ id: "p0", range: { low: null, high: null } }, { p0: 1 }), null);
  assert.equal(share({ id: "p0", range }, {}), null);
});

test("letters keep apart, in their order and on the line", () => {
  const near = (/** @type {number[]} */ found, /** @type {number[]} */ expected) =>
    found.forEach((value, nth) => assert.ok(Math.abs(value - expected[nth]) < 1e-9, String(found)));
  near(spread([0.2, 0.8], 0.1), [0.2, 0.8]);
  near(spread([0.5, 0.5, 0.45], 0.1), [0.55, 0.65, 0.45]);
  near(spread([1, 1, 0.98], 0.1), [0.9, 1, 0.8]);
  near(spread([0, 0, 0, 0], 0.5), [0, 1 / 3, 2 / 3, 1]);
});

test("a name is only text in an address", () => {
  const template = "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/jobs/{}";
  assert.equal(address(template, "job-1"), template.replace("{}", "job-1"));
  assert.ok(address(template, "a$&/b#\"><c").endsWith("#/jobs/a%24%26%2Fb%23%22%3E%3Cc"));
});

// --- the best trials

test("so many per cent of the ranked are the best, one at the least", () => {
  assert.deepEqual(selectBest(10, 125), { k: [1, 12] });
  assert.deepEqual(selectBest(1, 20), { k: [1, 1] });
  assert.deepEqual(selectBest(100, 20), {});
  for (const percent of [1, 7, 29, 58, 99]) {
    assert.equal(readBest(selectBest(percent, 1000), 1000), percent);
  }
  assert.equal(readBest({}, 20), 100);
  assert.equal(readBest(undefined, 20), 100);
});

// --- axes

test("an axis moves to a slot, and two axes stay", () => {
  assert.deepEqual(moveTo([0, 1, 2, 3], 3, 0), [3, 0, 1, 2]);
  assert.deepEqual(moveTo([0, 1, 2, 3], 0, 2), [1, 2, 0, 3]);
  assert.deepEqual(moveTo([0, 1, 2], 1, 9), [0, 2, 1]);
  assert.deepEqual(moveTo([0, 1, 2], 1, -1), [1, 0, 2]);
  assert.deepEqual(moveTo([0, 2], 1, 1), [0, 1, 2]); // it was hidden
  assert.deepEqual(hide([0, 1, 2], 1), [0, 2]);
  assert.deepEqual(hide([0, 2], 0), [0, 2]);
});

test("an order from elsewhere holds what there is", () => {
  assert.deepEqual(checkOrder(undefined, 3), [0, 1, 2]);
  assert.deepEqual(checkOrder([2, 0], 3), [2, 0]);
  assert.deepEqual(checkOrder([2, 2, 7, 0], 3), [2, 0]);
  assert.deepEqual(checkOrder([1], 3), [0, 1, 2]);
});

test("a value stands where its axis has it, linear or log", () => {
  const axis = { g: 0, f: "p0", n: "rate", low: 1e-4, high: 1, log: true, free: false };
  assert.ok(Math.abs(valueAt(axis, 0.25, true) - 1e-3) < 1e-12);
  assert.ok(Math.abs(valueAt({ ...axis, low: 0 }, 0.25, false) - 0.25) < 1e-12);
  assert.equal(valueAt({ ...axis, low: 0 }, 1.5, false), 1);
  for (const isLog of [true, false]) {
    assert.ok(Math.abs(shareOf(axis, valueAt(axis, 0.3, isLog), isLog) - 0.3) < 1e-12);
  }
});

test("a brush moves within its axis, and widens as far as it goes", () => {
  const near = (/** @type {number[]} */ found, /** @type {number[]} */ expected) =>
    found.forEach((value, nth) => assert.ok(Math.abs(value - expected[nth]) < 1e-12));
  near(shift([0.2, 0.5], 0.1), [0.3, 0.6]);
  near(shift([0.2, 0.5], 0.9), [0.7, 1]);
  near(shift([0.2, 0.5], -0.9), [0, 0.3]);
  near(widen([0.05, 0.5], 0.1), [0, 0.6]);
  near(widen([0.45, 0.5], -0.1), [0.45, 0.5]);
});

// --- pairs

test("a hyperparameter that is chosen twice changes places with the other", () => {
  assert.deepEqual(choose([0, 1], 0, 2), [2, 1]);
  assert.deepEqual(choose([0, 1], 1, 2), [0, 2]);
  assert.deepEqual(choose([0, 1], 0, 1), [1, 0]);
  assert.deepEqual(choose([0, 1], 1, 0), [1, 0]);
});

test("a pair's prediction is found whichever way round it is chosen", () => {
  const known = [[0, 3, "interaction_0"], [2, 1, "interaction_1"]];
  assert.equal(findPrediction(known, [3, 0]), "interaction_0");
  assert.equal(findPrediction(known, [2, 1]), "interaction_1");
  assert.equal(findPrediction(known, [0, 1]), undefined);
});
