// Draws the one chart of a frame, in the colours of the notebook around it and as high as it is.
(async () => {
  /** Give the element that holds this frame; null where the browser keeps them apart. */
  function holder() {
    try {
      return window.frameElement;
    } catch {
      return null;
    }
  }

  const frame = holder();
  const spec = JSON.parse(document.getElementById("amtviz-data").textContent);
  const container = document.getElementById("amtviz-chart");
  const options = (spec.usermeta && spec.usermeta.embedOptions) || {};
  const colours = () => themeBehind(frame || container);
  const show = (theme) => {
    paint(spec, theme);
    document.body.style.backgroundColor = theme.paper;
  };
  show(colours());
  const { view } = await window.vegaEmbed(container, spec, {
    renderer: options.renderer || "canvas",
    actions: { export: true, source: false, compiled: false, editor: false },
    ast: false,
  });
  window.amtviz = { views: { chart: view } };
  if (!frame) return;
  const fit = () => {
    const scrollbar = window.innerHeight - document.documentElement.clientHeight;
    frame.style.height = `${Math.ceil(container.offsetHeight + scrollbar)}px`;
  };
  fit();
  new ResizeObserver(fit).observe(container);
  onTheme(frame, () => {
    const theme = colours();
    show(theme);
    repaint(view, theme);
  });
})();
