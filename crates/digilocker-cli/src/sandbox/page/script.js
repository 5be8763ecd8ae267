// Updates the page with server-sent events, and submits its forms without reloading it. Without this
// script the page works, but shows the state at the time it was loaded.
"use strict";

const parts = ["commands", "faults", "grants", "coverage", "exchanges"];
const shown = new Map();
const connection = document.getElementById("connection");

if (connection) {
  const events = new EventSource("/sandbox/events");
  events.addEventListener("open", () => { connection.textContent = "Live."; });
  events.addEventListener("error", () => { connection.textContent = "Not connected: retrying."; });
  for (const part of parts) {
    events.addEventListener(part, (event) => { replace(document.getElementById(part), event.data); });
  }
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });
}

// The markup comes from the sandbox, which escapes all text. Unchanged sections are not replaced, to keep
// the selection.
function replace(element, markup) {
  if (shown.get(element.id) === markup) return;
  shown.set(element.id, markup);
  const scrolled = [...element.querySelectorAll(".scroll")].map((box) => [box.scrollLeft, box.scrollTop]);
  const focused = element.contains(document.activeElement);
  element.innerHTML = markup;
  element.querySelectorAll(".scroll").forEach((box, i) => {
    if (scrolled[i]) [box.scrollLeft, box.scrollTop] = scrolled[i];
  });
  if (focused) element.querySelector("[tabindex], button")?.focus({ preventScroll: true });
}

async function send(form) {
  const response = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    redirect: "manual",
  }).catch(() => null);
  // The redirect back to the page is not followed: events deliver the changes.
  const done = response !== null && (response.ok || response.type === "opaqueredirect");
  connection.textContent = done ? "Done." : "Failed: the sandbox refused the request or has stopped.";
}
