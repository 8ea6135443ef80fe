"use strict";
// The selected trials as CSV (RFC 4180), to copy or to download.
(() => {
  const { copyOnClick, page, selection, values } = window.amtviz;
  const copier = document.querySelector("button.copy-csv");
  if (!copier) return;

  const columns = page.columns.filter((column) => column.name);

  /** Quote a cell where it needs to be. */
  function quote(text) {
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  /** Keep a spreadsheet from taking a text for a formula; a number is none, whatever its sign. */
  function guard(text) {
    return /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text;
  }

  function cell(column, trial) {
    const text = values.exact(column, trial) ?? "";
    return quote(["text", "category"].includes(column.kind) ? guard(text) : text);
  }

  function write() {
    const head = columns.map((column) => quote(guard(column.name))).join(",");
    const lines = selection.sorted().map((trial) =>
      columns.map((column) => cell(column, trial)).join(","),
    );
    return [head, ...lines, ""].join("\r\n");
  }

  function download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([write()], { type: "text/csv;charset=utf-8" }));
    link.download = selection.isEmpty ? "trials.csv" : "selected-trials.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  }

  copyOnClick(copier, write);
  document.querySelector("button.download-csv").addEventListener("click", download);
})();
