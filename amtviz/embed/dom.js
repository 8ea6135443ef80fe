/**
 * Return the elements that a selector finds.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement[]}
 */
export function all(selector, within = document) {
  const found = /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll(selector));
  return [...found];
}

/**
 * Return the first element that a selector finds, which is of a type.
 * @template {HTMLElement} T
 * @param {new () => T} type
 * @param {string} selector
 * @param {ParentNode} [within]
 */
export function one(type, selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`no ${type.name} is ${selector}`);
  return found;
}
