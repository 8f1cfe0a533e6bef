"""What comes back over the border, and entries put on file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from h2018.config import Config
from h2018.registry.registry import RegistryError, Returned
from tests.h2018.tenant import (
    ENTRY,
    ORGANISER,
    REGISTRY,
    RETURN_ENTRY,
    START,
    fixture,
    make_tenant,
    refusal_of,
    signed,
    text_of,
)

SPRING = START.replace(year=2027, month=3)


def returned(item: int, quantity: str, entry_no: str = "222520270213647999", number: int = 1) -> Returned:
    """A line of a return entry."""
    return Returned(
        original=(ENTRY, item), entry_no=entry_no, item_no=number, quantity=Decimal(quantity), day=date(2027, 3, 20)
    )


def test_a_return_is_booked_and_the_declarant_is_told() -> None:
    """TMP301 to whoever declared for the enterprise, valid by schema; balance down; the return entry is on file."""
    made = make_tenant(starts_at=SPRING)
    query = {
        **fixture("tmp101-minimal"),
        "message": "TMP171",
        "document": {"OriginalEntryNo": ENTRY, "OperCusRegCode": ORGANISER},
    }
    made.send(signed({**query, "flag": "0"}, 1, sender="DXPENT0000310173"))
    before = made.tenant.registry.entries[ENTRY].lines[1]
    (notice,) = made.tenant.record_return([returned(1, "1")])
    after = made.tenant.registry.entries[ENTRY].lines[1]
    assert (notice.recipient, notice.code, refusal_of(notice.data, "plain.xsd")) == ("DXPENT0000310173", "TMP301", None)
    assert [
        text_of(notice.data, tag)
        for tag in ("OriginalEntryNo", "OriginalEntryGNo", "ChangeQty", "RemainQty", "StatusCd")
    ] == [
        ENTRY,
        "1",
        "1",
        "0",
        "2",
    ]
    assert (before.remaining - after.remaining, after.remaining) == (1, 0)
    assert made.tenant.registry.entries["222520270213647999"].lines[1].quantity == 1
    assert made.receipts()[-1] == notice


def test_whoever_never_wrote_is_told_by_customs_code() -> None:
    """Without any message of the enterprise the notice lies ready under its code."""
    (notice,) = make_tenant(starts_at=SPRING).tenant.record_return([returned(1, "1")])
    assert notice.recipient in ("310173A546", "3101983690")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [returned(1, "1000")],
        [returned(1, "0")],
        [returned(99, "1")],
        [returned(1, "1", "12")],
        [returned(1, "1", RETURN_ENTRY)],
        [returned(1, "0.5"), returned(2, "1000", number=2)],
        [returned(1, "0.5"), returned(2, "1", "222520270213647998")],
    ],
)
def test_a_return_that_does_not_fit_changes_nothing(lines: list[Returned]) -> None:
    """More than is here, an unknown line, no entry number, booked before, two return entries at once: nothing of it is booked."""
    tenant = make_tenant(starts_at=SPRING).tenant
    before = tenant.registry.entries[ENTRY]
    with pytest.raises(RegistryError):
        tenant.record_return(lines)
    assert (tenant.registry.entries[ENTRY], tenant.store.receipts(), tenant.store.journal()) == (before, (), ())
    assert "222520270213647999" not in tenant.registry.entries


def test_entries_are_added_once() -> None:
    """From the CSV or made by hand; one that is on file already stops the lot."""
    from h2018.registry.csv_file import from_csv

    made = make_tenant(starts_at=SPRING)
    other = made.customs.create("other", Config(clock="manual", starts_at=SPRING))
    holdings = from_csv(REGISTRY)
    other.add_entries(holdings)
    assert dict(other.registry.entries) == dict(made.tenant.registry.entries)
    assert other.registry.returns_of(ENTRY, 1) == made.tenant.registry.returns_of(ENTRY, 1) != ()
    with pytest.raises(RegistryError, match=ENTRY):
        other.add_entries(
            replace(holdings, entries={**holdings.entries, "222520271147491039": holdings.entries[ENTRY]})
        )
    assert "222520271147491039" not in other.registry.entries
