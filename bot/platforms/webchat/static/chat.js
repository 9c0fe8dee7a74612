// Makes every [data-chat] live: answers are put in place without a new page, and new messages come by themselves.
// Without this script every button is a form that works.
"use strict";

(() => {
  const EVERY = 3000; // milliseconds between two looks for news
  const SLOWEST = 60000; // when the server does not answer
  const SETTLE = 350; // a card that has just moved on ignores the second half of a double tap

  // Moves the page only where something new would be out of sight.
  function reveal(element, behavior = "auto") {
    const { top, height } = element.getBoundingClientRect();
    const tall = height > innerHeight * 0.7;
    if (tall && top > 90 && top < innerHeight / 3) return;
    element.scrollIntoView({ block: tall ? "start" : "nearest", behavior });
  }

  const fragmentOf = (html) => document.createRange().createContextualFragment(html);

  function start(chat) {
    const stream = chat.querySelector("[data-stream]");
    const notice = chat.querySelector("[data-notice]");
    let queue = Promise.resolve();

    const say = (text) => {
      if (notice.textContent !== text) notice.textContent = text;
    };

    async function call(url, options) {
      const headers = { "X-Klankbord": "fragment", "Accept-Language": chat.lang };
      const response = await fetch(url, { ...options, headers, credentials: "same-origin" });
      if (response.status === 401 || response.status === 403) location.reload();
      if (!response.ok) throw new Error(String(response.status));
      say("");
      return response.status === 204 ? "" : response.text();
    }

    // --- a tap, or words ---------------------------------------------------------------------------------------

    chat.addEventListener("submit", (event) => {
      const form = event.target;
      if (!form.dataset.swap) return;
      event.preventDefault();
      const button = event.submitter;
      const card = form.closest("[data-card]");
      if (card && performance.now() - Number(card.dataset.moved || -SETTLE) < SETTLE) return;
      const body = new URLSearchParams(new FormData(form, button));
      const url = form.getAttribute("action").split("#")[0];
      if (card) card.setAttribute("aria-busy", "true");
      queue = queue
        .then(() => call(url, { method: "POST", body }))
        .then((html) => (card ? swap(card, html, button) : answer(form, html)))
        .catch(() => say(chat.dataset.offline))
        .finally(() => card && card.removeAttribute("aria-busy"));
    });

    function swap(card, html, button) {
      const next = fragmentOf(html).querySelector("[data-card]");
      const before = card.querySelector(".lines").textContent;
      const label = button && button.hasAttribute("aria-pressed") ? button.textContent : null;
      for (const part of ["head", "rest"]) {
        const selector = `[data-part="${part}"]`;
        card.querySelector(selector).replaceWith(next.querySelector(selector));
      }
      card.querySelector("[data-hint]").replaceChildren(...next.querySelector("[data-hint]").childNodes);
      Object.assign(card, { lang: next.lang });
      card.dataset.about = next.dataset.about;
      card.dataset.still = ""; // what lies under a resting pointer must not look chosen
      settle(card);
      const same = [...card.querySelectorAll("[aria-pressed]")].find((b) => label !== null && b.textContent === label);
      if (same) return same.focus({ preventScroll: true });
      if (card.querySelector(".lines").textContent !== before) card.dataset.moved = performance.now();
      return arrive(card);
    }

    function answer(form, html) {
      for (const old of stream.querySelectorAll("[data-turn]")) old.remove();
      stream.append(fragmentOf(html));
      form.reset();
      const card = stream.lastElementChild.querySelector("[data-card]");
      settle(card);
      arrive(card);
    }

    // An invitation has one card: wherever it was drawn before, it goes.
    function settle(card) {
      for (const other of stream.querySelectorAll("[data-card]")) {
        if (other !== card && card.dataset.about !== "0" && other.dataset.about === card.dataset.about) other.remove();
      }
      for (const area of card.querySelectorAll("[data-counted]")) count(area);
    }

    function arrive(card) {
      const first = card.querySelector("[data-focus]");
      if (first) first.focus({ preventScroll: true });
      reveal(card);
    }

    function count(area) {
      document.getElementById(area.dataset.counted).textContent = `${area.value.length} / ${area.maxLength}`;
    }

    chat.addEventListener("pointermove", (event) => {
      const card = event.target.closest("[data-still]");
      if (card) delete card.dataset.still;
    });
    chat.addEventListener("input", (event) => event.target.dataset.counted && count(event.target));

    // --- news --------------------------------------------------------------------------------------------------

    async function look() {
      const numbers = [...stream.querySelectorAll("[data-number]")].map((turn) => Number(turn.dataset.number));
      const url = new URL(chat.dataset.news, location.href);
      url.searchParams.set("after", Math.max(0, ...numbers));
      const html = await call(url);
      if (html) show(fragmentOf(html));
    }

    function show(news) {
      const days = new Set([...stream.querySelectorAll("[data-day]")].map((day) => day.dataset.day));
      for (const day of news.querySelectorAll("[data-day]")) if (days.has(day.dataset.day)) day.remove();
      for (const turn of stream.querySelectorAll("[data-turn]")) {
        if (!turn.contains(document.activeElement)) turn.remove();
      }
      const cards = [...news.querySelectorAll("[data-card]")];
      const atEnd = stream.getBoundingClientRect().bottom <= innerHeight + 40;
      stream.append(news);
      cards.forEach(settle);
      for (const empty of chat.querySelectorAll("[data-empty]")) empty.remove();
      if (atEnd) reveal(stream.lastElementChild);
    }

    let wait = EVERY;
    async function watch() {
      if (!document.hidden) {
        queue = queue
          .then(look)
          .then(() => (wait = EVERY))
          .catch(() => {
            wait = Math.min(SLOWEST, wait * 2);
            say(chat.dataset.offline);
          });
        await queue;
      }
      setTimeout(watch, wait);
    }

    for (const area of chat.querySelectorAll("[data-counted]")) count(area);
    setTimeout(watch, wait);
  }

  document.querySelectorAll("[data-chat]").forEach(start);
  const newest = document.querySelector("main [data-stream] > :last-child");
  if (newest && !location.hash) reveal(newest, "instant");
})();
