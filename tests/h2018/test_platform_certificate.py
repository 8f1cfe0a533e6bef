"""A certificate that names no enterprise, as a platform's own: it may ask, for whom it says it asks, and never declares."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from tempgoods_edi.demo_ca import Holder, make_certificate
from tempgoods_edi.signing import Signer
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.keys import FileSigner
from tests.h2018 import tenant as small
from tests.h2018.tenant import ENTRY, FIXTURES, ORGANISER, OWNER, Tenant, Tree, fixture, make_tenant, signed, text_of
from tests.h2018.test_queries import SPRING, query, show


@cache
def nobodys() -> Signer:
    """A card without an enterprise, issued by the fixtures' CA."""
    password = (FIXTURES / "keys" / "password.txt").read_bytes().strip()
    key, certificate, _ = load_key_and_certificates((FIXTURES / "keys" / "ca.p12").read_bytes(), password)
    assert certificate is not None
    ca = KeyPair(key, certificate)  # type: ignore[arg-type]  # RSA: tools/make_fixtures.py made it
    begin, end = SPRING - timedelta(days=200), SPRING + timedelta(days=200)
    holder = Holder("platform", "a platform", "", "", "")
    pair = make_certificate(ca, holder, serial=0x7003, not_before=begin, not_after=end)
    return FileSigner(pair.key, pair.certificate)


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """A customs in spring; whatever is signed for ``nobody`` is signed by that card."""
    of_enterprise = small.card
    monkeypatch.setattr(small, "card", lambda name: nobodys() if name == "nobody" else of_enterprise(name))
    return make_tenant(starts_at=SPRING)


def asked(tenant: Tenant, tree: Tree, serial: int) -> bytes:
    """What customs answer to a query that the platform signed."""
    reply = tenant.send(signed(tree, serial, signer="nobody"))
    assert reply.outcome == "accepted", text_of(reply.data, "CheckInfo")
    return tenant.receipts()[-1].data


def test_a_query_is_answered_with_the_rights_of_the_unit_it_names(tenant: Tenant) -> None:
    """The organiser's exhibition and entry are told for the organiser, and not for another."""
    number = show(tenant)
    questions: tuple[tuple[str, dict[str, Any]], ...] = (
        ("TMP151", {"ExhibitionNo": number}), ("TMP161", {"EntryNo": ENTRY}), ("TMP171", {"OriginalEntryNo": ENTRY}),
    )  # fmt: skip
    for serial, (code, fields) in enumerate(questions):
        told = asked(tenant, query(code, ORGANISER, **fields), 10 + serial)
        not_told = asked(tenant, query(code, OWNER, **fields), 20 + serial)
        assert (text_of(told, "resultCd"), text_of(not_told, "resultCd")) == ("0", "1"), code


def test_receipts_are_sent_again_for_the_unit_it_names(tenant: Tenant) -> None:
    """TMP141 for the owner of the declaration, not for another."""
    number = show(tenant)
    assert number
    seq_no = tenant.receipts()[-1].seq_no or ""
    before = len(tenant.receipts())
    assert tenant.send(signed(query("TMP141", OWNER, SeqNo=seq_no), 30, signer="nobody")).outcome == "refused"
    assert tenant.send(signed(query("TMP141", ORGANISER, SeqNo=seq_no), 31, signer="nobody")).outcome == "accepted"
    tenant.settle()
    assert len(tenant.receipts()) == before + 2


@pytest.mark.parametrize("code", ["tmp101", "tmp111", "tmp121", "tmp131"])
@pytest.mark.parametrize("flag", ["0", "1"])
def test_nothing_can_be_declared_with_it(tenant: Tenant, code: str, flag: str) -> None:
    """Not even kept as a draft: refused with the rule that says whose card it takes, and nothing is registered."""
    reply = tenant.send(signed({**fixture(f"{code}-minimal"), "flag": flag}, 1, signer="nobody"))
    assert (reply.outcome, reply.seq_no) == ("refused", None)
    assert "TG-SIG-044" in reply.rules
    tenant.settle()
    assert tenant.receipts() == ()
