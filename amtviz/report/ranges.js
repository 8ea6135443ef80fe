"use strict";
// The selection as ranges of the next tuning job: the lines that amtviz/sdk_code.py writes.
(() => {
  const { page, selection, values } = window.amtviz;
  const block = document.querySelector("#selection .code");
  const columns = page.columns.filter((column) => column.range);
  if (!block || !columns.length) return;

  const DIGITS = 3; // of a bound, or of the range's width where that is smaller
  const NOISE = 1e-9; // of the last digit: what a float has lost
  const WIDTH = 88; // characters of a comment

  // --- ends

  /** Give a place on an axis as the value it stands for. */
  function valueAt(column, place) {
    return column.scale === "reverse-log" ? 1 - 10 ** -place : place;
  }

  /** Round away from the middle of a range to few digits of a size. */
  function outward(value, size, isLow) {
    if (value === 0) return 0;
    const power = DIGITS - 1 - Math.floor(Math.log10(Math.min(Math.abs(value), size)));
    if (Math.abs(power) > 20) return value; // no power of ten is exact there
    const scaled = power < 0 ? value / 10 ** -power : value * 10 ** power;
    const whole = isLow ? Math.floor(scaled + NOISE) : Math.ceil(scaled - NOISE);
    return Number.isSafeInteger(whole) ? Number(`${whole}e${-power}`) : value;
  }

  /** Round both ends, on the scale on which the hyperparameter is searched. */
  function roundEnds(column, low, high) {
    if (column.scale !== "reverse-log") {
      return [outward(low, high - low, true), outward(high, high - low, false)];
    }
    // near 1 it is the distance from 1 whose digits count
    return [1 - outward(1 - low, 1 - low, false), 1 - outward(1 - high, 1 - high, true)];
  }

  /** Clip a range to the declared one; null where they share nothing. */
  function clip(column, low, high) {
    const { range } = column;
    const isWhole = range.kind === "integer";
    if (isWhole) [low, high] = [Math.ceil(low - NOISE), Math.floor(high + NOISE)];
    if (range.ends) [low, high] = [Math.max(low, range.low), Math.min(high, range.high)];
    if (!(low <= high)) return null;
    if (!isWhole && low < high) [low, high] = roundEnds(column, low, high);
    if (range.ends) [low, high] = [Math.max(low, range.low), Math.min(high, range.high)];
    return { low, high };
  }

  // --- what each hyperparameter's range is taken from

  /** Give what the brushes on a hyperparameter share, on its axis; null without a brush. */
  function brushed(column) {
    const own = selection.brushes.filter((brush) => brush.column === column);
    if (!own.length) return null;
    return { low: Math.max(...own.map((b) => b.low)), high: Math.min(...own.map((b) => b.high)) };
  }

  function categories(column, isKept) {
    const kept = column.range.values.filter((name) => isKept(column.labels.indexOf(name)));
    return kept.length ? { values: kept } : null;
  }

  function rangeOfBrush(column, { low, high }) {
    if (column.kind === "category") {
      return categories(column, (p) => p >= low - column.touch && p <= high + column.touch);
    }
    return low <= high ? clip(column, valueAt(column, low), valueAt(column, high)) : null;
  }

  function rangeOfTrials(column) {
    if (column.kind === "category") {
      const found = new Set(selection.trials.map((trial) => trial[column.id]));
      return categories(column, (place) => found.has(place));
    }
    let [low, high] = [Infinity, -Infinity];
    for (const trial of selection.trials) {
      const value = values.numberOf(column, trial);
      if (value === null) continue;
      [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
    return low <= high ? clip(column, low, high) : null;
  }

  /** Give every range as a row of what `write_ranges` takes, and what is to be said of them. */
  function collect() {
    const own = columns.filter((column) => brushed(column));
    const isBeside = selection.jobs || selection.brushes.some(({ column }) => !column.range);
    const byTrials = isBeside && selection.trials.length > 0;
    const notes = about(own, byTrials);
    const rows = [];
    for (const column of columns) {
      const brush = brushed(column);
      const isKept = !brush && !byTrials;
      const found = isKept ? null : brush ? rangeOfBrush(column, brush) : rangeOfTrials(column);
      const name = JSON.stringify(column.range.name);
      const isKnown = column.kind === "category" ? column.range.values.length : column.range.ends;
      if (!found && !isKnown) notes.push(`${name} has no declared range.`);
      else if (!found && !isKept) {
        const what = brush ? "its brush holds" : "the selected trials have";
        notes.push(`${name} is kept as declared: ${what} no value of that range.`);
      }
      if (found || isKnown) rows.push(rowOf(column.range, found));
    }
    return { rows, notes };
  }

  /** Give a row with its ends as they are written; declared ones keep every digit. */
  function rowOf(range, found) {
    const row = { ...range, ...found };
    if (range.kind === "categorical") return row;
    const ends = ["low", "high"].map((end, place) => {
      if (range.ends && row[end] === range[end]) return range.ends[place];
      return range.kind === "integer" ? String(BigInt(row[end])) : values.general(row[end], 15);
    });
    return { ...row, ends };
  }

  function about(own, byTrials) {
    const count = selection.trials.length;
    const names = own.map((column) => JSON.stringify(column.range.name)).join(", ");
    const trials = `${count.toLocaleString("en")} selected trial${count === 1 ? "" : "s"}`;
    const notes = count ? [] : ["No trial lies in this selection."];
    if (own.length) notes.push(`As brushed: ${names}.`);
    if (byTrials && own.length) notes.push(`The others span the ${trials}.`);
    else if (byTrials) {
      notes.push(
        "What was brushed is what the next job searches: each range spans the values of the " +
          `${trials}.`,
      );
    } else notes.push(own.length ? "The others are as declared." : "The ranges are as declared.");
    return notes;
  }

  // --- code

  function writeRow(row) {
    const name = JSON.stringify(row.name);
    if (row.kind === "categorical") {
      const list = row.values.map((value) => JSON.stringify(value)).join(", ");
      return `    ${name}: CategoricalParameter([${list}]),`;
    }
    const kind = row.kind === "integer" ? "Integer" : "Continuous";
    const scale = row.scaling === "Auto" ? "" : `, scaling_type=${JSON.stringify(row.scaling)}`;
    return `    ${name}: ${kind}Parameter(${row.ends.join(", ")}${scale}),`;
  }

  function write(rows, sdk) {
    const isFixed = (row) => row.kind !== "categorical" && !(row.low < row.high);
    const fixed = rows.filter(isFixed).map(({ name, ends }) => {
      return `# ${JSON.stringify(name)}: one value is left, make it static: ${ends[0]}`;
    });
    const lines = rows.filter((row) => !isFixed(row)).map(writeRow);
    const body = ["hyperparameter_ranges = {", ...lines, "}"];
    return [page.range_imports[sdk], [...fixed, ...body].join("\n")].join("\n\n");
  }

  function comment(note) {
    const lines = [""];
    for (const word of note.split(" ")) {
      const last = lines.at(-1);
      if (last && last.length + word.length >= WIDTH) lines.push(word);
      else lines[lines.length - 1] = last ? `${last} ${word}` : word;
    }
    return lines.map((line) => `# ${line}`).join("\n");
  }

  function draw() {
    block.hidden = selection.isEmpty;
    if (selection.isEmpty) return;
    const { rows, notes } = collect();
    const head = notes.map(comment).join("\n");
    for (const code of block.querySelectorAll("pre[data-sdk]")) {
      code.textContent = `${head}\n${write(rows, code.dataset.sdk)}`;
    }
  }

  selection.onChange(draw);
  draw();
  window.amtviz.ranges = { collect, write };
})();
