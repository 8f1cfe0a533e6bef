// The console works without this: it refreshes what is marked data-live, adds keys, and fills reasons in place.
(() => {
  "use strict";
  const EVERY = 2000;
  const tenant = document.body.dataset.tenant;
  const byId = (id) => document.getElementById(id);
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* not kept, then */ } };

  // A button that is on or off, remembered by this browser.
  const toggle = (id, name) => {
    const button = byId(id);
    const is_on = () => kept(name) !== "off";
    const show = () => { if (button) { button.textContent = is_on() ? button.dataset.on : button.dataset.off; } };
    const flip = () => { keep(name, is_on() ? "off" : "on"); show(); };
    if (button) { button.hidden = false; button.addEventListener("click", flip); show(); }
    return { is_on, flip };
  };
  const live = toggle("live", "h2018.live");
  const keys = toggle("keys", "h2018.keys");

  // Live parts: the same page is asked for again, and what differs is put in its place.
  let asking = false;
  const refresh = async () => {
    if (asking || document.hidden || !live.is_on() || !document.querySelector("[data-live]")) { return; }
    asking = true;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { "X-Live": "1" }, cache: "no-store" });
      if (!answer.ok) { return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const next = fresh.getElementById(part.id);
        if (!next || next.innerHTML === part.innerHTML || part.contains(document.activeElement)) { continue; }
        part.replaceChildren(...Array.from(next.childNodes, (node) => document.importNode(node, true)));
      }
      document.dispatchEvent(new CustomEvent("console:refreshed"));
    } catch { /* the server is away: the next round tries again */ } finally { asking = false; }
  };
  setInterval(refresh, EVERY);

  // Reasons for a return.
  const reasons = byId("reasons");
  const another = () => {
    const row = reasons.lastElementChild.cloneNode(true);
    for (const field of row.querySelectorAll("input, textarea")) { field.value = ""; }
    reasons.append(row);
    return row;
  };
  if (reasons) {
    const more = byId("more");
    more.hidden = false;
    more.addEventListener("click", () => another().querySelector("input").focus());
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a.choose");
      if (!link) { return; }
      event.preventDefault();
      const rows = Array.from(reasons.children);
      const is_empty = (row) => Array.from(row.querySelectorAll("input, textarea")).every((field) => !field.value);
      const row = rows.find(is_empty) || another();
      row.querySelector("input").value = link.dataset.path;
      row.querySelector("textarea").value = link.dataset.text || "";
      row.querySelector("textarea").focus();
    });
  }

  // What cannot be taken back is asked about.
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.sure;
    if (question && !window.confirm(question)) { event.preventDefault(); }
  });

  // Keys; none of them decides anything by itself.
  const to = (page) => { location.href = `/console/t/${encodeURIComponent(tenant)}/${page}`; };
  const pages = { d: "cases", w: "cases?state=waiting", j: "journal", c: "clock", s: "switches", p: "deliveries", t: "tenants" };
  const focus = (element) => { if (element) { element.scrollIntoView({ block: "nearest" }); element.focus(); } };
  const row = (step) => {
    const links = Array.from(document.querySelectorAll("[data-row]"), (each) => each.querySelector("a")).filter(Boolean);
    const here = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    focus(links[Math.min(Math.max(here + step, 0), links.length - 1)]);
  };
  const does = {
    "?": () => to("help"),
    "/": () => focus(byId("search")),
    j: () => row(1),
    k: () => row(-1),
    a: () => focus(byId("approve")),
    r: () => focus(document.querySelector("#reasons textarea")),
    q: () => focus(byId("ask")),
    x: () => { const part = document.querySelector("#xml details"); if (part) { part.open = !part.open; part.scrollIntoView(); } },
    u: () => live.flip(),
    l: () => { location.href = byId("language").href; },
  };
  let after_g = false;
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (!keys.is_on() || typing || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (after_g) {
      after_g = false;
      if (pages[event.key]) { event.preventDefault(); to(pages[event.key]); }
    } else if (event.key === "g") {
      after_g = true;
    } else if (does[event.key]) {
      event.preventDefault();
      does[event.key]();
    }
  });
})();
