// The form in the browser: checks on leaving a field, unsaved changes, dialogs, uploads, live states.  Pages work without.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const csrf = () => window.tg?.csrf() ?? "";
  let form, data, grid, dirty = false, leaving = false, sending = false, checked = 0;
  const touched = new Set(), last = new Map();

  const isField = (input) => input?.name && (input.name.startsWith("row/") || /^[A-Z]\w*(\/\w+)*$/.test(input.name));
  const soil = () => { dirty = true; };

  const alert = (text) => {
    byId("alert-text").textContent = text;
    byId("alert-dialog").showModal();
  };

  // W6: what is wrong, in red at the right of the field.
  const say = (path, findings) => {
    const place = byId(`${path}-said`), input = byId(path);
    if (!place || !input) return;
    const worst = findings.some((each) => each.severity === "error") ? "error" : findings.length ? "warning" : "";
    place.replaceChildren(...findings.map((each) => Object.assign(document.createElement("p"), { className: each.severity, textContent: each.text })));
    const holder = input.closest(".form-field");
    holder.classList.toggle("error", worst === "error");
    holder.classList.toggle("warning", worst === "warning");
    if (worst === "error") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };

  const values = (prefix) => {
    const found = {};
    for (const input of form.elements) {
      if (!isField(input) || input.disabled || input.name.startsWith("row/") !== (prefix === "row/")) continue;
      found[input.name.slice(prefix.length)] = input.value;
    }
    return found;
  };
  const ask = async (row) => {
    const body = JSON.stringify({ head: values(""), seq_no: data.seqNo, row });
    const answer = await fetch(`/check/${data.slug}`, { method: "POST", body, headers: { "X-CSRF": csrf(), "Content-Type": "application/json", Accept: "application/json" } }).catch(() => null);
    return answer?.ok ? answer.json() : null;
  };
  const check = async () => {
    const mine = ++checked, open = byId("row-open")?.value;
    const told = await ask(open ? values("row/") : null);
    if (!told || mine !== checked) return;
    const at = new Map();
    for (const each of told.findings) at.set(each.path, [...(at.get(each.path) ?? []), each]);
    for (const path of touched) say(path, at.get(path) ?? []);
    if (open && open === byId("row-open").value) {
      for (const [tag, value] of Object.entries(told.row)) {
        const place = byId(`row/${tag}`), column = data.grid.columns.find((each) => each.tag === tag);
        if (place?.tagName === "OUTPUT" && column) place.textContent = grid.text(column, { [tag]: value });
      }
    }
  };

  // W14: a number that customs know brings a name with it; one they do not is told in a dialog.
  const lookUp = async (input) => {
    const no = input.value.trim(), places = input.dataset.fills.split(" ");
    for (const path of places) byId(path).textContent = "";
    if (!no) return;
    const answer = await fetch(`/lookup/${input.dataset.lookup}?${new URLSearchParams({ no })}`, { headers: { Accept: "application/json" } }).catch(() => null);
    const told = answer?.ok ? await answer.json() : null;
    if (input.value.trim() !== no || !told) return;
    if (told.known) for (const [tag, text] of Object.entries(told.fills)) {
      const place = places.map(byId).find((each) => each.dataset.tag === tag);
      if (place) place.textContent = text;
    } else if (told.text) {
      alert(told.text);
      if (told.known === false) { touched.delete(input.id); say(input.id, [{ severity: "error", text: told.text }]); }
    }
  };

  const leave = (event) => {
    const input = event.target;
    if (!isField(input) || last.get(input) === input.value) return;
    last.set(input, input.value);
    if (event.type === "focusout" && event.relatedTarget?.closest?.(".choices")) return;
    touched.add(input.id);
    if (input.dataset.fills) { check().then(() => lookUp(input)); return; }
    check();
  };

  const upload = () => {
    const file = byId("document-file").files[0], place = byId("upload-said"), bar = byId("upload-progress");
    const tell = (lines, mood) => place.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { className: mood, textContent: text })));
    if (!file) { tell([data.texts.NO_FILE], "error"); return; }
    const body = new FormData();
    body.append("document-type", byId("document-type").value);
    body.append("document-file", file);
    const sending = new XMLHttpRequest();
    sending.open("POST", `/declarations/${data.seqNo}/documents`);
    sending.setRequestHeader("X-CSRF", csrf());
    sending.setRequestHeader("Accept", "application/json");
    sending.responseType = "json";
    bar.hidden = false;
    bar.value = 0;
    byId("upload-button").disabled = true;
    sending.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; };
    sending.onloadend = () => {
      bar.hidden = true;
      byId("upload-button").disabled = false;
      const told = sending.response;
      if (sending.status === 200) { documents(told); tell([told.text], "done"); byId("document-file").value = ""; return; }
      const lines = (told?.findings ?? []).map((each) => `${each.text} ${each.fix}`);
      tell(lines.length ? lines : [told?.text ?? told?.error?.[data.lang] ?? data.texts.LEAVE_HINT], "error");
    };
    tell([`${data.texts.UPLOADING} ${file.name}`], "hint");
    sending.send(body);
  };
  const documents = (told) => {
    byId("document-list").innerHTML = told.html; // made by the server, escaped there
    byId("revision").value = told.revision;
  };
  const detach = async (number) => {
    const answer = await fetch(`/declarations/${data.seqNo}/documents/${number}/delete`, { method: "POST", headers: { "X-CSRF": csrf(), Accept: "application/json" } });
    const told = await answer.json().catch(() => null);
    if (answer.ok) documents(told);
    else alert(told?.error?.[data.lang] ?? data.texts.LEAVE_HINT);
  };

  const begin = () => {
    form = byId("form");
    if (!form) return;
    data = JSON.parse(byId("form-data").textContent);
    dirty = data.dirty;
    leaving = false;
    // Saved by a post to the address of new ones: from here on it has its own.
    if (data.seqNo && location.pathname !== `/declarations/${data.seqNo}`) history.replaceState(null, "", `/declarations/${data.seqNo}`);
    touched.clear();
    window.tgForm = { say, alert, check: ask, opened: () => { for (const input of byId("row-panel").querySelectorAll("input, select, textarea")) { last.set(input, input.value); touched.delete(input.id); if (input.closest(".form-field").matches(".error, .warning")) touched.add(input.id); } } };
    grid = new window.tgGrid(data, soil);
    window.tgChoosing.wire(document);
    if (form.tagName !== "FORM") return;
    for (const input of form.elements) {
      last.set(input, input.value);
      if (isField(input) && input.closest(".form-field")?.matches(".error, .warning")) touched.add(input.id);
    }
    form.addEventListener("input", (event) => { if (isField(event.target)) soil(); });
    form.addEventListener("focusout", leave);
    form.addEventListener("change", (event) => { if (event.target.matches("select, [type=date]")) leave(event); });
    form.addEventListener("submit", (event) => {
      if (event.submitter?.id === "upload-button" || event.submitter?.dataset.detach) return;
      // A second press before the answer would be a second declaration.
      if (sending) { event.preventDefault(); return; }
      grid.save();
      sending = leaving = true;
    });
    byId("summary")?.focus();
    byId("conflict")?.focus();
  };

  // The state has changed at customs: the page follows, without a reload and without losing what is typed.
  const refresh = async () => {
    if (dirty) return;
    const answer = await fetch(`/declarations/${data.seqNo}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || dirty) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Two changes shortly after one another: the first page already shows the second, and a menu opened since stays open.
    const told = fresh.getElementById("form-data");
    if (told && JSON.parse(told.textContent).state === data.state) return;
    window.tg.unpressed(() => { if (!dirty) replace(fresh); });
  };
  const replace = (fresh) => {
    for (const id of ["buttons", "form-root"]) {
      const old = byId(id), next = fresh.getElementById(id);
      if (old && next) old.replaceWith(document.adoptNode(next));
    }
    for (const id of ["delete-dialog", "deletion-dialog", "withdraw-dialog", "paste-dialog", "entry-dialog"]) {
      const old = byId(id), next = fresh.getElementById(id);
      if (old && !old.open) old.remove();
      if (next && !byId(id)) document.body.append(document.adoptNode(next));
    }
    byId("flash")?.replaceChildren();
    begin();
  };

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener && byId(opener.dataset.dialog)) { event.preventDefault(); byId(opener.dataset.dialog).showModal(); return; }
    const closer = event.target.closest("dialog [data-close]");
    if (closer) { event.preventDefault(); closer.closest("dialog").close(); return; }
    const line = event.target.closest("a[data-line]");
    if (line && grid) { event.preventDefault(); grid.goTo(Number(line.dataset.line), line.dataset.tag); return; }
    const place = event.target.closest(".places a[href^='#']");
    if (place) {
      const aim = byId(decodeURIComponent(place.hash.slice(1)));
      if (aim) { event.preventDefault(); aim.scrollIntoView({ block: "center" }); aim.focus(); }
      return;
    }
    if (event.target.closest("#upload-button")) { event.preventDefault(); upload(); return; }
    const gone = event.target.closest("[data-detach]");
    if (gone) { event.preventDefault(); detach(gone.dataset.detach); return; }
    if (event.target.closest("#new-button") && dirty) { event.preventDefault(); byId("leave-dialog").showModal(); return; }
    if (event.target.closest("#leave-yes")) { leaving = true; location.assign(byId("new-button").href); return; }
    if (event.target.closest("dialog form[method=post] button, .button-bar form button")) leaving = true;
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  addEventListener("beforeunload", (event) => { if (dirty && !leaving) event.preventDefault(); });
  addEventListener("pageshow", () => { leaving = sending = false; });
  document.addEventListener("tg:state", ({ detail }) => { if (data?.seqNo === detail.seq_no && detail.state !== data.state) refresh(); });
  begin();
})();
