// Keeps the steps and the panel fresh, and draws the page anew when "next round" is done.
"use strict";

(() => {
  const EVERY = 1500; // milliseconds
  let wasBusy = document.querySelector("[data-busy]") !== null;

  async function look() {
    const response = await fetch("/demo/panel" + location.search, { credentials: "same-origin" });
    if (!response.ok) return;
    const fresh = document.createRange().createContextualFragment(await response.text());
    const busy = fresh.querySelector("[data-busy]") !== null;
    if (wasBusy && !busy) return location.reload();
    wasBusy = busy;
    for (const part of ["[data-panel-steps]", "[data-panel]"]) {
      const old = document.querySelector(part);
      const next = fresh.querySelector(part);
      if (old.innerHTML !== next.innerHTML && !old.contains(document.activeElement)) old.replaceChildren(...next.childNodes);
    }
  }

  setInterval(() => look().catch(() => {}), EVERY);
})();
