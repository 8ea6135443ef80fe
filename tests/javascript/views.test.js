import assert from "node:assert/strict";
import { test } from "node:test";

import { restore, save } from "../../amtviz/embed/selections.js";
import { paint, repaint } from "../../amtviz/embed/theme.js";
import { toInitial, toPlain } from "../../amtviz/embed/widget.js";
import { waitFor } from "../../amtviz/report/reload.js";
import { shorten, sortTrials, words } from "../../amtviz/report/trials.js";

const THEME = { ink: "#111", rule: "#222", paper: "#333" };

test("colours go where a chart has them, and into no selection", () => {
  const spec = { params: [{ name: "ink" }, { name: "paper", select: "point" }, { name: "toString" }] };
  paint(spec, THEME);
  assert.deepEqual(spec.params.map(({ value }) => value), ["#111", undefined, undefined]);
});

test("a view is repainted only when its paper changes", () => {
  const calls = [];
  const view = {
    signal(name, value) {
      if (name === "rule") throw new Error("no such signal");
      calls.push([name, value]);
    },
    run: () => calls.push("run"),
  };
  repaint(view, THEME);
  repaint(view, THEME);
  assert.deepEqual(calls, [["ink", "#111"], ["paper", "#333"], "run"]);
});

test("what was selected comes back, and a hover doesn't", () => {
  const params = [
    { name: "b_p0", select: { type: "interval", encodings: ["x"] } },
    { name: "legend", select: { type: "point" } },
    { name: "hover", select: { type: "point", on: "pointerover" } },
    { name: "shown", bind: { input: "checkbox" } },
    { name: "zoomed", select: { type: "interval" }, bind: "scales" },
    { name: "ink", value: "#333" },
  ];
  const values = {
    b_p0: { p0: [1, 2] },
    legend: { j: [1], vlPoint: { or: [{ j: 1 }] } },
    hover: { i: [3] },
    shown: true,
    zoomed: { x: null },
  };
  const saved = save({ signal: (name) => values[name] }, { params });
  assert.deepEqual(Object.keys(saved), ["b_p0", "legend", "shown"]);
  const next = { params: structuredClone(params) };
  restore(next, saved);
  const begun = next.params.map(({ value }) => value);
  assert.deepEqual(begun, [{ x: [1, 2] }, [{ j: 1 }], undefined, true, undefined, "#333"]);
});

test("a widget's selections are plain numbers, and begin a chart", () => {
  const times = { t: [new Date(5), new Date(7)] };
  assert.deepEqual(toPlain("b_t", times), { t: [5, 7] });
  const across = { encodings: ["x"] };
  const along = { encodings: ["y"] };
  const begun = (name, select, value) => toInitial({ name, select }, value);
  assert.deepEqual(begun("b_t", across, toPlain("b_t", times)), { x: [5, 7] });
  assert.deepEqual(begun("c_p0", along, { p0: [1, 2] }), { y: [1, 2] });
  assert.deepEqual(begun("b_y", along, { y: [1, 2] }), { y: [1, 2] }); // the density stands upright
  assert.deepEqual(begun("legend", {}, { j: [0, 2] }), [{ j: 0 }, { j: 2 }]);
});

test("a page that finds nothing new reloads less and less often", () => {
  assert.deepEqual([0, 1, 2, 20].map((same) => waitFor(60, same)), [60, 120, 240, 300]);
  assert.equal(waitFor(900, 3), 900);
});

test("rows are sorted by a column, missing ones last either way", () => {
  const trials = [{ y: 2 }, { y: null }, { y: 1 }, { y: 2 }].map((each, i) => ({ i, ...each }));
  const loss = { id: "y", kind: "number" };
  const order = (descending) => sortTrials(trials, loss, descending).map(({ i }) => i);
  assert.deepEqual([order(false), order(true)], [[2, 0, 3, 1], [0, 3, 2, 1]]);
  const names = ["job-10", "job-9", "job-1"].map((a, i) => ({ i, a }));
  const sorted = sortTrials(names, { id: "a", kind: "text" }, false);
  assert.deepEqual(sorted.map(({ a }) => a), ["job-1", "job-9", "job-10"]);
});

test("long texts keep both ends, and a trial's name leaves out its job's", () => {
  assert.equal(shorten("x".repeat(26)), "x".repeat(26));
  assert.equal(shorten("abcdefgh😀".repeat(9)).length, 28); // 26 letters, two of them in pairs
  const name = { id: "a", kind: "text" };
  const jobs = { id: "j", kind: "category", labels: ["job-a"] };
  assert.equal(words(name, { i: 0, a: "job-a-001", j: 0 }, jobs), "…-001");
  assert.equal(words(name, { i: 0, a: "other-001", j: 0 }, jobs), "other-001");
});
