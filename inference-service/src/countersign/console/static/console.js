// The console without a mouse and without waiting: keys, one send per form, live parts.
"use strict";

const CLAIM_AGAIN_MS = 45000;

// j, k and arrows walk through the entries of a list; Enter follows the link, as everywhere.
function isTyping(target) {
  return target.closest("input, select, textarea, summary, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const entries = Array.from(document.querySelectorAll("[data-task]"));
  if (!entries.length) return;
  const at = entries.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : entries.length - 1) : at + step;
  if (entries[next]) {
    event.preventDefault();
    entries[next].focus();
    entries[next].scrollIntoView({ block: "nearest" });
  }
});

// A form is sent once: the button says at once that it has acted, and takes no second tap.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// A changed box shows what was captured.
document.addEventListener("input", (event) => {
  const original = event.target.dataset.original;
  if (original === undefined) return;
  const was = event.target.closest(".entry").querySelector(".was");
  was.hidden = event.target.value === original;
});

// Parts that ask again say what they show; the service answers only when it reads differently.
document.addEventListener("htmx:configRequest", (event) => {
  const seen = event.detail.elt.dataset.seen;
  if (seen) event.detail.headers["X-Part-Seen"] = seen;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const part = event.detail.xhr.getResponseHeader("X-Part");
  if (part) event.detail.elt.dataset.seen = part;
});

// Nobody looks at a hidden page: it asks nothing until it is seen again.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.requestConfig.verb === "get") event.preventDefault();
});

// A task stays claimed while somebody works on it; the service lets go of it after a pause.
let claimedAt = Date.now();

function keepClaim() {
  const form = document.getElementById("keep-claim");
  if (!form || Date.now() - claimedAt < CLAIM_AGAIN_MS) return;
  claimedAt = Date.now();
  form.dispatchEvent(new CustomEvent("countersign:used"));
}

for (const kind of ["pointerdown", "keydown", "input"]) {
  document.addEventListener(kind, keepClaim, { passive: true });
}
