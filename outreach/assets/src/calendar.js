// The calendar page: weeks of deliveries and days, drawn from the address that the page names.
import { Calendar } from "fullcalendar";
import timeGrid from "fullcalendar/timegrid";
import classic from "fullcalendar/themes/classic";
import lv from "fullcalendar/locales/lv";
import en from "fullcalendar/locales/en-gb";

// The heads carry a label of their own; a table's head must not be silent inside.
const speak = (head) => head.querySelectorAll("[aria-hidden]").forEach((inner) => inner.removeAttribute("aria-hidden"));

function name(head) {
  const word = head.appendChild(document.createElement("span"));
  word.className = "unseen";
  word.textContent = head.getAttribute("aria-label");
}

const host = document.querySelector("[data-calendar]");
if (host) {
  const { events, language, zone, view, day, timed } = host.dataset;
  const calendar = new Calendar(host, {
    plugins: [timeGrid, classic],
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
    timedText: timed,
    // How a delivery stands, and what is of the year rather than of ours: the sheet gives each its tone.
    eventDidMount: ({ event, el }) => {
      const { status, kind } = event.extendedProps;
      if (status) el.dataset.status = status;
      if (kind) el.dataset.kind = kind;
    },
    dayHeaderDidMount: ({ el }) => speak(el),
    viewDidMount: ({ el }) => el.querySelectorAll("[role=rowheader][aria-label]:empty").forEach(name),
  });
  calendar.render();
  requestAnimationFrame(() => requestAnimationFrame(() => host.removeAttribute("aria-busy")));
}
