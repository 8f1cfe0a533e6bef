"""What holds for every answer: host names, headers, sizes, and failures that tell nothing of the inside."""

from __future__ import annotations

import logging
import re
from typing import ClassVar

import pytest
from fastapi import Request

from tempgoods_edi.declarant.errors import NotFound, Stale, Unreachable
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import LARGEST_BODY
from tempgoods_edi.web.shell.files import attachment_headers
from tests.web.addresses import all_routes
from tests.web.portal import ORIGIN, Portal, TestClient, token

_SOMETHING = Bilingual("某事", "something")


def pages(portal: Portal) -> list[str]:
    """Every address that can be looked at, and some that cannot."""
    found = [re.sub(r"\{[^}]*\}", "1", each.path) for each in all_routes(portal.app) if each.method == "GET"]
    return [
        *(each for each in found if each != "/events"),
        "/nothing-here",
        "/static/nothing.css",
        "/static/css/house.css",
    ]


@pytest.mark.parametrize("host", ["evil.example", "portal.example:81", "portal.example.evil.example", "127.0.0.1", ""])
def test_another_host_name_is_refused_in_words(portal: Portal, host: str) -> None:
    """A DNS name bent to our address opens nothing, not even a sign of life."""
    for address in ("/login", "/healthz", "/static/css/house.css"):
        answer = portal.browser().get(address, headers={"Host": host})
        assert answer.status_code == 421, (address, answer.status_code)
        assert ORIGIN in answer.text


def test_every_page_forbids_what_it_does_not_need(portal: Portal, wang: TestClient, browser: TestClient) -> None:
    """Scripts, styles, connections and forms of our own and the card control's only; no frames; nothing is guessed."""
    for visitor in (wang, browser):
        for address in pages(portal):
            answer = visitor.get(address)
            policy = dict(
                part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";")
            )
            assert "unsafe" not in str(policy), address
            assert policy["default-src"] in ("'self'", "'none'"), address
            assert policy["frame-ancestors"] == "'none'", address
            assert answer.headers["x-content-type-options"] == "nosniff", address
            assert answer.headers["referrer-policy"] != "unsafe-url", address
            assert "permissions-policy" in answer.headers, address
            assert "server" not in answer.headers, address


def test_the_card_control_is_the_only_other_place_a_page_may_reach(browser: TestClient) -> None:
    """By WebSocket from scripts, by a form without."""
    policy = browser.get("/login").headers["content-security-policy"]
    assert "connect-src 'self' ws://127.0.0.1:61232;" in policy
    assert "form-action 'self' http://127.0.0.1:61232;" in policy


def test_nothing_is_inline(portal: Portal, wang: TestClient) -> None:
    """No page has a script, style or handler that the policy would have to allow."""
    for address in pages(portal):
        answer = wang.get(address)
        if answer.headers.get("content-type", "").startswith("text/html"):
            nonce = re.search(r"'nonce-([^']+)'", answer.headers["content-security-policy"])
            for tag in re.findall(r"<(?:script|style)\b[^>]*>", answer.text):
                assert " src=" in tag or (nonce and nonce[1] in tag), (address, tag)
            assert not re.search(r"<[^>]+\s(?:on[a-z]+|style)=", answer.text), address


def test_a_nonce_is_never_used_twice(browser: TestClient) -> None:
    """Every answer has another."""
    seen = {browser.get("/login").headers["content-security-policy"] for _ in range(5)}
    assert len(seen) == 5


def test_no_cache_keeps_a_page(portal: Portal, wang: TestClient) -> None:
    """Pages and data are never kept; our own files are, under the address of their content."""
    for address in pages(portal):
        if not address.startswith("/static/"):
            assert "no-store" in wang.get(address).headers["cache-control"], address
    kept = re.findall(r'"(/static/[^"]+)"', wang.get("/help").text)
    assert kept
    for address in kept:
        answer = wang.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"], address


def test_a_body_that_is_too_large_is_refused_in_words(wang: TestClient) -> None:
    """Declared or streamed; the answer says how much is too much."""
    right = {"X-CSRF": token(wang)}
    big = b"a" * (LARGEST_BODY + 1)
    declared = wang.post(
        "/language", content=big, headers={**right, "Content-Type": "application/x-www-form-urlencoded"}
    )
    assert declared.status_code == 413
    assert "12 MB" in declared.json()["error"]["en"]
    pieces = (b"a" * 65536 for _ in range(LARGEST_BODY // 65536 + 2))
    streamed = wang.post("/language", content=pieces, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert streamed.status_code == 413
    assert "12 MB" in streamed.text


def test_five_thousand_lines_fit(portal: Portal, wang: TestClient) -> None:
    """One field of eight million characters comes through in parts, as forms send it; to be decoded, it is refused unread."""

    @portal.app.post("/echo")
    def echo(fields: Fields) -> int:
        goods = fields["goods"]
        assert isinstance(goods, str)
        return len(goods)

    form = {"csrf": token(wang), "goods": "[" + "x" * 8_000_000}
    assert wang.post("/echo", data=form, files={"f": b""}).json() == 8_000_001
    assert wang.post("/echo", data=form).status_code == 413


def test_failures_tell_nothing_of_the_inside(
    portal: Portal, wang: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A page in both languages with a number to ask after; the log knows the rest by the same path."""

    @portal.app.get("/fails")
    def fails() -> None:
        raise RuntimeError("secret inside")

    with caplog.at_level(logging.ERROR, "tempgoods.failures"):
        page, data = wang.get("/fails"), wang.get("/fails", headers={"Accept": "application/json"})
    assert page.status_code == data.status_code == 500
    for text in (page.text, data.text):
        assert "secret" not in text
        assert "Traceback" not in text
    assert "系统出错" in page.text
    assert "The mistake is ours" in page.text
    assert "secret inside" in caplog.text


@pytest.mark.parametrize(
    ("error", "status"), [(NotFound(_SOMETHING), 404), (Stale(), 409), (Unreachable(_SOMETHING), 503)]
)
def test_what_the_services_refuse_becomes_a_page(
    portal: Portal, wang: TestClient, error: Exception, status: int
) -> None:
    """With their words, in both languages; as JSON for a script."""

    @portal.app.get("/refuses")
    def refuses() -> None:
        raise error

    assert wang.get("/refuses").status_code == status
    data = wang.get("/refuses", headers={"Sec-Fetch-Dest": "empty"})
    assert data.json()["status"] == status
    assert set(data.json()["error"]) == {"zh", "en"}


def test_an_error_may_say_its_status_and_headers(portal: Portal, wang: TestClient) -> None:
    """What a part of the pages knows better."""

    class TeapotError(NotFound):
        status = 415
        headers: ClassVar = {"Accept": "application/pdf"}

    @portal.app.get("/teapot")
    def teapot() -> None:
        raise TeapotError(_SOMETHING)

    answer = wang.get("/teapot")
    assert (answer.status_code, answer.headers["accept"]) == (415, "application/pdf")


def test_unknown_addresses_and_methods_are_pages_too(wang: TestClient) -> None:
    """404 and 405 in the reader's language."""
    assert "没有找到" in wang.get("/nothing-here").text
    assert wang.get("/logout").status_code == 405
    assert "不支持" in wang.get("/logout").text
    wang.post("/language", data={"csrf": token(wang), "lang": "en"})
    assert "Not found" in wang.get("/nothing-here").text


@pytest.mark.parametrize(
    "name", ['a"\r\nX-Evil: 1.pdf', "核对单\n.pdf", "../../etc/passwd", "", "a;b=\u202egpj.pdf", "x" * 500]
)
def test_no_file_name_makes_a_header(portal: Portal, wang: TestClient, name: str) -> None:
    """Whatever a file is called, it is one header, and the name has no path."""

    @portal.app.get("/file")
    def file(request: Request) -> object:
        from fastapi.responses import Response

        return Response(b"x", headers=attachment_headers(name))

    answer = wang.get("/file")
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers
    value = answer.headers["content-disposition"]
    assert value.startswith("attachment; filename=")
    assert not re.search(r"[\r\n/\\]", value.replace("filename*=UTF-8''", ""))


def test_nothing_from_a_request_makes_a_header(wang: TestClient) -> None:
    """Line ends in addresses, languages and ways back stay where they are."""
    for answer in (
        wang.get("/login?next=%0d%0aX-Evil:%201"),
        wang.post("/language", data={"csrf": token(wang), "back": "/a\r\nX-Evil: 1", "lang": "en\r\nX-Evil: 1"}),
        wang.get("/%0d%0aX-Evil:%201"),
    ):
        assert "x-evil" not in answer.headers


def test_the_access_log_holds_no_query(wang: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """A signature on its way back, or what was looked for, is in no log; a line end in a path makes no line."""
    with caplog.at_level(logging.INFO, "tempgoods.access"):
        wang.get("/login/signed?signature=SECRET")
        wang.get("/x%0aFORGED")
    lines = [record.getMessage() for record in caplog.records if record.name == "tempgoods.access"]
    assert any("/login/signed 422" in line or "/login/signed" in line for line in lines)
    assert not any("SECRET" in line or "\n" in line for line in lines)


def test_signs_of_life(browser: TestClient) -> None:
    """The process lives, and reaches its store."""
    assert browser.get("/healthz").json() == browser.get("/readyz").json() == {"status": "ok"}


@pytest.mark.parametrize("address", ["/declarations/2027%00", "/tokens/%00/revoke", "/static/%00.css"])
def test_a_zero_character_finds_nothing(wang: TestClient, address: str) -> None:
    """It is in no number, and not every database takes it: there is nothing of that address."""
    assert wang.get(address).status_code == 404
