"""The API does what the buttons do, for whoever shows a token and nobody else."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

from tempgoods_edi.web.api.access import MOST
from tests import described
from tests.declarant import desk
from tests.web.portal import log_in, signer, token
from tests.web.queries.filled import Filled

PDF = desk.VALID.parent / "cases" / "book-fair" / "展会批准文件.pdf"
XML, ZIP = "application/xml", "application/zip"


def new(program: TestClient, **head: str) -> dict[str, Any]:
    """A draft made through the API."""
    answer = program.post("declarations", json={"kind": "exhibition", "document": desk.tree(**head)})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def signed(filled: Filled, object_id: str, package: str) -> dict[str, str]:
    """What a card says of a package, as the API takes it."""
    own = signer("wang")
    value = desk.signature(object_id, package, desk.Card(filled.actor(), own))
    encoded = {"signature": b64encode(value).decode(), "certificate": b64encode(own.certificate_der).decode()}
    return {"algorithm": own.algorithm, **encoded}


def test_from_draft_to_receipt(filled: Filled, program: TestClient) -> None:
    """Saved, edited, a file added, prepared, signed elsewhere, declared, stored, printed: all by the API."""
    made = new(program)
    seq_no = made["status"]["seq_no"]
    tree = desk.tree(ExhibitionNm="改名展")
    edited = program.put(f"declarations/{seq_no}", json={"document": tree, "revision": made["status"]["revision"]}).json()
    assert edited["document"]["Head"]["ExhibitionNm"] == "改名展"
    assert program.put(f"declarations/{seq_no}", json={"document": tree, "revision": 0}).status_code == 409
    sent = {"params": {"name": "批文.pdf", "type": "00000002"}, "headers": {"Content-Type": "application/pdf"}}
    files = program.post(f"declarations/{seq_no}/documents", content=PDF.read_bytes(), **sent).json()
    assert [(each["number"], each["name"]) for each in files["documents"]] == [(1, "批文.pdf")]
    assert program.get(f"declarations/{seq_no}/documents/1").content == PDF.read_bytes()
    prepared = program.post(f"declarations/{seq_no}/prepare").json()
    body = {"prepared": prepared["id"], **signed(filled, prepared["object_id"], prepared["package"])}
    declared = program.post(f"declarations/{seq_no}/declare", json=body)
    assert (declared.status_code, declared.json()["state"]) == (202, "declared")
    again = program.post(f"declarations/{seq_no}/declare", json=body)
    assert (again.status_code, again.json()["state"]) == (202, "declared")
    filled.handed_over()
    filled.told(seq_no, "3", notes=("[TG-EXH-004] 请核对 (Head/EndDate)",))
    status = program.get(f"declarations/{seq_no}/status").json()
    assert (status["state"], status["reasons"][0]["path"]) == ("rejected", "Head/EndDate")
    (receipt,) = program.get(f"declarations/{seq_no}/receipts").json()["receipts"]
    assert (receipt["result"], receipt["effect"]["en"]) == ("3", "took effect")
    raw = program.get(f"declarations/{seq_no}/receipts/{receipt['id']}")
    assert raw.headers["content-type"].startswith(XML)
    assert "Head/EndDate" in raw.text
    (sheet,) = program.get(f"declarations/{seq_no}/prints").json()["prints"]
    assert program.get(f"declarations/{seq_no}/prints/{sheet['what']}.pdf").content.startswith(b"%PDF")
    assert [row["seq_no"] for row in program.get("declarations", params={"kind": "exhibition"}).json()["rows"]] == [seq_no]


def test_a_change_and_a_deletion_begin_and_are_taken_back(filled: Filled, program: TestClient) -> None:
    """W25 and W26 for programs; what is in use cannot be deleted, and the answer says why."""
    seq_no = filled.approved()
    assert program.post(f"declarations/{seq_no}/change").json()["status"]["version"] == 1
    assert program.post(f"declarations/{seq_no}/withdraw").json()["status"]["state"] == "approved"
    begun = program.post(f"declarations/{seq_no}/deletion", json={"reason": "展会取消"}).json()
    assert begun["document"]["Head"]["DelReason"] == "展会取消"
    assert program.post(f"declarations/{seq_no}/change").status_code == 409


def test_a_whole_signed_message_is_declared_once(filled: Filled, program: TestClient) -> None:
    """The same content again, signed anew, changes nothing and is answered the same; other content is a conflict."""
    seq_no = new(program)["status"]["seq_no"]
    prepared = program.post(f"declarations/{seq_no}/prepare").json()
    card = desk.Card(filled.actor(), signer("wang"))
    texts = (prepared["package"], prepared["package"], prepared["package"].replace("<HallNm>", "<HallNm>北"))
    answers = [
        program.post(
            "declarations/signed",
            content=desk.message(f"M00{number}", text, card),
            headers={"Content-Type": XML},
        )
        for number, text in enumerate(texts, 1)
    ]
    assert [(each.status_code, each.json().get("state")) for each in answers] == [
        (202, "declared"), (202, "declared"), (409, None),
    ]  # fmt: skip
    assert [found["rule"] for found in answers[2].json()["findings"]] == ["TG-ENV-006"]
    assert len(filled.filing.history(filled.actor(), seq_no).messages) == 1


def test_an_in_house_number_makes_one_declaration(program: TestClient) -> None:
    """Posted again it is the same; with other content it is refused, naming what has the number."""
    seq_no = new(program, EtpsPreentNo="HX-77")["status"]["seq_no"]
    again = program.post("declarations", json={"kind": "TMP101", "document": desk.tree(EtpsPreentNo="HX-77")})
    assert (again.status_code, again.json()["status"]["seq_no"]) == (200, seq_no)
    other = program.post("declarations", json={"kind": "exhibition", "document": desk.tree(EtpsPreentNo="HX-77", HallNm="别馆")})
    assert other.status_code == 409
    assert seq_no in other.json()["error"]["en"]
    assert new(program, EtpsPreentNo="HX-7")["status"]["seq_no"] != seq_no


def test_check_judges_as_the_desk_and_as_the_forms_do(filled: Filled, program: TestClient) -> None:
    """Messages, ZIPs and documents: verdict and findings, each with field, words in both languages and what to do."""
    wrong = desk.tree(EndDate="20260101")
    found = program.post("check", json={"kind": "exhibition", "document": wrong}).json()
    assert found["verdict"] == "invalid"
    assert any(each["path"] == "Head/EndDate" and each["text"]["zh"] and each["fix"]["en"] for each in found["findings"])
    assert program.post("check", content=b"<a>", headers={"Content-Type": XML}).json()["verdict"] == "invalid"
    assert program.post("check", content=b"PK\x03\x04junk", headers={"Content-Type": ZIP}).json()["verdict"] == "invalid"
    built = program.post("build", json={"message": "TMP101", "document": filled.saved().tree}).json()
    unsigned = program.post("check", params={"unsigned": True}, content=built["unsigned"].encode(), headers={"Content-Type": XML})
    assert unsigned.json()["message"] == "TMP101"
    card = desk.Card(filled.actor(), signer("wang"))
    data = desk.message(built["object_id"], built["package"], card)
    assert program.post("check", content=data, headers={"Content-Type": XML}).json()["verdict"] == "valid"


@pytest.mark.parametrize(
    ("method", "address", "sent", "status"),
    [
        ("POST", "declarations", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 422),
        ("POST", "declarations", {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, 422),
        ("POST", "declarations", {"content": b"\xff", "headers": {"Content-Type": "application/json"}}, 422),
        ("POST", "declarations", {"json": {"kind": "nix", "document": {}}}, 422),
        ("POST", "declarations", {"json": {"kind": "exhibition", "document": {"Head": "x"}}}, 422),
        ("POST", "declarations", {"json": {"kind": "exhibition", "document": {"Head": {"EndDate": 20270101}}}}, 422),
        ("POST", "declarations", {"json": {"kind": "exhibition", "document": {"Head": {"Nix": "x"}}}}, 422),
        ("POST", "declarations", {"json": {"kind": "exhibition", "document": {}, "more": 1}}, 422),
        ("POST", "declarations", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}, 415),
        ("POST", "build", {"json": {"message": "TMP201", "document": {}}}, 422),
        ("POST", "build", {"json": {"message": "NIX", "document": {}}}, 422),
        ("GET", "declarations?kind=exhibition&title=x&nix=1", {}, 422),
        ("GET", "declarations?kind=exhibition&dcl_date_from=2027-13-01", {}, 422),
        ("GET", "declarations?kind=exhibition&entry_no=1", {}, 422),
        ("GET", "declarations?kind=exhibition&page=0", {}, 422),
        ("GET", "declarations", {}, 422),
        ("GET", "declarations/..%2f..%2fetc", {}, 404),
        ("GET", "nothing", {}, 404),
        ("PATCH", "declarations", {}, 405),
    ],
)
def test_what_is_wrong_is_told_in_both_languages(program: TestClient, method: str, address: str, sent: dict[str, Any], status: int) -> None:
    """Every failure is JSON with words in Chinese and English, and the status that fits."""
    answer = program.request(method, address, **sent)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["zh"]
    assert answer.json()["error"]["en"]


def test_without_a_valid_token_there_is_nothing(filled: Filled, program: TestClient) -> None:
    """No token, a wrong one, a revoked one, a session's cookie: 401 in the same words, whatever is asked for."""
    seq_no = filled.saved().seq_no
    logged_in = log_in(filled.portal.browser())
    told = set()
    for headers in ({}, {"Authorization": "Bearer nix"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer " + "x" * 9000}):
        for address in (f"declarations/{seq_no}", "declarations/1", "declarations?kind=exhibition"):
            answer = logged_in.get(f"/api/v1/{address}", headers=headers)
            assert answer.headers["www-authenticate"] == "Bearer"
            told.add((answer.status_code, answer.text))
    page = logged_in.get("/tokens").text
    assert page.count("/revoke") == 1
    logged_in.post("/tokens/1/revoke", data={"csrf": token(logged_in)})
    answer = program.get(f"declarations/{seq_no}")
    told.add((answer.status_code, answer.text))
    assert [status for status, _ in told] == [401]


def test_no_cookie_is_read_or_set(filled: Filled) -> None:
    """Logged in is not enough to post, so no other site's page can act through the API; and nothing is set."""
    logged_in = log_in(filled.portal.browser())
    body = {"kind": "exhibition", "document": desk.tree()}
    answer = logged_in.post("/api/v1/declarations", json=body, headers={"X-CSRF": token(logged_in)})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert filled.filing.start_page(filled.actor()).counts["drafts"] == 0


def test_whoever_comes_too_often_is_told_when_to_come_again(filled: Filled, program: TestClient) -> None:
    """600 requests a minute for a token; then 429 with Retry-After; a minute later all is well."""
    for _ in range(MOST):
        program.get("schemas/nix")
    answer = program.get("schemas/exhibition")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 61
    filled.portal.later(minutes=1, seconds=1)
    assert program.get("schemas/exhibition").status_code == 200


def test_whoever_guesses_tokens_is_stopped(filled: Filled) -> None:
    """Thirty wrong tokens from one address, and it is told to stay away."""
    stranger = filled.portal.browser()
    codes = [stranger.get("/api/v1/schemas/exhibition", headers={"Authorization": f"Bearer tgp_{n}"}).status_code for n in range(32)]
    assert codes == [401] * 30 + [429] * 2


def test_a_token_is_shown_once(filled: Filled) -> None:
    """Made on its page, it stands on that page only, works, and its page lists who made it and when it was used."""
    browser = log_in(filled.portal.browser())
    page = browser.post("/tokens", data={"csrf": token(browser), "name": "<b>ERP</b>"}).text
    plain = page.partition('id="new-token">')[2].partition("<")[0]
    assert plain.startswith("tgp_")
    answer = filled.portal.browser().get("/api/v1/schemas/exhibition", headers={"Authorization": f"Bearer {plain}"})
    assert answer.json()["title"].startswith("TMP101")
    listed = browser.get("/tokens").text
    assert plain not in listed
    assert "&lt;b&gt;ERP&lt;/b&gt;" in listed


def test_the_description_is_complete(filled: Filled) -> None:
    """Every operation has a summary in two languages, its answers and its failures; the page shows them all."""
    browser = filled.portal.browser()
    document = browser.get("/api/v1/openapi.json").json()
    operations = [told for item in document["paths"].values() for told in item.values()]
    assert len(operations) > 20
    assert all(" / " in told["summary"] and {"401", "404", "422"} <= told["responses"].keys() for told in operations)
    assert len({told["operationId"] for told in operations}) == len(operations)
    known = set(document["components"]["schemas"])
    text = json.dumps(document)
    assert {ref.partition('"')[0] for ref in text.split('"#/components/schemas/')[1:]} <= known
    page = html.fromstring(browser.get("/api/v1/docs").text).text_content()
    assert all(told["summary"] in page for told in operations)


def test_the_description_is_what_the_specification_asks_for(filled: Filled) -> None:
    """Valid OpenAPI 3.1 throughout; names are names; who is told to come later is told when; bodies are asked for."""
    made = filled.portal.browser().get("/api/v1/openapi.json").json()
    assert described.objections(made) == []
    assert described.awkward(made) == []
    assert described.untold_waits(made) == []
    assert described.optional_bodies(made) == []
    assert all({"429", "503"} <= told["responses"].keys() for _, _, told in described.operations(made))


def test_what_needs_the_token_is_described_so(filled: Filled) -> None:
    """Every operation names the security scheme, and answers 401 without the token, in words that fit its schema."""
    browser = filled.portal.browser()
    made = browser.get("/api/v1/openapi.json").json()
    assert made["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for method, path, told in described.operations(made):
        assert told["security"] == [{"token": []}]
        required = [each["name"] for each in told.get("parameters", ()) if each["in"] == "query" and each.get("required")]
        answer = browser.request(method, re.sub(r"{[^}]*}", "1", path), params=dict.fromkeys(required, "1"))
        assert (answer.status_code, answer.json()["status"]) == (401, 401), (method, path)


def test_a_body_that_is_compressed_on_the_way_is_not_taken(program: TestClient) -> None:
    """415, in words that name it."""
    answer = program.post("check", content=b"\x1f\x8b", headers={"Content-Type": XML, "Content-Encoding": "gzip"})
    assert answer.status_code == 415
    assert "gzip" in answer.json()["error"]["en"]
