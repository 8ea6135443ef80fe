"use strict";
// Draws the page's chart, in the colours of the theme that the reader chose.
(async () => {
  const { THEMES, paint, repaint } = window.amtvizTheme;
  const root = document.documentElement;
  const container = document.querySelector(".amtviz-chart");
  const spec = JSON.parse(container.nextElementSibling.textContent);
  const actions = { export: true, source: false, compiled: false, editor: false };

  function theme() {
    const paper = getComputedStyle(document.body).backgroundColor;
    return { ...THEMES[root.dataset.theme === "dark" ? "dark" : "light"], paper };
  }
  paint(spec, theme());
  const { view } = await window.vegaEmbed(container, spec, { actions });
  const follow = () => repaint(view, theme());
  follow();
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
  window.amtviz = { views: { chart: view } };
})();
