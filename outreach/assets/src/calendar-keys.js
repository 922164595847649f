// The calendar by keys: arrows walk from one delivery to the next, a lifted one goes with them, Enter puts it down.
import { send } from "./calendar-send.js";

const QUARTERS = 30; // minutes of a step

const host = () => document.getElementById("calendar");
const days = () => [...(host()?.querySelectorAll("[data-day]") ?? [])].filter((day) => day.offsetParent !== null);
const within = (day) => [...day.querySelectorAll("[data-delivery]")].filter((item) => item.offsetParent !== null);
const items = () => days().flatMap(within);
const said = () => document.getElementById("calendar-said");
const written = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
const reach = (item) => item?.querySelector("a[href]")?.focus();
const title = (item) => item.querySelector(".slot-what").textContent.trim();

let last = null; // the delivery that had the focus last: the buttons speak of it
let lifted = null; // {item, deed, day, hour, day0, hour0}

const here = () => document.activeElement?.closest?.("[data-delivery]") ?? (last?.isConnected ? last : null);

function tell(text, facts = {}) {
  const line = said();
  if (line) line.textContent = written(text, facts);
}

function mark() {
  host()?.querySelectorAll(".to-here").forEach((day) => day.classList.remove("to-here"));
  if (lifted) days().filter((day) => day.dataset.day === lifted.day).forEach((day) => day.classList.add("to-here"));
}

function lift(deed) {
  const item = here();
  const line = said();
  if (!item || !line) return tell(line?.dataset.none ?? "");
  if (deed === "move" && "stays" in item.dataset) return tell(line.dataset.stays, { title: title(item) });
  const day = item.closest("[data-day]").dataset.day;
  lifted = { item, deed, day, hour: item.dataset.hour, day0: day, hour0: item.dataset.hour };
  item.classList.add("lifted");
  reach(item);
  tell(deed === "copy" ? line.dataset.copies : line.dataset.moves, { title: title(item) });
  mark();
}

function putDown(keep) {
  const { item, deed, day, hour, day0, hour0 } = lifted;
  lifted = null;
  item.classList.remove("lifted");
  mark();
  if (!keep || (deed === "move" && day === day0 && hour === hour0)) return tell(said().dataset.back, { title: title(item) });
  tell("");
  send(deed, { delivery: item.dataset.delivery, seen: item.dataset.seen, day, hour: hour === hour0 ? "" : hour });
}

function carry(key) {
  const all = [...new Set(days().map((day) => day.dataset.day))];
  const at = all.indexOf(lifted.day);
  const month = host().classList.contains("view-month");
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: month ? -7 : 0, ArrowDown: month ? 7 : 0 }[key];
  if (steps) {
    const to = all[at + steps];
    if (to) lifted.day = to;
  } else {
    const [hours, minutes] = lifted.hour.split(":").map(Number);
    const moved = hours * 60 + minutes + (key === "ArrowUp" ? -QUARTERS : QUARTERS);
    if (moved >= 0 && moved < 24 * 60) lifted.hour = `${String(Math.floor(moved / 60)).padStart(2, "0")}:${String(moved % 60).padStart(2, "0")}`;
  }
  mark();
  const cell = days().find((day) => day.dataset.day === lifted.day);
  cell.scrollIntoView({ block: "nearest" });
  tell(said().dataset.at, { title: title(lifted.item), day: cell.querySelector(".day-head").textContent.trim().replace(/\s+/g, " "), hour: lifted.hour });
}

function walk(key, from) {
  if (key === "ArrowUp" || key === "ArrowDown") {
    const all = items();
    return reach(all[all.indexOf(from) + (key === "ArrowUp" ? -1 : 1)]);
  }
  const step = key === "ArrowLeft" ? -1 : 1;
  const all = days();
  const cell = from.closest("[data-day]");
  const row = within(cell).indexOf(from);
  for (let at = all.indexOf(cell) + step; at >= 0 && at < all.length; at += step) {
    const there = within(all[at]);
    if (there.length) return reach(there[Math.min(row, there.length - 1)]);
  }
  return undefined;
}

export function startKeys() {
  document.addEventListener("focusin", (event) => {
    const item = event.target.closest?.("#calendar [data-delivery]");
    if (item) last = item;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-lift]");
    if (button) lift(button.dataset.lift);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      const arrow = event.key.startsWith("Arrow");
      let done = true;
      if (lifted && (event.key === "Enter" || event.key === "Escape")) putDown(event.key === "Enter");
      else if (lifted && arrow) carry(event.key);
      else if (arrow && document.documentElement.dataset.keys !== "off" && event.target.closest?.("#calendar [data-delivery]")) walk(event.key, event.target.closest("[data-delivery]"));
      else done = false;
      if (!done) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  // The calendar was drawn anew: what had the focus has it again, what was lifted lies where it is now.
  let kept = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "calendar") return;
    lifted = null;
    kept = host()?.contains(document.activeElement) ? (here()?.dataset.delivery ?? "") : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (kept) reach(host()?.querySelector(`[data-delivery="${kept}"]`));
    kept = "";
  });
}
