// Shows the state of the sandbox, which server-sent events deliver, and calls the control API.
"use strict";

const MESSAGE_MS = 4000;
const connection = document.getElementById("connection");
const shown = new Map();
let connectionState = "";
let timer;

const events = new EventSource("/sandbox/events");
events.addEventListener("open", () => connected("Live. Requests appear on this page as they arrive."));
events.addEventListener("error", () => connected("Not connected: retrying. This page shows an earlier state."));
events.addEventListener("message", (event) => show(JSON.parse(event.data)));

document.addEventListener("click", ({ target }) => {
  const { copy: text, call: request } = target.dataset;
  if (text !== undefined) copy(text);
  if (request !== undefined) call(...request.split(" "));
});
document.querySelector(".fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = JSON.parse(document.getElementById("fault").value);
  const times = document.getElementById("times").valueAsNumber;
  call("POST", "/sandbox/faults", JSON.stringify({ ...fault, times }));
});

function connected(text) {
  connectionState = text;
  connection.textContent = text;
}

// Shows a message for a while, then the state of the connection again.
function say(text) {
  connection.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { connection.textContent = connectionState; }, MESSAGE_MS);
}

async function call(method, path, body) {
  const response = await fetch(path, { method, body }).catch(() => null);
  if (response === null) return say("Failed: the sandbox has stopped.");
  const { error } = response.ok ? {} : await response.json();
  say(response.ok ? "Done." : `Failed: ${error}`);
}

// Browsers have no `navigator.clipboard` on plain HTTP, loopback excepted.
async function copy(text) {
  let done;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    const area = node("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
  }
  say(done ? "Copied." : "Failed: select the text and copy it.");
}

function show(state) {
  replace("client", client, state.client);
  replace("commands", commands, state.commands);
  replace("faults", faults, state.faults);
  replace("exchanges", exchanges, [state.requests, state.exchanges]);
  replace("coverage", coverage, state.coverage);
  replace("grants", grants, [state.live_grants, state.grants]);
}

// Unchanged sections are not replaced, to keep the selection.
function replace(id, render, value) {
  const json = JSON.stringify(value);
  if (shown.get(id) === json) return;
  shown.set(id, json);
  const element = document.getElementById(id);
  const { scrollLeft = 0, scrollTop = 0 } = element.querySelector(".scroll") ?? {};
  const focused = element.contains(document.activeElement);
  element.replaceChildren(...render(value));
  element.querySelector(".scroll")?.scrollTo(scrollLeft, scrollTop);
  if (focused) element.querySelector("[tabindex], button")?.focus({ preventScroll: true });
}

// Texts become text nodes: no text of a request is parsed as HTML.
function node(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
}

const span = (kind, text) => node("span", { class: kind }, text);
const code = (text) => node("code", {}, text);
const empty = (text) => [node("p", { class: "empty" }, text)];
const copyButton = (what, text) =>
  node("button", { class: "copy", "data-copy": text, "aria-label": `Copy ${what}` }, "Copy");
const head = (names) => node("thead", {}, node("tr", {}, ...names.map((name) => node("th", { scope: "col" }, name))));
const cell = (kind, ...children) => node("td", { class: kind }, ...children);

// A table of the newest rows: cards on a phone. Each row is a `tbody`.
const table = (what, names, rows) => node(
  "div",
  { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table of ${what}` },
  node("table", { class: "cards" }, head(names), ...rows.reverse()),
);
const newest = (all, rows) => (all > rows.length ? `, showing the newest ${rows.length}` : "");

const client = (values) => values.flatMap(
  ([name, value]) => [node("dt", {}, name), node("dd", {}, code(value), copyButton(name, value))],
);

function commands(list) {
  if (list === null) return empty("Issue a grant to see commands.");
  const items = list.map(([title, command]) =>
    node("li", {}, title, copyButton(`the command: ${title}`, command), node("pre", {}, code(command))));
  return [node("ol", { class: "commands" }, ...items)];
}

function faults(pending) {
  if (pending.length === 0) return empty("No fault is queued: each request gets the real response.");
  const clear = node("button", { "data-call": "DELETE /sandbox/faults" }, "Clear the queue");
  const items = pending.map((fault) => node("li", {}, fault));
  return [node("p", {}, "Queued, first to last:"), node("ol", {}, ...items), clear];
}

function grants([live, rows]) {
  if (rows.length === 0) return empty("No grant yet: issue one.");
  const issued = rows.at(-1).number;
  const token = (label, text) => node("td", { class: "token", "data-label": label }, code(text));
  const bodies = rows.map((row) => node("tbody", {}, node(
    "tr",
    {},
    cell("number", `${row.number}`),
    cell("", row.live ? span("live", "live") : span("revoked", "revoked")),
    token("Access token", row.access_token),
    token("Refresh token", row.refresh_token),
  )));
  const names = ["Number", "State", "Access token", "Refresh token"];
  return [node("p", {}, `${live} of ${issued} live${newest(issued, rows)}`), table("grants", names, bodies)];
}

function coverage({ rows, missing }) {
  const contract = rows.filter((row) => row.in_contract).length;
  const covered = contract - missing.length;
  const state = (row) => {
    if (!row.in_contract) return span("deviation", "outside");
    return row.count > 0 ? span("live", "covered") : span("todo", "missing");
  };
  const body = rows.map((row) =>
    node("tr", {}, cell("key", code(row.key)), cell("number", `${row.count}`), cell("", state(row))));
  return [
    node("p", {}, node("label", { for: "covered" }, `${covered} of ${contract} covered`), " ",
      node("progress", { id: "covered", max: contract, value: covered })),
    node("table", {}, head(["Key", "Count", "State"]), node("tbody", {}, ...body)),
  ];
}

function exchanges([requests, rows]) {
  if (rows.length === 0) return empty("No request yet: send one with a command above.");
  // As in the control API.
  const names = ["Number", "At (UTC)", "Method and path", "Status", "Encoding", "Authentication", "Hint", "Fault"];
  return [
    node("p", {}, `Requests: ${requests}${newest(requests, rows)}`),
    table("exchanges", names, rows.map(exchange)),
  ];
}

// Its row, followed by its violations and deviations.
function exchange(one) {
  const finding = (...children) => node("tr", { class: "finding" }, node("td", { colspan: 8 }, ...children));
  const time = node("time", { datetime: one.at }, one.at.slice(11, 23));
  return node(
    "tbody",
    {},
    node(
      "tr",
      {},
      cell("number", `${one.number}`),
      cell("number", time),
      cell("request", node("code", {}, `${one.method} `, ...breakable(one.path))),
      cell("status", status(one.status)),
      ...["encoding", "authentication", "hint", "fault"].map((name) => fact(name, one[name])),
    ),
    ...one.violations.map(({ what, spec_location: place }) =>
      finding(span("violation", "breaks the spec"), ` ${what} `, ...(place ? [node("code", {}, ...breakable(place))] : []))),
    ...one.deviations.map((deviation) => finding(span("deviation", "deviation"), ` ${deviation}`)),
  );
}

// A cell that is labelled on a phone, where it is left out if it is empty.
const fact = (name, value) =>
  value === null
    ? cell("nothing", "–")
    : node("td", { "data-label": name[0].toUpperCase() + name.slice(1) }, value);

// A path or a JSON pointer, which may be wrapped after a slash only.
const breakable = (path) => path.split(/(?<=\/)/).flatMap((part) => [part, node("wbr")]);

function status(code) {
  if (code === null) return span("violation", "disconnected");
  return span(code < 300 ? "live" : "todo", `${code}`);
}
