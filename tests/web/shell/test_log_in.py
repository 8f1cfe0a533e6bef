"""Log-ins: what is believed, once, in which browser, and for how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempgoods_edi.demo_ca import make_ca
from tests.web.portal import ORIGIN, Portal, TestClient, answered, challenge, log_in, portal, signer, token
from tests.web.stack import BEGIN, END

COOKIE = "tempgoods_session"


def test_a_signed_challenge_is_a_log_in(wang: TestClient) -> None:
    """Who is logged in is what the certificate says."""
    shown = wang.get("/help").text
    assert all(each in shown for each in ("王琳", "华东会展发展有限公司", "310173A546"))


def test_the_cookies_are_out_of_reach(browser: TestClient, portal: Portal) -> None:
    """HttpOnly, SameSite, for all paths; no other cookie is set by a log-in."""
    set_before = browser.get("/login").headers.get_list("set-cookie")
    answer = answered(browser, challenge(browser))
    for line in (*set_before, *answer.headers.get_list("set-cookie")):
        assert "HttpOnly" in line, line
        assert "samesite=lax" in line.lower(), line
        assert "Path=/" in line, line


def test_by_https_the_cookies_are_for_https_and_this_host_alone(tmp_path: Path) -> None:
    """Secure and the __Host- prefix; browsers are told to stay with HTTPS."""
    with portal(tmp_path, origin="https://portal.example") as secure:
        answer = TestClient(secure.app, base_url="https://portal.example").get("/login")
        line = answer.headers["set-cookie"]
        assert line.startswith("__Host-")
        assert "; Secure" in line
        assert answer.headers["strict-transport-security"]


def test_a_session_that_was_planted_is_not_taken_over(browser: TestClient) -> None:
    """Whatever session a browser came with, a log-in makes another; an earlier one of the same browser is closed."""
    browser.cookies.set(COOKIE, "planted-by-somebody", domain="portal.example")
    log_in(browser)
    first = browser.cookies.get(COOKIE, domain="portal.example")
    assert first != "planted-by-somebody"
    other = TestClient(browser.app, base_url=ORIGIN, cookies={COOKIE: "planted-by-somebody"}, follow_redirects=False)
    assert other.get("/events/since").status_code == 303


def test_logging_in_again_ends_the_session_before(portal: Portal) -> None:
    """The same browser never has two."""
    browser = portal.browser()
    given = challenge(browser)
    log_in(browser)
    old = browser.cookies[COOKIE]
    # The log-in page was still open in another tab: its cookie and token are from before.
    late = portal.browser()
    late_given = challenge(late)
    late.cookies.set(COOKIE, old)
    assert answered(late, late_given, "li").status_code == 200
    assert _status(portal, old) == 303
    assert given["id"] != late_given["id"]


def _status(portal: Portal, secret: str) -> int:
    browser = portal.browser()
    browser.cookies.set(COOKIE, secret)
    status: int = browser.get("/events/since").status_code
    return status


@pytest.mark.requirement("W2")
def test_log_out_ends_the_session_on_the_server(portal: Portal, wang: TestClient) -> None:
    """The cookie's old value opens nothing afterwards."""
    secret = wang.cookies[COOKIE]
    assert _status(portal, secret) == 200
    assert wang.post("/logout", data={"csrf": token(wang)}).status_code == 303
    assert _status(portal, secret) == 303


@pytest.mark.requirement("W2")
def test_log_out_after_the_session_has_ended_is_no_error(portal: Portal, wang: TestClient) -> None:
    """退出 on a page that was left open leads to the log-in page all the same."""
    form = {"csrf": token(wang)}
    portal.later(hours=1)
    answer = wang.post("/logout", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?reason=out")


def test_htmx_is_sent_to_log_in_as_a_whole_page(browser: TestClient) -> None:
    """A piece of a page is not replaced by the log-in page."""
    answer = browser.get("/forms/exhibition", headers={"HX-Request": "true", "Sec-Fetch-Dest": "empty", "X-CSRF": "x"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")


def test_a_challenge_is_good_once(browser: TestClient) -> None:
    """The same signature a second time is refused."""
    given = challenge(browser)
    assert answered(browser, given).status_code == 200
    browser.cookies.delete(COOKIE)
    again = answered(browser, given)
    assert again.status_code == 422
    assert "重新登录" in again.json()["error"]["zh"]


def test_a_challenge_is_good_in_its_own_browser_only(portal: Portal) -> None:
    """A signature that was caught elsewhere, or pushed onto somebody, logs nobody in."""
    given = challenge(portal.browser())
    assert answered(portal.browser(), given).status_code == 422


def test_a_challenge_grows_old(portal: Portal, browser: TestClient) -> None:
    """After two minutes it is refused."""
    given = challenge(browser)
    portal.later(seconds=121)
    assert answered(browser, given).status_code == 422


def test_a_signature_of_something_else_is_none(browser: TestClient) -> None:
    """The signature must be the certificate's, under this very challenge."""
    given = challenge(browser)
    assert answered(browser, {**given, "challenge": given["challenge"] + " "}).status_code == 422
    assert browser.get("/events/since").status_code == 303


def test_a_certificate_of_an_unknown_ca_is_refused(browser: TestClient) -> None:
    """Only cards of the trusted CAs."""
    stranger = signer("wang", make_ca("Other CA", serial=2, not_before=BEGIN, not_after=END))
    assert answered(browser, challenge(browser), by=stranger).status_code == 422


def test_a_session_ends_when_idle_and_in_any_case_after_a_day_of_work(portal: Portal, wang: TestClient) -> None:
    """Half an hour without a request; twelve hours with."""
    for _ in range(3):
        portal.later(minutes=20)
        assert wang.get("/events/since").status_code == 200
    portal.later(minutes=31)
    assert wang.get("/events/since").status_code == 303
    busy = log_in(portal.browser())
    for _ in range(12 * 3 - 1):
        portal.later(minutes=20)
        assert busy.get("/events/since").status_code == 200
    portal.later(minutes=20)
    assert busy.get("/events/since").status_code == 303


def test_too_many_tries_from_an_address_are_told_when_to_come_back(tmp_path: Path) -> None:
    """The next one is refused with the time; another address goes on; after the time this one does too."""
    with portal(tmp_path, logins_by_address=3) as strict:
        browser = strict.browser("192.0.2.7")
        for _ in range(3):
            assert answered(browser, {**challenge(browser), "id": "none"}).status_code == 422
        refused = answered(browser, challenge(browser))
        assert refused.status_code == 429
        assert "09:05" in refused.json()["error"]["zh"]
        assert refused.headers["retry-after"] == "300"
        log_in(strict.browser("192.0.2.8"))
        strict.later(minutes=5, seconds=1)
        assert answered(browser, challenge(browser)).status_code == 200


def test_too_many_log_ins_of_one_card_are_told_so(tmp_path: Path) -> None:
    """Wherever they come from; other cards go on, and only who holds the card can use its log-ins up."""
    with portal(tmp_path, logins_by_card=2) as strict:
        for number in range(5):
            browser = strict.browser(f"192.0.2.{number}")
            given = challenge(browser)
            assert answered(browser, {**given, "challenge": "x"}).status_code == 422
        for number in range(2):
            log_in(strict.browser(f"192.0.2.{number}"))
        late = strict.browser()
        assert answered(late, challenge(late)).status_code == 429
        log_in(strict.browser(), "zhang")


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nX: 1"])
def test_a_crafted_link_leads_nowhere_else(wang: TestClient, wanted: str) -> None:
    """After the log-in one stays on this portal."""
    answer = wang.get("/login", params={"next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    answer = wang.post("/language", data={"csrf": token(wang), "back": wanted, "lang": "en"})
    assert answer.headers["location"] == "/"


def test_a_signed_answer_is_shown_before_it_is_used(browser: TestClient) -> None:
    """The way back from the control's page logs nobody in by itself; what it brings cannot break the page."""
    evil = {"id": '"><script>', "signature": "s", "algorithm": "a", "certificate": "c", "next": "//evil.example"}
    page = browser.get("/login/signed", params=evil)
    assert page.status_code == 200
    assert "<script>" not in page.text.replace('<script src="', "")
    assert 'name="next" value="/"' in page.text
    assert browser.get("/login/signed").status_code == 422
