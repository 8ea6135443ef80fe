// Draws the one chart of a frame, in the colours of the notebook around it and as high as it is.
import { onTheme, themeBehind } from "./behind.js";
import { drawChart } from "./draw.js";
import { paint, repaint } from "./theme.js";

/** Return the element that holds this frame; null where the browser keeps them apart. */
function holder() {
  try {
    return /** @type {HTMLElement | null} */ (window.frameElement);
  } catch {
    return null;
  }
}

/**
 * @param {HTMLElement} container
 * @param {VegaSpec} spec
 */
async function start(container, spec) {
  const frame = holder();
  const follow = () => {
    const theme = themeBehind(frame ?? container);
    document.body.style.backgroundColor = theme.paper;
    return theme;
  };
  paint(spec, follow());
  const { view } = await drawChart(container, spec);
  window.amtviz = { views: { chart: view } };
  if (!frame) return;
  const fit = () => {
    const scrollbar = window.innerHeight - document.documentElement.clientHeight;
    frame.style.height = `${Math.ceil(container.offsetHeight + scrollbar)}px`;
  };
  fit();
  new ResizeObserver(fit).observe(container);
  onTheme(frame, () => repaint(view, follow()));
}

const [chart, data] = ["amtviz-chart", "amtviz-data"].map((id) => document.getElementById(id));
if (chart && data) start(chart, JSON.parse(data.textContent));
