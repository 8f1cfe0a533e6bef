// Codes with a type-ahead: the code goes into the field, its name stands beside.  Without scripts: a datalist or the code alone.
"use strict";
document.documentElement.classList.add("js");
(() => {
  const names = new Map(); // "list/code" → name
  const ask = async (list, query) => {
    const answer = await fetch(`/codes/${encodeURIComponent(list)}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : null;
  };
  const known = (list, code) => names.get(`${list}/${code}`);
  const remember = (list, found) => {
    for (const [code, name] of Object.entries(found)) names.set(`${list}/${code}`, name);
  };
  // The names of many codes of one list, asked for together.
  const resolve = async (list, codes) => {
    const missing = [...new Set(codes)].filter((code) => code && known(list, code) === undefined).slice(0, 300);
    if (!missing.length) return false;
    for (const code of missing) names.set(`${list}/${code}`, "");
    remember(list, (await ask(list, { code: missing.join(",") })) ?? {});
    return true;
  };

  let serial = 0;
  const wire = (input) => {
    if (input.dataset.wired) return;
    input.dataset.wired = "yes";
    input.removeAttribute("list");
    const list = input.dataset.codelist;
    const box = document.createElement("ul");
    box.className = "choices";
    box.id = `choices-${++serial}`;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? list);
    box.hidden = true;
    input.parentElement.append(box);
    const set = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": box.id };
    for (const [name, value] of Object.entries(set)) input.setAttribute(name, value);
    const beside = document.getElementById(`${input.id}-named`);
    let active = -1, asked = 0, timer = 0;

    const close = () => {
      box.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const light = (index) => {
      const rows = [...box.children];
      if (!rows.length) return;
      active = (index + rows.length) % rows.length;
      rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === active)));
      rows[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", rows[active].id);
    };
    const choose = (row) => {
      remember(list, { [row.dataset.code]: row.dataset.name });
      input.value = row.dataset.code;
      if (beside) beside.textContent = row.dataset.name;
      close();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      clearTimeout(timer);
      asked += 1;
    };
    const show = (found) => {
      box.replaceChildren(...found.map((each, at) => {
        const row = document.createElement("li");
        row.id = `${box.id}-${at}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        Object.assign(row.dataset, { code: each.code, name: each.name });
        const code = document.createElement("b");
        code.textContent = each.code;
        row.append(code, ` ${each.name}`);
        row.addEventListener("mousedown", (event) => { event.preventDefault(); choose(row); });
        return row;
      }));
      active = -1;
      box.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!box.hidden));
    };
    const look = async () => {
      const mine = ++asked;
      const found = await ask(list, { q: input.value });
      if (mine === asked && document.activeElement === input) show(found ?? []);
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(look, 120); };
    const name = async () => {
      const code = input.value.trim();
      if (code && known(list, code) === undefined) await resolve(list, [code]);
      if (beside && input.value.trim() === code) beside.textContent = code ? known(list, code) ?? "" : "";
    };
    input.addEventListener("input", (event) => { if (event.isTrusted) later(); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); if (box.hidden) look(); else light(active + 1); }
      else if (event.key === "ArrowUp" && !box.hidden) { event.preventDefault(); light(active - 1); }
      else if (event.key === "Escape" && !box.hidden) { event.preventDefault(); event.stopPropagation(); close(); }
      else if (event.key === "Enter" && !box.hidden && active >= 0) { event.preventDefault(); choose(box.children[active]); }
    });
    input.addEventListener("blur", () => { clearTimeout(timer); asked += 1; close(); name(); });
    input.addEventListener("tg:named", name);
  };
  window.tgChoosing = { wire: (root) => root.querySelectorAll("input[data-codelist]").forEach(wire), resolve, known };
})();
