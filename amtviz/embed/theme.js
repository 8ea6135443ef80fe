// The chart's colours for what stands behind it: a notebook's theme, whichever notebook it is.
const INKS = {
  light: { ink: "#33383d", rule: "#e3e6e8" }, // as in amtviz/charts/theme.py
  dark: { ink: "#ccd2d7", rule: "#343a40" },
};

/** Read any CSS colour as red, green, blue and alpha, each up to 255. */
function readColour(text) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = text;
  pen.fillRect(0, 0, 1, 1);
  return pen.getImageData(0, 0, 1, 1).data;
}

/** Give ink, rule and paper for the first opaque background behind an element. */
function themeBehind(element) {
  const attached = element.isConnected ? element : document.body;
  for (let node = attached; node; node = node.parentElement || node.getRootNode().host) {
    const paper = node.ownerDocument.defaultView.getComputedStyle(node).backgroundColor;
    const [red, green, blue, alpha] = readColour(paper);
    if (alpha < 128) continue;
    const dark = 0.299 * red + 0.587 * green + 0.114 * blue < 128;
    return { ...INKS[dark ? "dark" : "light"], paper };
  }
  return { ...INKS.light, paper: "#ffffff" };
}

/** Call a function whenever what is behind an element may have another colour, as when a page
 * changes its theme or takes the element in; gives what ends that. */
function onTheme(element, change) {
  const themes = new MutationObserver(() => requestAnimationFrame(change));
  const page = element.ownerDocument;
  for (const each of [page.documentElement, page.body]) themes.observe(each, { attributes: true });
  const places = new IntersectionObserver(change);
  places.observe(element);
  return () => {
    themes.disconnect();
    places.disconnect();
  };
}

/** Give a specification the colours from the start, rather than drawing it twice. */
function paint(spec, theme) {
  for (const param of spec.params || []) {
    if (param.name in theme && !("select" in param)) param.value = theme[param.name];
  }
}

/** Change the colours of what is drawn, if they are others. */
function repaint(view, theme) {
  if (view.amtvizPaper === theme.paper) return;
  view.amtvizPaper = theme.paper;
  for (const [name, value] of Object.entries(theme)) {
    try {
      view.signal(name, value);
    } catch {
      // a chart without that signal keeps its own colours
    }
  }
  view.runAsync();
}
