// Looks of a post: a word put where the cursor stands, and what a crop of a picture keeps.

const within = (share) => Math.min(100, Math.max(0, Math.round(share * 100)));

function put(button) {
  const field = document.getElementById(button.dataset.into);
  if (!field) return;
  const word = button.dataset.put;
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const head = before && !/\s$/.test(before) ? " " : "";
  const tail = after && !/^\s/.test(after) ? " " : "";
  field.setRangeText(head + word + tail, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Draws ring and crops where the two numbers say. */
function aim(form) {
  const [x, y] = ["focus_x", "focus_y"].map((name) => within(Number(form.elements[name].value) / 100));
  const frame = document.querySelector("[data-aim]");
  const box = frame.querySelector("svg").viewBox.baseVal;
  for (const ring of frame.querySelectorAll("circle")) {
    ring.setAttribute("cx", String((box.width * x) / 100));
    ring.setAttribute("cy", String((box.height * y) / 100));
  }
  clearTimeout(form.aimed);
  form.aimed = setTimeout(() => {
    for (const crop of document.querySelectorAll("[data-crop]")) crop.src = `${crop.dataset.crop}?x=${x}&y=${y}`;
  }, 150);
}

export function startLooks() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-put]");
    if (button) return put(button);
    const frame = event.target.closest?.("[data-aim]");
    const form = frame && document.getElementById(frame.dataset.aim);
    if (!form) return;
    const box = frame.querySelector("img").getBoundingClientRect();
    form.elements.focus_x.value = within((event.clientX - box.left) / box.width);
    form.elements.focus_y.value = within((event.clientY - box.top) / box.height);
    aim(form);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form.aim-form");
    if (form) aim(form);
  });
}
