// Parallel coordinates under a reader's hands: a drag along an axis selects, a drag of its title
// moves it, and a button hides it; by the keyboard, too.
import { checkOrder, hide, moveTo, shareOf, shift, valueAt, widen } from "./axes.js";
import { current, give, onView } from "./linked.js";

/** @import { Axis } from "./axes.js" */

const VIEW = "parallel_lines";
const ORDER = "axis_order";
const PLACES = ["axis_places", "axis_height", "title_rows"]; // signals that say where axes stand
const STRIP = 22; // pixels across, as drawn
const [ABOVE, ROW] = [20, 14]; // pixels of the titles
const STILL = 3; // pixels: less is no drag
const STEP = 0.05; // of an axis, by a key

class Axes {
  /**
   * @param {VegaView} view
   * @param {Axis[]} axes
   */
  constructor(view, axes) {
    this.view = view;
    this.axes = axes;
    this.order = checkOrder(current(ORDER), axes.length);
    this.over = document.createElement("div");
    this.over.className = "axes";
    this.hidden = document.createElement("small");
    this.hidden.className = "hidden-axes";
    this.handles = axes.map((axis) => this.makeHandle(axis));
    this.strips = axes.map((axis) => this.makeStrip(axis));
    this.over.append(...this.handles, ...this.strips);
    view.container().append(this.over);
    view.container().closest("figure")?.querySelector("figcaption")?.append(this.hidden);
    for (const name of PLACES) view.addSignalListener(name, () => this.placeSoon());
    this.show(this.order);
  }

  /** Wait for the picture: its margins may change as well. */
  placeSoon() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.place();
    });
  }

  /** Lay the handles and strips over the axes. */
  place() {
    const { view } = this;
    const drawn = view.container().querySelector("canvas, svg.marks");
    if (!drawn) return;
    const [picture, box] = [drawn.getBoundingClientRect(), view.container().getBoundingClientRect()];
    const [originX, originY] = view.origin();
    const { left: padX, top: padY } = view.padding();
    const [left, top] = [picture.left - box.left + originX + padX, picture.top - box.top + originY + padY];
    const [places, height, rows] = PLACES.map((name) => view.signal(name));
    const step = this.order.length > 1 ? places[1] - places[0] : places[0];
    this.axes.forEach((axis, each) => {
      const slot = this.order.indexOf(axis.g);
      const [handle, strip] = [this.handles[each], this.strips[each]];
      handle.hidden = strip.hidden = slot < 0;
      if (slot < 0) return;
      const width = rows * step - 8;
      const [first, last] = [slot === 0, slot === this.order.length - 1];
      const x = left + places[slot];
      handle.className = first ? "axis first" : last ? "axis last" : "axis";
      const begin = first ? x - STRIP / 2 : last ? x + STRIP / 2 - width : x - width / 2;
      const row = top - ABOVE - ROW * (slot % rows);
      move(handle, { left: begin, top: row, width, height: 18 });
      move(strip, { left: x - STRIP / 2, top, width: STRIP, height });
      const of = `axis ${slot + 1} of ${this.order.length}`;
      const keys = "Left and right move it, up and down select along it, Delete hides it.";
      handle.children[0].setAttribute("aria-label", `${axis.n}, ${of}. ${keys}`);
    });
  }

  /** @param {number[]} order */
  show(order) {
    this.order = order;
    give(ORDER, order);
    const hidden = this.axes.filter(({ g }) => !order.includes(g));
    this.hidden.hidden = !hidden.length;
    this.hidden.replaceChildren(
      " Hidden: ",
      ...hidden.flatMap((axis) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = axis.n;
        button.setAttribute("aria-label", `Show ${axis.n}`);
        button.addEventListener("click", () => {
          this.show(moveTo(this.order, axis.g, axis.g));
          this.focus(axis);
        });
        return [button, " "];
      }),
    );
    this.placeSoon();
  }

  /** @param {Axis} axis */
  hide(axis) {
    const slot = this.order.indexOf(axis.g);
    const order = hide(this.order, axis.g);
    if (order === this.order) return;
    this.select(axis, null);
    this.show(order);
    this.focus(this.axes[order[Math.min(slot, order.length - 1)]]);
  }

  /**
   * Bring the focus to an axis, once it is in its place.
   * @param {Axis} axis
   */
  focus(axis) {
    requestAnimationFrame(() => {
      this.place();
      const button = this.handles[axis.g].children[0];
      if (button instanceof HTMLElement) button.focus({ preventScroll: true });
    });
  }

  // --- titles

  /** @param {Axis} axis */
  makeHandle(axis) {
    const handle = document.createElement("span");
    const [title, cross] = [document.createElement("button"), document.createElement("button")];
    title.type = cross.type = "button";
    title.className = "move";
    title.textContent = axis.n;
    title.title = axis.n;
    cross.className = "hide";
    cross.textContent = "×";
    cross.title = "Hide this axis";
    cross.setAttribute("aria-label", `Hide ${axis.n}`);
    cross.addEventListener("click", () => this.hide(axis));
    title.addEventListener("keydown", (event) => this.press(axis, event));
    onDrag(title, {
      move: (event) => {
        const box = this.over.getBoundingClientRect();
        const centres = this.order.map((each) => {
          const strip = this.strips[each].getBoundingClientRect();
          return strip.left + strip.width / 2 - box.left;
        });
        const x = event.clientX - box.left;
        const far = centres.map((centre) => Math.abs(centre - x));
        const slot = far.indexOf(Math.min(...far));
        if (this.order[slot] !== axis.g) this.show(moveTo(this.order, axis.g, slot));
      },
    });
    handle.append(title, cross);
    return handle;
  }

  /**
   * @param {Axis} axis
   * @param {KeyboardEvent} event
   */
  press(axis, event) {
    const { key, shiftKey } = event;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key];
    const along = { ArrowUp: STEP, ArrowDown: -STEP }[key];
    if (sideways) {
      this.show(moveTo(this.order, axis.g, this.order.indexOf(axis.g) + sideways));
    } else if (along) {
      const brush = this.brush(axis);
      const next = !brush ? [1 / 3, 2 / 3] : shiftKey ? widen(brush, along) : shift(brush, along);
      this.select(axis, /** @type {[number, number]} */ (next));
    } else if (key === "Delete" || key === "Backspace") this.hide(axis);
    else if (key === "Escape") this.select(axis, null);
    else return;
    event.preventDefault();
  }

  // --- what is selected along an axis

  /** @param {Axis} axis */
  isLog(axis) {
    return axis.free ? Boolean(this.view.signal("log_objective")) : axis.log;
  }

  /**
   * Return both ends of what is selected, as shares of the axis; null where nothing is.
   * @param {Axis} axis
   * @returns {[number, number] | null}
   */
  brush(axis) {
    const values = current(`c_${axis.f}`)?.[axis.f];
    if (!values) return null;
    const shares = values.map((/** @type {number} */ v) => shareOf(axis, Number(v), this.isLog(axis)));
    return [Math.min(...shares), Math.max(...shares)];
  }

  /**
   * @param {Axis} axis
   * @param {[number, number] | null} brush
   */
  select(axis, brush) {
    const isLog = this.isLog(axis);
    const values = brush?.map((share) => valueAt(axis, share, isLog)).sort((one, other) => one - other);
    give(`c_${axis.f}`, values ? { [axis.f]: values } : {});
  }

  /** @param {Axis} axis */
  makeStrip(axis) {
    const strip = document.createElement("div");
    strip.className = "strip";
    let start = 0;
    /** @type {[number, number] | null} */
    let held = null;
    /** @param {PointerEvent} event */
    const at = (event) => {
      const { top, height } = strip.getBoundingClientRect();
      return Math.min(1, Math.max(0, 1 - (event.clientY - top) / height));
    };
    onDrag(strip, {
      begin: (event) => {
        start = at(event);
        const brush = this.brush(axis);
        held = brush && start >= brush[0] && start <= brush[1] ? brush : null;
      },
      move: (event) => {
        const now = at(event);
        this.select(axis, held ? shift(held, now - start) : [start, now]);
      },
      click: () => this.select(axis, null),
    });
    return strip;
  }
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, number>} box in pixels
 */
function move(element, box) {
  for (const [side, pixels] of Object.entries(box)) element.style.setProperty(side, `${pixels}px`);
}

/**
 * Follow the pointer from where it is pressed on an element.
 * @param {HTMLElement} element
 * @param {Partial<Record<"begin" | "move" | "click", (event: PointerEvent) => void>>} does
 */
function onDrag(element, does) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    let isDrag = false;
    element.setPointerCapture(event.pointerId);
    does.begin?.(event);
    /** @param {PointerEvent} next */
    const follow = (next) => {
      isDrag ||= Math.hypot(next.clientX - event.clientX, next.clientY - event.clientY) > STILL;
      if (isDrag) does.move?.(next);
    };
    /** @param {PointerEvent} last */
    const end = (last) => {
      element.removeEventListener("pointermove", follow);
      element.removeEventListener("pointerup", end);
      element.removeEventListener("pointercancel", end);
      if (!isDrag && last.type === "pointerup") does.click?.(last);
    };
    element.addEventListener("pointermove", follow);
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
  });
}

/**
 * Let the axes of parallel coordinates be moved, hidden and selected along, once they are drawn.
 * @param {Axis[]} [axes]
 */
export function startParallel(axes) {
  if (!axes) return;
  onView((name, view) => {
    if (name === VIEW) new Axes(view, axes);
  });
}
