"""Write-off of goods that left the country again: the return entry goes on file, balances change, TMP301 tells the declarant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from h2018.decisions.queries import write_off_status
from h2018.registry.registry import Holdings, Registry, RegistryError, Returned
from tempgoods_edi.numbers import read_entry_number
from tempgoods_edi.records.tmp301 import WriteOffChange, WriteOffNotice
from tempgoods_edi.rules import KnownEntry, KnownLine
from tempgoods_edi.values import Bilingual

#: As many changes as one notice can carry.
MOST_CHANGES = 1000

_NO_NUMBER = Bilingual("“{number}”不是报关单号", "“{number}” is no entry number")
_NOTHING = Bilingual("没有核注的商品", "nothing to write off")
_ONE_RETURN = Bilingual("一次只登记一份复运报关单", "one return entry at a time")


class Notice(Struct, frozen=True):
    """The write-off notice to the parties of one original entry."""

    original: KnownEntry
    document: WriteOffNotice


def book(registry: Registry, lines: Sequence[Returned], now: datetime) -> tuple[Notice, ...]:
    """Book the lines of one return entry, and give the notices, one per original entry.

    :raises RegistryError: a line does not fit what is on file; then nothing may be committed.
    """
    numbers = {each.entry_no for each in lines}
    if not lines or len(lines) > MOST_CHANGES:
        raise RegistryError(_NOTHING)
    if len(numbers) != 1:
        raise RegistryError(_ONE_RETURN)
    (number,) = numbers
    if read_entry_number(number) is None:
        raise RegistryError(_NO_NUMBER.format(number=number))
    changes: dict[str, list[WriteOffChange]] = {}
    for each in lines:
        entry = registry.write_off(each)
        changes.setdefault(entry.entry_no, []).append(_change(entry, each, now))
    originals = tuple(registry.entries[each] for each in changes)
    if number not in registry.entries:
        registry.add(Holdings(entries={number: _return_entry(number, lines, originals)}))
    return tuple(Notice(entry, WriteOffNotice(write_off_change=tuple(changes[entry.entry_no]))) for entry in originals)


def _change(entry: KnownEntry, each: Returned, now: datetime) -> WriteOffChange:
    line = entry.lines[each.original[1]]
    return WriteOffChange(
        original_entry_no=entry.entry_no,
        original_entry_g_no=line.item_no,
        return_entry_no=each.entry_no,
        return_entry_g_no=each.item_no,
        change_qty=each.quantity,
        returned_qty=line.returned,
        remain_qty=line.remaining,
        deadline=entry.deadline,
        status_cd=write_off_status(line, entry.deadline, now.date()),
        change_time=now,
    )


def _return_entry(number: str, lines: Sequence[Returned], originals: Iterable[KnownEntry]) -> KnownEntry:
    """The return entry itself, made of the goods it takes back."""
    by_number = {entry.entry_no: entry for entry in originals}
    first = by_number[lines[0].original[0]]
    return KnownEntry(
        entry_no=number,
        ie_date=lines[0].day,
        deadline=lines[0].day,
        enterprise_nos=first.enterprise_nos,
        lines={each.item_no: _return_line(each, by_number[each.original[0]].lines[each.original[1]]) for each in lines},
        exhibition_no=first.exhibition_no,
    )


def _return_line(each: Returned, original: KnownLine) -> KnownLine:
    return KnownLine(
        item_no=each.item_no,
        hs_code=original.hs_code,
        name=original.name,
        quantity=each.quantity,
        unit=original.unit,
        model=original.model,
        unit_price=original.unit_price,
        currency=original.currency,
        origin=original.origin,
    )
