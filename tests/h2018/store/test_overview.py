"""The journal and the receipts as lists show them, on every database: sizes without bytes, pages that end in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

import pytest

from h2018.cases import Why
from h2018.store import Database, Store, StoredReceipt, overview, receipts, schema, tenants
from h2018.store.bodies import IN_PIECES
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual

AT = datetime(2026, 11, 22, 9, 30, tzinfo=CHINA_TIME)
TAKEN, NOT_TAKEN = b"<DealFlag>0</DealFlag></x>", b"<DealFlag>-1</DealFlag></x>"
LARGE = bytes(range(256)) * (IN_PIECES // 256 + 1)


@pytest.fixture
def store(place: str | None) -> Iterator[Store]:
    """An empty tenant."""
    database = Database(place)
    schema.bring_up_to_date(database)
    with database.transaction():
        tenant = tenants.create_tenant(database, "default")
    yield Store(database, tenant)
    database.close()


def note(
    store: Store, what: str, data: bytes = b"", message_id: str | None = "M", trace_id: str = "", text: str = ""
) -> int:
    """One line."""
    why = (Why(stage="x", text=Bilingual(text, text)),) if text else ()
    with store.transaction():
        return store.note(what, AT, trace_id, message_id=message_id, data=data, why=why)  # type: ignore[arg-type]  # a test's shorthand


def test_a_line_tells_how_large_its_bytes_are_and_gives_them_in_pieces(store: Store) -> None:
    """None, few, and so many that they are kept in pieces: as the line with its bytes says it."""
    for data in (b"", b"<a/>", LARGE):
        number = note(store, "received", data)
        line, record = store.line(number), store.record(number)
        assert line is not None
        assert record is not None
        assert (line.size, line.hash) == (len(data), sha256(data).hexdigest())
        assert b"".join(store.pieces(number)) == record.data == data
        assert (line.at, line.what, line.message_id, line.why) == (
            record.at,
            record.what,
            record.message_id,
            record.why,
        )
    assert max(map(len, store.pieces(3))) < IN_PIECES
    assert (store.line(4), list(store.pieces(4))) == (None, [])


def test_lines_are_found_by_what_they_are_about(store: Store) -> None:
    """By message, declaration, both, submission; both ways; between numbers."""
    for number in range(1, 7):
        message, seq_no = "AB"[number % 2], f"S{number % 3}"
        with store.transaction():
            store.note("received", AT, f"{number:08x}-t", message_id=message, seq_no=seq_no)
    numbers = [line.sequence for line in store.page("B").lines]
    assert numbers == [1, 3, 5]
    assert [line.sequence for line in store.page("B", newest_first=True, before=5).lines] == [3, 1]
    assert [line.sequence for line in store.page(seq_no="S1", after=1).lines] == [4]
    assert [line.sequence for line in store.page("B", seq_no="S1").lines] == [1]
    assert [line.sequence for line in store.traced("00000003-t").lines] == [3]
    assert store.traced("no number").lines == store.traced("00000003-other").lines == ()


def test_a_page_ends_before_it_is_too_much(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """By lines, and by the bytes of their reasons, with one line at least; it says whether there are others."""
    monkeypatch.setattr(overview, "MOST_WHY", 5000)
    for length in (3000, 1500, 9000, 10):
        note(store, "decided", text="x" * (length // 2))
    found, after = [], 0
    while True:
        page = store.page(after=after)
        found.append([line.sequence for line in page.lines])
        after = page.lines[-1].sequence
        if not page.more:
            break
    assert found == [[1, 2], [3], [4]]
    assert (len(store.page(limit=1).lines), store.page(limit=1).more) == (1, True)
    monkeypatch.setattr(overview, "MOST_LINES", 2)
    monkeypatch.setattr(overview, "MOST_WHY", 1 << 30)
    assert (len(store.page(limit=1000).lines), store.page(limit=1000).more) == (2, True)


def test_how_a_message_stands_is_found_without_reading_all_about_it(store: Store) -> None:
    """The newest answer that took it, else the newest answer, else the newest line."""
    assert store.standing("M") is None
    note(store, "received", b"<a/>")
    standing = store.standing("M")
    assert standing is not None
    assert (standing.line.sequence, standing.taken) == (1, None)
    for data, expected in ((NOT_TAKEN, (2, False)), (TAKEN, (3, True)), (NOT_TAKEN, (3, True)), (TAKEN, (5, True))):
        note(store, "answered", data)
        standing = store.standing("M")
        assert standing is not None
        assert (standing.line.sequence, standing.taken) == expected


def laid(store: Store, number: int, data: bytes, seq_no: str = "S", message_id: str = "") -> None:
    """One receipt."""
    receipt = StoredReceipt(
        sequence=number, number=number, recipient="R", source="http", code="TMP201", message_id=message_id or f"M{number}",
        data=data, at=AT, trace_id="t", seq_no=seq_no,
    )  # fmt: skip
    with store.transaction():
        store.add_receipt(receipt, store.note("sent", AT, "t", data=data))


def test_receipts_are_listed_without_their_bytes_and_read_by_pages(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as fit, one at least; of those delivered again a case has the first."""
    monkeypatch.setattr(receipts, "MOST_BYTES", 100)
    for number, size in enumerate((60, 40, 300, 10), 1):
        laid(store, number, b"x" * size)
    laid(store, 5, b"x" * 60, message_id="M1")
    assert [each.size for each in store.laid()] == [60, 40, 300, 10, 60]
    pages, after, more = [], 0, True
    while more:
        found, more = store.receipts_page(None, after, 100)
        pages.append([each.sequence for each in found])
        after = found[-1].sequence
    assert pages == [[1, 2], [3], [4, 5]]
    assert store.receipts_page("R", 0, 1)[1] is True
    assert store.receipts_page("nobody", 0, 1) == ((), False)
    assert (
        [each.sequence for each in store.laid_of("S")]
        == [each.sequence for each in store.receipts_of("S")]
        == [1, 2, 3, 4]
    )
    one = store.laid_one(3)
    assert one is not None
    assert (one.size, one.message_id) == (300, "M3")
    assert store.laid_one(9) is None
