// Charts in a notebook that are drawn anew while tuning jobs run. What is new comes by a script in
// an output of its own, so that the charts' own output stays; it may also come before this script.
(() => {
  "use strict";
  const { save, restore, zoom } = window.amtvizSelections;
  const live = (window.amtvizLive ??= { pending: {} });
  const shows = new WeakMap(); // what each place shows
  let pressed = false;
  let released = []; // called when the mouse button is let go

  window.addEventListener("pointerdown", () => (pressed = true), true);
  for (const event of ["pointerup", "pointercancel"]) {
    window.addEventListener(
      event,
      () => {
        pressed = false;
        for (const go of released.splice(0)) setTimeout(go); // after the charts have heard of it
      },
      true,
    );
  }

  /** Wait until no drag is under way. */
  async function rest() {
    while (pressed) await new Promise((go) => released.push(go));
  }

  /** Draw out of sight, so that the old charts stay until the new ones are there. */
  async function draw(place, show, wanted) {
    let next, saved, stage;
    do {
      if (next) next.finalize();
      if (stage) stage.remove();
      await rest();
      saved = show.view ? save(show.view, show.spec) : {};
      const spec = structuredClone(wanted);
      restore(spec, saved);
      paint(spec, themeBehind(place));
      stage = document.createElement("div");
      stage.style.cssText = "position: absolute; visibility: hidden";
      place.append(stage);
      const options = { renderer: "canvas", mode: "vega-lite", ast: false };
      const actions = { export: true, source: false, compiled: false, editor: false };
      next = await live.vegaEmbed(stage, spec, { ...options, actions });
      await zoom(next.view, spec, saved);
      // a reader may have gone on selecting meanwhile
    } while (pressed || (show.view && !equal(saved, save(show.view, show.spec))));
    stage.style.cssText = "";
    for (const child of [...place.childNodes]) if (child !== stage) child.remove();
    if (show.finalize) show.finalize();
    Object.assign(show, { view: next.view, spec: wanted, finalize: () => next.finalize() });
    if (!place.amtviz) onTheme(place, () => repaint(show.view, themeBehind(place)));
    place.amtviz = { view: next.view, drawings: (place.amtviz?.drawings ?? 0) + 1 };
  }

  const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  async function drawLatest(place, show) {
    show.drawing = true;
    try {
      while (show.wanted) {
        const wanted = show.wanted;
        show.wanted = null;
        await draw(place, show, wanted);
      }
    } catch (error) {
      place.append(`The charts could not be drawn (${error.message}).`);
      console.error(error);
    } finally {
      show.drawing = false;
    }
  }

  function drawIn(place) {
    if (!shows.has(place)) shows.set(place, {});
    const show = shows.get(place);
    show.wanted = live.pending[place.dataset.amtvizLive];
    if (!show.drawing) drawLatest(place, show);
  }

  const places = () => [...document.querySelectorAll("[data-amtviz-live]")];

  /** Draw what came last for an id, in every place that has it. */
  live.take = (id) => {
    for (const place of places()) if (place.dataset.amtvizLive === id) drawIn(place);
  };

  // an output may enter the page only after its scripts ran, or anew when a cell moves
  let seeking = false;
  const seek = () => {
    seeking = false;
    for (const place of places()) if (!shows.has(place)) drawIn(place);
  };
  new MutationObserver(() => {
    if (!seeking) setTimeout(seek, 100);
    seeking = true;
  }).observe(document.body, { childList: true, subtree: true });
})();
