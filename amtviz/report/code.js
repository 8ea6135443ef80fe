// What a reader chooses: the SDK of the code, the risk of the suggestion; and buttons that copy.
import { all, one } from "../embed/dom.js";

const TOLD = 1500; // milliseconds that "Copied" stays

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // a page opened from a file may not write to the clipboard by itself
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/**
 * Let a button copy what a function returns, and say so.
 * @param {HTMLButtonElement} button
 * @param {() => string} text
 */
export function copyOnClick(button, text) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await copy(text());
    button.textContent = "Copied";
    button.disabled = true;
    setTimeout(() => {
      button.textContent = label;
      button.disabled = false;
    }, TOLD);
  });
}

/** @typedef {{sdk?: string, risk?: string}} Choices */

const KINDS = /** @type {const} */ (["sdk", "risk"]);

/**
 * Show what belongs to one choice, everywhere: a person has one SDK.
 * @param {"sdk" | "risk"} kind
 * @param {string | undefined} value
 */
function show(kind, value) {
  for (const each of all(`[data-${kind}]`)) {
    const isChosen = each.dataset[kind] === value;
    if (each instanceof HTMLButtonElement) each.setAttribute("aria-pressed", String(isChosen));
    else each.hidden = !isChosen;
  }
}

/**
 * Return what is chosen.
 * @returns {Choices}
 */
export function chosen() {
  const pressed = KINDS.flatMap((kind) => all(`button[data-${kind}][aria-pressed="true"]`));
  return Object.assign({}, ...pressed.map(({ dataset }) => ({ ...dataset })));
}

/**
 * Let the buttons of all blocks work.
 * @param {Choices} [kept] from before a reload
 */
export function startCode(kept = {}) {
  const first = { sdk: all("button[data-sdk]")[0]?.dataset.sdk, risk: "balanced" };
  for (const kind of KINDS) {
    for (const button of all(`button[data-${kind}]`)) {
      button.addEventListener("click", () => show(kind, button.dataset[kind]));
    }
    show(kind, kept[kind] ?? first[kind]);
  }
  for (const button of all("button[data-copy]")) {
    if (button instanceof HTMLButtonElement) {
      copyOnClick(button, () => button.dataset.copy ?? "");
    }
  }
  for (const block of all(".code")) {
    const shown = () => one(HTMLPreElement, "pre:not([hidden])", block).textContent;
    copyOnClick(one(HTMLButtonElement, "button.copy", block), shown);
  }
}
