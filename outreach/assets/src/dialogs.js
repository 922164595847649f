// Native dialogs: buttons with commandfor open them by themselves where the browser knows how; links need a hand.

const knowsCommands = "commandForElement" in HTMLButtonElement.prototype;

function open(id) {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  return dialog;
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const link = target?.closest("a[data-open]");
    if (link && !event.ctrlKey && !event.metaKey && open(link.dataset.open)) event.preventDefault();
    const button = knowsCommands ? null : target?.closest("button[commandfor][command='show-modal']");
    if (button) open(button.getAttribute("commandfor"));
    // The backdrop is the dialog itself as far as clicks go; what lies inside is always a child.
    if (target instanceof HTMLDialogElement) target.close();
  });

  // A new tab or window is asked for: the link is then the page itself.
  document.addEventListener(
    "click",
    (event) => {
      if ((event.ctrlKey || event.metaKey || event.shiftKey) && event.target.closest?.("[data-drawer]")) event.stopPropagation();
    },
    true,
  );

  let from = "";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches?.("[data-drawer]")) from = event.detail.elt.href;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "drawer-body") return;
    const drawer = open("drawer");
    const page = drawer?.querySelector("[data-drawer-page]");
    if (page && from) page.href = from;
    if (drawer) drawer.scrollTop = 0;
  });
}
