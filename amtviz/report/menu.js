// The menu beside a chart that saves its picture.

const SIGN =
  '<svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true"><circle r="2" cy="8" cx="2"/>' +
  '<circle r="2" cy="8" cx="8"/><circle r="2" cy="8" cx="14"/></svg>';
/** @type {Set<HTMLDetailsElement>} */
const menus = new Set();

/**
 * @param {HTMLElement} container
 * @param {VegaView} view
 * @param {string} name of the files
 */
export function addMenu(container, view, name) {
  const menu = document.createElement("details");
  const summary = document.createElement("summary");
  const actions = document.createElement("div");
  summary.innerHTML = SIGN;
  summary.setAttribute("aria-label", "Export the picture");
  actions.className = "vega-actions";
  actions.append(...["svg", "png"].map((type) => makeLink(view, type, `${name}.${type}`)));
  menu.append(summary, actions);
  container.append(menu);
  if (!menus.size) document.addEventListener("click", closeOthers);
  menus.add(menu);
}

/**
 * @param {VegaView} view
 * @param {string} type
 * @param {string} file
 */
function makeLink(view, type, file) {
  const link = document.createElement("a");
  link.href = "#";
  link.textContent = `Save as ${type.toUpperCase()}`;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const saved = document.createElement("a");
    saved.href = await view.toImageURL(type);
    saved.download = file;
    saved.click();
  });
  return link;
}

/** @param {MouseEvent} event */
function closeOthers({ target }) {
  for (const menu of menus) if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
}
