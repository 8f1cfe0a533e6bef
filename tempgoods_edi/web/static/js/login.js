// Log in by card without leaving the page: the card agent signs, the password goes to it alone (W1, W4).
"use strict";
(() => {
  const form = document.getElementById("login");
  if (!form || !window.card) return;
  const lang = document.documentElement.lang === "en" ? "en" : "zh";
  const select = document.getElementById("card");
  const pin = document.getElementById("pin");
  const enter = document.getElementById("enter");
  const problem = document.getElementById("login-problem");

  form.querySelector("[data-by-script]").hidden = false;
  form.querySelector("[data-without-script]").hidden = true;

  const tell = (text, fix) => {
    problem.replaceChildren(...[text, fix].filter(Boolean).map((each) => {
      const line = document.createElement("p");
      line.textContent = each;
      return line;
    }));
  };
  const complain = (error) => {
    if (error.fix) tell(error[lang], error.fix[lang]);
    else tell(error.message ?? String(error));
  };
  const options = (cards) => cards.map((each) => {
    const left = each.tries_left === 0 ? (lang === "zh" ? "（已锁定）" : " (blocked)") : "";
    return new Option(`${each.operator}${left} · ${each.ic_card_no} · ${each.enterprise}`, each.id);
  });

  const look = async () => {
    select.disabled = true;
    select.replaceChildren(new Option(form.dataset.looking, ""));
    tell("");
    try {
      const { cards } = await window.card.list();
      select.replaceChildren(...options(cards));
      select.disabled = false;
    } catch (error) {
      select.replaceChildren(new Option("—", ""));
      complain(error);
    }
  };

  const post = async (address, fields) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "X-CSRF": window.tg.csrf(), Accept: "application/json" },
      body: new URLSearchParams(fields),
    });
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.error?.[lang] ?? String(answer.status));
    return data;
  };

  const logIn = async () => {
    const given = await post("/login/challenge", {});
    const signed = await window.card.login(given.challenge, pin.value, select.value);
    const done = await post("/login", { id: given.id, next: form.elements.next.value, ...signed });
    location.assign(done.next);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (enter.disabled) return;
    enter.disabled = true;
    tell("");
    try {
      // A card that was put in after the page was opened is found now; none is said so.
      if (!select.value) await look();
      if (select.value) await logIn();
    } catch (error) {
      // A card control that asks on a page of its own: by the same way as without scripts.
      if (error.code === "confirm") form.submit();
      complain(error);
      pin.value = "";
      pin.focus();
    } finally {
      enter.disabled = false;
    }
  });
  document.getElementById("again").addEventListener("click", look);
  look();
  pin.focus();
})();
