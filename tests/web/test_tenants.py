"""W28: one enterprise never learns of another's data, by any address, number, search, file or stream."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import Struct
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from tempgoods_edi.declarant.kinds import KINDS
from tempgoods_edi.declarant.store import tokens
from tempgoods_edi.declarant.store.people import DeclarantPerson
from tests.declarant import desk
from tests.web.addresses import Route, all_routes
from tests.web.portal import Portal, log_in, portal, signer, token
from tests.web.queries.filled import Filled
from tests.web.stack import HOLDERS

pytestmark = pytest.mark.requirement("W28")

PDF = desk.VALID.parent / "cases" / "book-fair" / "展会批准文件.pdf"
#: What li's data says, and must never be seen by wang.
SECRET, SECRET_NUMBER = "京华秘密书展", "JH-SECRET-7788"
#: Parts of addresses that name something everybody has, not somebody's data.
COMMON = {"slug": "exhibition", "what": "check-sheet", "name": "units", "kind": "exhibition"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: Values of numbers that nobody has.
NOBODYS = {"seq_no": "202611220930999999", "number": "1", "receipt": "999999", "no": "NOBODY", "id": "999999"}


class Theirs(Struct, frozen=True):
    """What li's enterprise has, by the names that addresses use, and wang's own declaration beside it."""

    ids: Mapping[str, str]
    prepared: str
    own: str
    document: bytes
    token: str


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Portal]:
    """A portal on the day of the fixtures."""
    with portal(tmp_path) as made:
        made.now = desk.START
        yield made


@pytest.fixture
def theirs(at: Portal) -> Theirs:
    """li's data: a rejected declaration with a file and a receipt, a prepared one, a declarant, a token."""
    filled, li = Filled(at), Filled(at).actor("li")
    rejected = filled.rejected("[TG-EXH-004] " + SECRET, card="li", ExhibitionNm=SECRET, EtpsPreentNo=SECRET_NUMBER)
    filled.filing.attach(li, rejected, f"{SECRET}.pdf", "00000002", PDF.read_bytes())
    prepared = filled.filing.prepare(li, rejected)
    filled.filing.add_declarant(li, DeclarantPerson("JH001", SECRET))
    plain = tokens.make_token(filled.store, li, SECRET, at.now, at.app.state.context.token)
    receipt = filled.filing.history(li, rejected).receipts[0]
    ids = {
        "seq_no": rejected,
        "number": "1",
        "receipt": str(receipt.id),
        "no": "JH001",
        "id": str(tokens.of_enterprise(filled.store, li.enterprise_no)[0].id),
    }
    return Theirs(ids, prepared.id, filled.saved(ExhibitionNm="自己的展览会").seq_no, PDF.read_bytes(), plain)


@pytest.fixture
def wang(at: Portal) -> TestClient:
    """Somebody of the other enterprise."""
    return log_in(at.browser())


@pytest.fixture
def program(at: Portal) -> TestClient:
    """A program of the other enterprise."""
    filled = Filled(at)
    plain = tokens.make_token(filled.store, filled.actor(), "program", at.now, at.app.state.context.token)
    client = at.browser()
    client.headers["Authorization"] = f"Bearer {plain}"
    return client


def parameters(route: Route) -> list[str]:
    """The names of the parts that vary in an address."""
    return re.findall(r"{(\w+)}", route.path)


def own_addresses(at: Portal) -> list[Route]:
    """The routes that name somebody's data; every method is tried at each, also those that only tell of the others."""
    named = (route for route in all_routes(at.app) if set(parameters(route)) - COMMON.keys())
    return [route for route in named if route.method != "OPTIONS"]


def address(route: Route, ids: Mapping[str, str]) -> str:
    """The route with *ids* put in."""
    return re.sub(r"{(\w+)}", lambda found: {**COMMON, **ids}[found[1]], route.path)


def body(route: Route, method: str, prepared: str, document: bytes, csrf: str) -> dict[str, Any]:
    """What such a request would carry if it were right."""
    if method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        return {}
    if not route.path.startswith("/api/"):
        fields = {
            "csrf": csrf,
            "action": "save",
            "reason": "x",
            "prepared": prepared,
            "row": "1",
            "Head/ExhibitionNm": "x",
        }
        fields |= {"signature": "AAAA", "certificate": "AAAA", "algorithm": "x", "document-type": "00000002"}
        return {"data": fields, "files": {"document-file": ("a.pdf", document, "application/pdf")}}
    if route.path.endswith("/documents"):
        return {
            "content": document,
            "headers": {"Content-Type": "application/pdf"},
            "params": {"name": "a.pdf", "type": "00000002"},
        }
    if route.path.endswith("/declare"):
        return {"json": {"prepared": prepared, "algorithm": "x", "signature": "AAAA", "certificate": "AAAA"}}
    return {"json": {"reason": "x"}} if route.path.endswith("/deletion") else {"json": {"document": desk.tree()}}


def told(answer: httpx.Response, ids: Mapping[str, str]) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, body and headers of an answer, without the numbers that were asked for and what differs each time."""
    text = answer.text.replace(answer.request.url.path, "<address>")
    for number in filter(lambda each: len(each) > 3, ids.values()):
        text = text.replace(number, "<number>")
    # A short number is one only where words say so.
    text = re.sub(r"(第 |number )(\d+|<number>)", "<number>", text)
    headers = sorted(
        (name, value)
        for name, value in answer.headers.items()
        if name not in ("content-security-policy", "content-length")
    )
    return answer.status_code, re.sub(r'nonce="[^"]+"', "", text), headers


def test_every_part_of_every_address_is_known_to_these_tests(at: Portal) -> None:
    """No route takes a number of anybody's that the tests below do not try."""
    unknown = {name for route in all_routes(at.app) for name in parameters(route)} - COMMON.keys() - NOBODYS.keys()
    assert unknown == set()
    assert len(own_addresses(at)) > 30


def test_another_enterprises_numbers_are_as_good_as_none(
    at: Portal, theirs: Theirs, wang: TestClient, program: TestClient
) -> None:
    """Every route, every method: what is another's is not there, in exactly the words of what never was."""
    csrf = token(wang)
    for route in own_addresses(at):
        client = program if route.path.startswith("/api/") else wang
        for method in METHODS:
            answers = []
            for ids in (theirs.ids, NOBODYS):
                sent = body(route, method, theirs.prepared, theirs.document, csrf)
                answers.append(told(client.request(method, address(route, ids), **sent), ids))
            assert answers[0] == answers[1], (method, route.path)
            # Which methods an address takes is nobody's secret.
            wanted = {204, 405} if method == "OPTIONS" else {404} if method == route.method else {404, 405}
            assert answers[0][0] in wanted, (method, route.path, answers[0][:2])
            assert SECRET not in answers[0][1]


def test_whoever_owns_them_finds_them(at: Portal, theirs: Theirs) -> None:
    """The same addresses work for their owner: what is refused above is not refused to everybody."""
    li = log_in(at.browser(), "li")
    li_program = at.browser()
    li_program.headers["Authorization"] = f"Bearer {theirs.token}"
    for route in own_addresses(at):
        if route.method == "GET":
            client = li_program if route.path.startswith("/api/") else li
            assert client.get(address(route, theirs.ids)).status_code in (200, 303, 409), route


def test_scripts_are_told_no_more_than_pages(at: Portal, theirs: Theirs, wang: TestClient) -> None:
    """The same for requests that ask for JSON: 404, and the words of what never was."""
    headers = {"X-CSRF": token(wang), "Accept": "application/json"}
    for route in own_addresses(at):
        if route.path.startswith("/api/"):
            continue
        sent = body(route, route.method, theirs.prepared, theirs.document, "")
        one, other = (
            told(wang.request(route.method, address(route, ids), **sent, headers=headers), ids)
            for ids in (theirs.ids, NOBODYS)
        )
        assert one == other, route
        assert one[0] == 404, route


def test_another_enterprises_papers_are_not_had_through_ones_own_declaration(
    at: Portal, theirs: Theirs, wang: TestClient, program: TestClient
) -> None:
    """Their receipt, file and prepared package under one's own number are not there either."""
    own = {**theirs.ids, "seq_no": theirs.own}
    nobodys = {**NOBODYS, "seq_no": theirs.own}
    for route in own_addresses(at):
        names = set(parameters(route))
        if not {"receipt", "number"} & names:
            continue
        client = program if route.path.startswith("/api/") else wang
        sent = body(route, route.method, theirs.prepared, theirs.document, token(wang))
        one, other = (told(client.request(route.method, address(route, ids), **sent), ids) for ids in (own, nobodys))
        assert (one, one[0]) == (other, 404), route
    signed = {"prepared": theirs.prepared, "algorithm": "x", "signature": "AAAA", "certificate": "AAAA"}
    foreign, wrong = (
        program.post(f"/api/v1/declarations/{theirs.own}/declare", json={**signed, "prepared": each})
        for each in (theirs.prepared, "nothing")
    )
    assert (foreign.status_code, foreign.json()) == (wrong.status_code, wrong.json())
    assert foreign.status_code in (409, 422)


def test_nothing_of_another_enterprise_is_changed(
    at: Portal, theirs: Theirs, wang: TestClient, program: TestClient
) -> None:
    """After all of that their data is as it was."""
    filled = Filled(at)
    before = filled.filing.get(filled.actor("li"), theirs.ids["seq_no"])
    test_another_enterprises_numbers_are_as_good_as_none(at, theirs, wang, program)
    assert filled.filing.get(filled.actor("li"), theirs.ids["seq_no"]) == before
    assert tokens.find(filled.store, theirs.token, at.now) is not None
    assert [each.no for each in filled.filing.declarants(filled.actor("li"))] == ["JH001"]


@pytest.mark.parametrize(
    "query", ["", f"?title={SECRET}", f"?in_house={SECRET_NUMBER}", "?state=rejected", "?seq_no=2026&size=100"]
)
def test_no_search_finds_it(theirs: Theirs, wang: TestClient, program: TestClient, query: str) -> None:
    """Lists, workbooks and the API's list show one's own only, whatever is looked for."""
    hidden = {theirs.ids["seq_no"], SECRET, HOLDERS["li"].enterprise_name}
    for slug in (kind.slug for kind in KINDS):
        pages = [wang.get(f"/queries/{slug}{query}"), program.get(f"/api/v1/declarations?kind={slug}&{query[1:]}")]
        for answer in pages:
            assert answer.status_code == 200
            # What was asked for stands in its field again.
            assert not any(each in answer.text for each in hidden if each not in query)
            assert "data-row" not in answer.text or theirs.own in answer.text
    book = wang.get(f"/queries/exhibition.xlsx{query}")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert theirs.ids["seq_no"] not in str(rows)
    assert SECRET not in str(rows)


@pytest.mark.parametrize("page", ["/", "/declarants", "/tokens", "/help"])
def test_no_page_shows_it(theirs: Theirs, wang: TestClient, page: str) -> None:
    """Pages without a number show one's own only."""
    text = wang.get(page).text
    for secret in (theirs.ids["seq_no"], SECRET, HOLDERS["li"].enterprise_name, "JH001"):
        assert secret not in text


def test_live_states_are_ones_own(at: Portal, theirs: Theirs) -> None:
    """What happens to another's declaration is told to nobody here."""
    filled = Filled(at)
    seen, last = filled.filing.changes(filled.actor().enterprise_no, 0)
    filled.told(theirs.ids["seq_no"], "1", business_id="ZH222826000009")
    assert {each.seq_no for each in seen} == {theirs.own}
    assert filled.filing.changes(filled.actor().enterprise_no, last) == ((), last)


def test_an_in_house_number_of_theirs_is_free(theirs: Theirs, program: TestClient) -> None:
    """Using the number that another enterprise gave a document says nothing of theirs."""
    tree = desk.tree(EtpsPreentNo=SECRET_NUMBER)
    answer = program.post("/api/v1/declarations", json={"kind": "exhibition", "document": tree})
    assert answer.status_code == 201
    assert theirs.ids["seq_no"] not in answer.text


def test_a_message_signed_for_them_is_not_taken_from_us(at: Portal, theirs: Theirs, program: TestClient) -> None:
    """Somebody else's signed message, handed in with our token, is as unknown as its number."""
    filled = Filled(at)
    li = desk.Card(filled.actor("li"), signer("li"))
    prepared = filled.filing.prepare(li.actor, theirs.ids["seq_no"])
    data = desk.message(prepared.object_id, prepared.package, li)
    answer = program.post("/api/v1/declarations/signed", content=data, headers={"Content-Type": "application/xml"})
    assert answer.status_code == 404
    assert SECRET not in answer.text
    assert filled.filing.get(li.actor, theirs.ids["seq_no"]).state.value == "draft"
