"use strict";
// The table of the selected trials: one page of rows at a time, sorted by any column.
(() => {
  const { page, selection, trials, values } = window.amtviz;
  const table = document.querySelector("table.trials");
  if (!table) return;

  const ROWS = 20;
  const LONGEST = 26; // characters that a cell shows
  const HEADS = {
    k: "Rank",
    a: "Trial",
    j: "Tuning job",
    s: "Status",
    c: "Started (UTC)",
    e: "Trained for (s)",
  };
  const byLetters = new Intl.Collator("en", { numeric: true }).compare;
  const columns = ["k", "a", "y", ...hyperparameters(), "j", "s", "c", "e"]
    .map((id) => selection.columns.get(id))
    .filter((column) => column && trials.some((trial) => (trial[column.id] ?? null) !== null));
  const body = table.tBodies[0];
  const bar = document.querySelector("#selection .pages");
  const [previous, next] = bar.querySelectorAll("button");
  let sortedBy = columns.find((column) => column.id === "k") || null;
  let descending = false;
  let inOrder = selection.bestFirst; // all trials as they are sorted
  let first = 0; // of the rows on this page
  let marked = null; // the number of the trial under the pointer
  let shown = []; // the trials on this page

  function hyperparameters() {
    return page.columns.filter((column) => column.range).map((column) => column.id);
  }

  function isNumber(column) {
    return !["text", "category"].includes(column.kind);
  }

  /** Compare two trials by the sorted column; categories stand in the order of their axis. */
  function compare(a, b) {
    const [left, right] = [a[sortedBy.id] ?? null, b[sortedBy.id] ?? null];
    if (left === null || right === null) return (left === null) - (right === null); // always last
    const order = sortedBy.kind === "text" ? byLetters(left, right) : left - right;
    return descending ? -order : order;
  }

  /** Give the selected trials in the table's order: equal ones stay best first. */
  function sorted() {
    if (selection.isEmpty) return inOrder;
    const selected = new Set(selection.trials);
    return inOrder.filter((trial) => selected.has(trial));
  }

  /** Keep both ends of a long text: names differ in their last letters. */
  function shorten(text) {
    const letters = [...text];
    if (letters.length <= LONGEST) return text;
    return [...letters.slice(0, 8), "…", ...letters.slice(9 - LONGEST)].join("");
  }

  function words(column, trial) {
    const text = values.shown(column, trial);
    const jobs = selection.columns.get("j");
    const job = column.id === "a" && jobs ? values.exact(jobs, trial) : null;
    const isPart = job && text.startsWith(job) && text.length > job.length;
    return shorten(isPart ? `…${text.slice(job.length)}` : text);
  }

  function say(element, text, full) {
    element.textContent = text;
    if (full !== null && full !== text) element.title = full;
    else element.removeAttribute("title");
  }

  function fill(cell, column, trial) {
    const full = column.id === "s" && trial.f ? trial.f : values.exact(column, trial);
    say(cell, words(column, trial), full);
    if (!column.colours || (trial[column.id] ?? null) === null) return;
    const swatch = document.createElement("i");
    swatch.className = "swatch";
    swatch.style.background = column.colours[trial[column.id]];
    cell.prepend(swatch);
  }

  function addRow() {
    const row = body.insertRow();
    for (const column of columns) {
      const cell = document.createElement(column.id === "a" ? "th" : "td");
      if (column.id === "a") cell.scope = "row";
      if (isNumber(column)) cell.className = column.id === "y" ? "number objective" : "number";
      row.append(cell);
    }
  }

  function drawHead() {
    const row = document.createElement("tr");
    for (const column of columns) {
      const head = document.createElement("th");
      const button = document.createElement("button");
      head.scope = "col";
      if (isNumber(column)) head.className = "number";
      button.type = "button";
      const name = HEADS[column.id] || column.title;
      say(button, shorten(name), name);
      button.addEventListener("click", () => sortBy(column));
      head.append(button);
      row.append(head);
    }
    table.tHead.replaceChildren(row);
    tellOrder();
  }

  function tellOrder() {
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      if (columns[place] !== sortedBy) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    });
  }

  function sortBy(column) {
    descending = column === sortedBy && !descending;
    sortedBy = column;
    inOrder = [...selection.bestFirst].sort(compare);
    first = 0;
    tellOrder();
    draw();
  }

  function draw() {
    const rows = sorted();
    shown = rows.slice(first, first + ROWS);
    while (body.rows.length > shown.length) body.deleteRow(-1);
    while (body.rows.length < shown.length) addRow();
    shown.forEach((trial, place) => {
      columns.forEach((column, each) => fill(body.rows[place].cells[each], column, trial));
    });
    drawMark();
    const range = `${first + 1}–${first + shown.length} of ${rows.length.toLocaleString("en")}`;
    bar.querySelector("span").textContent = shown.length ? range : "No trial is selected.";
    previous.disabled = first === 0;
    next.disabled = first + ROWS >= rows.length;
  }

  function drawMark() {
    shown.forEach((trial, place) => {
      body.rows[place].classList.toggle("marked", trial.i === marked);
    });
  }

  function turn(step) {
    first += step * ROWS;
    draw();
  }

  body.replaceChildren();
  drawHead();
  draw();
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  selection.onChange(() => {
    first = 0;
    draw();
  });
  body.addEventListener("pointerover", (event) => {
    const row = event.target.closest("tr");
    if (row) window.amtviz.mark(shown[row.sectionRowIndex].i);
  });
  window.amtviz.onHover((trial) => {
    marked = trial;
    drawMark();
  });
  selection.sorted = sorted;
})();
