import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, setSignals } from "../../amtviz/report/compiled.js";

const fields = [{ field: "p0", channel: "x", type: "R" }];

/** Return what Vega-Lite compiles of a brush across a panel. */
const compiled = () => ({
  data: [{ name: "b_p0_store" }, { name: "trials" }],
  signals: [
    { name: "b_p0", update: 'vlSelectionResolve("b_p0_store", "union")' },
    { name: "ink", value: "#000" },
    { name: "b_p0_x", value: [], on: [] },
    {
      name: "b_p0_p0",
      on: [{ events: { signal: "b_p0_x" }, update: 'b_p0_x[0] === b_p0_x[1] ? null : invert("panel_x", b_p0_x)' }],
    },
    {
      name: "b_p0_tuple",
      on: [{ events: [{ signal: "b_p0_p0" }], update: 'b_p0_p0 ? {unit: "anchor", fields: b_p0_tuple_fields, values: [b_p0_p0]} : null' }],
    },
    { name: "b_p0_tuple_fields", value: fields },
  ],
});
const params = [
  { name: "b_p0", select: { type: "interval", encodings: ["x"] } },
  { name: "hover", select: { type: "point", on: "pointerover" } },
  { name: "ink", value: "#000" },
];

test("a brush begins as Vega-Lite compiles one that has a value", () => {
  const vega = compiled();
  begin(vega, params, { b_p0: { p0: [0.5, 2] }, ink: "#fff", b_p1: { p1: [0, 1] }, hover: { i: [1] } });
  const signals = Object.fromEntries(vega.signals.map((signal) => [signal.name, signal]));
  assert.deepEqual(vega.data[0].values, [{ unit: "anchor", fields, values: [[0.5, 2]] }]);
  assert.equal(signals.b_p0_x.init, '[scale("panel_x", 0.5), scale("panel_x", 2)]');
  assert.equal("value" in signals.b_p0_x, false);
  assert.equal(signals.b_p0_p0.init, "[0.5,2]");
  assert.equal(signals.b_p0_tuple.init, '{unit: "anchor", fields: b_p0_tuple_fields, values: [[0.5,2]]}');
  assert.equal(signals.ink.value, "#fff");
});

test("a chart that nothing was selected in begins as it was compiled", () => {
  const vega = compiled();
  begin(vega, params, { b_p0: {} });
  setSignals(vega, { paper: "#fff" });
  assert.deepEqual(vega, compiled());
});
