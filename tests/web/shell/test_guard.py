"""No route without a session, no change without a token, whatever routes there are."""

from __future__ import annotations

import re

import pytest

from tempgoods_edi.web.shell.access import is_public
from tests.web.addresses import all_routes
from tests.web.portal import ORIGIN, Portal, TestClient, token

_PLACE = re.compile(r"\{[^}]*\}")


def addresses(portal: Portal, *, changes: bool) -> list[tuple[str, str]]:
    """Method and address of every route that changes something, or of every one that does not."""
    return [
        (route.method, _PLACE.sub("1", route.path))
        for route in all_routes(portal.app)
        if (route.method not in ("GET", "HEAD", "OPTIONS")) == changes
    ]


def test_there_are_routes_to_walk(portal: Portal) -> None:
    """The walk sees the routes of every part."""
    seen = {route.path for route in all_routes(portal.app)}
    assert {"/login", "/logout", "/language", "/events", "/help", "/healthz"} <= seen


def test_every_change_needs_the_sessions_token(portal: Portal, wang: TestClient) -> None:
    """Without it, or with another's, each is refused, form or JSON; so no other site can make one."""
    for method, address in addresses(portal, changes=True):
        if address.startswith("/api/"):
            continue
        for sent in ({"data": {"a": "1"}}, {"data": {"csrf": "0" * 43}}, {"json": {"csrf": token(wang)}}):
            answer = wang.request(method, address, **sent)
            assert answer.status_code == 403, (method, address, sent, answer.status_code)
        answer = wang.request(method, address, headers={"X-CSRF": "wrong"})
        assert answer.status_code == 403, (method, address)


def test_every_change_from_another_site_is_refused_token_or_not(portal: Portal, wang: TestClient) -> None:
    """By Origin, and by what the browser says of the site; for the API too."""
    right = {"X-CSRF": token(wang)}
    for method, address in addresses(portal, changes=True):
        for foreign in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://portal.example:8018"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            answer = wang.request(method, address, headers={**right, **foreign})
            assert answer.status_code == 403, (method, address, foreign, answer.status_code)


def test_our_own_pages_may(wang: TestClient) -> None:
    """The right token from the right origin passes."""
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    answer = wang.post("/language", data={"csrf": token(wang), "lang": "en", "back": "/help"}, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/help")


def test_nothing_but_the_public_pages_opens_without_log_in(portal: Portal, browser: TestClient) -> None:
    """Every other route leads to the log-in page, or says 401 to a script; the API asks for its own token."""
    for method, address in addresses(portal, changes=False):
        if address.startswith("/api/"):
            # OPTIONS tells which methods an address takes, and nothing else.
            expected = (204,) if method == "OPTIONS" else (200, 401)
            assert browser.request(method, address).status_code in expected, address
        elif not is_public(address):
            answer = browser.request(method, address)
            assert answer.status_code == 303, (address, answer.status_code)
            assert answer.headers["location"].startswith("/login"), address
            assert browser.request(method, address, headers={"Accept": "application/json"}).status_code == 401
    for method, address in addresses(portal, changes=True):
        answer = browser.request(method, address, headers={"X-CSRF": token(browser)})
        if not is_public(address):
            assert answer.status_code == 401, (method, address, answer.status_code)


def test_the_api_takes_no_cookie(portal: Portal, wang: TestClient) -> None:
    """A session opens nothing there: else other sites could act through a browser that is logged in."""
    for changes in (False, True):
        for method, address in addresses(portal, changes=changes):
            if address.startswith("/api/"):
                with_cookie, without = (each.request(method, address) for each in (wang, portal.browser()))
                assert with_cookie.status_code == without.status_code, address


def test_what_was_typed_survives_an_ended_session(portal: Portal, wang: TestClient) -> None:
    """Posted after the session ended, or with an old token: the fields come back in a form that can be sent again."""
    typed = {"csrf": token(wang), "Head/ExhibitionNm": '国际<b>"机床"</b>展\n第二行', "file": "x"}
    portal.later(minutes=40)
    answer = wang.post("/somewhere", data=typed)
    assert answer.status_code in (401, 404)
    answer = wang.post("/events", data=typed)
    assert answer.status_code in (401, 405)
    for method, address in addresses(portal, changes=True):
        if method == "POST" and not is_public(address):
            answer = wang.post(address, data=typed)
            assert answer.status_code == 401
            assert "国际&lt;b&gt;&#34;机床&#34;&lt;/b&gt;展\n第二行</textarea>" in answer.text, address
            assert typed["csrf"] not in answer.text
            break


def test_a_stale_page_can_be_sent_again(wang: TestClient) -> None:
    """With a session, but an older token: the page that comes has the right one, and the fields."""
    answer = wang.post("/language", data={"csrf": "old", "lang": "en", "back": "/help"})
    assert answer.status_code == 403
    assert f'name="csrf" value="{token(wang)}"' in answer.text
    assert '<textarea name="back" hidden>\n/help</textarea>' in answer.text


@pytest.mark.parametrize("csrf", ["", "é", "\x00", "x" * 100_000])
def test_odd_tokens_are_wrong_tokens(wang: TestClient, csrf: str) -> None:
    """No token upsets the comparison."""
    assert wang.post("/language", data={"csrf": csrf}).status_code == 403
