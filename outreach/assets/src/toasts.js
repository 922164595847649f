// A toast goes by itself, but never while somebody points at it or has the focus in it.

const region = () => document.getElementById("toasts");

function run(toast) {
  if (toast.dataset.running) return;
  toast.dataset.running = "yes";
  if ("stay" in toast.dataset) return;
  let left = Number(toast.dataset.toast) || 6;
  const clock = setInterval(() => {
    if (toast.matches(":hover, :focus-within")) return;
    left -= 1;
    if (left <= 0) {
      clearInterval(clock);
      toast.remove();
    }
  }, 1000);
}

/** Shows one of the texts that the region brings along: "failed" or "offline". */
export function say(which) {
  const text = region()?.dataset[which];
  if (!text) return;
  const toast = document.createElement("div");
  toast.className = "toast tone-trouble";
  toast.dataset.toast = "10";
  const words = document.createElement("p");
  words.className = "toast-text";
  words.textContent = text;
  const close = document.createElement("button");
  close.className = "button bare small";
  close.type = "button";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", region().dataset.close);
  close.textContent = "×";
  toast.append(words, close);
  region().append(toast);
}

export function startToasts() {
  const host = region();
  if (!host) return;
  host.querySelectorAll("[data-toast]").forEach(run);
  new MutationObserver(() => host.querySelectorAll("[data-toast]").forEach(run)).observe(host, { childList: true, subtree: true });
  host.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove());
}
