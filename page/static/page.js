"use strict";
// The page works without this script: it adds live updates, keys, undo, menus and the choice of a theme.
const $ = (selector, parent = document) => parent.querySelector(selector);
const $$ = (selector, parent = document) => [...parent.querySelectorAll(selector)];
const make = (name, textContent) => Object.assign(document.createElement(name), { textContent });
const root = document.documentElement;
const policy = window.trustedTypes?.createPolicy("part", { createHTML: (html) => html }) ?? { createHTML: (html) => html };

// The theme: that of the system, unless the reader has chosen one, which a cookie keeps.
$("#theme")?.addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; SameSite=Strict`;
});

// The time on the bar and on the axes. It goes on from that of the server, in the zone of the page.
const clock = $(".live time");
const ahead = clock ? Date.parse(clock.dateTime) - Date.now() : 0;
let format; // It is slow to make.
const time = (at = Date.now()) => (format ??= new Intl.DateTimeFormat("en-GB", {
  timeZone: document.body.dataset.zone, hour: "2-digit", minute: "2-digit",
})).format(at + ahead);

function tick(text = time()) {
  if (clock) clock.textContent = clock.textContent.replace(/^\S+/, text);
  // Not on the root, which would restyle each element.
  for (const each of $$(".strip")) each.style.setProperty("--now", `${(100 * (23 + text.slice(3) / 60)) / 24}%`);
}
if (clock) tick(clock.textContent.slice(0, 5));
setInterval(tick, 10000);

// What is read aloud: the latest words, at most every ten seconds.
let words, told = 0, telling = 0;
function tell(text) {
  words = text;
  telling ||= setTimeout(() => {
    telling = 0;
    told = Date.now();
    $("#told").textContent = words;
  }, Math.max(0, told + 10000 - Date.now()));
}

// Parts of the page. A part is asked for from the server, and put in place by the reader's act alone.
async function replacePart(name, element) {
  const url = new URL(location.href);
  url.searchParams.set("part", name);
  element.setAttribute("aria-busy", "true");
  try {
    const response = await ask(url, { headers: { Accept: "text/html" } });
    element.innerHTML = policy.createHTML(await response.text());
    tick();
  } finally {
    element.removeAttribute("aria-busy");
  }
}

// Throws an Error that says why there is no answer.
async function ask(url, options) {
  const response = await fetch(url, options).catch(() => { throw new Error("newsmonitor does not answer"); });
  if (response.redirected) throw new Error("enter the token again");
  if (!response.ok && response.type !== "opaqueredirect") throw new Error((await response.text()) || `HTTP ${response.status}`);
  return response;
}

// Live updates. Only a visible tab holds a connection: a browser allows six for one host.
const live = $("#live");
const main = $("main");
const wall = root.classList.contains("wall");
const waiting = new Set();
const own = []; // the alerts of the reader's own acts, which are no news
let position = document.body.dataset.position;
let last = 0; // when the server last spoke
let source = null, lost = 0, silent = 0, again = 0;

function connect() {
  clearTimeout(again);
  if (source || document.hidden || !live) return;
  source = new EventSource(`/events?last=${encodeURIComponent(position)}`);
  for (const kind of ["alert", "mark", "stale", "state"]) {
    source.addEventListener(kind, (event) => {
      const { ids, trouble } = JSON.parse(event.data);
      position = event.lastEventId;
      hear("Live");
      if (ids) take(kind, ids); else show(trouble, $("#trouble"));
    });
  }
  source.addEventListener("error", () => {
    lose();
    // A browser tries again by itself, unless the server refuses: it has too many readers.
    if (source?.readyState === EventSource.CLOSED) { disconnect(); poll(); }
  });
  listen();
}

function disconnect() {
  source?.close();
  source = null;
  clearTimeout(silent);
  clearTimeout(again);
}

// Asks once, and tries for a connection again after 15 seconds.
async function poll() {
  again = setTimeout(connect, 15000 + Math.random() * 1000);
  try {
    const found = await (await ask(`/events/poll?last=${encodeURIComponent(position)}`)).json();
    position = found.position;
    hear("Live, every 15 s");
    show(found.trouble, $("#trouble"));
    for (const { kind, ids } of found.changes) take(kind, ids);
  } catch { lose(); }
}

// The server speaks every 15 seconds. One that does not for 20 is lost, whatever the connection says.
function listen() {
  clearTimeout(silent);
  silent = setTimeout(() => { disconnect(); lose(0); connect(); }, 20000);
}
function hear(how) {
  clearTimeout(lost);
  lost = 0;
  last = Date.now();
  show(how);
  listen();
}
function lose(after = 5000) {
  last ||= Date.now();
  lost ||= setTimeout(() => show(`Not live since ${time(last)}`), after);
}
function show(text, element = live) {
  if (element.textContent === text) return;
  if (element.textContent !== "As of" && text) tell(text);
  element.textContent = text;
  live.parentElement.classList.toggle("off", live.textContent.startsWith("Not"));
}

document.addEventListener("visibilitychange", () => document.hidden ? disconnect() : connect());
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);

function take(kind, ids) {
  if (!$("#pending") || !["alert", "mark", "stale"].includes(kind)) return;
  const shown = main.dataset.alerts?.split(" ");
  for (const id of kind === "stale" ? ["stale"] : ids) {
    if (kind === "mark" && own.includes(id)) own.splice(own.indexOf(id), 1);
    else if (!shown || id === "stale" || shown.includes(id)) waiting.add(id);
  }
  if (wall) showPending(); else tellPending();
}

// What waits is counted at once.
let unread = parseInt($(".count")?.textContent ?? "0", 10);
function tellPending() {
  const bar = $("#pending");
  const count = unread + waiting.size;
  document.title = `${count ? `(${count}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
  for (const each of $$(".count")) { each.hidden = !count; each.firstChild.data = count; }
  if (!waiting.size) return;
  const what = waiting.has("stale") ? "what has changed" : `${waiting.size} change${waiting.size === 1 ? "" : "s"}`;
  bar.textContent = `Show ${what} that came in while you read `;
  bar.append(make("kbd", "."));
  bar.disabled = false;
  tell(bar.textContent);
}

let showing = false;
async function showPending() {
  if (showing || !waiting.size) return;
  showing = true;
  const had = [...waiting];
  waiting.clear();
  try {
    await replacePart(main.dataset.part, main);
  } catch (error) {
    for (const id of had) waiting.add(id);
    return say(`Not shown: ${error.message}`);
  } finally {
    showing = false;
  }
  unread = parseInt($("[data-unread]", main)?.dataset.unread ?? unread, 10);
  if (wall) return showPending();
  tellPending();
  ($("li.al h3 a", main) ?? $("h1", main))?.focus();
}
document.addEventListener("click", (event) => { if (event.target.closest("#pending")) showPending(); });
connect();

// Who comes back to a list finds the row that was opened.
document.addEventListener("click", (event) => {
  const link = event.target.closest("li.al h3 a");
  if (link) history.replaceState({ row: link.pathname }, "");
});
if (history.state?.row) $$("li.al h3 a").find((each) => each.pathname === history.state.row)?.focus();

// Dialogs: the keys, and until when to snooze.
function choose(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => { dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }); });
}
$("#help")?.addEventListener("click", (event) => { event.preventDefault(); choose($("#keys-help")); });

// Marks: the row goes at once, and comes back with Undo. The server is told at once too.
const WORDS = { acknowledged: "Acknowledged until it changes", snoozed: "Snoozed", muted: "Muted for good" };
let undo = null;

function post(form, values) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  return ask(form.action, { method: "POST", body, redirect: "manual" });
}

function say(text) {
  const line = make("span", text);
  $(".toast").replaceChildren(line);
  setTimeout(() => { if (line.isConnected) forget(); }, 10000);
  if (!undo) return;
  const button = make("button", "Undo");
  button.addEventListener("click", undo);
  $(".toast").append(button);
}
function forget() {
  undo = null;
  $(".toast").replaceChildren();
}

async function mark(row, state) {
  const form = $("form.acts", row);
  const ids = row.dataset.alerts.split(" ");
  const until = state === "snoozed" ? await choose($("#snooze")) : "";
  if (state === "snoozed" && !until) return;
  const rows = visibleRows();
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  const hide = (hidden) => {
    row.hidden = hidden;
    (hidden && !next ? $("h1") : $("h3 a", hidden ? next : row)).focus();
  };
  const save = async (values, hidden) => {
    own.push(...ids);
    hide(hidden);
    try {
      await post(form, values);
    } catch (error) {
      for (const id of ids) own.splice(own.indexOf(id), 1);
      hide(!hidden);
      undo = null;
      say(`Not saved: ${error.message}`);
    }
  };
  const saved = save({ state, until }, true);
  undo = async () => {
    forget();
    await saved;
    await save({ state: "undo", was: state }, false);
    if (row.isConnected) return;
    take("alert", ids);
    showPending();
  };
  say(WORDS[state]);
}
document.addEventListener("submit", async (event) => {
  const { target, submitter } = event;
  const row = target.closest("li.al");
  const state = submitter?.name === "state" && submitter.value;
  if (!(row ? WORDS[state] : state === "snoozed")) return;
  event.preventDefault();
  if (row) return mark(row, state);
  const until = await choose($("#snooze"));
  if (!until) return;
  post(target, { state, until }).then(() => location.reload(), (error) => say(`Not saved: ${error.message}`));
});

// While the page is not live, a form is sent only if the server answers: what was written must not get lost.
let answers = false;
document.addEventListener("submit", (event) => {
  const { target, submitter, defaultPrevented } = event;
  if (answers || defaultPrevented || target.method !== "post" || !$(".live.off")) return;
  event.preventDefault();
  ask("/live").then(() => { answers = true; target.requestSubmit(submitter); }, (error) => say(`Not sent: ${error.message}`));
});

// Keys. Each has a button or a link too. They can be turned off in the settings.
const visibleRows = () => $$("li.al[data-alerts]").filter((row) => !row.hidden);
const PLACES = { a: "/", w: "/watches", f: "/feeds", t: "/trends", s: "/system" };
let going = false;

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || wall) return;
  if ($("dialog[open]") || event.target.closest("input, textarea, select")) return;
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
  } else if (key === "e" && row) location.href = `/watches/${encodeURIComponent($(".meta a", row).textContent)}`;
  else if (/^[a-z]$/.test(key)) $$(`[data-k=${key}]`, main).find((each) => each.closest("li.al") === row)?.click();
});

function focusSearch() {
  const field = $$(".find, main [type=search], #query").find((each) => each.offsetWidth);
  if (field) field.focus(); else location.href = "/search";
}
