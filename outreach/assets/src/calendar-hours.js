// The calendar page: weeks of deliveries and days, drawn from the address that the page names.
import { Calendar } from "fullcalendar";
import interaction, { Draggable } from "fullcalendar/interaction";
import timeGrid from "fullcalendar/timegrid";
import classic from "fullcalendar/themes/classic";
import lv from "fullcalendar/locales/lv";
import en from "fullcalendar/locales/en-gb";
import { ask, copying, send, startDrafts } from "./calendar-send.js";

// The heads carry a label of their own; a table's head must not be silent inside.
const speak = (head) => head.querySelectorAll("[aria-hidden]").forEach((inner) => inner.removeAttribute("aria-hidden"));

function name(head) {
  const word = head.appendChild(document.createElement("span"));
  word.className = "unseen";
  word.textContent = head.getAttribute("aria-label");
}

// How a delivery stands, before its title: no colour has to say it.
const SIGNS = { published: "✓", failed: "✕", unconfirmed: "?", sending: "…", done: "✓", step: "□" };
const titled = (told) => {
  const signs = [SIGNS[told.status ?? told.kind], told.unapproved && "◆", told.clash && "!"].filter(Boolean).join("");
  return { ...told, title: [signs, told.letters, told.title].filter(Boolean).join(" ") };
};

const host = document.querySelector("[data-calendar]");
if (host) {
  const { events, language, zone, view, day, timed } = host.dataset;
  const moves = "moves" in host.dataset;
  const calendar = new Calendar(host, {
    plugins: [timeGrid, interaction, classic],
    locales: [lv, en],
    locale: language === "lv" ? "lv" : "en-gb",
    timeZone: zone,
    initialView: view || "timeGridWeek",
    initialDate: day || undefined,
    firstDay: 1,
    nowIndicator: true,
    slotMinTime: "06:00",
    slotMaxTime: "23:00",
    slotHeaderFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    height: "auto",
    headerToolbar: false,
    events,
    eventDataTransform: titled,
    timedText: timed,
    editable: false,
    eventDurationEditable: false,
    snapDuration: "00:15",
    droppable: moves,
    // A delivery has an hour; on the strip of whole days it would have none.
    eventAllow: (to) => !to.allDay,
    eventDrop: (info) => {
      const { event, jsEvent } = info;
      const [to, hour] = [event.startStr.slice(0, 10), event.startStr.slice(11, 16)];
      send(copying(jsEvent) ? "copy" : "move", { delivery: event.id.replace("delivery-", ""), seen: event.extendedProps.seen, day: to, hour });
      if (copying(jsEvent)) info.revert();
    },
    drop: ({ draggedEl, dateStr }) => ask(draggedEl, dateStr.slice(0, 10), dateStr.slice(11, 16)),
    // How a delivery stands, and what is of the year rather than of ours: the sheet gives each its tone.
    eventDidMount: ({ event, el }) => {
      const { status, kind, hue, clash, unapproved, quiet } = event.extendedProps;
      if (status) el.dataset.status = status;
      if (kind) el.dataset.kind = kind;
      if (hue) el.dataset.hue = hue;
      if (quiet) el.dataset.quiet = "";
      const told = [unapproved, clash].filter(Boolean).join(" ");
      if (!told) return;
      el.dataset.trouble = "";
      el.title = told;
    },
    dayHeaderDidMount: ({ el }) => speak(el),
    viewDidMount: ({ el }) => el.querySelectorAll("[role=rowheader][aria-label]:empty").forEach(name),
  });
  calendar.render();
  if (moves) {
    // Whatever was asked, and whatever became of it: the store is right.
    document.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.elt?.id?.startsWith("calendar-")) calendar.refetchEvents();
    });
    const drafts = document.getElementById("drafts");
    if (drafts) new Draggable(drafts, { itemSelector: "[data-draft]", eventData: { create: false } });
    startDrafts();
  }
  requestAnimationFrame(() => requestAnimationFrame(() => host.removeAttribute("aria-busy")));
}
