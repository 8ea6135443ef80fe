// What stands behind a chart: a notebook's theme, whichever notebook it is.
import { THEMES } from "./theme.js";

/** @import { Theme } from "./theme.js" */

/**
 * Read any CSS colour as red, green, blue and alpha, each up to 255.
 * @param {string} text
 */
function readColour(text) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return [255, 255, 255, 255];
  pen.fillStyle = text;
  pen.fillRect(0, 0, 1, 1);
  return pen.getImageData(0, 0, 1, 1).data;
}

/**
 * Return the theme for the first opaque background behind an element.
 * @param {HTMLElement} element
 * @returns {Theme}
 */
export function themeBehind(element) {
  /** @type {Element | null} */
  let node = element.isConnected ? element : document.body;
  while (node) {
    const page = node.ownerDocument.defaultView ?? window;
    const paper = page.getComputedStyle(node).backgroundColor;
    const [red, green, blue, alpha] = readColour(paper);
    if (alpha >= 128) {
      const isDark = 0.299 * red + 0.587 * green + 0.114 * blue < 128;
      return { ...THEMES[isDark ? "dark" : "light"], paper };
    }
    const root = node.getRootNode();
    node = node.parentElement ?? ("host" in root ? /** @type {ShadowRoot} */ (root).host : null);
  }
  return THEMES.light;
}

/**
 * Call a function whenever what is behind an element may have another colour, as when a page
 * changes its theme or takes the element in; return what ends that.
 * @param {HTMLElement} element
 * @param {() => void} change
 */
export function onTheme(element, change) {
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
