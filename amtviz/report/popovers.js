// What opens below a button.

/**
 * Open an element right below the button that opens it, and within the window.
 * @param {HTMLElement} button
 * @param {HTMLElement} popover
 */
export function openBelow(button, popover) {
  popover.addEventListener("toggle", () => {
    if (!popover.matches(":popover-open")) return;
    const { bottom, left } = button.getBoundingClientRect();
    const most = document.documentElement.clientWidth - popover.offsetWidth - 8;
    popover.style.top = `${bottom + 4}px`;
    popover.style.left = `${Math.max(8, Math.min(left, most))}px`;
  });
}
