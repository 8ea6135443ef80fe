"use strict";
(() => {
  const PANEL = 265; // pixels from one panel to the next, axes included
  const MENU = 40; // pixels beside the charts for the export menu
  // ink: text and axes; rule: grid and domain lines; paper: as --paper in the style sheet
  const THEMES = {
    light: { ink: "#33383d", rule: "#e3e6e8", paper: "#ffffff" },
    dark: { ink: "#ccd2d7", rule: "#343a40", paper: "#1d2125" },
  };
  const container = document.getElementById("amtviz-charts");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const views = {};

  function currentTheme() {
    return dark.matches ? THEMES.dark : THEMES.light;
  }

  /** Set the columns of every wrapping grid in a spec, whatever its shape. */
  function setColumns(spec, columns) {
    if (spec === null || typeof spec !== "object") return;
    if (Array.isArray(spec.concat) && "columns" in spec) spec.columns = columns;
    for (const key of ["concat", "hconcat", "vconcat", "layer"]) {
      if (Array.isArray(spec[key])) spec[key].forEach((child) => setColumns(child, columns));
    }
    setColumns(spec.spec, columns);
  }

  function fittingColumns() {
    const available = container.parentElement.clientWidth - MENU;
    return Math.min(6, Math.max(1, Math.floor(available / PANEL)));
  }

  /** Give the width of the widest view above or below the grid: fewer columns don't change it. */
  function widestOther(spec) {
    const others = (spec.vconcat || []).filter((view) => !view.concat);
    return Math.max(0, ...others.map((view) => Number(view.width) || 0));
  }

  /** Start in the right theme, rather than drawing everything twice. */
  function setThemeParams(spec) {
    const theme = currentTheme();
    for (const param of spec.params || []) {
      if (Object.hasOwn(theme, param.name) && !("select" in param)) param.value = theme[param.name];
    }
  }

  function applyTheme(theme) {
    for (const view of Object.values(views)) {
      for (const [name, value] of Object.entries(theme)) {
        try {
          view.signal(name, value);
        } catch {
          // a chart without that signal keeps its own colours
        }
      }
      view.run();
    }
  }

  function followReader() {
    dark.addEventListener("change", () => applyTheme(currentTheme()));
    const opened = [];
    window.addEventListener("beforeprint", () => {
      applyTheme(THEMES.light);
      for (const details of document.querySelectorAll("main > details:not([open])")) {
        details.open = true;
        opened.push(details);
      }
    });
    window.addEventListener("afterprint", () => {
      applyTheme(currentTheme());
      for (const details of opened.splice(0)) details.open = false;
    });
  }

  async function draw() {
    const spec = JSON.parse(document.getElementById("amtviz-spec").textContent);
    const options = (spec.usermeta && spec.usermeta.embedOptions) || {};
    setThemeParams(spec);
    const embed = (columns) => {
      setColumns(spec, columns);
      return window.vegaEmbed(container, spec, {
        renderer: options.renderer || "canvas",
        actions: { export: true, source: false, compiled: false, editor: false },
        ast: false,
      });
    };
    const columns = fittingColumns();
    let result = await embed(columns);
    // long labels make panels wider than usual
    const room = container.clientWidth;
    if (columns > 1 && container.scrollWidth > room && widestOther(spec) < room) {
      result.finalize();
      result = await embed(columns - 1);
    }
    views.dashboard = result.view;
    followReader();
  }

  function explain(error) {
    const message = document.getElementById("amtviz-message");
    const reason = String((error && error.message) || error).slice(0, 200);
    message.textContent =
      `The charts could not be drawn (${reason}). ` +
      "Open the page in a current version of Firefox, Chrome, Edge or Safari.";
    message.hidden = false;
    container.hidden = true;
    console.error(error);
  }

  const ready = draw();
  ready.catch(explain);
  window.amtviz = { views, ready };
})();
