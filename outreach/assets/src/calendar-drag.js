// Dragging on the days: a delivery to another day, a copy of it with Ctrl or Alt held, a draft out of its list.
import { startKeys } from "./calendar-keys.js";
import { ask, copying, send, startDrafts } from "./calendar-send.js";

let held = null;

const cellOf = (event) => event.target.closest?.("#calendar [data-day]");
const allowed = (event) => held && !(held.dataset.stays !== undefined && !copying(event));

function bare() {
  document.querySelectorAll(".to-here, .dragged").forEach((one) => one.classList.remove("to-here", "dragged"));
}

document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-delivery][draggable], [data-draft][draggable]") ?? null;
  if (!held) return;
  event.dataTransfer.effectAllowed = "copyMove";
  event.dataTransfer.setData("text/plain", held.querySelector("a, .slot-what")?.textContent.trim() ?? "");
  held.classList.add("dragged");
});
document.addEventListener("dragover", (event) => {
  const cell = cellOf(event);
  if (!cell || !allowed(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = copying(event) || "draft" in held.dataset ? "copy" : "move";
  if (cell.classList.contains("to-here")) return;
  document.querySelectorAll(".to-here").forEach((one) => one.classList.remove("to-here"));
  cell.classList.add("to-here");
});
document.addEventListener("drop", (event) => {
  const cell = cellOf(event);
  if (!cell || !allowed(event)) return;
  event.preventDefault();
  const { day } = cell.dataset;
  if ("draft" in held.dataset) ask(held, day);
  else if (copying(event)) send("copy", { ...held.dataset, day });
  else if (held.closest("[data-day]").dataset.day !== day) send("move", { ...held.dataset, day, hour: "" });
  bare();
});
document.addEventListener("dragend", () => {
  held = null;
  bare();
});

startDrafts();
startKeys();
