// The inbox of mentions: reading beside the list, deeds by one key each, and their undoing, without leaving it.
import htmx from "htmx.org";
import { current, move, openCurrent } from "./lists.js";

const UNDOS = "mentions.undos";
const MOST_UNDOS = 50;

const pane = () => document.getElementById("reading");
const list = () => document.getElementById("judge");
const ticked = () => list()?.querySelectorAll('tbody input[name="id"]:checked').length ?? 0;
const does = (path) => /^\/mentions\/(verdict|mark|assign|tag|note|campaign|undo|back)\b/.test(path) || path.startsWith("/stories/");
const takesBack = (path) => /^\/(mentions|stories)\/(undo|back)\b/.test(path);
// After these the mention is done with, and the next one is opened.
const goesOn = (path, action) => path.startsWith("/mentions/verdict") || (path.startsWith("/mentions/mark") && action === "handle");

function mark(id) {
  const row = document.getElementById(`mention-${id}`);
  for (const one of document.querySelectorAll("[data-item].at")) one.classList.remove("at");
  row?.classList.add("at");
}

// What the keys stand on, or what is open beside the list.
const target = () => current()?.id.replace("mention-", "") ?? pane()?.querySelector("[data-mention]")?.dataset.mention;

// How a mention stands is told in its row and beside the list. Whoever was told last has it right.
function agree(id, from, to) {
  const [told, other] = [document.getElementById(`${from}-${id}`), document.getElementById(`${to}-${id}`)];
  if (!told || !other) return;
  other.innerHTML = told.innerHTML;
  for (const name of ["data-standing", "data-verdict", "data-done", "data-unread"]) {
    if (told.hasAttribute(name)) other.setAttribute(name, told.getAttribute(name));
    else other.removeAttribute(name);
  }
}

// The ways back of this tab, the latest last: a notice goes after ten seconds, its way back stays.
const undos = () => JSON.parse(sessionStorage.getItem(UNDOS) ?? "[]");
const keep = (some) => sessionStorage.setItem(UNDOS, JSON.stringify(some.slice(-MOST_UNDOS)));

function remember() {
  for (const form of document.querySelectorAll("#toasts form:not([data-kept])")) {
    form.dataset.kept = "";
    const { pathname, search } = new URL(form.action);
    if (takesBack(pathname)) keep([...undos(), pathname + search]);
  }
}

function takeBack(address) {
  keep(undos().filter((one) => one !== address));
  for (const form of document.querySelectorAll("#toasts form")) {
    const { pathname, search } = new URL(form.action);
    if (pathname + search === address) form.closest(".toast")?.remove();
  }
  htmx.ajax("POST", address, { source: document.body, swap: "none" });
}

export function startMentions() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt;
    if (!link.matches("a[data-read]") || pane()?.offsetParent) return;
    // No room for a pane beside the list: the mention is a page of its own.
    event.preventDefault();
    window.location.assign(link.href);
  });

  let last = null;
  let deeds = 0;
  let before = 0;
  // What a person opened stays open: the pane that fills by itself may be answered later than they.
  let opened = false;
  const glances = ({ path }) => /[?&]glance=/.test(path);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (opened && glances(event.detail.requestConfig)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const { path, formData } = event.detail;
    if (event.detail.target === pane()) {
      before = deeds;
      if (!glances(event.detail)) opened = true;
      else if (opened) event.preventDefault();
    }
    if (!does(path)) return;
    deeds += 1;
    // The answer brings anew what stands on this page, and nothing else.
    formData.set("shown", [...document.querySelectorAll(".standing[id]")].map((one) => one.id).join(" "));
    last = { path, action: formData.get("action"), alone: false };
    if (takesBack(path) || formData.has("one") || formData.has("off") || formData.has("id")) return;
    const boxes = list()?.querySelectorAll('tbody input[name="id"]:checked') ?? [];
    for (const box of boxes) formData.append("id", box.value);
    if (!boxes.length && target()) {
      formData.append("id", target());
      last.alone = true;
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== pane()) return;
    pane().parentElement.scrollTop = 0;
    const open = pane().querySelector("[data-mention]")?.dataset.mention;
    mark(open);
    // A deed that was done while the mention was on its way here is not in it yet.
    if (before === deeds) agree(open, "read", "standing");
    else agree(open, "standing", "read");
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!event.detail.successful || !does(event.detail.pathInfo?.requestPath ?? "")) return;
    remember();
    agree(pane()?.querySelector("[data-mention]")?.dataset.mention, "standing", "read");
    form.closest("dialog")?.close();
    if (form.matches("[data-deed]")) form.reset();
    // A deed on the ticked ones is done: they need not stay ticked. (By attribute: its fields are named id and action.)
    if (ticked()) list().reset();
    else if (last?.alone && goesOn(last.path, last.action)) {
      move(1);
      if (pane()?.offsetParent) openCurrent();
    }
    // What is written beside a mention shows in it.
    else if (/^\/mentions\/(tag|note|campaign)/.test(last?.path ?? "")) reopen();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("#toasts")) return;
    const { pathname, search } = new URL(form.action);
    if (!takesBack(pathname)) return;
    event.preventDefault();
    takeBack(pathname + search);
  });

  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.("[data-undo-last]");
      const address = button && undos().at(-1);
      if (!address) return;
      event.preventDefault();
      event.stopPropagation();
      takeBack(address);
    },
    true,
  );

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-sends]")) event.target.form.requestSubmit();
  });
  remember();
}

function reopen() {
  const open = pane()?.querySelector("[data-mention]")?.dataset.mention;
  if (open) htmx.ajax("GET", `/mentions/${open}`, { source: pane(), target: pane(), swap: "innerHTML" });
  else if (document.body.classList.contains("mention-page")) window.location.reload();
}
