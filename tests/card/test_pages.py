"""The agent's own pages: shown what is signed, PIN to this machine only, and the way back; and who may not use them."""

from __future__ import annotations

import html
import re
from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tempgoods_edi.signing import challenge
from tempgoods_edi.values import Verdict
from tests.card.material import NOW, OWNER, PIN, SITE, Issued, Running, judged, login_text, package, running

BACK = f"{SITE}/login/card?next=%2F&lang=zh"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def posted(
    agent: Running, path: str, fields: dict[str, str], origin: str | None = SITE, **headers: str
) -> httpx.Response:
    """The answer to a form that a page of *origin* posts."""
    given = {**FORM, **({} if origin is None else {"Origin": origin}), **headers}
    # A browser writes every line end of a form as CR LF.
    body = urlencode({name: value.replace("\n", "\r\n") for name, value in fields.items()})
    return httpx.post(agent.url + path, content=body, headers=given)


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in found}


def code(page: httpx.Response) -> str | None:
    """The trouble that a page tells."""
    found = re.search(r'data-code="([^"]*)"', page.text)
    return found and found[1]


def asked(agent: Running, **fields: str) -> httpx.Response:
    """The page that asks for the PIN of a login."""
    return posted(agent, "/login", {"challenge": login_text(), "return_url": BACK, **fields})


def typed(
    agent: Running, page: httpx.Response, pin: str = PIN, origin: str | None = None, **other: str
) -> httpx.Response:
    """The answer to a PIN typed on *page*."""
    return posted(agent, "/pin", {**hidden(page), "pin": pin, "action": "sign", **other}, origin or agent.url)


def test_a_login_without_script(agent: Running, issued: Issued) -> None:
    """Form, PIN, and a form that leads back with a signature that is believed; what the address had is kept."""
    page = asked(agent)
    assert (page.status_code, SITE in page.text, OWNER.operator_name in page.text) == (200, True, True)
    done = typed(agent, page)
    fields = hidden(done)
    assert f'<form method="get" action="{SITE}/login/card">' in done.text
    assert (fields["next"], fields["lang"]) == ("/", "zh")
    found = challenge.verified(
        login_text(), fields["algorithm"], b64decode(fields["signature"]), b64decode(fields["certificate"]),
        issued.trust, NOW, SITE,
    )  # fmt: skip
    assert found.ic_card_no == OWNER.ic_card_no


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_message_is_shown_and_then_signed(agent: Running, issued: Issued, lang: str) -> None:
    """The page shows names and values as people know them before it asks for the PIN."""
    text = package("tmp101-full")
    page = posted(agent, "/sign", {"object_id": "M1", "package": text, "return_url": SITE + "/x", "lang": lang})
    shown = html.unescape(page.text)
    assert page.headers["content-language"].startswith(lang)
    assert {"zh": "签名：TMP101", "en": "Sign: TMP101"}[lang] in shown
    assert OWNER.enterprise_code in shown
    assert {"zh": "展览会名称", "en": "xhibition"}[lang] in shown
    fields = hidden(typed(agent, page))
    answer = [fields["signature"], "A2", fields["algorithm"], fields["certificate"]]
    assert judged(answer, text, "M1", issued.trust).verdict is Verdict.VALID


def test_many_lines_are_counted_and_not_all_shown(agent: Running) -> None:
    """Twenty lines of goods are shown, and how many more there are is said."""
    text = package()
    line = text[text.index("<ExhibitList>") : text.rindex("</ExhibitList>") + len("</ExhibitList>")]
    lines = text.count("<ExhibitList>")
    text = text.replace(line, line * 45)
    page = posted(agent, "/sign", {"object_id": "M1", "package": text, "return_url": SITE, "lang": "en"})
    assert (page.text.count("<tr>"), f"{45 * lines - 20} more lines" in page.text) == (21, True)


def test_wrong_pins_count_down_on_the_page(agent: Running) -> None:
    """The page says how many are left, keeps what was to be signed, and at last says blocked."""
    page = asked(agent, lang="zh")
    first = typed(agent, page, "999123")
    assert (first.status_code, code(first), "还可以试 2 次" in first.text) == (409, "wrong-pin", True)
    assert "999123" not in first.text
    assert code(typed(agent, first, "000000", lang="en")) == "wrong-pin"
    assert code(typed(agent, first, "000000")) == "blocked"
    assert code(typed(agent, first)) == "blocked"


def test_no_card_is_told_and_putting_it_in_is_enough(issued: Issued, cards: Path) -> None:
    """Without a card the page says so; with it in, a retry asks for the PIN."""
    with running(cards) as agent:
        page = asked(agent)
        assert (code(page), 'name="pin"' in page.text) == ("no-card", False)
        issued.put(cards, kind="ecdsa")
        again = typed(agent, page, action="zh")
        assert (code(again), 'name="pin"' in again.text) == (None, True)
        assert hidden(typed(agent, again))["signature"]


def test_two_cards_are_a_choice(issued: Issued, cards: Path) -> None:
    """With two cards one is chosen by name."""
    issued.put(cards, "one", "ecdsa")
    issued.put(cards, "two", "stranger")
    with running(cards) as agent:
        page = asked(agent)
        assert page.text.count("<option") == 2
        assert hidden(typed(agent, page, card="B1"))["signature"]


def test_language_and_cancel_need_no_pin(agent: Running) -> None:
    """The other buttons do what they say and sign nothing."""
    page = asked(agent, lang="zh")
    assert "Log in" in typed(agent, page, action="en").text
    back = typed(agent, page, action="cancel")
    assert (html.escape(BACK) in back.text, hidden(back)) == (True, {})
    assert code(typed(agent, page)) == "bad-request"


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:61232"])
@pytest.mark.parametrize("path", ["/login", "/sign"])
def test_foreign_sites_are_refused(agent: Running, origin: str | None, path: str) -> None:
    """Only an allowed site may ask for anything."""
    fields = {"challenge": login_text(), "object_id": "M1", "package": package(), "return_url": BACK}
    page = posted(agent, path, fields, origin)
    assert (page.status_code, code(page)) == (403, "refused-origin")


@pytest.mark.parametrize(
    "back",
    ["", "/login", "http://evil.example/", SITE + "@evil.example/", SITE + ".evil.example", "javascript:alert(1)",
     SITE + "/a\nb", SITE + "/\\evil", SITE + "#x", SITE.replace("http", "https"), SITE.replace("8020", "80")],
)  # fmt: skip
def test_the_way_back_leads_to_the_site_that_asked(agent: Running, back: str) -> None:
    """A signature is never carried anywhere else."""
    assert (asked(agent, return_url=back).status_code, code(asked(agent, return_url=back))) == (400, "bad-request")


def test_what_may_not_be_signed_is_not_even_shown(agent: Running) -> None:
    """No PIN is asked for anything but a challenge of the site or a valid message."""
    assert code(asked(agent, challenge="x")) == "not-a-challenge"
    assert code(asked(agent, challenge=login_text(origin="http://evil.example"))) == "not-a-challenge"
    assert code(asked(agent, challenge=login_text(issued=NOW - timedelta(minutes=3)))) == "not-a-challenge"
    assert (
        code(posted(agent, "/sign", {"object_id": "M1", "package": login_text(), "return_url": BACK}))
        == "not-a-message"
    )
    assert code(posted(agent, "/sign", {"object_id": "M1", "return_url": BACK})) == "bad-request"


def test_a_pin_is_taken_from_our_own_page_only(agent: Running) -> None:
    """Neither another site's post, nor one without the page's secret, nor one of a page long gone, is heard."""
    page = asked(agent)
    for answer in (
        typed(agent, page, origin=SITE),
        typed(agent, page, origin="null"),
        typed(agent, page, origin=agent.url.replace("127.0.0.1", "localhost")),
        typed(agent, page, secret="0" * 64),
        typed(agent, page, id="0" * 32),
        posted(agent, "/pin", {**hidden(page), "pin": PIN, "action": "sign"}, None),
    ):
        assert (answer.status_code, code(answer)) == (403, "bad-request")
    agent.clock.now += timedelta(minutes=10)
    assert code(typed(agent, page)) == "bad-request"


def test_a_challenge_is_judged_again_when_the_pin_comes(agent: Running) -> None:
    """A page left open over the two minutes signs nothing any more."""
    page = asked(agent)
    agent.clock.now += timedelta(minutes=3)
    assert code(typed(agent, page)) == "not-a-challenge"


def test_a_signature_is_given_once(agent: Running) -> None:
    """Posting the PIN again, or the same challenge again, gives no second one."""
    page = asked(agent)
    assert hidden(typed(agent, page))["signature"]
    assert code(typed(agent, page)) == "bad-request"
    assert code(typed(agent, asked(agent))) == "replayed"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1"])
def test_names_of_elsewhere_get_no_page(agent: Running, host: str) -> None:
    """A name that was made to resolve to this machine gets nothing, on any path."""
    for path in ("/", "/healthz", "/agent.css"):
        assert httpx.get(agent.url + path, headers={"Host": host}).status_code == 403
    assert posted(agent, "/login", {"challenge": login_text()}, Host=host).status_code == 403


def test_wrong_forms_are_refused(agent: Running) -> None:
    """Another encoding, too much of it, and bytes that are no text."""
    assert httpx.post(agent.url + "/login", data={}, headers={"Origin": SITE}).status_code == 400
    assert code(posted(agent, "/login", {}, **{"Content-Type": "text/plain"})) == "bad-request"
    assert code(posted(agent, "/sign", {"package": "x" * (13 << 20)})) == "too-big"
    bad = httpx.post(agent.url + "/login", content=b"challenge=%ff", headers={**FORM, "Origin": SITE})
    assert (bad.status_code, code(bad)) == (400, "bad-request")


def test_values_of_a_message_are_no_markup(agent: Running) -> None:
    """A name with markup in it is shown as it is written."""
    text = package().replace("2027浦江", "&lt;script&gt;alert(1)&lt;/script&gt;")
    page = posted(agent, "/sign", {"object_id": "M1", "package": text, "return_url": SITE})
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_every_page_is_guarded(agent: Running) -> None:
    """No script, no frames, no cache, forms to us and back only, and not a trace of the PIN."""
    page = asked(agent)
    for answer in (page, typed(agent, page), httpx.get(agent.url), posted(agent, "/login", {}, "null")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert PIN not in answer.text
        assert "<script" not in answer.text
    assert httpx.get(agent.url + "/pin").status_code == 405


def test_the_start_page_tells_how_things_are(agent: Running, cards: Path) -> None:
    """Readers, cards and what is wrong, in both languages."""
    assert "顾念慈" in httpx.get(agent.url, params={"lang": "zh"}).text
    (cards / "one" / "card.json").write_bytes(b"{")
    assert "cannot be read" in httpx.get(agent.url, headers={"Accept-Language": "en"}).text
    assert httpx.get(agent.url + "/healthz").text == "ok\n"
