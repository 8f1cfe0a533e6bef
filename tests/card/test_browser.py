"""card.js and the control's pages in a real browser, from a page of another origin as the portal's are."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it comes without types
from playwright.sync_api import Browser, Page, expect

import tempgoods_edi
from tempgoods_edi.card.cards import NoReaders, Readers
from tempgoods_edi.signing import challenge
from tempgoods_edi.values import Verdict
from tests.card.material import NOW, OWNER, PIN, Issued, Running, judged, login_text, package, running

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")

SCRIPT = Path(tempgoods_edi.__file__).parent / "web" / "static" / "js" / "card.js"
HEAD = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>站点</title>
<meta name="card-agent" content="{agent}"><script src="/card.js"></script></head>"""
FORM = """<body><form method="post" action="{agent}/{kind}"><textarea name="challenge">{login}</textarea>
<textarea name="package">{package}</textarea><input name="object_id" value="M001">
<input name="return_url" value="{site}/back.html?n=1"><button>继续</button></form></body></html>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """A site that serves *folder*; its origin."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def opened(
    browser: Browser, cards: Path, readers: Readers | None = None, **context: Any
) -> Iterator[tuple[Page, Running, str]]:
    """A page of a site that an agent serves."""
    folder = cards.parent / "site"
    folder.mkdir(exist_ok=True)
    (folder / "card.js").write_bytes(SCRIPT.read_bytes())
    with site(folder) as origin, running(cards, sites=(origin,), readers=readers) as agent:
        texts = {"agent": agent.url, "site": origin, "login": login_text(origin=origin)}
        (folder / "index.html").write_text(HEAD.format(**texts), "utf-8")
        (folder / "back.html").write_text(HEAD.format(**texts), "utf-8")
        escaped = package().replace("&", "&amp;").replace("<", "&lt;")
        for kind in ("login", "sign"):
            (folder / f"{kind}.html").write_text((HEAD + FORM).format(kind=kind, package=escaped, **texts), "utf-8")
        with browser.new_context(base_url=origin, locale="zh-CN", **context) as made:
            page = made.new_page()
            page.goto("/")
            yield page, agent, origin


def tried(page: Page, call: str, *arguments: object) -> dict[str, Any]:
    """What ``card.<call>`` resolves to, or its error as ``{code, zh, en, said, left}``."""
    found: dict[str, Any] = page.evaluate(
        """([call, given]) => card[call](...given).catch((e) => ({code: e.code, zh: e.zh, en: e.en,
        said: e.say("zh"), left: e.triesLeft, isOurs: e instanceof card.CardError}))""",
        [call, list(arguments)],
    )
    return found


def test_a_page_logs_in_and_signs(browser: Browser, issued: Issued, cards: Path) -> None:
    """list, login and sign give what the portal needs to believe them."""
    issued.put(cards)
    with opened(browser, cards) as (page, _, origin):
        (card,) = tried(page, "list")["cards"]
        assert card["operator"] == OWNER.operator_name
        text = login_text(origin=origin)
        given = tried(page, "login", text, PIN, card["id"])
        found = challenge.verified(
            text, given["algorithm"], b64decode(given["signature"]), b64decode(given["certificate"]),
            issued.trust, NOW, origin,
        )  # fmt: skip
        assert found.enterprise_code == OWNER.enterprise_code
        given = tried(page, "sign", "M001", package(), PIN, OWNER.ic_card_no)
    answer = [given[part] for part in ("signature", "serial", "algorithm", "certificate")]
    assert judged(answer, package(), "M001", issued.trust).verdict is Verdict.VALID


@pytest.mark.requirement("W1", "W4")
def test_each_trouble_has_a_text_and_a_way_out(browser: Browser, issued: Issued, cards: Path) -> None:
    """No card, wrong PIN with what is left, blocked, no control, no reader: each in its own words."""
    with opened(browser, cards) as (page, _, origin):
        assert tried(page, "list")["code"] == "no-card"
        issued.put(cards, kind="ecdsa")
        text = login_text(origin=origin)
        wrong = tried(page, "login", text, "000000")
        assert (wrong["code"], wrong["left"], "2" in wrong["zh"], wrong["isOurs"]) == ("wrong-pin", 2, True, True)
        assert tried(page, "sign", "M1", package(), "000000")["left"] == 1
        assert tried(page, "login", text, "000000")["code"] == "blocked"
        assert "PUK" in tried(page, "login", text, PIN)["said"]
        assert tried(page, "sign", "M1", "x" * (5 << 20), PIN)["code"] == "too-big"
        assert tried(page, "sign", "M1", "x" * (9 << 20), PIN)["code"] == "too-big"
        page.evaluate("document.querySelector('meta[name=card-agent]').content = 'ws://127.0.0.1:9/'")
        missing = tried(page, "list")
        assert (missing["code"], "卡控件" in missing["said"], bool(missing["en"])) == ("no-agent", True, True)
    with opened(browser, cards, NoReaders()) as (page, _, _origin):
        assert tried(page, "list")["code"] == "no-reader"


def test_a_foreign_page_is_told_that_it_is_not_served(browser: Browser, issued: Issued, cards: Path) -> None:
    """A site that the control does not know hears so by name."""
    issued.put(cards, kind="ecdsa")
    with opened(browser, cards) as (page, _, origin):
        page.goto(origin.replace("127.0.0.1", "localhost"))
        refused = tried(page, "list")
        assert (refused["code"], "localhost" in refused["zh"]) == ("refused-origin", True)


@pytest.mark.parametrize("width", [1366, 390])
def test_without_script_the_pages_do_it(browser: Browser, issued: Issued, cards: Path, width: int) -> None:
    """From the site's form over our pages back to the site; nothing is cut, and nobody is shut out."""
    issued.put(cards, kind="ecdsa")
    issued.put(cards, "two", "stranger")
    size = {"width": width, "height": 768}
    with opened(browser, cards, java_script_enabled=False, viewport=size) as (page, _, origin):
        for kind, heading in (("login", "登录"), ("sign", "签名：TMP101")):
            page.goto(f"/{kind}.html")
            page.get_by_role("button", name="继续").click()
            expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
            page.get_by_label("使用的卡").select_option("A2")
            page.get_by_label("卡密码").fill("000000")
            page.get_by_role("button", name=heading[:2], exact=True).click()
            expect(page.get_by_role("alert")).to_contain_text("还可以试 2 次")
            page.get_by_label("使用的卡").select_option("A2")
            page.get_by_label("卡密码").fill(PIN)
            page.get_by_role("button", name=heading[:2], exact=True).click()
            page.get_by_role("button", name="返回").click()
            expect(page).to_have_url(re.compile(re.escape(f"{origin}/back.html?n=1&signature=")))


@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_shuts_anybody_out(browser: Browser, issued: Issued, cards: Path, width: int) -> None:
    """No page of the control has a barrier that axe knows of, and none is wider than the screen."""
    issued.put(cards, kind="ecdsa")
    with opened(browser, cards, viewport={"width": width, "height": 768}) as (page, agent, _):
        page.goto(agent.url)
        looked_at(page)
        for kind in ("login", "sign"):
            page.goto(f"/{kind}.html")
            page.get_by_role("button", name="继续").click()
            looked_at(page)
        page.get_by_label("卡密码").fill(PIN)
        page.get_by_role("button", name="签名", exact=True).click()
        looked_at(page)


def looked_at(page: Page) -> None:
    """Judge one page."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.response["violations"] == []
