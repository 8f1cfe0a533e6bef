"""What this portal knows when it judges: its own approved exhibitions, what customs told, and never more than that."""

from __future__ import annotations

from binascii import b2a_base64
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tempgoods_edi.declarant.actors import actor_of
from tempgoods_edi.declarant.errors import NotACard
from tempgoods_edi.declarant.kinds import KINDS, by_code, by_slug
from tempgoods_edi.declarant.store import customs_facts
from tempgoods_edi.rules import KnownEntry, KnownLine
from tempgoods_edi.signing.certificates import Trust
from tests.declarant.desk import LOAN_LIST, Desk, cards, tree

NUMBER = "ZH222826000001"
OUT_OF_SHOW = "TG-LOAN-005"


def rules(at: Desk, content: dict[str, object]) -> tuple[set[str], set[str]]:
    """The rules that a loan list breaks, and those that could not be judged."""
    judged = at.filing.judge(at.ours.actor, LOAN_LIST, content, declared=True)
    return {found.rule for found in judged.findings}, set(judged.not_judged)


def test_ones_own_exhibition_is_known_once_it_is_approved(at: Desk) -> None:
    """Before that, and about anybody else's, the rules on it are not judged, rather than broken."""
    lent = tree("tmp111", ExhibitionNo=NUMBER)
    broken, unknown = rules(at, lent)
    assert OUT_OF_SHOW not in broken
    assert OUT_OF_SHOW in unknown
    at.approved(number=NUMBER)
    broken, unknown = rules(at, lent)
    assert OUT_OF_SHOW in broken
    assert OUT_OF_SHOW not in unknown


def test_entries_are_judged_only_when_all_are_known(at: Desk) -> None:
    """One that customs did not tell of does not make the others wrong."""
    lent = tree("tmp111", ExhibitionNo=NUMBER)
    at.approved(number=NUMBER)
    numbers = {line["EntryNo"] for line in lent["LoanGoods"]}
    line = KnownLine(item_no=99, hs_code="1", name="x", quantity=Decimal(1), unit="001")
    for number in numbers:
        known = KnownEntry(
            entry_no=number,
            ie_date=date(2026, 11, 1),
            deadline=date(2027, 5, 1),
            enterprise_nos=frozenset({at.ours.actor.enterprise_no}),
            lines={99: line},
            exhibition_no=NUMBER,
        )
        customs_facts.remember(at.store, at.ours.actor.enterprise_no, known, at.clock())
    all_known, _ = rules(at, lent)
    lent["LoanGoods"].append({**lent["LoanGoods"][0], "EntryNo": "222820261000000009"})
    one_unknown, unknown = rules(at, lent)
    gone = all_known - one_unknown
    assert gone
    assert gone <= unknown


def test_every_kind_is_found_by_its_names() -> None:
    """By code and by the name in addresses; its fields are in its message."""
    for kind in KINDS:
        assert by_code(kind.code) is by_slug(kind.slug) is kind
        for tag in (kind.number_tag, kind.title_tag, *([kind.due_tag] if kind.due_tag else [])):
            assert kind.spec.root.at(f"Head/{tag}") is not None
        assert kind.goods.repeated
    assert by_code("TMP151") is by_slug("nothing") is None


def test_a_card_must_say_for_whom_it_is() -> None:
    """Every part of a certificate that is missing is named."""
    trust, made = cards()
    assert isinstance(trust, Trust)
    credential = trust.read(b2a_base64(made[0].signer.certificate_der, newline=False))
    assert credential is not None
    assert actor_of(credential.identity) == made[0].actor
    with pytest.raises(NotACard, match="IC card"):
        actor_of(replace(credential.identity, ic_card_no=None, enterprise_code=""))
