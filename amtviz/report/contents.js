// The list of contents: it marks the section that the reader has before them.
import { all, one } from "../embed/dom.js";
import { nameOf } from "./folds.js";
import { openBelow } from "./popovers.js";
import { get, set } from "./state.js";

/** Keep the list, and the button that opens it, at where the reader is. */
export function startContents() {
  const list = one(HTMLElement, "#contents");
  const links = new Map(
    all("a", list).map((link) => [(link.getAttribute("href") ?? "").replace(/^#(section-)?/, ""), link]),
  );
  const mark = () => {
    const name = get("section") ?? "overview";
    for (const [each, link] of links) {
      if (each === name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const here of all(".here")) here.textContent = links.get(name)?.textContent ?? "";
  };
  /** @type {Set<Element>} */
  const near = new Set();
  const line = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) near.add(target);
        else near.delete(target);
      }
      const first = window.scrollY < 1 ? places[0] : places.find((place) => near.has(place));
      if (first) set("section", nameOf(first));
      mark();
    },
    { rootMargin: "-25% 0px -74% 0px" }, // a line at a quarter of the window
  );
  const places = all("#overview, details.question");
  for (const place of places) line.observe(place);
  for (const button of all("[popovertarget=contents]")) openBelow(button, list);
  list.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLAnchorElement && list.matches(":popover-open")) list.hidePopover();
  });
}
