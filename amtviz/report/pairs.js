// Any two columns: a reader chooses them from two lists.
import { one } from "../embed/dom.js";
import { current, give } from "./linked.js";

/** @typedef {[number, number]} Pair places among the columns: across, and up */

/**
 * Return the pair after one of its two was chosen: where it is the other one, both change places.
 * @param {Pair} pair
 * @param {0 | 1} which
 * @param {number} chosen
 * @returns {Pair}
 */
export function choose(pair, which, chosen) {
  const other = pair[1 - which] === chosen ? pair[which] : pair[1 - which];
  return which ? [other, chosen] : [chosen, other];
}

/**
 * Return the name of the panel that predicts a pair; undefined where nothing was computed.
 * @param {[number, number, string][]} known
 * @param {Pair} pair
 * @returns {string | undefined}
 */
export function findPrediction(known, [first, second]) {
  return known.find(
    ([one, other]) => (one === first && other === second) || (one === second && other === first),
  )?.[2];
}

/**
 * Put two lists in place of a panel's title.
 * @param {string} view
 * @param {VegaParam[] | undefined} params of the view's chart
 */
export function startPairs(view, params) {
  if (!params) return;
  const [ACROSS, UP] = [`${view}_x`, `${view}_y`];
  const value = (/** @type {string} */ name) => params.find((param) => param.name === name)?.value;
  /** @type {string[]} */
  const names = value(`${view}_names`);
  const caption = one(HTMLElement, `[data-panel="${view}"] figcaption`);
  const link = document.createElement("a");
  /** @type {[number, number, string][]} */
  const known = value(`${view}_known`) ?? [];
  /** @type {Pair} */
  let pair = [current(ACROSS) ?? value(ACROSS), current(UP) ?? value(UP)];
  const lists = ["Across", "Up"].map((label, which) => {
    const list = document.createElement("select");
    list.setAttribute("aria-label", `Column: ${label.toLowerCase()}`);
    list.append(...names.map((name, place) => new Option(name, String(place))));
    list.addEventListener("change", () => {
      pair = choose(pair, which ? 1 : 0, Number(list.value));
      tell();
    });
    return list;
  });
  const tell = () => {
    pair.forEach((place, which) => {
      give([ACROSS, UP][which], place);
      lists[which].value = String(place);
    });
    link.hidden = !findPrediction(known, pair);
  };
  link.href = "#section-values";
  link.textContent = "What is predicted for these two";
  link.addEventListener("click", (event) => {
    const panel = findPrediction(known, pair);
    one(HTMLElement, `[data-panel="${panel}"]`).scrollIntoView({ block: "center" });
    event.preventDefault();
    event.stopPropagation(); // it leads into its section
  });
  const title = document.createElement("span");
  title.className = "title pair";
  title.append(lists[1], " by ", lists[0]);
  one(HTMLElement, ".title", caption).replaceWith(title);
  caption.append(link);
  tell();
}
