// Draws the preview anew while somebody types: the form with data-preview is sent there, and nothing is saved.
// What went wrong leaves the preview that stands there.

const PAUSE = 400; // milliseconds without a key

for (const form of document.querySelectorAll("form[data-preview]")) {
  let waiting;
  let asking = new AbortController();

  const renew = async () => {
    asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        redirect: "error",
        signal: asking.signal,
      });
      if (answer.ok) show(await answer.text());
    } catch {
      // not reached, not signed in any more, or overtaken by a newer one
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(renew, PAUSE);
  });
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-preview-cards]");
  const cards = document.querySelector("[data-preview-cards]");
  if (!fresh || !cards || fresh.innerHTML === cards.innerHTML) return;
  cards.innerHTML = fresh.innerHTML;
  const status = document.querySelector("[data-preview-status]");
  status.textContent = "";
  setTimeout(() => { status.textContent = status.dataset.said; }, 50); // the same words once more are heard again
}
