"use strict";
// Which trials are selected: the same as in the charts; and the lines that say so.
(() => {
  const { page, trials, values } = window.amtviz;
  const unranked = trials.length + 1;
  const bestFirst = [...trials].sort((a, b) => (a.k ?? unranked) - (b.k ?? unranked) || a.i - b.i);
  const columns = new Map(page.columns.map((column) => [column.id, column]));
  const listeners = [];
  const selection = {
    bestFirst,
    columns,
    trials: bestFirst, // the selected ones, best first
    brushes: [], // of {column, low, high}, in the units of the column's axis
    jobs: null, // the set chosen in the legend
    isEmpty: true, // whether nothing is brushed: then all trials count
    /** Call a function after each change of the selection, once the charts have been drawn. */
    onChange: (listener) => listeners.push(listener),
  };

  function read(parameters) {
    selection.brushes = [];
    selection.jobs = null;
    for (const [name, value] of Object.entries(parameters)) {
      if (name === "legend") {
        if (value.j) selection.jobs = new Set(value.j);
        continue;
      }
      const id = name.slice(2);
      if (!value[id]) continue;
      const ends = value[id].map(Number);
      const column = columns.get(id) || { id };
      const touch = column.touch || 0; // touching a strip of points takes the whole category
      const [low, high] = [Math.min(...ends), Math.max(...ends)];
      selection.brushes.push({ column, low, high, from: low - touch, to: high + touch });
    }
    selection.isEmpty = !selection.brushes.length && !selection.jobs;
    selection.trials = selection.isEmpty ? bestFirst : bestFirst.filter(isSelected);
  }

  function isSelected(trial) {
    if (selection.jobs && !selection.jobs.has(trial.j)) return false;
    for (const { column, from, to } of selection.brushes) {
      const value = trial[column.id] ?? null;
      if (value === null || value < from || value > to) return false;
    }
    return true;
  }

  /** Give the best and the median objective; trials come best first. */
  function describe(some) {
    const scored = some.filter((trial) => (trial.k ?? null) !== null).map((trial) => trial.y);
    if (!scored.length) return "none has an objective";
    const half = scored.length / 2;
    const median = (scored[Math.ceil(half) - 1] + scored[Math.floor(half)]) / 2;
    return `best ${values.formatNumber(scored[0])}, median ${values.formatNumber(median)}`;
  }

  const objective = columns.get("y") ? `${columns.get("y").title}: ` : "";
  const all = describe(bestFirst);

  function say() {
    const [some, of] = [selection.trials.length, trials.length].map((n) => n.toLocaleString("en"));
    const noun = trials.length === 1 ? "trial" : "trials";
    const count = selection.isEmpty
      ? trials.length === 1
        ? "1 trial, none selected"
        : `All ${of} trials, none selected`
      : `${some} of ${of} ${noun} selected`;
    const told = selection.isEmpty
      ? `${objective}${all}`
      : `${objective}${describe(selection.trials)} (all trials: ${all})`;
    for (const place of document.querySelectorAll(".count")) place.textContent = count;
    for (const place of document.querySelectorAll(".objectives")) place.textContent = told;
    for (const button of document.querySelectorAll("button.clear")) {
      button.disabled = selection.isEmpty;
    }
    document.body.classList.toggle("selecting", !selection.isEmpty);
  }

  // the next step of a brush comes first: all that follows it waits until there is time
  const whenIdle = window.requestIdleCallback || ((run) => setTimeout(run, 50));
  let latest = null;

  function follow() {
    read(latest);
    latest = null;
    say();
    for (const listener of listeners) listener();
  }

  window.amtviz.onSelection((parameters) => {
    if (!latest) whenIdle(follow, { timeout: 250 });
    latest = parameters;
  });
  for (const button of document.querySelectorAll("button.clear")) {
    button.addEventListener("click", () => window.amtviz.clear());
  }
  for (const button of document.querySelectorAll("button.follow")) {
    const card = document.getElementById("selection");
    button.addEventListener("click", () => card.scrollIntoView({ block: "start" }));
  }
  say();
  document.body.classList.add("runs");
  window.amtviz.selection = selection;
})();
