"use strict";
// Draws the page's chart, in the colours of the theme that the reader chose.
(async () => {
  const THEMES = {
    light: { ink: "#33383d", rule: "#e3e6e8", paper: "#ffffff" },
    dark: { ink: "#ced6dd", rule: "#3c4248", paper: "#14181e" },
  };
  const root = document.documentElement;
  const container = document.querySelector(".amtviz-chart");
  const spec = JSON.parse(container.nextElementSibling.textContent);
  const actions = { export: true, source: false, compiled: false, editor: false };
  const { view } = await window.vegaEmbed(container, spec, { actions });

  function follow() {
    const theme = THEMES[root.dataset.theme === "dark" ? "dark" : "light"];
    for (const [name, colour] of Object.entries(theme)) view.signal(name, colour);
    view.run();
  }
  follow();
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
  window.amtviz = { views: { chart: view } };
})();
