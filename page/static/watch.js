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
      const response = await ask(`/editor/${part}?part=1`, { method: "POST", body: new URLSearchParams(new FormData(form)), signal });
      const text = await response.text();
      if (!signal.aborted) element.innerHTML = policy.createHTML(text);
    } catch (error) {
      if (!signal.aborted) element.textContent = `Not known: ${error.message}`;
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
    tell($("#check").textContent.trim());
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
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select") || document.body.dataset.keys === "off";
    if (event.key === "e" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      ($("#how-lists").checked ? $("#any") : $("#query")).focus();
    }
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    $("#save").click();
  });

  $("#problems")?.focus();
  if ($("#say", $("#check"))) trying = setTimeout(() => attempt(asked.signal), 0);
}
