// Menus are details elements: they open by themselves; here they close, and the theme changes at once.
import { send } from "./wire.js";
import { say } from "./toasts.js";

export function startMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" ? document.activeElement?.closest("details.menu[open]") : null;
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]") || !event.submitter) return;
    event.preventDefault();
    document.documentElement.dataset.theme = event.submitter.value;
    for (const one of document.querySelectorAll("[data-theme-form] .segment")) {
      one.setAttribute("aria-pressed", String(one.value === event.submitter.value));
    }
    if (!(await send(form, event.submitter))) say("failed");
  });
}
