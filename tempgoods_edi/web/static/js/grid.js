// The goods grid: lines live here as objects, one page of them in the table; the open line is in the panel above.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  };
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const post = (address, body) => fetch(address, { method: "POST", body, headers: { "X-CSRF": window.tg?.csrf() ?? "", Accept: "application/json" } });

  // Exact sums: figures as whole numbers of the smallest part.
  const SCALE = 8;
  const exact = (text) => {
    const found = /^([+-]?)(\d{0,40})(?:\.(\d*))?$/.exec((text ?? "").trim());
    if (!found || !(found[2] || found[3])) return null;
    return BigInt(found[1] + (found[2] || "0") + (found[3] ?? "").slice(0, SCALE).padEnd(SCALE, "0"));
  };
  const shownSum = (sum, decimals) => {
    const digits = (sum < 0n ? -sum : sum).toString().padStart(SCALE + 1, "0");
    const whole = digits.slice(0, -SCALE).replace(/\B(?=(\d{3})+$)/g, ",");
    return (sum < 0n ? "-" : "") + whole + (decimals ? "." + digits.slice(-SCALE).slice(0, decimals) : "");
  };

  class Grid {
    constructor(data, changed) {
      this.spec = data.grid;
      this.texts = data.texts;
      this.slug = data.slug;
      this.changed = changed;
      this.rows = JSON.parse(byId("goods-json").value || "[]");
      this.wrong = new WeakMap(); // line → {tag: [finding]}
      this.picked = new Set();
      this.page = Number(byId("page")?.value ?? 1);
      this.open = null;
      this.mark(data.findings, 0);
      this.wire();
      if (data.openLine) this.open = data.openLine;
      this.render();
    }

    get pages() { return Math.max(1, Math.ceil(this.rows.length / this.spec.page)); }

    mark(findings, before) {
      const form = new RegExp(`^${this.spec.group}\\[(\\d+)\\](?:/(\\w+))?$`);
      for (const finding of findings) {
        const found = form.exec(finding.path);
        const row = found && this.rows[Number(found[1]) - 1 + before];
        if (!row) continue;
        const at = this.wrong.get(row) ?? {};
        (at[found[2] ?? ""] ??= []).push(finding);
        this.wrong.set(row, at);
      }
    }

    named(column, value) {
      // What is typed may be “constructor”: only a table's own entries are names.
      const own = (table) => (table && Object.hasOwn(table, value) ? table[value] : undefined);
      return own(column.options) ?? own(this.spec.names[column.codelist]) ?? (column.codelist && window.tgChoosing.known(column.codelist, value));
    }

    text(column, row) {
      const value = row[column.tag] ?? "", name = this.named(column, value);
      if (column.atom === "date" && /^\d{8}$/.test(value)) return `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`;
      return name && name !== value ? `${value} ${name}` : value;
    }

    line(row, number) {
      const at = this.wrong.get(row);
      const cells = this.spec.columns.slice(1).map((column) => {
        const wrong = at?.[column.tag] ?? [];
        const worst = wrong.some((each) => each.severity === "error") ? " error" : wrong.length ? " warning" : "";
        const cell = element("td", { class: column.atom + worst, title: wrong[0]?.text });
        cell.append(this.text(column, row), ...wrong.map((each) => element("small", { class: each.severity }, each.text)));
        return cell;
      });
      const made = element("tr", { id: `line-${number}`, class: this.picked.has(row) ? "picked" : at ? "bad" : null, "aria-current": this.open === number ? "true" : null });
      const where = filled(this.texts.AT_LINE, { n: number });
      if (this.spec.open) {
        const box = element("input", { type: "checkbox", name: "pick", value: number, "aria-label": where });
        box.checked = this.picked.has(row);
        made.append(element("td", { class: "pick" }, box));
        made.append(element("th", { scope: "row" }, element("button", { type: "button", class: "link", "data-edit": number, "aria-label": `${this.texts.LINE_EDIT} ${where}` }, String(number))));
      } else made.append(element("th", { scope: "row" }, String(number)));
      made.append(...cells);
      return made;
    }

    render() {
      this.page = Math.min(Math.max(1, this.page), this.pages);
      const start = (this.page - 1) * this.spec.page, shown = this.rows.slice(start, start + this.spec.page);
      const body = byId("grid-body");
      body.replaceChildren(...shown.map((row, at) => this.line(row, start + at + 1)));
      if (!shown.length) body.append(element("tr", { class: "none" }, element("td", { colspan: this.spec.columns.length + 1 }, this.texts.NO_LINES)));
      byId("line-count").textContent = filled(this.texts.LINES, { n: this.rows.length });
      byId("page-of").textContent = filled(this.texts.PAGE_OF, { page: this.page, pages: this.pages });
      byId("pager").hidden = this.pages === 1;
      if (byId("page")) byId("page").value = this.page;
      for (const turn of document.querySelectorAll("#pager [data-page]")) {
        const to = this.page + Number(turn.dataset.page);
        if (turn.tagName === "BUTTON") turn.disabled = to < 1 || to > this.pages;
        else turn.hidden = to < 1 || to > this.pages;
      }
      const all = byId("pick-all");
      if (all) all.checked = shown.length > 0 && shown.every((row) => this.picked.has(row));
      this.sum();
      this.name(shown);
    }

    // What came meanwhile is shown where nobody presses, and takes nobody's place away.
    renderAgain() {
      window.tg.unpressed(() => {
        const body = byId("grid-body"), held = body.contains(document.activeElement) ? document.activeElement : null;
        this.render();
        if (held?.dataset.edit) body.querySelector(`[data-edit="${held.dataset.edit}"]`)?.focus({ preventScroll: true });
        else if (held?.name === "pick") body.querySelector(`[name="pick"][value="${held.value}"]`)?.focus({ preventScroll: true });
      });
    }

    // Names of codes in long lists come after the lines.
    async name(shown) {
      const asked = this.spec.columns.filter((column) => column.codelist && !this.spec.names[column.codelist])
        .map((column) => window.tgChoosing.resolve(column.codelist, shown.map((row) => row[column.tag]).filter(Boolean)));
      if ((await Promise.all(asked)).some(Boolean)) this.renderAgain();
    }

    sum() {
      const columns = new Map(this.spec.columns.map((column) => [column.tag, column]));
      byId("totals").replaceChildren(...this.spec.totals.flatMap(([tag, by]) => {
        const sums = new Map();
        let decimals = 0;
        for (const row of this.rows) {
          const amount = exact(row[tag]);
          if (amount === null) continue;
          const unit = by ? row[by] ?? "" : "";
          decimals = Math.max(decimals, (/\.(\d*)/.exec(row[tag])?.[1] ?? "").length);
          sums.set(unit, (sums.get(unit) ?? 0n) + amount);
        }
        if (!sums.size) return [];
        const amounts = [...sums].map(([unit, sum]) => element("dd", {}, `${shownSum(sum, Math.min(decimals, SCALE))} ${by ? this.named(columns.get(by), unit) || unit : ""}`));
        return [element("div", {}, element("dt", {}, columns.get(tag).label), ...amounts)];
      }));
    }

    // The panel of the open line.
    input(tag) { return byId(`row/${tag}`); }

    begin(number) {
      this.keep();
      this.open = number;
      const row = this.rows[number - 1] ?? {};
      const panel = byId("row-panel"), at = this.wrong.get(row) ?? {};
      panel.disabled = panel.hidden = false;
      byId("row-closed").hidden = true;
      byId("row-open").value = number;
      byId("row-legend").textContent = number > this.rows.length ? this.texts.LINE_IS_NEW : filled(this.texts.AT_LINE, { n: number });
      for (const column of this.spec.columns.slice(1)) {
        const place = this.input(column.tag);
        if (!place) continue;
        if (place.tagName === "OUTPUT") place.textContent = this.text(column, row);
        else {
          const value = row[column.tag] ?? "";
          if (place.tagName === "SELECT" && value && ![...place.options].some((option) => option.value === value)) place.add(new Option(value, value));
          place.value = place.type === "date" && /^\d{8}$/.test(value) ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}` : value;
          place.dispatchEvent(new Event("tg:named"));
        }
        window.tgForm.say(place.id, at[column.tag] ?? []);
        place.closest(".form-field").classList.remove("lit");
      }
      window.tgForm.opened();
      const wanted = Math.ceil(Math.min(number, this.rows.length || 1) / this.spec.page);
      if (wanted !== this.page) this.page = wanted;
      this.render();
    }

    start() {
      this.begin(this.rows.length + 1);
      const panel = byId("row-panel"), lit = [panel.dataset.entryTag, panel.dataset.itemTag].filter(Boolean).map((tag) => this.input(tag)).filter(Boolean);
      for (const place of lit) place.closest(".form-field").classList.add("lit");
      (lit[0] ?? panel.querySelector("input:not([type=hidden]), select, textarea")).focus();
      panel.scrollIntoView({ block: "nearest" });
    }

    // What stands in the panel goes into its line; an empty new one is none.
    keep() {
      if (this.open === null) return null;
      const number = this.open, fresh = number > this.rows.length;
      const row = fresh ? {} : this.rows[number - 1];
      let same = true;
      for (const column of this.spec.columns.slice(1)) {
        const place = this.input(column.tag);
        if (!place || place.tagName === "OUTPUT") continue;
        const value = place.type === "date" ? place.value.replaceAll("-", "") : place.value;
        if ((row[column.tag] ?? "") !== value) same = false;
        if (value.trim()) row[column.tag] = value;
        else delete row[column.tag];
      }
      if (!same) {
        this.wrong.delete(row);
        this.changed();
        if (fresh) {
          this.rows.push(row);
          this.page = this.pages;
        }
      }
      return same ? null : row;
    }

    close() {
      this.open = null;
      const panel = byId("row-panel");
      panel.disabled = panel.hidden = true;
      byId("row-closed").hidden = false;
      byId("row-open").value = "";
    }

    // Done with the open line: it is checked once more where it lies.
    done(next) {
      const row = this.keep();
      this.close();
      this.render();
      if (row) this.check(row);
      if (next) this.start();
      else document.querySelector('[data-row="new"]').focus();
    }

    async check(row) {
      const answer = await window.tgForm.check(row);
      if (!answer || !this.rows.includes(row)) return;
      for (const [tag, value] of Object.entries(answer.row)) if (value) row[tag] = value; else delete row[tag];
      const number = this.rows.indexOf(row) + 1;
      this.wrong.delete(row);
      this.mark(answer.findings.filter((each) => each.path.startsWith("row/")).map((each) => ({ ...each, path: `${this.spec.group}[1]/${each.path.slice(4)}` })), number - 1);
      this.renderAgain();
    }

    pickedRows() { return this.rows.filter((row) => this.picked.has(row)); }

    remove() {
      this.keep();
      const opened = this.rows[this.open - 1];
      if (!this.picked.size) return;
      if (opened && this.picked.has(opened)) this.close();
      this.rows = this.rows.filter((row) => !this.picked.has(row));
      if (this.open !== null) this.open = opened ? this.rows.indexOf(opened) + 1 : this.rows.length + 1;
      if (byId("row-open").value) byId("row-open").value = this.open;
      this.picked.clear();
      this.changed();
      this.render();
    }

    copy() {
      this.keep();
      const copies = this.pickedRows().map((row) => {
        const made = { ...row };
        if (this.spec.number) delete made[this.spec.number];
        return made;
      });
      if (!copies.length) return;
      this.close();
      this.add(copies);
    }

    add(rows, findings = []) {
      const before = this.rows.length;
      this.rows.push(...rows);
      this.mark(findings, before);
      this.picked.clear();
      this.page = Math.ceil((before + 1) / this.spec.page);
      this.changed();
      this.render();
    }

    // A sheet or pasted text, read by the server.
    async take(fields, replace) {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      const answer = await post(`/goods/${this.slug}/import`, body);
      const told = await answer.json().catch(() => null);
      if (!told || !told.rows) { window.tgForm.alert(told?.error?.[document.documentElement.lang.slice(0, 2)] ?? this.texts.LEAVE_HINT); return false; }
      if (replace && told.rows.length) { this.rows = []; }
      if (this.open !== null) { this.keep(); this.close(); }
      const before = this.rows.length;
      this.add(told.rows, told.findings);
      this.list(told, before);
      return told.rows.length > 0;
    }

    list(told, before) {
      const place = byId("import-errors");
      place.hidden = false;
      const form = /\[(\d+)\]\/(\w+)$/;
      place.replaceChildren(element("p", {}, told.text), element("ul", {}, ...told.findings.slice(0, 100).map((each) => {
        const at = form.exec(each.path);
        const words = `${each.label ? each.label + ": " : ""}${each.text}`;
        if (!at) return element("li", {}, words);
        const number = Number(at[1]) + before;
        const link = element("a", { href: `#line-${number}`, "data-line": number, "data-tag": at[2] }, filled(this.texts.AT_LINE, { n: number }));
        return element("li", {}, link, ` ${words}`);
      })));
    }

    goTo(number, tag) {
      if (!this.spec.open) {
        this.page = Math.ceil(number / this.spec.page);
        this.render();
        byId(`line-${number}`)?.scrollIntoView({ block: "center" });
        return;
      }
      if (number > this.rows.length) return;
      if (this.open !== number) this.begin(number);
      const place = this.input(tag) ?? byId("row-panel");
      place.scrollIntoView({ block: "center" });
      if (place.tagName !== "OUTPUT") place.focus();
    }

    save() { byId("goods-json").value = JSON.stringify(this.rows); }

    wire() {
      const section = byId("goods");
      section.addEventListener("click", (event) => {
        const button = event.target.closest("[data-row], [data-edit], [data-page]");
        if (!button) return;
        if (button.dataset.edit) { event.preventDefault(); this.begin(Number(button.dataset.edit)); byId("row-panel").querySelector("input, select, textarea")?.focus(); return; }
        if (button.dataset.page) { event.preventDefault(); this.page += Number(button.dataset.page); this.render(); return; }
        const act = { new: () => this.openNew(), done: () => this.done(false), next: () => this.done(true), cancel: () => { this.close(); this.render(); },
          delete: () => this.remove(), copy: () => this.copy(), paste: () => { byId("paste-text").value = ""; byId("paste-dialog").showModal(); },
          import: () => this.importFile(), entry: () => this.askEntries() }[button.dataset.row];
        if (act) { event.preventDefault(); act(); }
      });
      section.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target.closest("#row-panel") && event.target.matches("input, select") && !event.defaultPrevented) {
          event.preventDefault();
          this.done(false);
        }
      });
      byId("grid-body").addEventListener("change", (event) => {
        if (event.target.name !== "pick") return;
        const row = this.rows[Number(event.target.value) - 1];
        if (event.target.checked) this.picked.add(row); else this.picked.delete(row);
        event.target.closest("tr").classList.toggle("picked", event.target.checked);
      });
      byId("pick-all")?.addEventListener("change", (event) => {
        const start = (this.page - 1) * this.spec.page;
        for (const row of this.rows.slice(start, start + this.spec.page)) if (event.target.checked) this.picked.add(row); else this.picked.delete(row);
        this.render();
      });
      byId("grid-scroll").addEventListener("paste", (event) => {
        const text = event.clipboardData.getData("text/plain");
        if (this.spec.open && text.includes("\t")) { event.preventDefault(); this.take({ text }, false); }
      });
      const go = byId("paste-go");
      if (go) go.onclick = async () => { if (await this.take({ text: byId("paste-text").value }, false)) byId("paste-dialog").close(); };
      this.wireEntries();
    }

    openNew() {
      const row = this.keep();
      this.start();
      if (row) this.check(row);
    }

    async importFile() {
      const file = byId("goods-file").files[0];
      if (!file) { window.tgForm.alert(this.texts.NO_FILE); return; }
      const replace = document.querySelector('[name="import-mode"]:checked')?.value === "replace";
      if (await this.take({ "goods-file": file }, replace)) { byId("import-menu").open = false; byId("goods-file").value = ""; }
    }

    // Goods of customs entries: looked up, ticked, taken over.
    wireEntries() {
      const entry = byId("ask-entry");
      if (!entry) return;
      const item = byId("ask-item");
      entry.oninput = () => {
        item.disabled = !entry.value.trim();
        if (item.disabled) item.value = "";
      };
      byId("entry-form").onkeydown = (event) => { if (event.key === "Enter") { event.preventDefault(); byId("ask-go").click(); } };
      byId("ask-go").onclick = async () => {
        const exhibition = document.querySelector('[data-lookup="exhibition"]')?.value.trim() ?? "";
        const query = new URLSearchParams({ slug: this.slug, exhibition, entry: entry.value.trim(), item: item.value.trim() });
        byId("entry-said").textContent = "…";
        const told = await fetch(`/lookup/entry-goods?${query}`, { headers: { Accept: "application/json" } }).then((answer) => answer.json()).catch(() => null);
        byId("entry-said").textContent = told ? told.text ?? "" : this.texts.LEAVE_HINT;
        this.answered = told?.lines ?? [];
        byId("entry-take").disabled = !this.answered.length;
        const head = element("thead", {}, element("tr", {}, element("th", { scope: "col" }, element("span", { class: "visually-hidden" }, this.texts.PICK)), ...(told?.columns ?? []).map((label) => element("th", { scope: "col" }, label))));
        const body = element("tbody", {}, ...this.answered.map((line, at) => element("tr", {},
          element("td", { class: "pick" }, element("input", { type: "checkbox", value: at, "aria-label": filled(this.texts.AT_LINE, { n: at + 1 }) })),
          ...line.cells.map((cell) => element("td", {}, cell)))));
        byId("entry-lines").replaceChildren(...(this.answered.length ? [head, body] : []));
      };
      byId("entry-take").onclick = () => {
        const ticked = [...byId("entry-lines").querySelectorAll("input:checked")].map((box) => ({ ...this.answered[Number(box.value)].row }));
        if (!ticked.length) return;
        this.keep();
        this.close();
        this.add(ticked);
        byId("entry-dialog").close();
      };
    }

    askEntries() {
      const panel = byId("row-panel"), typed = this.open === null ? "" : this.input(panel.dataset.entryTag)?.value ?? "";
      byId("ask-entry").value = typed;
      byId("ask-entry").oninput();
      byId("entry-lines").replaceChildren();
      byId("entry-said").textContent = "";
      byId("entry-take").disabled = true;
      byId("entry-dialog").showModal();
      byId("ask-entry").focus();
    }
  }
  window.tgGrid = Grid;
})();
