"""Signing and declaring over HTTP: with a right signature, a wrong one, none, twice, and by somebody else's card."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.signing.policy import SignaturePolicy
from tempgoods_edi.signing.signer import Signer
from tempgoods_edi.signing.xmldsig import sign_object
from tempgoods_edi.web.shell.context import Context
from tests.web.browser.filing import EXHIBIT, EXHIBITION
from tests.web.portal import TestClient, signer

PERMIT = Path("fixtures/cases/machine-tool-show/展会批准文件.pdf")


@pytest.fixture
def address(client: TestClient) -> str:
    """A draft that can be declared."""
    answer = client.post(
        "/forms/exhibition", data={**EXHIBITION, "goods": json.dumps([dict(EXHIBIT)]), "action": "declare"}
    )
    assert answer.status_code == 303, html.document_fromstring(answer.text).text_content()[:3000]
    location = str(answer.headers["location"])
    assert location.endswith("/declare")
    return location.removesuffix("/declare")


def signed(page: str, card: Signer) -> dict[str, str]:
    """What a card gives for the page that asks for a signature."""
    tree = html.document_fromstring(page)
    package = str(tree.get_element_by_id("package").text).removeprefix("\n")
    name = str(tree.get_element_by_id("sign-form").get("data-object-id"))
    made = sign_object(name, package.encode(), card, SignaturePolicy())
    value = re.search(r"<SignatureValue>([^<]*)</SignatureValue>", made.decode())
    assert value
    (prepared,) = tree.xpath("//form[@id='sign-form']/input[@name='prepared']/@value")
    certificate = b64encode(card.certificate_der).decode()
    return {"prepared": prepared, "algorithm": card.algorithm, "signature": value[1], "certificate": certificate}


def test_a_right_signature_declares(client: TestClient, address: str, services: Context, wang: Actor) -> None:
    """The page shows what is signed; the signed message goes out; a second press finds it declared and says so (W9)."""
    page = client.get(f"{address}/declare").text
    given = signed(page, signer("wang"))
    answer = client.post(f"{address}/declare", data=given)
    assert (answer.status_code, answer.headers.get("location")) == (303, address)
    assert services.filing.get(wang, address.rpartition("/")[2]).state is State.DECLARED
    again = client.post(f"{address}/declare", data=given)
    assert again.status_code in (303, 409, 422)
    assert services.filing.get(wang, address.rpartition("/")[2]).state is State.DECLARED


WRONG: tuple[dict[str, str], ...] = (
    {"signature": ""},
    {"signature": "AAAA"},
    {"certificate": "%%"},
    {"prepared": "x"},
    {"algorithm": "none"},
)


@pytest.mark.parametrize("wrong", WRONG)
def test_anything_else_declares_nothing(
    client: TestClient, address: str, services: Context, wang: Actor, wrong: dict[str, str]
) -> None:
    """A signature that is none, or not of this: the page asks again and says why; the draft stays a draft."""
    given = signed(client.get(f"{address}/declare").text, signer("wang")) | wrong
    answer = client.post(f"{address}/declare", data=given)
    assert 400 <= answer.status_code < 500
    assert services.filing.get(wang, address.rpartition("/")[2]).state is State.DRAFT


def test_another_enterprises_card_declares_nothing(
    client: TestClient, address: str, services: Context, wang: Actor
) -> None:
    """Signed with the card of another enterprise: refused in words."""
    answer = client.post(f"{address}/declare", data=signed(client.get(f"{address}/declare").text, signer("li")))
    assert answer.status_code == 422
    assert services.filing.get(wang, address.rpartition("/")[2]).state is State.DRAFT


def test_back_from_the_card_controls_own_page(client: TestClient, address: str, services: Context, wang: Actor) -> None:
    """Without scripts: the return address brings the signature, one button declares (W9)."""
    page = client.get(f"{address}/declare").text
    given = signed(page, signer("wang"))
    (back,) = html.document_fromstring(page).xpath("//form[@id='agent-form']/input[@name='return_url']/@value")
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert query == {"prepared": given["prepared"]}
    confirm = client.get(urlsplit(back).path, params=given).text
    fields = dict(html.document_fromstring(confirm).xpath("//main//form")[0].form_values())
    assert client.post(f"{address}/declare", data=fields).status_code == 303
    assert services.filing.get(wang, address.rpartition("/")[2]).state is State.DECLARED
    assert client.get(f"{address}/signed").status_code in (200, 303)


def test_what_is_declared_can_only_be_read(client: TestClient, address: str, services: Context, wang: Actor) -> None:
    """After declaring there is no form; a save that comes late changes nothing and shows what was typed (W24)."""
    client.post(f"{address}/declare", data=signed(client.get(f"{address}/declare").text, signer("wang")))
    page = html.document_fromstring(client.get(address).text)
    assert not page.xpath("//form[@id='form']")
    late = client.post(address, data={"Head/LinkMan": "迟到", "action": "save"})
    assert late.status_code == 409
    assert services.filing.get(wang, address.rpartition("/")[2]).tree["Head"]["LinkMan"] == EXHIBITION["Head/LinkMan"]


def test_documents_come_and_go(client: TestClient, address: str) -> None:
    """A PDF is attached, served as it is and sandboxed, refused files say why, and the name can do no harm (W19)."""
    evil = 'a"\r\nX-Evil: 1<b>.pdf'
    sent = {"document-file": (evil, PERMIT.read_bytes(), "application/pdf")}
    told = client.post(f"{address}/documents", data={"document-type": "00000001"}, files=sent)
    if told.status_code == 200:
        assert "<b>" not in told.json()["html"]
        assert client.post(f"{address}/documents/1/delete").status_code == 200
    good = {"document-file": ("批件.pdf", PERMIT.read_bytes(), "application/pdf")}
    told = client.post(f"{address}/documents", data={"document-type": "00000001"}, files=good)
    assert told.status_code == 200, told.text
    assert "批件.pdf" in told.json()["html"]
    file = client.get(f"{address}/documents/1")
    assert file.content == PERMIT.read_bytes()
    assert "sandbox" in file.headers["content-security-policy"]
    assert "x-evil" not in file.headers
    bad = {"document-file": ("批件2.pdf", b"GIF89a", "application/pdf")}
    refused = client.post(f"{address}/documents", data={"document-type": "00000001"}, files=bad)
    assert refused.status_code == 422
    assert refused.json()["findings"]
    assert client.get(f"{address}/documents/7").status_code == 404
    assert client.get(f"{address}/documents/x").status_code == 422
