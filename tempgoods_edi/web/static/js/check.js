// The help page's test: control, site, reader, card, certificate, clock; each step says how it came out and what to do.
"use strict";
(() => {
  const section = document.getElementById("check");
  if (!section || !window.card) return;
  const lang = document.documentElement.lang === "en" ? "en" : "zh";
  const { marks, said } = JSON.parse(document.getElementById("check-texts").textContent);
  const start = document.getElementById("check-start");
  const outcome = document.getElementById("check-outcome");
  const { origin, agent, behind, ahead, soon } = section.dataset;
  const RANK = ["good", "attention", "bad"];

  const fill = (name, values = {}) => said[name].replace(/\{(\w+)\}/g, (_, each) => values[each] ?? "");
  const line = (mood, text, fix = "") => ({ mood, text, fix });
  const own = (mood, name, values, fix) => line(mood, fill(name, values), fix ? fill(fix, values) : "");
  const trouble = (error, mood = "bad") => (error.text
    ? line(mood, error.reader ? `${error.reader}: ${error.text[lang]}` : error.text[lang], error.fix[lang])
    : line(mood, error[lang] ?? String(error.message ?? error), error.fix?.[lang]));
  const worst = (lines) => RANK[Math.max(0, ...lines.map((each) => RANK.indexOf(each.mood)))];

  const show = (name, mood, lines = []) => {
    const step = section.querySelector(`[data-step=${name}]`);
    step.dataset.mood = mood;
    step.querySelector(".outcome").textContent = marks[mood];
    step.querySelector(".result").replaceChildren(...lines.map((each) => {
      const one = document.createElement("li");
      one.dataset.mood = each.mood;
      one.append(each.text);
      if (each.fix) {
        const fix = document.createElement("span");
        fix.className = "fix";
        fix.textContent = each.fix;
        one.append(fix);
      }
      return one;
    }));
  };

  // Trouble of a reader is the reader's; trouble of what lies in it is the card's.
  const OF_READERS = ["no-pyscard", "no-pcsc-library", "no-pcsc-service", "pcsc-not-allowed",
    "pcsc-service-full", "unsupported-reader", "reader-gone", "pcsc-failed", "busy"];

  const readersTroubles = (found) => found.troubles.filter((each) => OF_READERS.includes(each.code));
  const workingReaders = (found) => {
    const troubles = readersTroubles(found);
    return found.readers.filter((name) => !troubles.some((each) => each.reader === name));
  };
  const readers = (found) => {
    const troubles = readersTroubles(found);
    const working = workingReaders(found);
    const lines = troubles.map((each) => trouble(each, working.length ? "attention" : "bad"));
    if (working.length) lines.unshift(own("good", "readers", { count: working.length, names: working.join(", ") }));
    return lines.length ? lines : [trouble(window.card.problem("no-reader"))];
  };

  const named = (each) => ({ ...each, ic: each.ic_card_no ?? each.id });
  const state = (each) => {
    if (each.tries_left === 0) return [own("bad", "blocked", named(each), "unblock")];
    const few = each.tries_left !== null && each.tries_left < 3;
    return few ? [own("attention", "few_tries", { ...named(each), left: each.tries_left }, "no_guessing")] : [];
  };
  const cards = (found) => {
    const lines = found.cards.flatMap((each) => [own("good", "card", named(each)), ...state(each)]);
    const troubles = found.troubles.filter((each) => !OF_READERS.includes(each.code));
    lines.push(...troubles.map((each) => trouble(each, found.cards.length ? "attention" : "bad")));
    return lines.length ? lines : [trouble(window.card.problem("no-card"))];
  };

  const judged = async (each) => {
    const pem = await window.card.certificate(each.id);
    const certificate = pem.replace(/-----[^-]+-----|\s/g, "");
    const answer = await fetch("/help/certificate", {
      method: "POST",
      headers: { "X-CSRF": window.tg.csrf(), Accept: "application/json" },
      body: new URLSearchParams({ certificate, algorithm: each.algorithm }),
    });
    const told = await answer.json();
    if (!answer.ok) return [line("bad", told.error?.[lang] ?? String(answer.status))];
    const values = { ...named(each), begin: told.not_before, end: told.not_after, days: told.days_left, issuer: told.issuer };
    const found = told.findings.map((one) => line(one.severity === "error" ? "bad" : "attention", one.text, one.fix));
    if (!told.holder) return found;
    if (worst(found) === "bad") return [own("good", "dates", values), ...found];
    if (told.days_left < Number(soon)) found.push(own("attention", "soon", values, "renew"));
    return [own("good", "certificate", values), ...found];
  };
  const certificates = async (found) => {
    const lines = [];
    for (const each of found.cards) {
      try {
        lines.push(...await judged(each));
      } catch (error) {
        lines.push(error.code ? trouble(error) : own("bad", "no_portal", {}, "check_network"));
      }
    }
    return lines;
  };

  const clock = async () => {
    const before = Date.now();
    let answer;
    try {
      answer = await (await fetch("/help/clock", { headers: { Accept: "application/json" } })).json();
    } catch {
      return [own("bad", "no_portal", {}, "check_network")];
    }
    const apart = ((before + Date.now()) / 2 - answer.now) / 1000;
    const limit = Number(apart < 0 ? behind : ahead);
    const seconds = Math.round(Math.abs(apart));
    if (seconds <= limit / 2) return [own("good", "clock", { seconds })];
    return [own(seconds < limit ? "attention" : "bad", apart < 0 ? "slow" : "fast", { seconds, limit }, "set_clock")];
  };

  const untested = () => [line("none", said.first)];
  const here = () => (location.origin === origin ? [] : [own("bad", "other_site", { here: location.origin, origin }, "use_site")]);

  const control = async () => {
    let found = null;
    let refused = null;
    try {
      found = await window.card.look();
    } catch (error) {
      if (error.code !== "refused-origin") {
        return { found, control: [trouble(error), own("attention", "no_control", { address: agent })], site: [...here()] };
      }
      refused = error;
    }
    const version = found?.version ?? said.no_version;
    return {
      found,
      control: [own("good", "control", { address: agent, version })],
      site: [...here(), refused ? trouble(refused) : own("good", "site", { origin })],
    };
  };

  const test = async () => {
    start.disabled = true;
    outcome.textContent = "";
    const moods = [];
    const step = async (name, work) => {
      show(name, "busy");
      const lines = await work();
      const mood = lines.length && lines[0].mood !== "none" ? worst(lines) : "none";
      show(name, mood, lines.length ? lines : untested());
      if (mood !== "none") moods.push(line(mood));
    };
    let first;
    await step("control", async () => (first = await control()).control);
    const { found } = first;
    await step("site", async () => first.site);
    await step("reader", async () => (found ? readers(found) : []));
    await step("card", async () => (found && workingReaders(found).length ? cards(found) : []));
    await step("certificate", async () => (found?.cards.length ? certificates(found) : []));
    await step("clock", clock);
    const all = worst(moods);
    outcome.textContent = said[`done_${all}`];
    outcome.dataset.mood = all;
    start.textContent = start.dataset.again;
    start.disabled = false;
  };

  section.hidden = false;
  start.addEventListener("click", test);
  if (location.hash === "#check") {
    section.scrollIntoView();
    test();
  }
})();
