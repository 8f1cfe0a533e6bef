"""What the platform asks: right by schema and rules before it is signed, and refused in words when it is not."""

from __future__ import annotations

from random import Random

import pytest

from tempgoods_edi.declarant.platform import SENDER_ID
from tempgoods_edi.declarant.query_messages import Enquirer, NotAsked
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.rules import Facts
from tempgoods_edi.values import Verdict
from tests.declarant.gateway.channels import platform_signer
from tests.h2018.tenant import ENTRY, ORGANISER, START, text_of, trust

#: The entry is of 2027.
SPRING = START.replace(year=2027, month=3, day=10)
ENQUIRER = Enquirer(platform_signer(), Random(1).randbytes)


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("TMP141", {"SeqNo": "202600000000000001"}),
        ("TMP151", {"ExhibitionNo": " ZH222827000001 "}),
        ("TMP161", {"ExhibitionNo": "ZH222827000001", "EntryNo": None, "EntryGNo": ""}),
        ("TMP161", {"EntryNo": ENTRY, "EntryGNo": "3"}),
        ("TMP171", {"OriginalEntryNo": ENTRY}),
    ],
)
def test_a_query_is_a_valid_message(code: str, fields: dict[str, str | None]) -> None:
    """The desk has nothing against it; it is signed, for whoever asks; what is blank is left out."""
    query = ENQUIRER.query(code, ORGANISER, fields, SPRING)
    checked = check(query.data, Facts(today=SPRING.date()), Policy(now=SPRING, trust=trust()))
    assert (checked.verdict, [finding.rule for finding in checked.findings]) == (Verdict.VALID, [])
    assert checked.message is not None
    assert (checked.message.info.sender_id, checked.message.info.message_id) == (SENDER_ID, query.message_id)
    assert text_of(query.data, "OperCusRegCode") == ORGANISER
    assert b"<EntryGNo></EntryGNo>" not in query.data


@pytest.mark.parametrize(
    ("code", "fields", "rule"),
    [
        ("TMP141", {}, "TG-QRY"),
        ("TMP151", {"ExhibitionNo": ""}, "TG-XSD"),
        ("TMP151", {"ExhibitionNo": "<x>&"}, "TG-"),
        ("TMP161", {"EntryGNo": "1"}, "TG-QRY"),
        ("TMP161", {"EntryNo": ENTRY, "EntryGNo": "two"}, "TG-XSD"),
        ("TMP171", {}, "TG-QRY"),
        ("TMP171", {"OriginalEntryNo": ENTRY, "ReturnEntryNo": ENTRY}, "TG-QRY"),
        ("TMP171", {"OriginalEntryNo": "1"}, "TG-XSD"),
        ("TMP171", {"Nonsense": "1"}, "TG-JSON"),
    ],
)
def test_what_customs_would_refuse_is_not_asked(code: str, fields: dict[str, str | None], rule: str) -> None:
    """Malformed numbers, no key or both: findings with ids, words in both languages."""
    with pytest.raises(NotAsked) as raised:
        ENQUIRER.query(code, ORGANISER, fields, SPRING)
    assert raised.value.findings[0].rule.startswith(rule)
    assert raised.value.findings[0].text.en in raised.value.text.en


def test_every_query_has_an_id_of_its_own() -> None:
    """Asked twice in one second, they are two."""
    ids = {ENQUIRER.query("TMP171", ORGANISER, {"OriginalEntryNo": ENTRY}, SPRING).message_id for _ in range(20)}
    assert len(ids) == 20
