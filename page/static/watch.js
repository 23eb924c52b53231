"use strict";
// The editor of a watch works without this script: it checks as you write, and tries what you wrote on the past week.
{
  const form = $("#watch");
  const CHECK_AFTER = 250; // milliseconds after the last key
  const TRY_AFTER = 600; // milliseconds after the last good words
  let checking = 0;
  let trying = 0;
  let asked = new AbortController();

  // Asks for a part of the page, and puts it in place. What was asked for before is cancelled, on the server too.
  async function show(part, signal) {
    const element = $(`#${part}`);
    const late = setTimeout(() => element.setAttribute("aria-busy", "true"), 300);
    try {
      const response = await fetch(`/editor/${part}?part=1`, { method: "POST", body: new URLSearchParams(new FormData(form)), signal });
      const text = await response.text();
      if (signal.aborted) return;
      if (response.ok) element.innerHTML = policy.createHTML(text);
      else element.textContent = text;
    } catch (error) {
      if (error.name !== "AbortError") element.textContent = `Not known: ${error.message}`;
    } finally {
      clearTimeout(late);
      element.removeAttribute("aria-busy");
    }
  }

  async function check() {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    clearTimeout(trying);
    await show("check", signal);
    if (signal.aborted) return;
    const wrong = $("#err", $("#check"));
    $("#save").disabled = Boolean(wrong);
    $("#query").setAttribute("aria-invalid", String(wrong?.dataset.key === "query"));
    if ($("#say", $("#check"))) trying = setTimeout(() => attempt(signal), TRY_AFTER);
  }

  async function attempt(signal) {
    await show("preview", signal);
    if (!signal.aborted) await Promise.all([show("explain", signal), show("backtest", signal)]);
  }

  form.addEventListener("input", (event) => {
    if (event.target.name?.startsWith("sample")) return;
    clearTimeout(checking);
    checking = setTimeout(check, CHECK_AFTER);
  });
  document.addEventListener("change", (event) => {
    if (event.target.name?.startsWith("sample")) show("explain", asked.signal);
  });
  document.addEventListener("click", (event) => {
    const part = event.target.closest("button[formaction]")?.getAttribute("formaction").split("/").pop();
    if (!part) return;
    event.preventDefault();
    if (part === "check") check();
    else show(part, asked.signal);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select") || document.body.dataset.keys === "off";
    if (event.key === "e" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      ($("#how-lists").checked ? $("#any") : $("#query")).focus();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit($("#save")); }
  });

  // What these buttons do is done by itself now.
  for (const button of $$("button[formaction]", form)) button.hidden = true;
  $("#problems")?.focus();
  if ($("#say", $("#check"))) trying = setTimeout(() => attempt(asked.signal), 0);
}
