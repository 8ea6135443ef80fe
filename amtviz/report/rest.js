// Calls what can wait until the reader's hand rests: a step of a brush comes first.

const SOON = 120; // milliseconds after the last change
const HELD = 700; // the same while a button is held

let isHeld = false;
/** @type {Set<() => void>} */
const waiting = new Set();

/** @param {boolean} now */
function hold(now) {
  isHeld = now;
  if (!now) for (const wait of [...waiting]) wait();
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
    timer = window.setTimeout(
      () => {
        timer = 0;
        run();
      },
      isHeld ? HELD : SOON,
    );
  };
  waiting.add(() => timer && soon());
  return soon;
}
