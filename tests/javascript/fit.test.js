import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, setColumns } from "../../amtviz/embed/fit.js";

const grid = (count, columns = 4) => ({ concat: Array(count).fill({ mark: "point" }), columns });

test("every wrapping grid gets columns whose last row is full as far as can be", () => {
  const spec = { vconcat: [grid(1), { hconcat: [grid(7)] }, { concat: [] }, grid(9), grid(2)] };
  setColumns(spec, 4);
  assert.deepEqual(spec.vconcat[0].columns, 1);
  assert.deepEqual(spec.vconcat[1].hconcat[0].columns, 4); // 4 + 3
  assert.ok(!("columns" in spec.vconcat[2]));
  assert.deepEqual(spec.vconcat[3].columns, 3); // 3 + 3 + 3
  assert.deepEqual(spec.vconcat[4].columns, 2);
});

test("the legend's lines break anew, and so do those under a heading", () => {
  const axis = () => ({ scale: { domain: [0, 1] } });
  const legend = {
    name: "legend",
    data: { name: "entries" },
    layer: [{ encoding: { x: axis(), y: axis() } }],
  };
  const entries = [0, 1, 2, 3].map((j) => ({ j }));
  const section = { ...grid(4), title: { text: "?", limit: 1080, subtitle: "word ".repeat(60) } };
  section.title.subtitle = [section.title.subtitle.trim(), "more"];
  const spec = { vconcat: [legend, section], datasets: { entries } };
  arrange(spec, 700);
  assert.deepEqual(entries.map(({ x, row }) => [x, row]), [[0, 0], [340, 0], [0, 1], [340, 1]]);
  assert.deepEqual([legend.width, legend.height], [680, 36]);
  assert.deepEqual(legend.layer[0].encoding.x.scale.domain, [-10, 670]);
  assert.deepEqual(legend.layer[0].encoding.y.scale.domain, [1.5, -0.5]);
  assert.equal(section.columns, 2);
  assert.equal(section.title.limit, 600);
  assert.equal(section.title.subtitle.join(" "), `${"word ".repeat(60)}more`);
  assert.ok(section.title.subtitle.every((line) => line.length <= 100));
  assert.equal(section.title.subtitle.length, 4); // 304 letters of 6 pixels in 600
});

test("the axes of parallel coordinates end where their lines do", () => {
  const strips = { concat: [{ width: 22 }, { width: 22 }, { width: 22 }], spacing: 1 };
  const parallel = { name: "parallel_coordinates", concat: [{ width: 960 }, strips], spacing: -960 };
  const spec = { vconcat: [parallel], params: [{ name: "parallel_width", expr: "960" }] };
  arrange(spec, 1000);
  const { width } = parallel.concat[0];
  assert.ok(width > 700 && width < 900);
  assert.equal(parallel.spacing, -width);
  assert.equal(3 * 22 + 2 * strips.spacing, width);
  assert.equal(spec.params[0].expr, String(width));
});
