import assert from "node:assert/strict";
import { test } from "node:test";

import { blend, toLab, toLight } from "../../amtviz/embed/lab.js";
import { THEMES } from "../../amtviz/embed/theme.js";
import { CASES } from "./cases.js";

// Machado, Oliveira and Fernandes (2009): sight without one kind of cones, of amounts of light
const SIGHTS = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const seen = (colour, matrix) => {
  const light = toLight(colour);
  return matrix.map((row) => {
    const part = row.reduce((sum, each, place) => sum + each * light[place], 0);
    return Math.min(1, Math.max(0, part));
  });
};

/** How far apart two colours look (CIE 1976) to whom they look most alike. */
const apart = (one, other) =>
  Math.min(
    ...Object.values(SIGHTS).map((matrix) => {
      const [a, b] = [one, other].map((colour) => toLab(seen(colour, matrix)));
      return Math.hypot(...a.map((part, place) => part - b[place]));
    }),
  );

/** WCAG 2's contrast. */
const contrast = (one, other) => {
  const [dark, bright] = [one, other]
    .map(toLight)
    .map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue)
    .sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};

test("colours have the published lightness and hue", () => {
  const published = { "#ffffff": [100, 0, 0], "#ff0000": [53.24, 80.09, 67.2], "#0000ff": [32.3, 79.19, -107.86] };
  for (const [colour, lab] of Object.entries(published)) {
    toLab(toLight(colour)).forEach((part, place) => assert.ok(Math.abs(part - lab[place]) < 0.02, colour));
  }
});

for (const { why, colours, blended } of CASES.blends) {
  test(why, () => assert.deepEqual(blend(colours, blended.length), blended));
}

for (const [name, theme] of Object.entries(THEMES)) {
  test(`on ${name} paper every mark can be seen`, () => {
    assert.equal(theme.job_colours.length, 10);
    for (const colour of [...theme.job_colours, ...theme.ramp, theme.strong, theme.unknown]) {
      assert.ok(contrast(colour, theme.paper) >= 3, `${colour}: ${contrast(colour, theme.paper)}`);
    }
    for (const colour of [theme.ink, theme.accent]) assert.ok(contrast(colour, theme.paper) >= 4.5);
    assert.ok(contrast(theme.dim, theme.paper) < 2); // what isn't selected stands back
  });

  test(`on ${name} paper nobody takes one tuning job for another`, () => {
    const jobs = theme.job_colours;
    jobs.forEach((one, place) => {
      for (const other of jobs.slice(place + 1)) {
        const least = jobs.indexOf(other) < 3 ? 25 : 10;
        assert.ok(apart(one, other) >= least, `${one} ${other}: ${apart(one, other)}`);
      }
    });
  });

  test(`on ${name} paper a better trial stands out more, to everyone`, () => {
    for (const matrix of Object.values(SIGHTS)) {
      const bright = theme.ramp.map((colour) => toLab(seen(colour, matrix))[0]);
      const steps = bright.slice(1).map((part, place) => part - bright[place]);
      assert.ok(steps.every((step) => (name === "dark" ? step > 0 : step < 0)), steps.join());
      assert.ok(Math.abs(bright[0] - bright.at(-1)) > 40);
    }
  });
}
