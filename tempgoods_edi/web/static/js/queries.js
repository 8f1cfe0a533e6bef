// Lists in the browser: a click chooses a row, buttons light up for what its state allows, states stay fresh.  All works without.
"use strict";
(() => {
  const chosen = () => document.querySelector('[data-rows] input[name="row"]:checked');

  const light = () => {
    const radio = chosen();
    const offers = new Set((radio?.closest("tr").dataset.offers ?? "").split(" "));
    for (const button of document.querySelectorAll("button[data-needs]")) button.disabled = !offers.has(button.dataset.needs);
    for (const row of document.querySelectorAll("[data-rows] tbody tr")) {
      row.classList.toggle("is-chosen", row.contains(radio));
    }
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches?.('[data-rows] input[name="row"]')) light();
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-rows] tbody tr");
    if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
    const radio = row.querySelector('input[name="row"]');
    radio.checked = true;
    radio.focus({ preventScroll: true });
    light();
  });
  document.addEventListener("dblclick", (event) => {
    const row = event.target.closest?.("[data-rows] tbody tr");
    if (row && !event.target.closest("a, input")) location.assign(`/declarations/${row.dataset.row}`);
  });

  // Wrong conditions come as 422, with the words at their fields: shown like any other answer.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) event.detail.shouldSwap = true;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "conditions") document.getElementById("list")?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterSettle", () => {
    light();
    const back = document.querySelector('#act input[name="back"]');
    if (back) back.value = location.pathname + location.search;
    document.querySelector("#conditions [aria-invalid]")?.focus();
  });

  // A state that changed may change what can be done, and whether the row still fits the conditions.
  let soon = 0;
  const fresh = async () => {
    const place = document.querySelector("[data-fresh], #results");
    if (!place) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    window.tg.unpressed(() => replace(place, page.getElementById(place.id)));
  };
  const replace = (place, now) => {
    if (!now || !place.isConnected) return;
    const kept = chosen()?.value;
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.replaceWith(now);
    if (window.htmx) window.htmx.process(now);
    if (kept) {
      const radio = document.getElementById(`row-${kept}`);
      if (radio) radio.checked = true;
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    light();
  };
  document.addEventListener("tg:state", (event) => {
    const here = document.querySelector("[data-fresh]") || document.querySelector(`[data-state-of="${CSS.escape(event.detail.seq_no)}"]`);
    if (!here) return;
    clearTimeout(soon);
    soon = setTimeout(fresh, 250);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) navigator.clipboard?.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  });

  const wire = () => window.tgChoosing?.wire(document);
  document.addEventListener("htmx:afterSettle", wire);
  wire();
  light();
})();
