// The colours of a chart that depend on what stands behind it.

/** @typedef {{ink: string, rule: string, paper: string, pin_colours: string[]}} Theme */

/** Text and axes, grid and domain lines, and paper, each as in the page's style sheet. */
export const THEMES = {
  light: { ink: "#33383d", rule: "#e3e6e8", paper: "#ffffff", pin_colours: ["#7030d8", "#0e7465", "#a65b00", "#2170b2"] },
  dark: { ink: "#ccd2d7", rule: "#343a40", paper: "#1d2125", pin_colours: ["#c08aff", "#5fd3b4", "#ffb52e", "#57a5ea"] },
};

/**
 * Give a specification the colours from the start, rather than drawing it twice.
 * @param {VegaSpec} spec
 * @param {Theme} theme
 */
export function paint(spec, theme) {
  const colours = new Map(Object.entries(theme));
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
