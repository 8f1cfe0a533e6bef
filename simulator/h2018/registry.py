"""What customs has on file beside the cases: exhibitions, entries with their goods, loans, returns, extensions.

In memory.  The maps are read by the rules as they are, so a message costs no copy; each value is frozen and is
replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from h2018.cases import Case
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.numbers import IssuedNumber, NumberPrefixes
from tempgoods_edi.records.tmp101 import ExhibitionMessage
from tempgoods_edi.records.tmp111 import LoanListMessage
from tempgoods_edi.records.tmp131 import ExtensionMessage
from tempgoods_edi.rules import KnownEntry, KnownExhibition, KnownExtension


class Returned(Struct, frozen=True, kw_only=True):
    """One line of a return entry: what it took back over the border.

    :ivar original: entry number and item it writes off.
    """

    original: tuple[str, int]
    entry_no: str
    item_no: int
    quantity: Decimal
    day: date


#: What is recorded when a declaration of each kind is approved.
_Recording = Callable[["Registry", str, Any], None]


class Registry:
    """The registry of one simulated customs.

    :ivar exhibitions: by customs number, deleted ones included.
    :ivar entries: by entry number, return entries included.
    :ivar exhibition_names: the exhibition each entry names, for those that name one.
    :ivar returns: what came back, by original entry and item.
    :ivar extensions: approved extensions by entry or carnet number, oldest first.
    :ivar in_force: the approved document by customs number, of every kind.
    """

    __slots__ = ("_serials", "entries", "exhibition_names", "exhibitions", "extensions", "in_force", "returns")

    def __init__(
        self,
        entries: Iterable[KnownEntry] = (),
        exhibition_names: Mapping[str, str] | None = None,
        returns: Iterable[Returned] = (),
    ) -> None:
        self.exhibitions: dict[str, KnownExhibition] = {}
        self.entries: dict[str, KnownEntry] = {entry.entry_no: entry for entry in entries}
        self.exhibition_names: dict[str, str] = dict(exhibition_names or {})
        self.returns: dict[tuple[str, int], tuple[Returned, ...]] = {}
        self.extensions: dict[str, tuple[KnownExtension, ...]] = {}
        self.in_force: dict[str, Any] = {}
        self._serials: dict[str, int] = {}
        for each in returns:
            self._return(each)

    def next_number(self, code: str, office: str, year: int, prefixes: NumberPrefixes) -> str:
        """The number that an approval would issue now; it is used up by `approve`.

        :param office: the office in charge.
        :param year: four digits.
        """
        prefix = _prefix(code, prefixes)
        serial = self._serials.get(str(IssuedNumber(prefix, office, year % 100, 0))[:-6], 0) + 1
        return str(IssuedNumber(prefix, office, year % 100, serial))

    def approve(self, case: Case) -> None:
        """Put the approved version of *case* on file, or take it off for a deletion.  It has its number already."""
        number = case.customs_no
        if number is None:
            raise ValueError(f"{case.seq_no} was approved without a number")
        self._serials[number[:-6]] = max(self._serials.get(number[:-6], 0), int(number[-6:]))
        if case.kind == VersionKind.DELETION.value:
            self.in_force.pop(number, None)
            self.exhibitions[number] = replace(self.exhibitions[number], approved=False)
            return
        self.in_force[number] = case.document
        recording = _RECORDINGS.get(case.code)
        if recording is not None:
            recording(self, number, case.document)

    def returned_by(self, entry_no: str) -> tuple[Returned, ...]:
        """The lines of the return entry *entry_no*."""
        return tuple(each for lines in self.returns.values() for each in lines if each.entry_no == entry_no)

    def entries_of(self, exhibition_no: str) -> tuple[KnownEntry, ...]:
        """The entries that name the exhibition, by number."""
        found = (entry for entry in self.entries.values() if entry.exhibition_no == exhibition_no)
        return tuple(sorted(found, key=lambda entry: entry.entry_no))

    def _return(self, each: Returned) -> None:
        self.returns[each.original] = (*self.returns.get(each.original, ()), each)
        self._adjust(*each.original, returned=each.quantity)

    def _adjust(self, entry_no: str, item_no: int, *, lent: Decimal = Decimal(0), returned: Decimal = Decimal(0)) -> None:
        entry = self.entries.get(entry_no)
        line = None if entry is None else entry.lines.get(item_no)
        if entry is None or line is None:
            return
        line = replace(line, lent=line.lent + lent, returned=line.returned + returned)
        self.entries[entry_no] = replace(entry, lines={**entry.lines, item_no: line})

    def _use(self, exhibition_no: str) -> None:
        self.exhibitions[exhibition_no] = replace(self.exhibitions[exhibition_no], used=True)


def _exhibition(registry: Registry, number: str, document: ExhibitionMessage) -> None:
    """An exhibition; the entries that name it are its entries from now on."""
    head, before = document.head, registry.exhibitions.get(number)
    if head.start_date is None or head.end_date is None:
        raise ValueError(f"{number} was approved without its dates")
    units = (head.input_etps_no, head.dcl_etps_no, head.organizer_no)
    registry.exhibitions[number] = KnownExhibition(
        exhibition_no=number,
        name=head.exhibition_nm,
        enterprise_nos=frozenset(unit for unit in units if unit is not None),
        approved=True,
        start=head.start_date,
        end=head.end_date,
        organizer_nm=head.organizer_nm,
        used=before is not None and before.used,
    )
    for entry_no, name in registry.exhibition_names.items():
        entry = registry.entries[entry_no]
        if name == head.exhibition_nm and entry.exhibition_no is None:
            registry.entries[entry_no] = replace(entry, exhibition_no=number)
            registry._use(number)


def _loan_list(registry: Registry, number: str, document: LoanListMessage) -> None:
    """Goods lent out; they stay so until they come back over the border (no return of a loan is known)."""
    for line in document.loan_goods:
        if line.entry_no is not None and line.entry_g_no is not None and line.loan_qty is not None:
            registry._adjust(line.entry_no, line.entry_g_no, lent=line.loan_qty)
    if document.head.exhibition_no in registry.exhibitions:
        registry._use(document.head.exhibition_no)


def _extension(registry: Registry, number: str, document: ExtensionMessage) -> None:
    """A later deadline, of an entry or of a carnet."""
    head = document.head
    key, deadline = head.entry_no or head.ata_carnet_no, head.requested_deadline
    if key is None or deadline is None:
        raise ValueError(f"{number} was approved without what it extends")
    granted = registry.extensions.get(key, ())
    registry.extensions[key] = (*granted, KnownExtension(number=len(granted) + 1, deadline=deadline))
    if key in registry.entries:
        registry.entries[key] = replace(registry.entries[key], deadline=deadline)


#: A confirmation changes nothing but what is in force.
_RECORDINGS: Mapping[str, _Recording] = {"TMP101": _exhibition, "TMP111": _loan_list, "TMP131": _extension}

_PREFIXES: Mapping[str, Callable[[NumberPrefixes], str]] = {
    "TMP101": lambda prefixes: prefixes.exhibition,
    "TMP111": lambda prefixes: prefixes.loan_list,
    "TMP121": lambda prefixes: prefixes.confirmation,
    "TMP131": lambda prefixes: prefixes.extension,
}


def is_numbered(code: str) -> bool:
    """True for the kinds of declaration that are given a number."""
    return code in _PREFIXES


def _prefix(code: str, prefixes: NumberPrefixes) -> str:
    return _PREFIXES[code](prefixes)
