// Declaring with the card: what is shown on the page is what the card signs; the password goes to the card agent only.
"use strict";
document.documentElement.classList.add("js");
(() => {
  const form = document.getElementById("sign-form"), said = document.getElementById("sign-said"), pin = document.getElementById("pin");
  if (!form) return;
  const lang = document.documentElement.lang.slice(0, 2) === "en" ? "en" : "zh";
  const tell = (text, mood) => { said.textContent = text; said.className = `said ${mood}`; };
  const words = (error) => (typeof error.say === "function" ? error.say(lang) : String(error.message ?? error));
  // A card control that shows on a page of its own what it signs: there by the same way as without scripts.
  const leadOn = () => {
    const there = document.getElementById("agent-form");
    there.classList.add("asked");
    form.classList.add("d-none");
    there.querySelector("button").focus();
  };
  form.addEventListener("submit", async (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    const button = document.getElementById("sign-button");
    button.disabled = true;
    tell(said.dataset.signing, "hint");
    try {
      // The card that is logged in, by its number: with another one in the reader the card control says so.
      const signed = await window.card.sign(form.dataset.objectId, document.getElementById("package").value, pin.value, form.dataset.icCard);
      for (const name of ["algorithm", "signature", "certificate"]) form.elements[name].value = signed[name];
      form.submit();
    } catch (error) {
      tell(words(error), "error");
      if (error.code === "confirm") leadOn();
      pin.value = "";
      pin.focus();
    } finally {
      button.disabled = false;
    }
  });
  pin.focus();
  // Whatever is wrong is said when somebody signs.
  window.card.look().then((found) => { if (found.confirm) leadOn(); }, () => {});
})();
