"""Messages signed by SM2, and a customs that takes them only when it is told to."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache

import pytest
from twisted.internet.task import Clock

from h2018 import app
from h2018.config import Config
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.interchange import json_form
from tempgoods_edi.signing import SignaturePolicy, Signer, sign_object, sm2
from tempgoods_edi.signing.keys import from_pkcs12
from tests.h2018 import tenant
from tests.h2018.tenant import FIXTURES, make_tenant, text_of


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Every customs of a test is closed after it."""
    yield
    tenant.close_all()


@cache
def card() -> Signer:
    """The fixtures' SM2 card; the demonstration CA issued it."""
    password = (FIXTURES / "keys" / "password.txt").read_text("utf-8").strip()
    return from_pkcs12((FIXTURES / "keys" / "sm2.p12").read_bytes(), password)


def message() -> bytes:
    """A filing signed by it."""
    sheet = json_form.read((FIXTURES / "valid" / "tmp101-minimal.json").read_bytes(), {})
    assert sheet.package is not None
    return sign_object("M001", sheet.package.encode(), card(), SignaturePolicy.national())


def test_taken_when_told() -> None:
    """Under the profile sm2-sm3 the message is stored and approved; under the others its signature is refused."""
    customs = make_tenant(Config(signature_profile="sm2-sm3"))
    reply = customs.settled(message())
    assert customs.results(reply.seq_no) == ["Y", "1"]
    for config in (Config(), Config(signature_profile="legacy")):
        answer = make_tenant(config).send(message())
        assert answer.seq_no is None
        assert "签名策略" in answer.data.decode()


def test_rsa_stays_welcome() -> None:
    """The profile takes today's signatures as before."""
    customs = make_tenant(Config(signature_profile="sm2-sm3", progression="immediate"))
    reply = customs.settled(tenant.signed(tenant.fixture("tmp101-minimal"), 1))
    assert customs.results(reply.seq_no)
    assert text_of(customs.receipts()[0].data, "manageResult") == "Y"


def test_without_the_library_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told at the start, with what to install."""
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    with pytest.raises(KeySourceError) as caught:
        app.make_customs(Config(signature_profile="sm2-sm3"), Clock())
    assert caught.value.text == sm2.NOT_INSTALLED
