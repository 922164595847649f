// On the search page the answers come while one writes.
import htmx from "htmx.org";

const PAUSE = 220;

export function startSearch() {
  const found = () => document.getElementById("found");
  const box = document.getElementById("search");
  if (!box || !found()) return;
  let waiting = 0;
  let asked = box.value;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      if (box.value.trim() === asked.trim()) return;
      asked = box.value;
      const url = new URL(box.form.action);
      url.searchParams.set("q", asked.trim());
      await htmx.ajax("GET", url.pathname + url.search, { target: "#found", select: "#found", swap: "outerHTML" });
      history.replaceState(history.state, "", url);
    }, PAUSE);
  });
}
