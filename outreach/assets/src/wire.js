// htmx under our rules: a token goes with every change, and a request that fails says so.
import htmx from "htmx.org";
import { say } from "./toasts.js";

// The page's meta tag configures htmx for good; these two must hold even on a page that lacks it.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  // An address says what is set, not what could be.
  if (event.detail.elt.matches(".filters")) {
    const told = event.detail.formData;
    for (const name of new Set(told.keys())) {
      const values = told.getAll(name).filter((value) => value !== "");
      told.delete(name);
      values.forEach((value) => told.append(name, value));
    }
  }
  if (event.detail.verb !== "get" && token()) event.detail.headers["X-CSRF-Token"] = token();
});

document.addEventListener("htmx:responseError", (event) => {
  // Signed out meanwhile: the page itself leads to the door.
  if (event.detail.xhr.status === 401) window.location.reload();
  else say("failed");
});
document.addEventListener("htmx:sendError", () => say("offline"));
document.addEventListener("htmx:timeout", () => say("offline"));

/** Sends a form as it would go itself, without leaving the page; true if the answer was good. */
export async function send(form, submitter) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form, submitter),
    headers: { "X-CSRF-Token": token() },
    redirect: "manual",
  }).catch(() => null);
  return answer !== null && (answer.ok || answer.type === "opaqueredirect");
}
