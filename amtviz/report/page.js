// The page: its charts, and what follows them.
import { all, one } from "../embed/dom.js";
import { makeBest } from "./best.js";
import { startColour } from "./colour_by.js";
import { copyOnClick, startCode } from "./code.js";
import { startContents } from "./contents.js";
import { unpack } from "./columns.js";
import { writeCsv } from "./csv.js";
import { describe, startDrawing } from "./drawing.js";
import { startFolds } from "./folds.js";
import { Follower } from "./follow.js";
import { startLegend } from "./legend.js";
import { give, views } from "./linked.js";
import { startPairs } from "./pairs.js";
import { startParallel } from "./parallel.js";
import { startPins } from "./pins.js";
import { collectRanges } from "./ranges.js";
import { goToAddress, recall, remember } from "./remember.js";
import { writeComment, writeRanges } from "./sdk_code.js";
import { Selected } from "./selected.js";
import { TrialsTable } from "./trials.js";
import { startSwitches } from "./switches.js";
import { Views } from "./views.js";

/** @import { Hyperparameter } from "./ranges.js" */
/** @import { Reload } from "./reload.js" */
/** @import { Column } from "./values.js" */

/**
 * @param {Follower} follower
 * @param {Column[]} columns
 */
function startTable(follower, columns) {
  const table = new TrialsTable(one(HTMLTableElement, "table.trials"), columns, follower);
  const write = () => writeCsv(columns, table.sorted());
  copyOnClick(one(HTMLButtonElement, "button.copy-csv"), write);
  one(HTMLButtonElement, "button.download-csv").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([write()], { type: "text/csv;charset=utf-8" }));
    link.download = follower.selection.isEmpty ? "trials.csv" : "selected-trials.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  });
  return table;
}

/**
 * @param {Follower} follower
 * @param {Column[]} columns
 * @param {Record<string, string>} imports by the SDK's generation
 */
function startRanges(follower, columns, imports) {
  const searched = /** @type {Hyperparameter[]} */ (columns.filter((column) => column.range));
  const collect = () => collectRanges(searched, follower.selection, follower.trials);
  const draw = () => {
    const { isEmpty } = follower.selection;
    for (const block of all("#section-trials .code")) block.hidden = isEmpty;
    if (isEmpty) return;
    const { rows, notes } = collect();
    const head = notes.map(writeComment).join("\n");
    for (const code of all("#section-trials pre[data-sdk]")) {
      code.textContent = `${head}\n${writeRanges(rows, imports[code.dataset.sdk ?? ""])}`;
    }
  };
  follower.onChange(draw);
  draw();
  return collect;
}

/**
 * Start everything on the page.
 * @param {Reload | null} reload on a page that reloads itself
 */
export function startPage(reload) {
  const payload = JSON.parse(one(HTMLScriptElement, "#amtviz-data").text);
  const { columns } = payload;
  const datasets = unpack(payload.datasets);
  const trials = datasets.trials.trials();
  const selections = recall(columns, trials);
  startFolds();
  startContents();
  const byId = new Map(columns.map((/** @type {Column} */ column) => [column.id, column]));
  const selected = new Selected(trials, byId);
  const drawer = new Views({ ...payload, datasets }, { ...reload?.saved, ...selections });
  startDrawing(payload.views, payload.tooltip, selected, datasets.trials, columns);
  reload?.goBack();
  const ready = drawer.start();
  const begin = () => reload?.begin();
  ready.then(begin, begin);
  startCode(reload?.kept.chosen);
  const follower = new Follower(columns, selected);
  const settle = () => drawer.settle().then(() => follower.settle());
  if (columns.length) {
    startSwitches(payload.switches);
    const tell = startLegend(
      columns.find((/** @type {Column} */ { id }) => id === "j"),
      (value) => give("legend", value),
    );
    const best = makeBest(trials);
    if (best) one(HTMLElement, ".tool").append(best);
    startPins(columns, trials, payload.details);
    for (const view of ["pair", "trade_off"]) startPairs(view, payload.views[view]?.params);
    startParallel(/** @type {any} */ (datasets.parallel_axes?.rows()));
    const table = startTable(follower, columns);
    const colour = startColour(columns, trials, (byJob, colours) => {
      tell(byJob);
      table.paint(colours);
    });
    remember(columns, trials, { colour, section: "overview" });
    goToAddress();
  }
  const ranges = startRanges(follower, columns, payload.range_imports);
  window.amtviz = { views, ready, settle, ranges, describe, trials };
}
