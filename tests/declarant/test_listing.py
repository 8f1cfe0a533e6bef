"""Queries: conditions, orders and pages as one would expect from doing it by hand; the start page and its deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.declarant.store import Store, customs_facts, outgoing
from tempgoods_edi.declarant.store.listing import SORTED_BY, DeclarationRow, Search
from tempgoods_edi.lifecycle.deadlines import Urgency
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.records.tmp301 import WriteOffChange
from tempgoods_edi.rules import KnownEntry, KnownLine
from tempgoods_edi.values import Bilingual
from tests.declarant.desk import CONFIRMATION, EXHIBITION, EXTENSION, Desk, desk, due

_TITLES = ("机器人展", "100%新品_展", "Boat show", "机床展", "")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with drafts and declared ones of all sorts."""
    folder: Path = tmp_path_factory.mktemp("many")
    store = Store.open(str(folder / "portal.sqlite3"))
    made = desk(store)
    for number in range(23):
        made.clock.forward(seconds=1)
        title = _TITLES[number % 4]
        in_house = f"PO-{number % 5}-{number}" if number % 3 else None
        made.saved(
            ExhibitionNm=title,
            EtpsPreentNo=in_house,
            MasterCusCd=("2228", "7901")[number % 2],
            StartDate=f"202703{number % 9 + 1:02}",
        )
    made.filing.delete(made.ours.actor, made.filing.find(made.ours.actor, Search(kind=EXHIBITION)).rows[0].seq_no)
    yield made
    store.close()


def everything(many: Desk) -> list[DeclarationRow]:
    """All rows, however they come."""
    return list(many.filing.find(many.ours.actor, Search(kind=EXHIBITION, size=1000)).rows)


@given(sort=st.sampled_from(SORTED_BY), descending=st.booleans(), size=st.integers(1, 30))
def test_pages_are_the_whole_in_order(many: Desk, sort: str, descending: bool, size: int) -> None:
    """Put together, the pages of any size are all rows, once each, in the order asked for; a page past the end is empty."""
    rows: list[DeclarationRow] = []
    for page in range(1, 40):
        found = many.filing.find(
            many.ours.actor, Search(kind=EXHIBITION, page=page, size=size, sort=sort, descending=descending)
        )
        assert found.total == 22
        if not found.rows:
            break
        rows.extend(found.rows)
    assert sorted(row.seq_no for row in rows) == sorted(row.seq_no for row in everything(many))

    def key(row: DeclarationRow) -> tuple[bool, object, str]:
        value = getattr(row, sort)
        value = value.value if isinstance(value, State) else value
        return value is not None, value if value is not None else "", row.seq_no

    assert rows == sorted(rows, key=key, reverse=descending)


@given(
    title=st.sampled_from(["", "展", "机", "%", "_", "100%新", "nothing"]),
    in_house=st.sampled_from(["", "PO", "PO-1", "po-1", "PO-9"]),
    office=st.sampled_from(["", "2228", "22"]),
    begin=st.sampled_from(["", "20270303", "20270309"]),
)
def test_conditions_narrow(many: Desk, title: str, in_house: str, office: str, begin: str) -> None:
    """Titles by part (a wildcard is a letter), numbers by beginning, codes exactly, days from and to; blank says nothing."""
    conditions = {"title": title, "in_house": in_house, "office": office, "start_date_from": begin}
    found = many.filing.find(many.ours.actor, Search(kind=EXHIBITION, conditions=conditions, size=100))
    wanted = {
        row.seq_no
        for row in everything(many)
        if title in (row.title or "")
        and (not in_house or (row.in_house or "").startswith(in_house))
        and office in ("", row.office)
        and (not begin or (row.start_date or "") >= begin)
    }
    assert {row.seq_no for row in found.rows} == wanted
    assert found.total == len(wanted)


def test_a_condition_nothing_is_known_of_finds_nothing(many: Desk) -> None:
    """Rather than everything; and an unknown order is the usual one."""
    assert many.filing.find(many.ours.actor, Search(kind=EXHIBITION, conditions={"data": "x"})).total == 0
    assert many.filing.find(many.ours.actor, Search(kind=EXHIBITION, sort="data")).total == 22
    assert many.filing.find(many.ours.actor, Search(kind=CONFIRMATION)).total == 0


def test_lists_are_the_same_in_either_database(at: Desk) -> None:
    """Conditions and order, with what the row says of the declaration."""
    first, second = at.approved(), at.saved(ExhibitionNm="Boat show")
    for conditions, wanted in (
        ({"customs_no": "ZH2228"}, [first.seq_no]),
        ({"state": "draft"}, [second.seq_no]),
        ({"title": "boat"}, [second.seq_no]),
        ({"title": "机器"}, [first.seq_no]),
        ({}, [first.seq_no, second.seq_no]),
    ):
        search = Search(kind=EXHIBITION, conditions=conditions, sort="customs_no", descending=True)
        found = at.filing.find(at.ours.actor, search)
        assert sorted(row.seq_no for row in found.rows) == sorted(wanted)
    row = at.filing.find(at.ours.actor, Search(kind=EXHIBITION, conditions={"state": "approved"})).rows[0]
    assert (row.customs_no, row.actions, row.lines) == (first.customs_no, first.actions, 1)


def test_the_start_page_shows_what_waits(at: Desk) -> None:
    """Rejected, failed, stuck and drafts, each where it belongs; what moves on is gone from there."""
    rejected, failed, stuck = (at.declared(at.saved().seq_no).seq_no for _ in range(3))
    draft = at.saved().seq_no
    at.told(rejected, "3")
    message = next(each for each in due(at.store, at.clock(), 10) if each.seq_no == failed)
    outgoing.failed(at.store, message.id, Bilingual("不通", "down"), at.clock())
    assert at.filing.start_page(at.ours.actor).stuck == ()
    at.clock.forward(minutes=11)
    waiting = at.filing.start_page(at.ours.actor)
    assert [[row.seq_no for row in rows] for rows in (waiting.rejected, waiting.failed, waiting.stuck, waiting.drafts)] == [
        [rejected], [failed], [stuck], [draft],
    ]  # fmt: skip
    at.told(stuck, "1", business_id="ZH222826000001")
    assert at.filing.start_page(at.ours.actor).counts == {
        "rejected": 1, "failed": 1, "stuck": 0, "drafts": 1, "deadlines": 0,
    }  # fmt: skip


def test_deadlines_come_nearer(at: Desk) -> None:
    """By 30, 10 and 3 days, then overdue; an approved extension speaks for its entry."""
    seq_no = at.approved(PlannedReturnDate="20270405").seq_no
    for day, wanted in (("0304", None), ("0306", 30), ("0326", 10), ("0402", 3), ("0405", 3), ("0406", 0)):
        at.clock.at = at.clock.at.replace(year=2027, month=int(day[:2]), day=int(day[2:]))
        found = at.filing.start_page(at.ours.actor).deadlines
        urgency = {30: Urgency.WITHIN_30_DAYS, 10: Urgency.WITHIN_10_DAYS, 3: Urgency.WITHIN_3_DAYS, 0: Urgency.OVERDUE}
        assert [each.urgency for each in found] == ([] if wanted is None else [urgency[wanted]])
        assert all(each.row is not None and each.row.seq_no == seq_no for each in found)


def entry(number: str, deadline: date, returned: int = 0) -> KnownEntry:
    """An entry of two machines."""
    line = KnownLine(
        item_no=1, hs_code="8479501000", name="机器人", quantity=Decimal(2), unit="001", returned=Decimal(returned)
    )
    return KnownEntry(entry_no=number, ie_date=deadline, deadline=deadline, enterprise_nos=frozenset(), lines={1: line})


def test_entries_customs_told_of_have_deadlines_too(at: Desk) -> None:
    """Until their goods are back; a notice from customs is taken note of."""
    ours = at.ours.actor.enterprise_no
    customs_facts.remember(at.store, ours, entry("222820261000000001", date(2026, 11, 24)), at.clock())
    customs_facts.remember(at.store, ours, entry("222820261000000002", date(2026, 11, 24), returned=2), at.clock())
    assert [each.number for each in at.filing.start_page(at.ours.actor).deadlines] == ["222820261000000001"]
    change = WriteOffChange(
        original_entry_no="222820261000000001",
        original_entry_g_no=1,
        change_qty=Decimal(2),
        returned_qty=Decimal(2),
        remain_qty=Decimal(0),
        deadline=date(2026, 11, 24),
        status_cd="2",
        change_time=at.clock(),
    )
    with at.store.writing() as connection:
        customs_facts.note_write_off(connection, change)
    assert at.filing.start_page(at.ours.actor).deadlines == ()


def test_an_extension_speaks_for_its_entry(at: Desk) -> None:
    """Its requested deadline is the one that is shown, once it is approved."""
    draft = at.saved("tmp131")
    assert draft.kind is EXTENSION
    at.declared(draft.seq_no)
    at.told(draft.seq_no, "1", business_id="YQ790126000001", code="tmp131")
    at.clock.forward(days=100)
    (deadline,) = at.filing.start_page(at.ours.actor).deadlines
    assert (deadline.number, deadline.day) == ("FR26118840", date(2027, 3, 8))


def test_a_store_is_opened_again_as_it_was(at: Desk, place: str) -> None:
    """Closing and opening loses nothing."""
    saved = at.saved()
    with closing(Store.open(place)) as again:
        assert desk(again).filing.get(at.ours.actor, saved.seq_no) == saved
