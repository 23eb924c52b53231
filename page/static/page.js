"use strict";
// The page works without this script: it adds live updates, keys, undo, menus and the choice of a theme.
const $ = (selector, parent = document) => parent.querySelector(selector);
const $$ = (selector, parent = document) => [...parent.querySelectorAll(selector)];
const root = document.documentElement;
const YEAR = 365 * 86400;
const policy = window.trustedTypes?.createPolicy("part", { createHTML: (html) => html }) ?? { createHTML: (html) => html };

// The theme: that of the system, unless the reader has chosen one, which a cookie keeps.
$("#theme")?.addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR}; SameSite=Strict`;
});

// The time on the bar and on the axes. It goes on from that of the server, in the zone of the page.
const clock = $(".live time");
const ahead = clock ? Date.parse(clock.dateTime) - Date.now() : 0;
const zone = document.body.dataset.zone;
const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
const now = () => new Date(Date.now() + ahead);

function tick() {
  const text = format.format(now());
  if (clock && !clock.textContent.startsWith(text)) clock.textContent = clock.textContent.replace(/^\S+/, text);
  root.style.setProperty("--now", `${(100 * (23 + Number(text.slice(3)) / 60)) / 24}%`);
}
tick();
setInterval(tick, 10000);

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
const liveWords = live?.textContent;
const main = $("main");
const wall = root.classList.contains("wall");
const waiting = new Set();
const own = new Set();
let source = null;
let position = document.body.dataset.position;
let lost = 0;

function connect() {
  if (source || document.hidden || !live) return;
  source = new EventSource(`/events?last=${encodeURIComponent(position)}`);
  source.addEventListener("open", () => {
    clearTimeout(lost);
    lost = 0;
    live.textContent = liveWords;
    live.parentElement.classList.remove("off");
  });
  source.addEventListener("error", () => {
    const since = format.format(now());
    lost ||= setTimeout(() => {
      live.textContent = `Not live since ${since}`;
      live.parentElement.classList.add("off");
    }, 5000);
    // A browser tries again by itself, unless the server has refused: then it has too many readers.
    if (source.readyState === EventSource.CLOSED) { source = null; setTimeout(connect, 15000 + Math.random() * 1000); }
  });
  for (const kind of ["alert", "mark", "feed", "status", "stale"]) {
    source.addEventListener(kind, (event) => { position = event.lastEventId; take(kind, JSON.parse(event.data).ids); });
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) { source?.close(); source = null; } else connect();
});
addEventListener("pagehide", () => { source?.close(); source = null; });
addEventListener("pageshow", connect);

function take(kind, ids) {
  document.dispatchEvent(new CustomEvent("change", { detail: { kind, ids } }));
  if (!$("#pending") || !["alert", "mark", "stale"].includes(kind)) return;
  const shown = main.dataset.alerts?.split(" ");
  for (const id of kind === "stale" ? ["stale"] : ids) {
    if (kind === "mark" && own.delete(id)) continue;
    if (!shown || id === "stale" || shown.includes(id)) waiting.add(id);
  }
  if (wall && waiting.size) showPending(); else tellPending();
}

// What waits is counted at once, and read aloud at most every ten seconds.
let unread = parseInt($(".count")?.textContent ?? "0", 10);
function showCount() {
  const count = unread + waiting.size;
  document.title = `${count ? `(${count}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
  for (const each of $$(".count")) { each.hidden = !count; each.firstChild.data = count; }
}
let told = 0;
let telling = 0;
function tellPending() {
  const bar = $("#pending");
  const count = waiting.has("stale") ? "what has changed" : `${waiting.size} change${waiting.size === 1 ? "" : "s"}`;
  showCount();
  if (!waiting.size) return;
  bar.textContent = `Show ${count} that came in while you read `;
  bar.append(Object.assign(document.createElement("kbd"), { textContent: "." }));
  bar.disabled = false;
  telling ||= setTimeout(() => {
    telling = 0;
    told = Date.now();
    $("#told").textContent = bar.textContent;
  }, Math.max(0, told + 10000 - Date.now()));
}

async function showPending() {
  const had = [...waiting];
  waiting.clear();
  try {
    await replacePart(main.dataset.part, main);
  } catch (error) {
    for (const id of had) waiting.add(id);
    return say(`Not shown: ${error.message}`);
  }
  unread = parseInt($("[data-unread]", main)?.dataset.unread ?? unread, 10);
  tellPending();
  if (!wall) ($("li.al h3 a", main) ?? $("h1", main))?.focus();
}
document.addEventListener("click", (event) => { if (event.target.closest("#pending")) showPending(); });
connect();

// Dialogs: the keys, and until when to snooze. Without this script, the links and buttons lead to forms and pages.
function ask(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}
$("#help")?.addEventListener("click", (event) => { event.preventDefault(); ask($("#keys-help")); });

// Marks: the row goes at once, and comes back with Undo. The server is told at once too.
const WORDS = { acknowledged: "Acknowledged until it changes", snoozed: "Snoozed", muted: "Muted for good", open: "Open again" };
let undo = null;

async function post(form, values) {
  const body = new URLSearchParams(new FormData(form)); // It may have several watches.
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  const response = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (response.type !== "opaqueredirect" && !response.ok) throw new Error(await response.text());
}

function say(text, action) {
  const toast = $(".toast");
  toast.replaceChildren(text);
  const done = () => { if (undo === action) undo = null; if (toast.textContent.startsWith(text)) toast.replaceChildren(); };
  setTimeout(done, 10000);
  if (!action) return;
  const button = Object.assign(document.createElement("button"), { textContent: "Undo" });
  button.addEventListener("click", action);
  toast.append(button);
}

async function mark(row, state) {
  const form = $("form.acts", row);
  const until = state === "snoozed" ? await ask($("#snooze")) : "";
  if (state === "snoozed" && !until) return;
  const rows = visibleRows();
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  const ids = row.dataset.alerts.split(" ");
  row.hidden = true;
  if (next) $("h3 a", next).focus();
  for (const id of ids) own.add(id);
  const back = async () => {
    undo = null;
    row.hidden = false;
    $("h3 a", row).focus();
    $(".toast").replaceChildren();
    for (const id of ids) own.add(id);
    await post(form, { state: "undo", was: state });
    if (!row.isConnected) showPending();
  };
  // What "Open again" has removed is not known here.
  undo = state === "open" ? null : back;
  say(WORDS[state], undo);
  try {
    await post(form, { state, until });
  } catch (error) {
    row.hidden = false;
    undo = null;
    for (const id of ids) own.delete(id);
    say(`Not saved: ${error.message}`);
  }
}
document.addEventListener("submit", async (event) => {
  const row = event.target.closest("li.al");
  const state = event.submitter?.value;
  if (row && state) {
    event.preventDefault();
    mark(row, state);
  } else if (state === "snoozed" && event.submitter.name === "state") {
    event.preventDefault();
    const until = await ask($("#snooze"));
    if (!until) return;
    await post(event.target, { state, until });
    location.reload();
  }
});

// Keys. Each has a button or a link too. They can be turned off in the settings.
const visibleRows = () => $$("li.al[data-alerts]").filter((row) => !row.hidden);
const STATES = { a: "acknowledged", z: "snoozed", m: "muted" };
const PLACES = { a: "/", w: "/watches", f: "/feeds", t: "/trends", s: "/system" };
let going = false;

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || wall) return;
  if ($("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const rows = visibleRows();
  const row = document.activeElement.closest("li.al");
  const { key } = event;
  const place = going && PLACES[key];
  going = key === "g";
  if (place) location.href = place;
  else if (key === "?") $("#help").click();
  else if (key === "/") { event.preventDefault(); focusSearch(); }
  else if (key === "." && waiting.size) showPending();
  else if (key === "u" && undo) undo();
  else if ((key === "j" || key === "k") && rows.length) {
    const at = rows.indexOf(row) + (key === "j" ? 1 : -1);
    $("h3 a", rows[Math.min(Math.max(at, 0), rows.length - 1)]).focus();
  } else if (STATES[key] && row) $(`[data-k=${key}]`, row) && mark(row, STATES[key]);
  else if (key === "e" && row) location.href = `/watches/${encodeURIComponent($(".meta a", row).textContent)}`;
  else if (/^[a-z]$/.test(key)) $$(`main [data-k=${key}]`).find((each) => !each.closest("li.al"))?.click();
});

function focusSearch() {
  const field = $$(".find, main [type=search], #query").find((each) => each.offsetWidth);
  if (field) field.focus(); else location.href = "/search";
}
