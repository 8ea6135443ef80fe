// Unpacks the page of a frame, and keeps the frame as high as the page is, in the theme around it.
import { onTheme, themeBehind } from "./behind.js";
import { one } from "./dom.js";
import { THEMES } from "./theme.js";

const frame = /** @type {HTMLElement | null} */ (window.frameElement); // null if kept apart

/** Return the page, which is base64 of gzip. */
async function unpack() {
  const packed = atob(one(HTMLElement, "#amtviz-page").textContent);
  const bytes = Uint8Array.from(packed, (sign) => sign.charCodeAt(0));
  const page = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(page).text();
}

/**
 * Let the page's own media queries see the notebook's theme rather than the system's.
 * @param {HTMLElement} holder
 */
function setTheme(holder) {
  const isDark = themeBehind(holder).ink === THEMES.dark.ink;
  holder.style.colorScheme = isDark ? "dark" : "light";
}

/** @param {HTMLElement} holder */
function follow(holder) {
  const root = document.documentElement;
  const fit = () => {
    const height = root.getBoundingClientRect().height;
    const scrollbar = window.innerHeight - root.clientHeight;
    // nothing has a height in a tab that isn't shown
    if (height) holder.style.height = `${Math.ceil(height + scrollbar)}px`;
  };
  fit();
  new ResizeObserver(fit).observe(root);
  onTheme(holder, () => setTheme(holder));
  // the picture is for where no JavaScript runs
  const picture = holder.nextElementSibling;
  if (picture?.matches("img.amtviz-picture")) picture.setAttribute("hidden", "");
}

/**
 * Stay in the frame: its links to places on the page would lead to the notebook's address.
 * @param {MouseEvent} event
 */
function stay(event) {
  const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return;
  event.preventDefault();
  location.hash = link.hash;
}

async function start() {
  if (frame) setTheme(frame);
  const page = await unpack();
  document.open();
  document.write(page);
  document.close();
  document.addEventListener("click", stay);
  if (frame) follow(frame);
}

start().catch((error) => {
  document.body.textContent = `This needs a newer browser, or VS Code (${error}).`;
});
