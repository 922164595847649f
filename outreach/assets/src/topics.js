// The query: examples go in where the caret is, and a fault is one press away.
export function startTopics() {
  document.addEventListener("click", (event) => {
    const query = document.getElementById("field-query");
    if (!query) return;
    const example = event.target.closest("[data-query-add]");
    if (example && !query.readOnly) {
      const { selectionStart: start, selectionEnd: end, value } = query;
      const before = start > 0 && !/[\s(]$/.test(value.slice(0, start)) ? " " : "";
      query.focus();
      query.setRangeText(before + example.dataset.queryAdd, start, end, "end");
      query.dispatchEvent(new Event("input", { bubbles: true }));
      return;
    }
    const place = event.target.closest("[data-query-at]");
    if (place) {
      const at = Number(place.dataset.queryAt);
      query.focus();
      query.setSelectionRange(at, at + Number(place.dataset.queryLength));
    }
  });
}
