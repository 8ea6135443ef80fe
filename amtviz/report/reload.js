"use strict";
// A page that "amtviz watch" writes anew while tuning jobs run: it reloads itself, and brings back
// what the reader had selected and where they were.
window.amtvizReload = (() => {
  const LONGEST = 300; // seconds between reloads that find nothing new
  const QUIET = 2000; // milliseconds without input before a reload
  const { save, restore, zoom } = window.amtvizSelections;

  const tag = document.querySelector('meta[name="amtviz-reload"]'); // not on the last page
  const interval = tag ? Number(tag.content) : 0;
  // the entry in the history survives a reload, also of a file and where storage is denied
  const kept = (history.state && history.state.amtviz) || {};
  const saved = kept.selections || {};
  const same = kept.written === document.lastModified ? (kept.same || 0) + 1 : 0;
  const wait = Math.min(interval * 2 ** same, Math.max(LONGEST, interval));
  let due = Infinity; // until the charts are drawn
  const drawn = new Map(); // view and spec, by name
  let paused = Boolean(kept.paused);
  let pressed = false;
  let touched = 0; // when the reader last did something

  const containers = () => [...document.querySelectorAll("[data-view]")];

  function keep() {
    const all = [...drawn.values()].map(({ view, spec }) => save(view, spec));
    const unseen = containers().filter(({ dataset }) => !drawn.has(dataset.view)).length;
    const amtviz = {
      // what isn't drawn yet has still to come from before
      selections: Object.assign({}, unseen ? saved : {}, ...all),
      place: findPlace(),
      heights: Object.fromEntries(containers().map((c) => [c.dataset.view, c.offsetHeight])),
      open: [...document.querySelectorAll("main > details")].map((details) => details.open),
      written: document.lastModified,
      same,
      paused,
    };
    history.replaceState({ ...history.state, amtviz }, "");
  }

  /** Tell where the reader is: at which distance from the charts nearest to the window's top. */
  function findPlace() {
    if (window.scrollY < 1) return null;
    const tops = containers().map((c) => [c.dataset.view, c.getBoundingClientRect().top]);
    return tops.sort(([, one], [, other]) => Math.abs(one) - Math.abs(other))[0] || null;
  }

  /** Scroll to there, until the reader scrolls. */
  function goToPlace() {
    if (!kept.place || touched) return;
    const [name, top] = kept.place;
    const container = containers().find(({ dataset }) => dataset.view === name);
    if (container) window.scrollBy(0, container.getBoundingClientRect().top - top);
  }

  function goBack() {
    if (!kept.heights) return;
    history.scrollRestoration = "manual";
    for (const container of containers()) {
      const height = kept.heights[container.dataset.view];
      if (height) container.style.minHeight = `${height}px`;
    }
    [...document.querySelectorAll("main > details")].forEach((details, place) => {
      details.open = Boolean(kept.open[place]);
    });
    goToPlace();
  }

  function tell() {
    const line = document.createElement("p");
    line.className = "unfinished";
    const button = document.createElement("button");
    button.type = "button";
    const label = () => {
      line.firstChild.textContent = paused
        ? "This page no longer follows the tuning job. "
        : `This page follows the tuning job: it reloads itself after ${Math.round(wait)} s. `;
      button.textContent = paused ? "Follow" : "Pause";
    };
    button.addEventListener("click", () => {
      paused = !paused;
      label();
    });
    line.append("", button);
    label();
    document.querySelector("header").append(line);
  }

  function tick() {
    const quiet = !pressed && Date.now() - touched > QUIET;
    if (paused || !quiet || document.hidden || Date.now() < due) return;
    keep();
    location.reload();
  }

  function listen() {
    const options = { capture: true, passive: true };
    const events = { pointerdown: true, pointerup: false, pointercancel: false };
    for (const [event, isPressed] of Object.entries(events)) {
      window.addEventListener(event, () => (pressed = isPressed), options);
    }
    for (const event of [...Object.keys(events), "wheel", "keydown"]) {
      window.addEventListener(event, () => (touched = Date.now()), options);
    }
  }

  listen();
  goBack();
  window.addEventListener("beforeunload", keep); // the reader's own reload
  if (interval) {
    tell();
    setInterval(tick, 250);
    window.addEventListener("load", () => {
      const begin = () => (due = Date.now() + 1000 * wait);
      window.amtviz.ready.then(begin, begin);
    });
  }

  return {
    /** Selections from before the reload, by name. */
    saved,
    /** Let a spec begin with them. */
    prepare: (spec) => restore(spec, saved),
    /** Take a view that was drawn. */
    async drawn(name, view, spec) {
      await zoom(view, spec, saved);
      view.container().style.minHeight = "";
      drawn.set(name, { view, spec });
      goToPlace(); // what is above may have another height
    },
  };
})();
