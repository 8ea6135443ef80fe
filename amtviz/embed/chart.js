// Draws the one chart of a page, in the colours of the notebook around it or else of the system.
import { onTheme, themeBehind } from "./behind.js";
import { one } from "./dom.js";
import { drawChart, explain, MENU } from "./draw.js";
import { arrange } from "./fit.js";
import { paint, repaint, THEMES } from "./theme.js";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const frame = /** @type {HTMLElement | null} */ (window.frameElement);

/** Return the theme, after painting the page in it. */
function follow() {
  const theme = frame ? themeBehind(frame) : THEMES[dark.matches ? "dark" : "light"];
  document.body.style.backgroundColor = theme.paper;
  return theme;
}

async function start() {
  const container = one(HTMLElement, "#amtviz-chart");
  try {
    const spec = JSON.parse(one(HTMLElement, "#amtviz-data").textContent);
    paint(spec, follow());
    let { view, finalize } = await drawChart(container, spec);
    const room = document.documentElement.clientWidth;
    if (container.scrollWidth > room) {
      // fewer panels side by side, each as wide as asked
      finalize();
      arrange(spec, room - MENU);
      ({ view } = await drawChart(container, spec));
    }
    window.amtviz = { views: { chart: view } };
    const change = () => repaint(view, follow());
    if (frame) onTheme(frame, change);
    else dark.addEventListener("change", change);
  } catch (error) {
    explain(container, error);
  }
}

start();
