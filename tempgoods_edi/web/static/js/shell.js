// The shell's part in the browser: live states, log-out in every tab, the form token for scripts, what is not to be seen.
// Pages work without.
"use strict";
(() => {
  const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

  // What nobody sees, or what turns its surroundings round, is shown by its code point, as the server does on its pages: also
  // in whatever a script writes later.  What fields send back stays as it is.
  const unseen = new RegExp(`[${document.querySelector('meta[name="unseen"]').content}]`, "gu");
  const visible = (text) => text.replace(unseen, (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
  const kept = "textarea, script, style";
  const mark = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const shown = visible(node.data);
      if (shown !== node.data && !node.parentElement?.closest(kept)) node.data = shown;
    } else if (node.nodeType === Node.ELEMENT_NODE && !node.closest(kept)) node.childNodes.forEach(mark);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") mark(change.target);
      else change.addedNodes.forEach(mark);
    }
  }).observe(document, { childList: true, characterData: true, subtree: true });
  // What an answer of the server changes waits while something is pressed: what is replaced under a press would lose it.
  let pressed = false;
  const waiting = [];
  const released = () => setTimeout(() => {
    pressed = false;
    for (const act of waiting.splice(0)) act();
  });
  const unpressed = (act) => { if (pressed) waiting.push(act); else act(); };
  addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, released, true);
  addEventListener("blur", released); // of the window: a release outside of it is told to nobody

  window.tg = { csrf, visible, unpressed };

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF"] = csrf();
  });

  // A page that the browser kept from before log-out must not be shown by “back”.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  if (document.body.dataset.live === undefined) return;

  // Number of the last change this page shows; it listens from there on.
  let seen = document.body.dataset.live;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("tempgoods") : null;

  const leave = () => {
    window.tg.leaving = true;
    location.replace("/login?reason=out");
  };
  const show = (told) => {
    seen = told.id;
    const own = CSS.escape(told.seq_no);
    for (const place of document.querySelectorAll(`[data-state-of="${own}"]`)) {
      place.className = `state state-${told.state}`;
      place.textContent = told.label;
    }
    for (const place of document.querySelectorAll(`[data-customs-no-of="${own}"]`)) {
      if (!told.customs_no) continue;
      if ("value" in place) place.value = told.customs_no;
      else place.textContent = told.customs_no;
    }
    document.dispatchEvent(new CustomEvent("tg:state", { detail: told }));
  };
  const since = () => fetch(`/events/since?after=${seen}`, { headers: { Accept: "application/json" } });
  const catchUp = async () => {
    const answer = await since();
    if (answer.status === 401) leave();
    else if (answer.ok) (await answer.json()).forEach(show);
  };

  channel?.addEventListener("message", ({ data }) => {
    if (data.kind === "state") show(data.told);
    else catchUp();
  });
  document.querySelector("form[data-logout]")?.addEventListener("submit", () => {
    window.tg.leaving = true;
  });

  // One connection for all tabs: a browser allows six to a host, and a page that waits for one of them stands still.
  const listen = () => new Promise(() => {
    const events = new EventSource(`/events?after=${seen}`);
    events.addEventListener("state", (event) => {
      const told = JSON.parse(event.data);
      show(told);
      channel?.postMessage({ kind: "state", told });
    });
    events.addEventListener("bye", () => {
      events.close();
      channel?.postMessage({ kind: "bye" });
      leave();
    });
    // Cut off for good: by a log-out (then this leads to the log-in page), or because the portal is away.
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) catchUp().catch(() => {});
    });
    addEventListener("pagehide", () => events.close());
  });
  window.tgEvents = true;
  if (channel && navigator.locks) {
    navigator.locks.request("tempgoods-events", listen);
    // What another tab's connection has told since this page was made, and before it could hear it.
    catchUp().catch(() => {});
  } else {
    listen();
  }
})();
