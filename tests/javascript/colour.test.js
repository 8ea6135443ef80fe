import assert from "node:assert/strict";
import { test } from "node:test";

import { THEMES } from "../../amtviz/embed/theme.js";
import { colourable, colourTrials } from "../../amtviz/report/colour.js";

const { light, dark } = THEMES;
const job = { id: "j", title: "tuning job", kind: "category", labels: ["a", "b", "c"], coloured: "default" };
const loss = { id: "y", title: "loss", kind: "number", coloured: "yes" };
const status = { id: "s", title: "status", kind: "category", labels: ["Completed", "Failed"], coloured: "yes" };
const rate = { id: "p0", title: "rate", kind: "number", scale: "log", coloured: "yes" };
const depth = { id: "p1", title: "depth", kind: "integer" };
const trials = [
  { i: 0, j: 0, y: 0.5, k: 3, s: 0, p0: 0.01, p1: 2 },
  { i: 1, j: 2, y: 0.25, k: 1, s: 0, p0: 0.0001, p1: 2 },
  { i: 2, j: 0, y: 9, k: 5, s: 0, p0: 1, p1: 2 },
  { i: 3, j: 2, y: null, k: null, s: 1, p0: null, p1: 2 },
  { i: 4, j: 0, y: 0.3, k: 2, s: 0, p0: 0.001, p1: 2 },
  { i: 5, j: 0, y: 0.7, k: 4, s: 0, p0: 0.1, p1: 2 },
];

test("the default stands first, what tells no trials apart not at all", () => {
  const columns = [loss, rate, depth, job];
  assert.deepEqual(colourable(columns).map(({ id }) => id), ["j", "y", "p0"]);
});

test("a tuning job has its colour, also where one before it has no trial", () => {
  for (const theme of [light, dark]) {
    const { colours, ramp, entries } = colourTrials(job, trials, theme);
    const [first, , third] = theme.job_colours;
    assert.deepEqual(colours, [first, third, first, third, first, first]);
    assert.equal(ramp, null);
    assert.deepEqual(entries, [
      { label: "a", colour: first, value: 0 },
      { label: "c", colour: third, value: 2 },
    ]);
  }
});

test("an objective is coloured by rank, whatever its values and its direction", () => {
  const { colours, ramp, entries } = colourTrials(loss, trials, light);
  const steps = light.ramp;
  assert.equal(steps.length, 33);
  assert.deepEqual(colours, [steps[16], steps[32], steps[0], light.unknown, steps[24], steps[8]]);
  assert.deepEqual(ramp, { colours: steps, labels: ["9", "0.25"] }); // from the worst to the best
  assert.deepEqual(entries, [{ label: "none", colour: light.unknown, value: null }]);
});

test("the only trial with an objective is the best", () => {
  const { colours, ramp } = colourTrials(loss, [trials[3], { i: 0, y: 7, k: 1 }], light);
  assert.deepEqual(colours, [light.ramp[32], , , light.unknown]);
  assert.deepEqual(ramp.labels, ["7", "7"]);
  assert.deepEqual(colourTrials(loss, [trials[3]], light).ramp.labels, []);
});

test("a number's colour goes by its axis: powers of ten are equal steps of a log axis", () => {
  const { colours, ramp } = colourTrials(rate, trials, dark);
  const steps = dark.ramp;
  assert.deepEqual(colours, [steps[16], steps[0], steps[32], dark.unknown, steps[8], steps[24]]);
  assert.deepEqual(ramp.labels, ["0.0001", "1"]);
  const linear = colourTrials({ ...rate, scale: undefined }, trials, dark).colours;
  assert.deepEqual(linear[5], steps[3]); // (0.1 - 0.0001) / 0.9999 of 32 steps
});

test("one value has one colour, and a reverse-log axis' ends are the values", () => {
  assert.equal(new Set(colourTrials(depth, trials, light).colours).size, 1);
  const momentum = { id: "p0", title: "momentum", kind: "number", scale: "reverse-log" };
  const rows = [
    { i: 0, p0: 1, p0s: "0.9" },
    { i: 1, p0: 3, p0s: "0.999" },
    { i: 2, p0: 2, p0s: "0.99" },
  ];
  const { colours, ramp } = colourTrials(momentum, rows, light);
  assert.deepEqual(colours, [light.ramp[0], light.ramp[32], light.ramp[16]]);
  assert.deepEqual(ramp.labels, ["0.9", "0.999"]);
});

test("a status looks the same on every page; others are told by their names", () => {
  const done = colourTrials(status, trials, light).colours[0];
  const failed = colourTrials(status, trials, light).colours[3];
  const other = { ...status, labels: ["Failed", "Unknown", "constructor"] };
  const rows = [0, 1, 2].map((s) => ({ i: s, s }));
  assert.equal(colourTrials(other, rows, light).colours[0], failed);
  assert.notEqual(done, failed);
  assert.ok(colourTrials(other, rows, light).colours.every((colour) => light.job_colours.includes(colour)));
});

test("past ten categories, colours repeat", () => {
  const labels = Array.from({ length: 12 }, (_, place) => `c${place}`);
  const rows = labels.map((_, place) => ({ i: place, p2: place }));
  const { colours } = colourTrials({ id: "p2", title: "kind", kind: "category", labels }, rows, light);
  assert.equal(colours[11], light.job_colours[1]);
});
