// The colours of a chart that depend on what stands behind it.

import { blend } from "./lab.js";

/**
 * @typedef {object} Theme each a signal of every chart
 * @property {string} ink text and axes
 * @property {string} rule grid and domain lines
 * @property {string} paper
 * @property {string} strong the best trial's ring
 * @property {string} dim trials that aren't selected
 * @property {string} unknown trials without the value that colours tell
 * @property {string} accent selected trials where no one tuning job owns the mark
 * @property {string[]} job_colours by tuning job, again from the first after the last
 * @property {string[]} ramp from the worst objective to the best
 * @property {string[]} pin_colours by the letter of a pinned trial
 */

const STEPS = 33; // of the ramp

/**
 * The colours of the page's style sheet, and those of trials. On its paper each job's colour has a
 * contrast of at least 3 : 1, and no kind of sight takes one for another.
 * @type {{light: Theme, dark: Theme}}
 */
export const THEMES = {
  light: {
    ink: "#2f353b",
    rule: "#e4e7ea",
    paper: "#ffffff",
    strong: "#14181b",
    dim: "#d3d8dc",
    unknown: "#868e96",
    accent: "#1f66ad",
    job_colours: [
      "#2b7fc4",
      "#d97a06",
      "#a3123f",
      "#7030d8",
      "#138a78",
      "#6f655c",
      "#641061",
      "#b68954",
      "#853f00",
      "#0b2a8c",
    ],
    ramp: blend(["#6f9896", "#428fab", "#2f73b0", "#343f96", "#2a1158"], STEPS),
    pin_colours: ["#7030d8", "#0e7465", "#a65b00", "#2170b2"],
  },
  dark: {
    ink: "#cdd3d8",
    rule: "#2c3238",
    paper: "#15181b",
    strong: "#f3f5f6",
    dim: "#3d444b",
    unknown: "#7b858e",
    accent: "#82b7ea",
    job_colours: [
      "#57a5ea",
      "#ffb52e",
      "#e8556f",
      "#b06cff",
      "#5fd3b4",
      "#a89c92",
      "#b5458b",
      "#f4e7b2",
      "#c8642a",
      "#7a55f5",
    ],
    ramp: blend(["#56707c", "#4a8496", "#57b0ae", "#a6d99a", "#fdf3a6"], STEPS),
    pin_colours: ["#c08aff", "#5fd3b4", "#ffb52e", "#57a5ea"],
  },
};

/** Return the factor of points' areas: large windows have large panels. */
export function enlargement() {
  return globalThis.innerWidth ? Math.min(1.8, Math.max(1, (innerWidth / 1400) ** 2)) : 1;
}

/**
 * Give a specification the colours from the start, rather than drawing it twice.
 * @param {VegaSpec} spec
 * @param {Theme} theme
 */
export function paint(spec, theme) {
  const colours = new Map(Object.entries({ ...theme, enlarged: enlargement() }));
  for (const param of spec.params ?? []) {
    if (colours.has(param.name) && !("select" in param)) param.value = colours.get(param.name);
  }
}

/**
 * Change the colours of what is drawn, if they are others.
 * @param {VegaView} view
 * @param {Theme} theme
 */
export function repaint(view, theme) {
  if (view.amtvizPaper === theme.paper) return;
  view.amtvizPaper = theme.paper;
  for (const [name, value] of Object.entries(theme)) {
    try {
      view.signal(name, value);
    } catch {
      // a chart without that signal keeps its own colours
    }
  }
  view.run();
}
