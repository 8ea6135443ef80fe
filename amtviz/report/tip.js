// The tooltip of all charts, beside the pointer.

const ASIDE = 10; // pixels from the pointer
const ID = "vg-tooltip-element";

/**
 * Show something, as Vega asks for it; nothing hides it.
 * @param {unknown} _handler
 * @param {MouseEvent} event
 * @param {unknown} _item
 * @param {unknown} value texts by their titles, or one text
 */
export function showTip(_handler, event, _item, value) {
  let tip = document.getElementById(ID);
  if (!tip) {
    tip = document.createElement("div");
    tip.id = ID;
    tip.className = "vg-tooltip";
    document.body.append(tip);
  }
  const isShown = value !== null && value !== undefined && value !== "";
  tip.classList.toggle("visible", isShown);
  if (!isShown) return;
  tip.replaceChildren(typeof value === "object" ? makeTable(value) : String(value));
  const { width, height } = tip.getBoundingClientRect();
  const right = event.clientX + ASIDE;
  const below = event.clientY + ASIDE;
  const left = event.clientX - ASIDE - width;
  const above = event.clientY - ASIDE - height;
  tip.style.left = `${right + width <= innerWidth || left < 0 ? right : left}px`;
  tip.style.top = `${below + height <= innerHeight || above < 0 ? below : above}px`;
}

/** @param {object} texts */
function makeTable(texts) {
  const table = document.createElement("table");
  const body = table.createTBody();
  for (const [title, text] of Object.entries(texts)) {
    if (text === undefined) continue;
    const row = body.insertRow();
    const [key, value] = [row.insertCell(), row.insertCell()];
    key.className = "key";
    key.textContent = title;
    value.className = "value";
    value.textContent = typeof text === "object" ? JSON.stringify(text) : text;
  }
  return table;
}
