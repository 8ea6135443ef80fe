import assert from "node:assert/strict";
import { test } from "node:test";

import { guard, quote, writeCsv } from "../../amtviz/report/csv.js";
import { CASES } from "./cases.js";

for (const { cell, quoted } of CASES.csv) {
  test(`${JSON.stringify(cell)} is quoted as Python quotes it`, () => {
    assert.equal(quote(cell), quoted);
  });
}

for (const { text, guarded } of CASES.formulas) {
  test(`${JSON.stringify(text)} is no formula, as in Python`, () => assert.equal(guard(text), guarded));
}

test("columns without a name are left out, and so are missing values", () => {
  const columns = [
    { id: "a", title: "training job", kind: "text", name: "TrainingJobName" },
    { id: "k", title: "rank", kind: "integer" },
    { id: "y", title: "loss", kind: "number", name: "=loss" },
    { id: "p0", title: "kind", kind: "category", name: "kind", labels: ["x", "-y"] },
    { id: "c", title: "started", kind: "time", name: "TrainingStartTime" },
    { id: "p1", title: "seed", kind: "integer", name: "seed" },
  ];
  const trials = [
    { i: 0, a: "=a,b", k: 1, y: -0.5, p0: 1, c: 86400000, p1: 9007199254740992, p1s: "9007199254740993" },
    { i: 1, a: "b", k: null, y: null, p0: 0, p1: 3 },
  ];
  assert.equal(
    writeCsv(columns, trials),
    "TrainingJobName,'=loss,kind,TrainingStartTime,seed\r\n" +
      "\"'=a,b\",-0.5,'-y,1970-01-02T00:00:00.000Z,9007199254740993\r\n" +
      "b,,x,,3\r\n",
  );
});
