// The list of mentions: reading beside it, verdicts and their undoing without leaving it.
import htmx from "htmx.org";

const pane = () => document.getElementById("reading");
const changes = (path) => path.startsWith("/mentions/verdict") || path.startsWith("/mentions/undo/");

function mark(id) {
  const row = document.getElementById(`mention-${id}`);
  for (const one of document.querySelectorAll("[data-item].at")) one.classList.remove("at");
  row?.classList.add("at");
}

export function startMentions() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt;
    if (!link.matches("a[data-read]") || pane()?.offsetParent) return;
    // No room for a pane beside the list: the mention is a page of its own.
    event.preventDefault();
    window.location.assign(link.href);
  });
  document.addEventListener("htmx:configRequest", (event) => {
    // The answer brings anew what stands on this page, and nothing else.
    if (changes(event.detail.path)) {
      event.detail.parameters.shown = [...document.querySelectorAll(".standing[id]")].map((one) => one.id).join(" ");
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== pane()) return;
    pane().parentElement.scrollTop = 0;
    mark(pane().querySelector("[data-mention]")?.dataset.mention);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // A verdict on the ticked ones is given: they need not stay ticked. (By attribute: its fields are named id and action.)
    const form = event.detail.elt;
    if (form.getAttribute("id") === "judge" && event.detail.successful) form.reset();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("#toasts")) return;
    const { pathname, search } = new URL(form.action);
    if (!changes(pathname)) return;
    event.preventDefault();
    form.closest(".toast")?.remove();
    htmx.ajax("POST", pathname + search, { source: document.body, swap: "none" });
  });
}
