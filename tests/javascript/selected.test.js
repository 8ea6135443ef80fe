// The counter of selections that leave a trial out, against the reading of all at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Selected } from "../../amtviz/report/selected.js";
import { readSelection } from "../../amtviz/report/selection.js";

const columns = new Map([
  ["p0", { id: "p0", title: "rate", kind: "number" }],
  ["p1", { id: "p1", title: "kernel", kind: "category", labels: ["a", "b", "c"], touch: 0.3 }],
  ["y", { id: "y", title: "loss", kind: "number", edges: [0.1, 0.8] }],
]);
let seed = 3;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const trials = Array.from({ length: 300 }, (_, i) => ({
  i,
  j: i % 3,
  p0: i % 7 ? random() : null,
  p1: Math.floor(random() * 3),
  y: random(),
}));

test("whatever changes, the same trials are selected as when all is read anew", () => {
  const selected = new Selected(trials, columns);
  const ends = () => [random(), random()];
  /** @type {Record<string, any>} */
  let now = {};
  for (let step = 0; step < 40; step += 1) {
    const made = {
      b_p0: random() < 0.6 ? { p0: ends() } : {},
      c_p1: random() < 0.3 ? { p1: [random() * 3, random() * 3] } : {},
      b_y: random() < 0.4 ? { y: ends() } : {},
      legend: random() < 0.3 ? { j: [step % 3] } : {},
    };
    now = { ...now, ...Object.fromEntries(Object.entries(made).filter(() => random() < 0.5)) };
    selected.update(now);
    const read = readSelection(now, columns, trials);
    assert.deepEqual(
      trials.filter(({ i }) => !selected.failing[i]),
      read.trials,
    );
    assert.equal(selected.isSelecting, !read.isEmpty);
  }
});

test("the version tells whether anything changed", () => {
  const selected = new Selected(trials, columns);
  const before = selected.version;
  selected.update({ b_p0: { p0: [0.2, 0.4] } });
  const after = selected.version;
  assert.notEqual(after, before);
  selected.update({ b_p0: { p0: [0.2, 0.4] }, b_y: {} });
  assert.equal(selected.version, after);
});
