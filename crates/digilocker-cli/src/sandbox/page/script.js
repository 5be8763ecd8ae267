// Updates the page with server-sent events, submits its forms without reloading it, and copies texts. Without
// this script the page works, but shows the state at the time it was loaded, and has no copy buttons.
"use strict";

const parts = ["commands", "faults", "grants", "coverage", "exchanges"];
const shown = new Map();
const connection = document.getElementById("connection");
const MESSAGE_MS = 4000;
let state = "";
let timer;

if (connection) {
  document.documentElement.classList.add("script");
  const events = new EventSource("/sandbox/events");
  events.addEventListener("open", () => { connected("Live. Requests appear on this page as they arrive."); });
  events.addEventListener("error", () => { connected("Not connected: retrying. This page shows an earlier state."); });
  for (const part of parts) {
    events.addEventListener(part, (event) => { replace(document.getElementById(part), event.data); });
  }
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("click", (event) => {
    const text = event.target.dataset.copy;
    if (text !== undefined) copy(text);
  });
}

function connected(text) {
  state = text;
  connection.textContent = text;
}

// Shows a message for a while, then the state of the connection again.
function say(text) {
  connection.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { connection.textContent = state; }, MESSAGE_MS);
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
  say(done ? "Done." : "Failed: the sandbox refused the request or has stopped.");
}

// Browsers have no `navigator.clipboard` on plain HTTP, loopback excepted.
async function copy(text) {
  let done;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
  }
  say(done ? "Copied." : "Failed: select the text and copy it.");
}
