// A button that puts its text on the clipboard and says so.

export function startCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // No right to the clipboard: select the text, so that Ctrl+C takes it.
      const text = button.parentElement.querySelector("code");
      if (text) getSelection().selectAllChildren(text);
      return;
    }
    const word = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = word), 2000);
  });
}
