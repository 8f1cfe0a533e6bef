/* The card, for pages: card.look(), card.list(), card.certificate(…), card.login(…), card.sign(…).
 *
 * Talks to the card control on this computer; the PIN goes there and nowhere else.  Whoever asks for it does so in a
 * field without a name, so that no form carries it to the server.  Everything that can go wrong is a CardError with a
 * code, a text and what to do about it in both languages.
 */
(function () {
  "use strict";

  const CONNECTING = 4000;
  const ANSWERING = 15000;
  const SIGNING = 65000;

  /* Only what a control cannot say itself, because there is none, or because there is nothing in the reader to ask. */
  const OWN = {
    "no-agent": {
      zh: "没有连上 IC 卡控件", en: "the card control cannot be reached",
      fix: {
        zh: "安装并启动卡控件（tempgoods-edi card-agent）后刷新本页",
        en: "install and start the card control (tempgoods-edi card-agent), then reload this page",
      },
    },
    "no-reader": {
      zh: "没有找到读卡器", en: "no card reader was found",
      fix: { zh: "接好读卡器，安装其驱动程序后再试", en: "connect the reader, install its driver, and retry" },
    },
    "no-card": {
      zh: "读卡器中没有 IC 卡", en: "there is no card in the reader",
      fix: { zh: "插入 IC 卡（芯片朝上）后再试", en: "insert the card, chip upwards, and retry" },
    },
    "no-answer": {
      zh: "IC 卡控件没有回答", en: "the card control does not answer",
      fix: { zh: "重新插卡；仍不行请重启卡控件", en: "insert the card again; if that does not help, restart the control" },
    },
    "too-big": {
      zh: "报文过大，不能签名", en: "the message is too big to be signed",
      fix: { zh: "减少商品行数，分批申报", en: "declare it in parts, with fewer lines each" },
    },
  };

  class CardError extends Error {
    constructor(code, text, fix, triesLeft) {
      super(text.en);
      this.name = "CardError";
      this.code = code;
      this.zh = text.zh;
      this.en = text.en;
      this.fix = fix;
      this.triesLeft = triesLeft === undefined ? null : triesLeft;
    }

    /* What to show: the text, and what to do. */
    say(lang) {
      return lang === "en" ? `${this.en}: ${this.fix.en}` : `${this.zh}。${this.fix.zh}。`;
    }
  }

  function own(code) {
    return new CardError(code, OWN[code], OWN[code].fix);
  }

  function told(trouble) {
    return new CardError(trouble.code, trouble.text, trouble.fix, trouble.tries_left);
  }

  function address() {
    const meta = document.querySelector('meta[name="card-agent"]');
    const given = (meta && meta.content) || "ws://127.0.0.1:61232/";
    return given.replace(/^http/, "ws").replace(/\/?$/, "/");
  }

  /* One connection; `work` gets a function that asks one thing and promises the answer's data. */
  function connected(work) {
    return new Promise((resolve, reject) => {
      let socket;
      try {
        socket = new WebSocket(address());
      } catch {
        reject(own("no-agent"));
        return;
      }
      let last = 0;
      let asked = null;
      let open = false;
      let timer = 0;

      function end(settle, value) {
        clearTimeout(timer);
        socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
        socket.close();
        settle(value);
      }

      function within(milliseconds, code) {
        clearTimeout(timer);
        timer = setTimeout(() => end(reject, own(code)), milliseconds);
      }

      function ask(method, args, patience) {
        return new Promise((answered) => {
          last += 1;
          asked = { id: last, answered };
          within(patience || ANSWERING, "no-answer");
          socket.send(JSON.stringify({ _method: method, _id: last, args: args || {} }));
        });
      }

      within(CONNECTING, "no-agent");
      socket.onopen = () => {
        open = true;
        within(ANSWERING, "no-answer");
        work(ask).then((value) => end(resolve, value), (error) => end(reject, error));
      };
      socket.onmessage = (event) => {
        let answer;
        try {
          answer = JSON.parse(event.data);
        } catch {
          end(reject, own("no-answer"));
          return;
        }
        const body = answer._args || {};
        if (!body.Result) {
          const trouble = (body.Error || [])[0];
          end(reject, trouble && trouble.text ? told(trouble) : own("no-answer"));
        } else if (asked && answer._id === asked.id) {
          asked.answered(body.Data);
        }
      };
      socket.onclose = (event) => {
        if (event.code === 1009) end(reject, own("too-big"));
        else end(reject, own(open ? "no-answer" : "no-agent"));
      };
    });
  }

  function signed(data) {
    return { signature: data[0], serial: data[1], algorithm: data[2], certificate: data[3] };
  }

  /* {version, confirm, readers: [name], cards: [{id, reader, kind, algorithm, operator, enterprise, enterprise_code,
   * ic_card_no, tries_left, …}], troubles: [{reader, code, text, fix}]}, whatever there is or is not.
   * confirm: messages are signed on the control's own page only. */
  function look() {
    return connected((ask) => ask("tempgoods_ListCards").then((data) => data[0]));
  }

  /* The same with at least one card. */
  function list() {
    return look().then((found) => {
      if (!found.readers.length) throw own("no-reader");
      if (!found.cards.length) throw (found.troubles || []).length ? told(found.troubles[0]) : own("no-card");
      return found;
    });
  }

  /* The certificate of a card, PEM. */
  function certificate(cardId) {
    return connected((ask) => ask("cus-sec_SpcGetSignCertAsPEM", { card: cardId })).then((data) => data[0]);
  }

  /* Sign a login challenge: {algorithm, signature, certificate}, the latter two base64. */
  function login(challenge, pin, cardId) {
    return connected((ask) => ask(
      "cus-sec_SpcSignDataAsPEM", { inData: challenge, passwd: pin, card: cardId || "" }, SIGNING,
    )).then(signed);
  }

  /* Sign a message: the same. */
  function sign(objectId, messagePackage, pin, cardId) {
    return connected((ask) => ask("tempgoods_ListCards").then((data) => ask(
      "tempgoods_SignMessage",
      { objectId, package: messagePackage, passwd: pin, card: cardId || "", nonce: data[0].nonce },
      SIGNING,
    ))).then(signed);
  }

  window.card = { look, list, certificate, login, sign, CardError, problem: own };
})();
