// Draws every section as a view of its own, as wide as the window lets it be.
import { all, one } from "../embed/dom.js";
import { drawChart, explain, MENU } from "../embed/draw.js";
import { setColumns } from "../embed/fit.js";
import { paint, repaint, THEMES } from "../embed/theme.js";
import { clear, connect, startLinks, views, watchSight } from "./linked.js";

/** @import { Reload } from "./reload.js" */
/** @import { Theme } from "../embed/theme.js" */

const PANEL = 265; // pixels from one panel to the next, axes included

/**
 * Draw all views, one after the other, and keep them in the reader's theme.
 * @param {Record<string, VegaSpec>} specs by the name of the view; they have names of datasets
 * @param {Record<string, object[]>} datasets by name
 * @param {Reload | null} reload on a page that reloads itself
 */
export async function drawViews(specs, datasets, reload) {
  try {
    startLinks(reload ? reload.saved : {});
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const theme = () => (dark.matches ? THEMES.dark : THEMES.light);
    for (const [name, spec] of Object.entries(specs)) {
      paint(spec, theme());
      const own = spec.datasets ?? [];
      // each view changes its rows
      spec.datasets = Object.fromEntries(
        own.map((/** @type {string} */ each) => [each, structuredClone(datasets[each])]),
      );
      reload?.prepare(spec);
      await drawView(name, spec, reload);
      await new Promise((next) => setTimeout(next)); // the page stays responsive between two
    }
    dark.addEventListener("change", () => applyTheme(theme()));
    window.addEventListener("beforeprint", () => applyTheme(THEMES.light));
    window.addEventListener("afterprint", () => applyTheme(theme()));
  } catch (error) {
    fail(error);
    throw error;
  }
}

/**
 * @param {string} name
 * @param {VegaSpec} spec
 * @param {Reload | null} reload
 */
async function drawView(name, spec, reload) {
  const container = one(HTMLElement, `[data-view="${name}"]`);
  /** @param {number} columns */
  const embed = (columns) => {
    setColumns(spec, columns);
    return drawChart(container, spec);
  };
  const columns = fittingColumns(container.parentElement ?? container);
  let result = await embed(columns);
  // long labels make panels wider than usual
  const room = container.clientWidth;
  if (columns > 1 && container.scrollWidth > room && widestReach(result.view) < room) {
    result.finalize();
    result = await embed(columns - 1);
  }
  connect(name, result.view, spec);
  await reload?.drawn(name, result.view, spec);
  watchSight(container);
  container.addEventListener("dblclick", (event) => event.isTrusted && clear(name));
}

/** @param {HTMLElement} room */
function fittingColumns(room) {
  const available = room.clientWidth - MENU;
  return Math.min(6, Math.max(1, Math.floor(available / PANEL)));
}

/**
 * Return how far the widest panels reach to the right: fewer columns don't change it.
 * @param {VegaView} view
 */
function widestReach(view) {
  /** @type {(group: any, x: number) => number} */
  const reach = (group, x) =>
    Math.max(
      0,
      ...group.items.map((/** @type {any} */ item) => {
        const left = x + (item.x || 0);
        const groups = item.items.filter((/** @type {any} */ each) => each.marktype === "group");
        const isWide = item.width > PANEL && String(group.name).endsWith("_group");
        const inner = groups.map((/** @type {any} */ each) => reach(each, left));
        return Math.max(isWide ? x + item.bounds.x2 : 0, ...inner);
      }),
    );
  return view.padding().left + view.origin()[0] + reach(view.scenegraph().root, 0);
}

/** @param {Theme} theme */
function applyTheme(theme) {
  for (const view of Object.values(views)) repaint(view, theme);
}

/** @param {unknown} error */
function fail(error) {
  const message = one(HTMLElement, "#amtviz-message");
  const advice = "Open the page in a current version of Firefox, Chrome, Edge or Safari.";
  explain(message, error, advice);
  message.hidden = false;
  for (const container of all("[data-view]")) container.hidden = true;
}
