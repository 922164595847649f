// Lists: all at once, how many, and the row that the keys stand on.

const boxes = (form) => [...form.querySelectorAll('tbody input[name="id"]')];

function told(form) {
  const all = boxes(form);
  const picked = all.filter((box) => box.checked).length;
  const head = form.querySelector("[data-all]");
  if (head) {
    head.checked = picked > 0 && picked === all.length;
    head.indeterminate = picked > 0 && picked < all.length;
  }
  const count = form.querySelector("[data-count]");
  if (count) count.textContent = String(picked);
  form.dataset.picked = picked > 1 ? "many" : picked ? "one" : "";
}

export function startLists() {
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.name !== "id") return;
    const form = box.closest("[data-bulk]");
    if (!form) return;
    // With Shift held, everything from the last tick to this one.
    if (event.shiftKey && last && form.contains(last)) {
      const all = boxes(form);
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-bulk]");
    if (!form) return;
    if (event.target.matches("[data-all]")) for (const box of boxes(form)) box.checked = event.target.checked;
    told(form);
  });
  document.addEventListener("reset", (event) => {
    if (event.target.matches("[data-bulk]")) setTimeout(() => told(event.target));
  });
  const refresh = () => document.querySelectorAll("[data-bulk]").forEach(told);
  // A browser that comes back restores the ticks, not what follows from them.
  window.addEventListener("pageshow", refresh);
  document.addEventListener("htmx:afterSettle", refresh);
  document.querySelector("[data-focus]")?.focus();
}

const items = () => [...document.querySelectorAll("[data-list] [data-item]")].filter((item) => item.offsetParent !== null);

/** Whether the arrows move in a list of this page, instead of the page. */
export const takesArrows = () => document.querySelector("[data-arrows]") !== null;

/** The item that the keys stand on. */
export const current = () => document.querySelector("[data-item].at");

/** Moves on (1) or back (-1); the item's first link takes the focus, so that a screen reader follows. */
export function move(step) {
  const all = items();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[Math.min(Math.max(at < 0 && step > 0 ? 0 : at + step, 0), all.length - 1)];
  current()?.classList.remove("at");
  next.classList.add("at");
  const link = next.querySelector("a[href]") ?? next.querySelector("input, button");
  link?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** Opens the current item; false if there is none. */
export function openCurrent() {
  const link = current()?.querySelector("a[href]");
  link?.click();
  return Boolean(link);
}

/** Ticks the current item, or takes the tick away. */
export function pickCurrent() {
  current()?.querySelector('input[name="id"]')?.click();
}
