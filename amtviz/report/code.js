"use strict";
// Blocks of code: a switch between the SDKs, and buttons that copy.
(() => {
  const TOLD = 1500; // milliseconds that "Copied" stays

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

  /** Let a button copy what a function gives, and say so. */
  function copyOnClick(button, text) {
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

  /** Show one SDK's code in every block: a person has one of them. */
  function show(sdk) {
    for (const code of document.querySelectorAll("pre[data-sdk]")) {
      code.hidden = code.dataset.sdk !== sdk;
    }
    for (const button of document.querySelectorAll("button[data-sdk]")) {
      button.setAttribute("aria-pressed", String(button.dataset.sdk === sdk));
    }
  }

  const buttons = [...document.querySelectorAll("button[data-sdk]")];
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.sdk));
  for (const block of document.querySelectorAll(".code")) {
    const shown = () => block.querySelector("pre:not([hidden])").textContent;
    copyOnClick(block.querySelector("button.copy"), shown);
  }
  if (buttons.length) show(buttons[0].dataset.sdk);
  window.amtviz.copyOnClick = copyOnClick;
})();
