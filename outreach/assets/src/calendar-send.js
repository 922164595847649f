// What the ways of dragging share: the page's own forms, filled and sent. The answer is the calendar as the store has it.

export const copying = (event) => Boolean(event?.ctrlKey || event?.altKey || document.getElementById("calendar-copies")?.checked);

/** Moves or copies a delivery: {delivery, seen, day, hour}; without an hour it keeps the one it has. */
export function send(deed, { delivery, seen, day, hour = "" }) {
  const form = document.getElementById(`calendar-${deed}`);
  if (!form) return;
  form.elements.delivery_id.value = delivery;
  form.elements.seen.value = seen;
  form.elements.day.value = day;
  form.elements.hour.value = hour;
  form.requestSubmit();
}

/** Asks where a draft goes; what the place says already is filled in. */
export function ask(draft, day = "", hour = "") {
  const dialog = document.getElementById("drop");
  const form = document.getElementById("calendar-drop");
  if (!dialog || !form) return;
  form.elements.post_id.value = draft.dataset.draft;
  form.querySelector("[data-drop-title]").textContent = draft.dataset.title;
  document.getElementById("drop-trouble").replaceChildren();
  if (day) form.elements.day.value = day;
  form.elements.hour.value = hour || form.elements.hour.dataset.hour;
  dialog.showModal();
  form.elements.channel_id.focus();
}

export function startDrafts() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-drop]");
    if (button) ask(button.closest("[data-draft]"));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt?.id === "calendar-drop" && event.detail.xhr.status === 200) document.getElementById("drop")?.close();
  });
}
