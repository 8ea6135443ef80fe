import assert from "node:assert/strict";
import { test } from "node:test";

import { readAddress, writeAddress } from "../../amtviz/report/address.js";

const COLUMNS = [
  { id: "a", title: "training job", kind: "text", name: "TrainingJobName" },
  { id: "y", title: "f1", kind: "number", name: "f1" },
  { id: "p0", title: "n & d=1", kind: "integer", name: "n & d=1", range: {} },
  { id: "p1", title: "kind", kind: "category", name: "kind", labels: ["a", "b"], touch: 0.3, range: {} },
  { id: "t", title: "start", kind: "time" },
  { id: "j", title: "tuning job", kind: "category", name: "TuningJobName", labels: ["x", "y?", "z"] },
];
const TRIALS = [0, 1, 2].map((i) => ({
  i,
  a: `trial #${i}`,
  y: i / 3,
  p0: 10 * i,
  p1: i % 2,
  t: 1767225600123 + i,
  j: i,
}));
const read = (text) => readAddress(text, COLUMNS, TRIALS);
const write = (place) => writeAddress(place, COLUMNS, TRIALS);

test("what is written is read again", () => {
  const place = {
    section: "values",
    selections: {
      b_p0: { p0: [0, 15] },
      c_p0: { p0: [5, 25] },
      b_p1: { p1: [-0.25, 0.25] },
      b_t: { t: [1767225600123, 1767225600124] },
      b_y: { y: [0.333333333, 0.7] },
      legend: { j: [1] },
    },
    state: { colour: "p0", folded: ["cost", "next"], pins: [2, 0] },
  };
  assert.deepEqual(read(write(place)), place);
});

test("ends are written in their order, short, and times to the millisecond", () => {
  const text = write({ selections: { b_y: { y: [0.7000000000000001, 0] } }, state: {} });
  assert.equal(text, "?b.f1=0..0.7");
  const time = write({ selections: { b_t: { t: [1767225600123.4, 1767225600125] } }, state: {} });
  assert.equal(time, "?b.start=1767225600123..1767225600125");
});

test("nothing set is no address", () => {
  assert.equal(write({ selections: { legend: {}, hover: { i: [1] } }, state: {} }), "");
  assert.deepEqual(read(""), { section: "", selections: {}, state: {} });
});

test("names may hold any sign", () => {
  const text = write({ selections: { b_p0: { p0: [0, 1] }, legend: { j: [1] } }, state: { pins: [1] } });
  assert.equal(text, "?b.n%20%26%20d%3D1=0..1&job=y%3F&pin=trial%20%231");
});

for (const [why, text] of [
  ["broken escapes", "section-x?b.f1=%E0%A4%A&%=%&job=%zz"],
  ["no numbers", "?b.f1=a..b&b.f1=1&b.f1=..&b.f1=0..&b.f1=0..1..2&b.f1=NaN..Infinity"],
  ["ends in the wrong order", "?b.f1=1..0"],
  ["unknown names", "?b.nothing=0..1&job=w&colour=nothing&pin=nobody&x.f1=0..1&b.=0..1&=&&&"],
  ["keys of objects", "?__proto__=1&b.__proto__=0..1&constructor=1&colour=constructor&job=toString"],
  ["a brush that holds no trial", "?b.f1=7..8&b.kind=5..6"],
  ["values of text", "?b.TrainingJobName=0..1"],
  ["markup", "?<script>alert(1)</script>=<img src=x onerror=alert(1)>"],
]) {
  test(`of an address, what isn't in the data is left out: ${why}`, () => {
    const { selections, state } = read(text);
    assert.deepEqual(selections, {});
    assert.deepEqual(state, {});
    assert.equal({}.polluted, undefined);
  });
}

test("one part that can't be read leaves the others", () => {
  const { selections, state } = read("?b.f1=x&job=z&b.kind=0.9..1.1&colour=kind&folded=cost");
  assert.deepEqual(selections, { b_p1: { p1: [0.9, 1.1] }, legend: { j: [2] } });
  assert.deepEqual(state, { colour: "p1", folded: ["cost"] });
});

test("an address as long as can be is read in no time", () => {
  const begun = performance.now();
  assert.deepEqual(read(`?${"b.f1=0..1&".repeat(1e5)}`).selections, { b_y: { y: [0, 1] } });
  assert.ok(performance.now() - begun < 1000);
});
