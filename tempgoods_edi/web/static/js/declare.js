// Declaring with the card: what is shown on the page is what the card signs; the password goes to the card agent only.
"use strict";
document.documentElement.classList.add("js");
(() => {
  const form = document.getElementById("sign-form"), said = document.getElementById("sign-said"), pin = document.getElementById("pin");
  if (!form) return;
  const lang = document.documentElement.lang.slice(0, 2) === "en" ? "en" : "zh";
  const tell = (text, mood) => { said.textContent = text; said.className = `said ${mood}`; };
  const words = (error) => {
    if (typeof error.say !== "function") return String(error.message ?? error);
    return [error.say(lang), error.fix?.[lang]].filter(Boolean).join(" ");
  };
  form.addEventListener("submit", async (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    const button = document.getElementById("sign-button");
    button.disabled = true;
    tell(said.dataset.signing, "hint");
    try {
      const { cards } = await window.card.list();
      const mine = cards.find((each) => each.ic_card_no === form.dataset.icCard) ?? cards[0];
      const signed = await window.card.sign(form.dataset.objectId, document.getElementById("package").textContent, pin.value, mine?.id ?? form.dataset.icCard);
      for (const name of ["algorithm", "signature", "certificate"]) form.elements[name].value = signed[name];
      form.submit();
    } catch (error) {
      tell(words(error), "error");
      pin.value = "";
      pin.focus();
    } finally {
      button.disabled = false;
    }
  });
  pin.focus();
})();
