"""Queries are answered from the registry, to those who have the right to ask, and to nobody else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from h2018.registry.csv_file import from_csv
from h2018.registry.registry import Returned
from tests.h2018.tenant import (
    ENTRY,
    ORGANISER,
    OWNER,
    REGISTRY,
    RETURN_ENTRY,
    START,
    Tenant,
    case,
    fixture,
    make_tenant,
    notes_of,
    refusal_of,
    signed,
    text_of,
)

SENDER = "DXPENT0000012345"
#: A day when the show's goods have come.
SPRING = START.replace(year=2027, month=3, day=10)


def query(code: str, asker: str = ORGANISER, **document: str) -> dict[str, Any]:
    """A query of *asker* in its JSON form."""
    envelope = {"sender_id": SENDER, "receiver_id": "DXPEDCTMP0000001", "send_time": "2026-11-22T09:30:00", "file_name": "q.xml"}
    return {"message": code, "flag": "1", "envelope": envelope, "document": {**document, "OperCusRegCode": asker}}


def asked(tenant: Tenant, serial: int, code: str, asker: str = ORGANISER, **document: str) -> bytes:
    """The answer to a query; it is valid and says what it answers."""
    reply = tenant.send(signed(query(code, asker, **document), serial))
    assert reply.outcome == "accepted", text_of(reply.data, "CheckInfo")
    assert reply.message_id is not None
    answer = tenant.receipts()[-1].data
    assert refusal_of(answer, "plain.xsd") is None
    assert text_of(answer, "oriMessageId") == reply.message_id
    return answer


def show(tenant: Tenant) -> str:
    """The number of the machine tool show, filed by its organiser and approved."""
    tree = case("machine-tool-show")
    tree["document"].pop("Documents", None)
    tenant.settled(signed(tree, 900))
    return text_of(tenant.receipts()[-1].data, "businessId")


def test_an_exhibition_is_told_to_its_units() -> None:
    """Name, office, dates and state; the answer comes to whoever sent the query."""
    tenant = make_tenant()
    answer = asked(tenant, 1, "TMP151", ExhibitionNo=show(tenant))
    assert text_of(answer, "resultCd") == "0"
    assert text_of(answer, "ExhibitionNm") == "2027上海国际智能机床展览会"
    assert (text_of(answer, "MasterCusCd"), text_of(answer, "StartDate"), text_of(answer, "StatusCd")) == ("2228", "20270318", "1")
    assert text_of(answer, "receiver_id") == SENDER


def test_an_exhibition_under_change_says_so() -> None:
    """State 2 while a change is under review, 1 again after it."""
    tenant = make_tenant()
    tree = fixture("tmp101-minimal")
    seq_no = tenant.settled(signed(tree, 1)).seq_no
    tree["document"]["Head"] |= {"SeqNo": seq_no, "ExhibitionNo": "ZH222826000001", "EndDate": "20270314"}
    tree["document"]["Head"] |= {"DclTypeCd": "2", "ChgTmsCnt": "1", "ModReason": "改期"}
    tenant.send(signed(tree, 2))
    states = [text_of(asked(tenant, 3, "TMP151", OWNER, ExhibitionNo="ZH222826000001"), "StatusCd")]
    tenant.settle()
    states.append(text_of(asked(tenant, 4, "TMP151", OWNER, ExhibitionNo="ZH222826000001"), "StatusCd"))
    assert states == ["2", "1"]


#: A return entry that is not on file yet, and its day.
LATER_RETURN, DAY = "222520270213647925", date(2027, 3, 26)


def items(answer: bytes) -> set[tuple[str, str]]:
    """Entry and item of each line of goods that is told."""
    lines = etree.fromstring(answer).iter("{*}EntryGoods")
    return {(each.findtext("{*}EntryNo") or "", each.findtext("{*}EntryGNo") or "") for each in lines}


def left(tenant: Tenant, item: int) -> Decimal:
    """What is left of a line of the show's entry."""
    found: Decimal = tenant.tenant.registry.entries[ENTRY].lines[item].remaining
    return found


def without_ids(answer: bytes) -> list[tuple[str, str]]:
    """An answer without what tells one message from another."""
    volatile = {"message_id", "file_name", "pocket_id", "oriMessageId", "business_id"}
    found = etree.fromstring(answer).iter("*")
    return [(str(e.tag), e.text or "") for e in found if e.tag not in volatile and e.tag != "note"]


@pytest.mark.parametrize(
    ("code", "existing", "missing"),
    [
        ("TMP151", {"ExhibitionNo": "?"}, {"ExhibitionNo": "ZH222827999999"}),
        ("TMP161", {"EntryNo": ENTRY}, {"EntryNo": "222520271999999999"}),
        ("TMP161", {"ExhibitionNo": "?"}, {"ExhibitionNo": "ZH222827999999"}),
        ("TMP171", {"OriginalEntryNo": ENTRY}, {"OriginalEntryNo": "222520271999999999"}),
        ("TMP171", {"ReturnEntryNo": RETURN_ENTRY}, {"ReturnEntryNo": "222520271999999999"}),
    ],
)
def test_no_right_does_not_tell_whether_it_exists(code: str, existing: dict[str, str], missing: dict[str, str]) -> None:
    """To an outsider what exists and what does not get the same answer, without any data."""
    tenant = make_tenant(starts_at=SPRING)
    number = show(tenant)
    existing = {tag: number if text == "?" else text for tag, text in existing.items()}
    there, not_there = asked(tenant, 1, code, OWNER, **existing), asked(tenant, 2, code, OWNER, **missing)
    assert text_of(there, "resultCd") == "1"
    assert without_ids(there) == without_ids(not_there)
    told = [notes_of(each)[0] for each in (there, not_there)]
    for mark, values in enumerate((existing, missing)):
        for text in values.values():
            told[mark] = told[mark].replace(text, "…")
    assert told[0] == told[1]


def test_goods_of_an_entry_come_with_what_is_lent_and_left() -> None:
    """All lines, or the one asked for; a loan list takes from what is available."""
    tenant = make_tenant(starts_at=SPRING)
    show(tenant)
    lines = etree.fromstring(asked(tenant, 1, "TMP161", EntryNo=ENTRY)).findall(".//EntryGoods")
    assert len(lines) == 40
    loan = tenant.settled(signed(case("lent-to-institute"), 2))
    assert tenant.results(loan.seq_no) == ["Y", "1"]
    line = asked(tenant, 3, "TMP161", EntryNo=ENTRY, EntryGNo="3")
    assert (text_of(line, "EntryQty"), text_of(line, "LentQty"), text_of(line, "AvailableQty")) == ("2", "1", "1")


def test_goods_are_found_by_exhibition() -> None:
    """An entry that names the show is found by the show's number once that is approved."""
    tenant = make_tenant()
    number = show(tenant)
    answer = etree.fromstring(asked(tenant, 1, "TMP161", ExhibitionNo=number))
    assert {each.text for each in answer.iter("EntryNo")} == {ENTRY}


def test_an_item_that_is_not_there_is_nothing_found() -> None:
    """With the right to ask, what is not there is said to be not there."""
    assert text_of(asked(make_tenant(starts_at=SPRING), 1, "TMP161", EntryNo=ENTRY, EntryGNo="999"), "resultCd") == "2"


def test_write_off_by_the_original_and_by_the_return_entry() -> None:
    """By the original every line with its returns; by the return entry only what it wrote off."""
    tenant = make_tenant(starts_at=SPRING)
    original = etree.fromstring(asked(tenant, 1, "TMP171", OriginalEntryNo=ENTRY)).findall(".//WriteOff")
    assert len(original) == 40
    first = original[0]
    assert [first.findtext(tag) for tag in ("EntryQty", "ReturnedQty", "RemainQty", "StatusCd")] == ["2", "1", "1", "1"]
    assert first.findtext("Returns/ReturnEntryNo") == RETURN_ENTRY
    returned = etree.fromstring(asked(tenant, 2, "TMP171", ReturnEntryNo=RETURN_ENTRY)).findall(".//WriteOff")
    assert [line.findtext("OriginalEntryGNo") for line in returned[:3]] == ["1", "4", "7"]
    assert len(returned) == 14


def test_overdue_goods_are_said_to_be() -> None:
    """After the deadline, what is still here is overdue."""
    tenant = make_tenant(starts_at=SPRING)
    tenant.advance_to(SPRING.replace(month=9))
    lines = etree.fromstring(asked(tenant, 1, "TMP171", OriginalEntryNo=ENTRY)).findall(".//WriteOff")
    assert {line.findtext("StatusCd") for line in lines} <= {"2", "3"}


def test_a_query_that_asks_nothing_is_refused_at_once() -> None:
    """Neither exhibition nor entry; an item without entry; another's card: technical refusal, no answer message."""
    tenant = make_tenant()
    for serial, document in enumerate(({}, {"EntryGNo": "3"}), 1):
        assert tenant.send(signed(query("TMP161", **document), serial)).outcome == "refused"
    assert tenant.send(signed(query("TMP161", EntryNo=ENTRY), 3, signer=OWNER)).rules == ("TG-HEAD-015",)
    assert tenant.receipts() == ()


def test_receipts_are_sent_again_to_their_owner_only() -> None:
    """TMP141: the same bytes once more, by either number; a stranger learns nothing."""
    tenant = make_tenant()
    seq_no = tenant.settled(signed(fixture("tmp101-minimal"), 1)).seq_no
    sent = [each.data for each in tenant.receipts()]
    assert seq_no is not None
    for serial, names in enumerate(({"SeqNo": seq_no}, {"BusinessId": "ZH222826000001"}), 2):
        before = len(tenant.receipts())
        assert tenant.send(signed(query("TMP141", OWNER, **names), serial)).seq_no == seq_no
        assert [each.data for each in tenant.receipts()[before:]] == sent
    count = len(tenant.receipts())
    theirs = tenant.send(signed(query("TMP141", ORGANISER, SeqNo=seq_no), 8))
    nobodys = tenant.send(signed(query("TMP141", ORGANISER, SeqNo="202600000000099999"), 9))
    assert theirs.rules == nobodys.rules == ("TG-CUS-005",)
    assert theirs.data == nobodys.data
    assert len(tenant.receipts()) == count


def test_receipts_of_a_version_that_does_not_exist_are_refused() -> None:
    """TMP141 for a change of what was never changed is no success that sends nothing."""
    tenant = make_tenant()
    seq_no = tenant.settled(signed(fixture("tmp101-minimal"), 1)).seq_no
    assert seq_no is not None
    count = len(tenant.receipts())
    for serial, kind in enumerate("23", 2):
        reply = tenant.send(signed(query("TMP141", OWNER, SeqNo=seq_no, DclTypeCd=kind), serial))
        assert (reply.outcome, reply.rules) == ("refused", ("TG-CUS-005",))
    assert len(tenant.receipts()) == count
    assert tenant.send(signed(query("TMP141", OWNER, SeqNo=seq_no, DclTypeCd="1"), 9)).outcome == "accepted"
    assert len(tenant.receipts()) > count


def test_an_entry_filed_after_its_exhibition_was_approved_is_its_entry() -> None:
    """Whichever came first: its goods can be lent, and the exhibition, being used, cannot be deleted."""
    tenant = make_tenant(starts_at=SPRING)
    tenant.tenant.reset(replace(tenant.tenant.config, registry=None))
    number = show(tenant)
    assert not tenant.tenant.registry.exhibitions[number].used
    tenant.tenant.add_entries(from_csv(REGISTRY))
    assert [entry.entry_no for entry in tenant.tenant.registry.entries_of(number)] == [ENTRY]
    assert tenant.tenant.registry.exhibitions[number].used
    assert text_of(asked(tenant, 1, "TMP161", ExhibitionNo=number), "resultCd") == "0"
    loan = tenant.settled(signed(case("lent-to-institute"), 2))
    assert tenant.results(loan.seq_no) == ["Y", "1"]


def test_what_cannot_be_lent_is_not_offered() -> None:
    """By exhibition, neither lines of which nothing is available nor the goods of return entries; by entry all of its lines."""
    tenant = make_tenant(starts_at=SPRING)
    number = show(tenant)
    tenant.tenant.record_return([Returned(original=(ENTRY, 2), entry_no=LATER_RETURN, item_no=1, quantity=left(tenant, 2), day=DAY)])
    offered = items(asked(tenant, 1, "TMP161", ExhibitionNo=number))
    assert (ENTRY, "2") not in offered
    assert {entry for entry, _ in offered} == {ENTRY}
    assert (ENTRY, "2") in items(asked(tenant, 2, "TMP161", EntryNo=ENTRY))
    assert text_of(asked(tenant, 3, "TMP161", EntryNo=LATER_RETURN), "resultCd") == "2"
    assert text_of(asked(tenant, 4, "TMP161", EntryNo=RETURN_ENTRY), "resultCd") == "2"
