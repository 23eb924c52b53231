"use strict";
// The page works without this script: it adds live updates, keys, undo and the choice of a theme.
const $ = (selector, parent = document) => parent.querySelector(selector);
const $$ = (selector, parent = document) => [...parent.querySelectorAll(selector)];
const root = document.documentElement;
const YEAR = 365 * 86400;
const policy = window.trustedTypes?.createPolicy("part", { createHTML: (html) => html }) ?? { createHTML: (html) => html };

// The theme: that of the system, unless the reader has chosen one, which a cookie keeps.
$("#theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR}; SameSite=Strict`;
});

// Parts of the page. A part is asked for from the server, and put in place by the reader's act alone.
async function replacePart(name, element) {
  const url = new URL(location.href);
  url.searchParams.set("part", name);
  element.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    element.innerHTML = policy.createHTML(await response.text());
  } finally {
    element.removeAttribute("aria-busy");
  }
}

// Live updates. Only a visible tab holds a connection: a browser allows six for one host.
const live = $(".live span");
const liveWords = live.textContent;
const waiting = new Set();
let source = null;
let position = document.body.dataset.position;
let lost = 0;

function connect() {
  if (source || document.hidden) return;
  source = new EventSource(`/events?last=${encodeURIComponent(position)}`);
  source.addEventListener("open", () => { clearTimeout(lost); lost = 0; live.textContent = liveWords; live.parentElement.classList.remove("off"); });
  source.addEventListener("error", () => {
    lost ||= setTimeout(() => {
      live.textContent = `Not live since ${new Date().toTimeString().slice(0, 5)}`;
      live.parentElement.classList.add("off");
    }, 5000);
    if (source?.readyState === EventSource.CLOSED) { source = null; setTimeout(connect, 3000 + Math.random() * 1000); }
  });
  for (const kind of ["alert", "mark", "feed", "status", "stale"]) {
    source.addEventListener(kind, (event) => { position = event.lastEventId; take(kind, JSON.parse(event.data).ids); });
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) { source?.close(); source = null; } else connect();
});

function take(kind, ids) {
  document.dispatchEvent(new CustomEvent("change", { detail: { kind, ids } }));
  const bar = $("#pending");
  if (!bar || !["alert", "mark", "stale"].includes(kind)) return;
  for (const id of kind === "stale" ? ["stale"] : ids) if (!own.delete(id)) waiting.add(id);
  if (!waiting.size) return;
  const count = waiting.has("stale") ? "what has changed" : `${waiting.size} change${waiting.size === 1 ? "" : "s"}`;
  bar.textContent = `Show ${count} that came in while you read`;
  bar.hidden = false;
  document.title = `(${waiting.size}) ${document.title.replace(/^\(\d+\) /, "")}`;
}

async function showPending() {
  const main = $("#main");
  waiting.clear();
  await replacePart("list", main);
  document.title = document.title.replace(/^\(\d+\) /, "");
  $("#new h3 a, #seen h3 a")?.focus();
}
document.addEventListener("click", (event) => { if (event.target.closest("#pending")) showPending(); });
connect();

// Marks: the row goes at once, and comes back with Undo. The server is told at once too.
const own = new Set();
const WORDS = { acknowledged: "Acknowledged until it changes", snoozed: "Snoozed until it stands otherwise", muted: "Muted for good", open: "Open again" };
let undo = null;

async function post(form, values) {
  const body = new URLSearchParams({ ...Object.fromEntries(new FormData(form)), ...values });
  const response = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (response.type !== "opaqueredirect" && !response.ok) throw new Error(await response.text());
}

function say(text, action) {
  const toast = $(".toast");
  toast.replaceChildren(text);
  if (!action) return;
  const button = document.createElement("button");
  button.textContent = "Undo";
  button.addEventListener("click", action);
  toast.append(button);
  setTimeout(() => { if (undo === action) { undo = null; toast.replaceChildren(); } }, 10000);
}

async function mark(row, state) {
  const form = $("form.acts", row);
  const rows = visibleRows();
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  row.hidden = true;
  for (const id of row.dataset.alerts.split(" ")) own.add(id);
  next && $("h3 a", next).focus();
  undo = async () => {
    undo = null;
    row.hidden = false;
    $("h3 a", row).focus();
    $(".toast").replaceChildren();
    for (const id of row.dataset.alerts.split(" ")) own.add(id);
    await post(form, { state: "open" });
  };
  say(WORDS[state], undo);
  try {
    await post(form, { state });
  } catch (error) {
    row.hidden = false;
    undo = null;
    say(`Not saved: ${error.message}`);
  }
}
document.addEventListener("submit", (event) => {
  const row = event.target.closest("li.al");
  if (!row || !event.submitter?.value) return;
  event.preventDefault();
  mark(row, event.submitter.value);
});

// Keys. Each has a button or a link too. They can be turned off in the settings.
const visibleRows = () => $$("li.al").filter((row) => !row.hidden);
const STATES = { a: "acknowledged", z: "snoozed", m: "muted" };
const PLACES = { a: "/", w: "/watches", f: "/feeds", t: "/trends", s: "/system" };
let going = false;

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if ($("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const rows = visibleRows();
  const row = document.activeElement.closest("li.al");
  const place = going && PLACES[event.key];
  going = event.key === "g";
  if (place) location.href = place;
  else if (event.key === "?") location.href = "/settings#keys";
  else if (event.key === "/") { event.preventDefault(); $(".find").focus(); }
  else if (event.key === "." && waiting.size) showPending();
  else if (event.key === "u" && undo) undo();
  else if (event.key === "w" && $("a[data-k=w]")) $("a[data-k=w]").click();
  else if ((event.key === "j" || event.key === "k") && rows.length) {
    const at = rows.indexOf(row) + (event.key === "j" ? 1 : -1);
    $("h3 a", rows[Math.min(Math.max(at, 0), rows.length - 1)]).focus();
  } else if (STATES[event.key] && row) mark(row, STATES[event.key]);
});
