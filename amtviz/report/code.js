"use strict";
// Blocks of code: a switch between the SDKs, and a button that copies what is shown.
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

  for (const block of document.querySelectorAll(".code")) {
    const choices = [...block.querySelectorAll("pre[data-sdk]")];
    const buttons = [...block.querySelectorAll("button[data-sdk]")];
    const show = (sdk) => {
      for (const choice of choices) choice.hidden = choice.dataset.sdk !== sdk;
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(button.dataset.sdk === sdk));
      }
    };
    for (const button of buttons) button.addEventListener("click", () => show(button.dataset.sdk));
    const copier = block.querySelector("button.copy");
    copier.addEventListener("click", async () => {
      await copy(choices.find((choice) => !choice.hidden).textContent);
      const label = copier.textContent;
      copier.textContent = "Copied";
      copier.disabled = true;
      setTimeout(() => {
        copier.textContent = label;
        copier.disabled = false;
      }, TOLD);
    });
    show(choices[0].dataset.sdk);
  }
})();
