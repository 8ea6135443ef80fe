// Draws the trials of the views that the reader sees, once a frame, and follows the pointer: no
// dataflow of Vega's runs for either.
import { Fields } from "./fields.js";
import { current, isHidden, mark, onHover, onShare, onSight, onView, selections } from "./linked.js";
import { Stack } from "./stack.js";
import { Tooltip } from "./tooltip.js";

/** @import { Columns } from "./columns.js" */
/** @import { Compiled } from "./compiled.js" */
/** @import { Selected } from "./selected.js" */
/** @import { Column } from "./values.js" */

const PACE = 160; // milliseconds between two drawings of what takes longer than a frame

/** @type {Map<string, Stack>} */
const stacks = new Map();
let isWaiting = false;
let drawn = 0; // when what is slow was drawn last
let later = 0;

/**
 * Draw trials over the views from now on.
 * @param {Record<string, Compiled>} charts what is said of the layers of each view
 * @param {{title: string, text: string}[]} lines of the tooltip
 * @param {Selected} selected
 * @param {Columns} source of the trials
 * @param {Column[]} columns what is said of them
 */
export function startDrawing(charts, lines, selected, source, columns) {
  const fields = new Fields(selected, source, columns);
  const tooltip = new Tooltip(lines);
  const frame = () => {
    isWaiting = false;
    selected.update(selections());
    for (const [name, stack] of stacks) {
      if (stack.version === selected.version || isHidden(name) || !isDue(stack)) continue;
      stack.draw();
    }
  };
  /** @param {Stack} stack */
  const isDue = (stack) => {
    if (!stack.isSlow) return true;
    const wait = drawn + PACE - performance.now();
    if (wait <= 0) drawn = performance.now();
    else later ||= setTimeout(() => ((later = 0), soon()), wait);
    return wait <= 0;
  };
  const soon = () => {
    if (!isWaiting) requestAnimationFrame(frame);
    isWaiting = true;
  };
  onView((name, view) => {
    const { drawn: told } = charts[name];
    if (!told.length) return;
    const stack = new Stack(name, view, told, fields);
    stacks.set(name, stack);
    follow(stack, tooltip, fields);
    stack.drawHovered(current("hover")?.i?.[0] ?? null);
    selected.update(selections());
    stack.draw();
  });
  onShare((signal, value) => {
    if (signal === "colours") {
      fields.choose(value);
      for (const stack of stacks.values()) stack.recolour();
    }
    soon();
  });
  onHover((trial) => {
    for (const [name, stack] of stacks) if (!isHidden(name)) stack.drawHovered(trial);
  });
  onSight((name) => {
    stacks.get(name)?.drawHovered(current("hover")?.i?.[0] ?? null);
    soon();
  });
}

/**
 * Mark the trial under the pointer, and tell of it.
 * @param {Stack} stack
 * @param {Tooltip} tooltip
 * @param {Fields} fields
 */
function follow(stack, tooltip, fields) {
  const { view } = stack;
  let isShown = false;
  /** @param {PointerEvent} event */
  const leave = (event) => {
    if (isShown) tooltip.hide(view, event);
    isShown = false;
  };
  view.container().addEventListener("pointermove", (event) => {
    const trial = event.buttons || event.target !== stack.own ? null : stack.pick(event);
    if (trial === null) {
      leave(event);
      return;
    }
    isShown = true;
    mark(trial);
    tooltip.show(view, event, fields.trials[trial]);
  });
  view.container().addEventListener("pointerleave", leave);
}

/**
 * Return the trial that an event of a view is on; null where it is on none.
 * @param {VegaView} view
 * @param {MouseEvent} event
 * @param {number} [reach] pixels beside a point
 */
export function pick(view, event, reach) {
  const stack = [...stacks.values()].find((each) => each.view === view);
  return stack ? stack.pick(event, reach) : null;
}

/** Draw the trials of all views as they are now, also of those out of sight. */
export function drawAll() {
  for (const stack of stacks.values()) {
    stack.fields.selected.update(selections());
    stack.draw();
  }
}

/**
 * Return what the layers of a view show: see `Stack.describe`.
 * @param {string} name
 */
export function describe(name) {
  drawAll();
  return stacks.get(name)?.describe() ?? [];
}
