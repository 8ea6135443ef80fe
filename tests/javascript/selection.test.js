import assert from "node:assert/strict";
import { test } from "node:test";

import { collectRanges } from "../../amtviz/report/ranges.js";
import { readSelection, say, sortBestFirst } from "../../amtviz/report/selection.js";
import { CASES } from "./cases.js";

const { columns, trials } = CASES.selections.page;
const byId = new Map(columns.map((column) => [column.id, column]));
const searched = columns.filter((column) => column.range);
const bestFirst = sortBestFirst(trials);

for (const { why, selections, selected, ranges } of CASES.selections.cases) {
  test(`selected as in Python: ${why}`, () => {
    const selection = readSelection(selections, byId, bestFirst);
    const numbers = selection.trials.map(({ i }) => i).sort((a, b) => a - b);
    assert.deepEqual(numbers, selected);
    const { rows, notes } = collectRanges(searched, selection, trials);
    const brushed = new Set(selection.brushes.map(({ column }) => column.title));
    const kept = new Set(notes.map((note) => note.match(/^"(\w+)" is kept as declared/)?.[1]));
    const narrowed = rows.filter(({ name }) => brushed.has(name) && !kept.has(name));
    const found = narrowed.map(({ name, kind, values, low, high }) => {
      return [name, kind === "categorical" ? values : [low + 0, high + 0]];
    });
    assert.deepEqual(Object.fromEntries(found), ranges);
  });
}

test("trials come best first, those without a rank last", () => {
  assert.deepEqual(bestFirst.map(({ i }) => i), [1, 3, 5, 0, 4, 2]);
});

test("what is selected is counted, with its best and its median", () => {
  const none = readSelection({}, byId, bestFirst);
  assert.deepEqual(say(none, bestFirst), {
    count: "6 trials",
    best: "best 0.1",
    median: "median 0.25",
  });
  const one = bestFirst.slice(-1);
  assert.deepEqual(say({ ...none, trials: one }, one), { count: "1 trial", best: "", median: "" });
  const some = readSelection({ legend: { j: [1] } }, byId, bestFirst);
  assert.deepEqual(say(some, bestFirst), {
    count: "3 of 6 trials",
    best: "best 0.1",
    median: "median 0.2",
  });
});

test("a brush that reaches the end of an axis holds what is drawn there from beyond", () => {
  const column = { id: "y", title: "loss", kind: "number", edges: [0.2, 0.6] };
  const all = [0.3, 0.55, 450, null].map((y, i) => ({ i, y }));
  const held = (low, high) =>
    readSelection({ b_y: { y: [low, high] } }, new Map([["y", column]]), all).trials.map(
      ({ i }) => i,
    );
  assert.deepEqual(held(0.5, 0.602), [1, 2]);
  assert.deepEqual(held(0.5, 0.59), [1]);
});
