// Keys for people who stay in the program all day. Never while somebody writes; a person can turn them off.
import { current, move, openCurrent, pickCurrent, takesArrows } from "./lists.js";

const GOING = 1500;

// The person's own setting; the page says it.
const isOff = () => document.documentElement.dataset.keys === "off";

function writing(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
}

function seen(element) {
  return element.offsetParent !== null || getComputedStyle(element).position === "fixed";
}

// The dialog that is open shuts the page behind it off; the current row's keys go before the page's.
function keyed(key) {
  const open = document.querySelector("dialog[open]");
  for (const place of open ? [open] : [current(), document]) {
    const found = [...(place?.querySelectorAll(`[data-key="${CSS.escape(key)}"]`) ?? [])].filter(seen);
    if (found.length) return found.at(-1);
  }
  return null;
}

function press(key) {
  if (document.querySelector("dialog[open]")) return false;
  if (key === "/") {
    const search = document.getElementById("search");
    search?.focus();
    search?.select();
    return Boolean(search);
  }
  if (key === "?") {
    listKeysHere();
    document.getElementById("shortcuts")?.showModal();
    return true;
  }
  const arrows = takesArrows();
  if (key === "j" || (arrows && key === "ArrowDown")) move(1);
  else if (key === "k" || (arrows && key === "ArrowUp")) move(-1);
  else if (key === "x") pickCurrent();
  else if (key === "o") return openCurrent();
  else return false;
  return true;
}

function listKeysHere() {
  const host = document.querySelector("[data-keys-here]");
  const list = host?.querySelector("dl");
  if (!list) return;
  const told = new Map();
  for (const one of document.querySelectorAll("[data-key]")) {
    const name = one.getAttribute("aria-label") ?? [...one.childNodes].filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("").trim();
    if (one.closest("#toasts") === null) told.set(one.dataset.key, name);
  }
  list.replaceChildren(
    ...[...told].map(([key, name]) => {
      const row = document.createElement("div");
      const term = row.appendChild(document.createElement("dt"));
      term.appendChild(document.createElement("kbd")).textContent = key;
      row.appendChild(document.createElement("dd")).textContent = name;
      return row;
    }),
  );
  host.hidden = told.size === 0;
}

export function startShortcuts() {
  let going = 0;
  const root = document.documentElement;
  const stop = () => {
    clearTimeout(going);
    going = 0;
    delete root.dataset.going;
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.id === "search" && event.key === "Escape") target.blur();
    if (isOff() || writing(target)) return;
    if (going) {
      const room = document.querySelector(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`);
      stop();
      if (room) {
        event.preventDefault();
        room.click();
        return;
      }
    }
    if (event.key === "g" && !document.querySelector("dialog[open]")) {
      root.dataset.going = "";
      going = setTimeout(stop, GOING);
      return;
    }
    // Enter on a link or button is the browser's own.
    if (event.key === "Enter" && !target.closest("a, button, summary, input, label")) {
      if (openCurrent()) event.preventDefault();
      return;
    }
    const own = keyed(event.key);
    if (own) {
      event.preventDefault();
      own.click();
    } else if (press(event.key)) {
      event.preventDefault();
    }
  });

  document.querySelector("[commandfor='shortcuts']")?.addEventListener("click", listKeysHere);
}
