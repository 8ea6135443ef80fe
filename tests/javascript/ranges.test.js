import assert from "node:assert/strict";
import { test } from "node:test";

import { collectRanges, limitsOf, narrowRange } from "../../amtviz/report/ranges.js";
import { makeRow, writeComment, writeRanges } from "../../amtviz/report/sdk_code.js";
import { readSelection } from "../../amtviz/report/selection.js";
import { CASES } from "./cases.js";

const { columns, trials } = CASES.selections.page;
const byId = new Map(columns.map((column) => [column.id, column]));
const searched = columns
  .filter((column) => column.range)
  .map((column) => ({
    ...column,
    range: { ...column.range, ends: [String(column.range.low), String(column.range.high)] },
  }));
for (const column of searched) byId.set(column.id, column);

for (const { why, kind, scale, brush, limits, ends } of CASES.ranges) {
  test(`narrowed as in Python: ${why}`, () => {
    const found = narrowRange(kind, scale, brush, limits);
    assert.deepEqual(found && found.map((end) => end + 0), ends);
  });
}

for (const { why, rows, lines } of CASES.code) {
  test(`code as in Python: ${why}`, () => {
    const written = writeRanges(rows.map((row) => makeRow(row)), "import it");
    assert.equal(written, ["import it", "", ...lines].join("\n"));
  });
}

test("declared ends keep the digits that they came with", () => {
  const ends = ["9007199254740993", "18014398509481985"];
  const range = { name: "n", kind: "integer", low: 2 ** 53, high: 2 ** 54, scaling: "Auto", ends };
  assert.deepEqual(makeRow(range).ends, ends);
  assert.deepEqual(makeRow(range, { low: 2 ** 53 + 4 }).ends, ["9007199254740996", ends[1]]);
});

test("limits are what was declared or tried", () => {
  const column = { id: "p0", kind: "number", range: { low: 0.2, high: 0.4 } };
  const tried = [0.3, null, 0.5].map((p0, i) => ({ i, p0 }));
  assert.deepEqual(limitsOf(column, tried), [0.2, 0.5]);
  assert.deepEqual(limitsOf({ ...column, range: { low: null, high: null } }, tried), [0.3, 0.5]);
});

function collect(selections) {
  const { rows, notes } = collectRanges(searched, readSelection(selections, byId, trials), trials);
  return { ends: Object.fromEntries(rows.map((row) => [row.name, row.ends])), rows, notes };
}

test("beside a brush of its own, the others stay as declared", () => {
  const { ends, notes } = collect({ b_p1: { p1: [1.5, 4.5] } });
  assert.deepEqual(ends.depth, ["2", "4"]);
  assert.deepEqual(ends.rate, ["0", "1"]);
  assert.deepEqual(notes, ['As brushed: "depth".', "The others are as declared."]);
});

test("a brush on the objective takes what its trials span", () => {
  const { ends, rows, notes } = collect({ b_y: { y: [0.15, 0.35] } }); // trials 0, 3 and 5
  assert.deepEqual(ends, {
    rate: ["0.01", "0.35"],
    depth: ["1", "6"],
    kind: [],
    momentum: ["0.75", "0.95"],
  });
  assert.deepEqual(rows[2].values, ["x", "2", "10"]);
  assert.match(notes.join(" "), /each range spans the values of the 3 selected trials\.$/);
});

test("a brush on nothing keeps the declared range, and says so", () => {
  const { ends, notes } = collect({ b_p1: { p1: [2.2, 2.8] } });
  assert.deepEqual(ends.depth, ["1", "6"]);
  assert.equal(notes[0], "No trial lies in this selection.");
  const kept = '"depth" is kept as declared: its brush holds no value of that range.';
  assert.equal(notes.at(-1), kept);
});

test("a comment is wrapped between words, at 88 characters beside its sign", () => {
  const lines = writeComment("word ".repeat(60).trim()).split("\n");
  assert.equal(lines.join(" ").replaceAll("# ", ""), "word ".repeat(60).trim());
  assert.deepEqual(lines.map((line) => line.length), [86, 86, 86, 46]);
});

test("several algorithms have their ranges under their own names, each with its true name", () => {
  const own = { kind: "integer", scaling: "Auto", values: [] };
  const xgb = { ...own, name: "depth", low: 1, high: 9, ends: ["1", "9"] };
  const linear = { ...own, name: "depth", kind: "categorical", values: ["a", "b"] };
  const constructor = { ...own, name: "eta", kind: "continuous", low: 0, high: 1, ends: ["0", "1"] };
  const ranges = [
    { ...xgb, name: "depth (xgb)", owners: { xgb } },
    { ...linear, name: "depth (linear)", owners: { linear } },
    { ...constructor, low: 0, high: 5, owners: { xgb: constructor, constructor } },
  ];
  const rows = ranges.map((range, place) => makeRow(range, place ? {} : { low: 2, high: 4 }));
  assert.equal(
    writeRanges(rows, "import it"),
    [
      "import it",
      "",
      "hyperparameter_ranges_dict = {",
      '    "xgb": {',
      '        "depth": IntegerParameter(2, 4),',
      '        "eta": ContinuousParameter(0, 1),',
      "    },",
      '    "linear": {',
      '        "depth": CategoricalParameter(["a", "b"]),',
      "    },",
      '    "constructor": {',
      '        "eta": ContinuousParameter(0, 1),',
      "    },",
      "}",
    ].join("\n"),
  );
});
