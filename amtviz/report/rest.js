// Calls what can wait until the reader's hand rests: a step of a brush comes first.

const SOON = 120; // milliseconds after the last change
const HELD = 700; // the same while a button is held

let isHeld = false;
/** @type {Set<{again: () => void, now: () => void}>} */
const waiting = new Set();

/** @param {boolean} now */
function hold(now) {
  isHeld = now;
  if (!now) for (const { again } of waiting) again();
}

/** Call at once what waits. */
export function settle() {
  for (const { now } of waiting) now();
}

/**
 * Return what is to be called with every change, so that a function is called after the last.
 * @param {() => void} run
 */
export function atRest(run) {
  if (!waiting.size) {
    window.addEventListener("pointerdown", () => hold(true), { capture: true });
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, () => hold(false), { capture: true });
    }
  }
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => now(), isHeld ? HELD : SOON);
  };
  const now = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    run();
  };
  waiting.add({ again: () => timer && soon(), now });
  return soon;
}
