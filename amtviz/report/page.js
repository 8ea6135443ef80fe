"use strict";
// Draws every section as a view of its own, and keeps the views' selections the same: a change
// redraws only the views that the reader sees; the others follow when they are scrolled to.
(() => {
  const PANEL = 265; // pixels from one panel to the next, axes included
  const MENU = 40; // pixels beside the charts for the export menu
  const NEAR = "200px"; // views that close to the window are kept up to date
  // ink: text and axes; rule: grid and domain lines; paper: as --paper in the style sheet
  const THEMES = {
    light: { ink: "#33383d", rule: "#e3e6e8", paper: "#ffffff" },
    dark: { ink: "#ccd2d7", rule: "#343a40", paper: "#1d2125" },
  };
  // what a reader selects: brushes of panels (b_) and of axes (c_), tuning jobs, and a trial
  const SHARED = /^([bc]_[a-z0-9]+|legend|hover)$/;

  const { datasets, specs, ...page } = JSON.parse(
    document.getElementById("amtviz-data").textContent,
  );
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const views = {};
  const before = window.amtvizReload; // on a page that reloads itself: what was selected before
  // each selection's value
  const shared = new Map(
    Object.entries(before ? before.saved : {}).filter(([name]) => SHARED.test(name)),
  );
  const readers = new Map(); // the names of the views that know each selection
  const hidden = new Set(); // names of views out of sight
  const stale = new Set(); // of those, the ones to run when they come into sight
  const due = new Set(); // names of views to run in the next frame
  const listeners = [];
  const hoverListeners = [];

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

  function fittingColumns(container) {
    const available = container.parentElement.clientWidth - MENU;
    return Math.min(6, Math.max(1, Math.floor(available / PANEL)));
  }

  /** Give how far the widest panels reach to the right: fewer columns don't change it. */
  function widestReach(view) {
    const reach = (group, x) =>
      Math.max(
        0,
        ...group.items.map((item) => {
          const left = x + (item.x || 0);
          const groups = item.items.filter(({ marktype }) => marktype === "group");
          const isWide = item.width > PANEL && String(group.name).endsWith("_group");
          return Math.max(isWide ? x + item.bounds.x2 : 0, ...groups.map((g) => reach(g, left)));
        }),
      );
    return view.padding().left + view.origin()[0] + reach(view.scenegraph().root, 0);
  }

  /** Give a spec its data and the right theme from the start, rather than drawing it twice. */
  function prepare(spec) {
    const theme = currentTheme();
    for (const param of spec.params || []) {
      if (Object.hasOwn(theme, param.name) && !("select" in param)) param.value = theme[param.name];
    }
    // each view changes its rows
    spec.datasets = Object.fromEntries(
      (spec.datasets || []).map((name) => [name, structuredClone(datasets[name])]),
    );
    if (before) before.prepare(spec);
  }

  async function draw(name, spec) {
    const container = document.querySelector(`[data-view="${name}"]`);
    const options = (spec.usermeta && spec.usermeta.embedOptions) || {};
    prepare(spec);
    const embed = (columns) => {
      setColumns(spec, columns);
      return window.vegaEmbed(container, spec, {
        renderer: options.renderer || "canvas",
        actions: { export: true, source: false, compiled: false, editor: false },
        ast: false,
      });
    };
    const columns = fittingColumns(container);
    let result = await embed(columns);
    // long labels make panels wider than usual
    const room = container.clientWidth;
    if (columns > 1 && container.scrollWidth > room && widestReach(result.view) < room) {
      result.finalize();
      result = await embed(columns - 1);
    }
    views[name] = result.view;
    connect(name, spec);
    if (before) await before.drawn(name, result.view, spec);
    sight.observe(container);
    container.addEventListener("dblclick", (event) => event.isTrusted && clear(name));
  }

  /** Let a view's selections reach the other views, and theirs reach it. */
  function connect(name, spec) {
    for (const param of (spec.params || []).filter((each) => SHARED.test(each.name))) {
      if (!readers.has(param.name)) readers.set(param.name, []);
      readers.get(param.name).push(name);
      if ("select" in param) {
        views[name].addSignalListener(param.name, (_, value) => share(name, param.name, value));
      }
      if (shared.has(param.name)) {
        put(name, param.name, shared.get(param.name));
        touch(name);
      }
    }
  }

  function put(name, signal, value) {
    views[name].signal(signal, value, { skip: true }); // or a selection would evaluate itself
  }

  function share(origin, signal, value) {
    if (JSON.stringify(value) === JSON.stringify(shared.get(signal) ?? {})) return;
    shared.set(signal, value);
    for (const name of readers.get(signal) || []) {
      if (name === origin) continue;
      put(name, signal, value);
      touch(name);
    }
    if (signal !== "hover") notify();
    else for (const listener of hoverListeners) listener(value.i ? value.i[0] : null);
  }

  /** Run a view in the next frame, or when the reader comes to see it. */
  function touch(name) {
    if (hidden.has(name)) {
      stale.add(name);
      return;
    }
    if (!due.size) requestAnimationFrame(runDue);
    due.add(name);
  }

  function runDue() {
    for (const name of due) views[name].runAsync();
    due.clear();
  }

  const sight = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const name = entry.target.dataset.view;
        if (!entry.isIntersecting) {
          hidden.add(name);
          continue;
        }
        hidden.delete(name);
        if (stale.delete(name)) touch(name);
      }
    },
    { rootMargin: NEAR },
  );

  /** Clear every selection, as a double-click in each view does. */
  function clear(but) {
    for (const name of Object.keys(views).filter((each) => each !== but)) {
      const drawn = views[name].container().querySelector("canvas, svg.marks");
      const corner = drawn.getBoundingClientRect();
      const at = { clientX: corner.left, clientY: corner.top };
      drawn.dispatchEvent(new MouseEvent("dblclick", at));
    }
  }

  let waiting = false;

  /** Tell what follows the selection, once for all that changes in a frame. */
  function notify() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const brushes = [...shared].filter(([name]) => name !== "hover");
      for (const listener of listeners) listener(Object.fromEntries(brushes));
    });
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
    window.addEventListener("beforeprint", () => {
      applyTheme(THEMES.light);
    });
    window.addEventListener("afterprint", () => applyTheme(currentTheme()));
  }

  async function drawAll() {
    for (const [name, spec] of Object.entries(specs)) {
      await draw(name, spec);
      await new Promise((next) => setTimeout(next)); // the page stays responsive between two
    }
    followReader();
  }

  function explain(error) {
    const message = document.getElementById("amtviz-message");
    const reason = String((error && error.message) || error).slice(0, 200);
    message.textContent =
      `The charts could not be drawn (${reason}). ` +
      "Open the page in a current version of Firefox, Chrome, Edge or Safari.";
    message.hidden = false;
    for (const container of document.querySelectorAll("[data-view]")) container.hidden = true;
    console.error(error);
  }

  const ready = drawAll();
  ready.catch(explain);
  window.amtviz = {
    views,
    ready,
    clear,
    page,
    trials: datasets.trials,
    /**
     * Call a function with the values of all selections, by name: whenever one changes, and soon if
     * any came from before a reload.
     */
    onSelection(listener) {
      listeners.push(listener);
      if (shared.size) notify();
    },
    /** Call a function with the number of the trial under the pointer, whenever it changes. */
    onHover: (listener) => hoverListeners.push(listener),
    /** Mark a trial in every view, as if the pointer were on it. */
    mark: (trial) => share(null, "hover", { i: [trial] }),
    /** Bring the views out of sight up to date. */
    settle: () => Promise.all(Object.values(views).map((view) => view.runAsync())).then(() => null),
  };
})();
