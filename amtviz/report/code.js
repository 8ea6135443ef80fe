// Blocks of code: a switch between the SDKs, and buttons that copy.
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

/**
 * Show one SDK's code in every block: a person has one of them.
 * @param {string | undefined} sdk
 */
function show(sdk) {
  for (const code of all("pre[data-sdk]")) code.hidden = code.dataset.sdk !== sdk;
  for (const button of all("button[data-sdk]")) {
    button.setAttribute("aria-pressed", String(button.dataset.sdk === sdk));
  }
}

/** Let the buttons of all blocks work. */
export function startCode() {
  const buttons = all("button[data-sdk]");
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.sdk));
  for (const block of all(".code")) {
    const shown = () => one(HTMLPreElement, "pre:not([hidden])", block).textContent;
    copyOnClick(one(HTMLButtonElement, "button.copy", block), shown);
  }
  if (buttons.length) show(buttons[0].dataset.sdk);
}
