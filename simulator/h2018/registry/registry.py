"""The registry that customs keep beside the cases: exhibitions, entries with their goods, loans, returns, extensions.

The maps are read by the rules as they are, and lie in the store: a message costs a few look-ups, a start costs none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import singledispatch
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from h2018.cases import Case
from h2018.numbering import prefix_of
from h2018.store import Store
from h2018.store.forms import decoder
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.numbers import IssuedNumber
from tempgoods_edi.records.tmp101 import ExhibitionMessage
from tempgoods_edi.records.tmp111 import LoanListMessage
from tempgoods_edi.records.tmp131 import ExtensionMessage
from tempgoods_edi.rules import KnownEntry, KnownExhibition, KnownExtension
from tempgoods_edi.values import Bilingual


class RegistryError(TempgoodsError):
    """An entry to be put on file contradicts what is on file."""


class Returned(Struct, frozen=True, kw_only=True):
    """One line of a return entry: the goods that it took out of the country.

    :ivar original: entry number and item it writes off.
    """

    original: tuple[str, int]
    entry_no: str
    item_no: int
    quantity: Decimal
    day: date


class Holdings(Struct, frozen=True, kw_only=True):
    """Customs entries to be put on file.

    :ivar entries: by number, return entries included; balances are as *returns* leave them.
    :ivar exhibition_names: the exhibition an entry names, for those that name one and know no number yet.
    """

    entries: Mapping[str, KnownEntry] = {}
    exhibition_names: Mapping[str, str] = {}
    returns: tuple[Returned, ...] = ()


class InForce(Struct, frozen=True):
    """The approved document in force; `line` is the journal line with which it came in."""

    code: str
    line: int


class Registry:
    """The registry of one tenant: the exhibitions, entries, returns, extensions and documents in force on file.

    :ivar exhibitions: by customs number, deleted ones included.
    :ivar entries: by entry number, return entries included.
    :ivar extensions: approved extensions by entry or carnet number, oldest first.
    :ivar in_force: the approved document by customs number, of every kind.
    """

    __slots__ = (
        "_counters",
        "_in_force",
        "_names",
        "_returns",
        "_store",
        "entries",
        "exhibitions",
        "extensions",
        "in_force",
    )

    def __init__(self, store: Store) -> None:
        self._counters = store.counters
        self.exhibitions = store.mapping("exhibition", decoder(KnownExhibition))
        self.entries = store.mapping("entry", decoder(KnownEntry), parent=lambda entry: entry.exhibition_no)
        self.extensions = store.mapping("extensions", decoder(tuple[KnownExtension, ...]))
        self._names = store.mapping("names", decoder(tuple[str, str]), label=lambda names: names[1])
        self._returns = store.mapping("return", decoder(Returned), parent=_original, label=lambda each: each.entry_no)
        self._in_force = store.mapping("in_force", decoder(InForce))
        self.in_force: Mapping[str, Any] = DocumentsInForce(self._in_force, store.document)
        self._store = store

    def next_number(self, code: str, office: str, year: int, prefixes: Mapping[str, str]) -> str:
        """The customs number that an approval would issue now; `approve` uses it up.

        :param office: the office in charge.
        :param year: four digits.
        :param prefixes: letters other than those of the schema, by name of the declaration.
        """
        prefix = prefix_of(code, prefixes)
        serial = self._counters.value(str(IssuedNumber(prefix, office, year % 100, 0))[:-6]) + 1
        return str(IssuedNumber(prefix, office, year % 100, serial))

    def approve(self, case: Case) -> None:
        """Put the approved version of *case* on file, or remove it for a deletion.  The case has its number already."""
        number = case.customs_no
        if number is None:
            raise ValueError(f"{case.seq_no} was approved without a number")
        if int(number[-6:]) > self._counters.value(number[:-6]):
            self._counters.set(number[:-6], int(number[-6:]))
        if case.kind == VersionKind.DELETION.value:
            self._in_force.pop(number, None)
            if number in self.exhibitions:
                self.exhibitions[number] = replace(self.exhibitions[number], approved=False)
            return
        self._in_force[number] = InForce(case.code, case.document_at)
        _record(case.document, self, number, case)

    def add(self, holdings: Holdings) -> None:
        """Put entries on file, all or none; none when one of them is on file already.

        :raises RegistryError: a number is on file.
        """
        known = [number for number in holdings.entries if number in self.entries]
        if known:
            raise RegistryError(_ON_FILE.format(numbers="、".join(known[:5])))
        with self._store.transaction():
            for number, entry in holdings.entries.items():
                self.entries[number] = entry
            for number, name in holdings.exhibition_names.items():
                self._names[number] = number, name
            self._link(holdings)
            for each in holdings.returns:
                self._keep(each)

    def _link(self, holdings: Holdings) -> None:
        """Entries whose exhibition was approved before they were filed are its entries; it is in use."""
        by_name: dict[str, list[KnownExhibition]] = {}
        if holdings.exhibition_names:
            for known in self.exhibitions.values():
                by_name.setdefault(known.name, []).append(known)
        for number, entry in holdings.entries.items():
            exhibition_no = entry.exhibition_no
            for known in by_name.get(holdings.exhibition_names.get(number, ""), ()):
                if exhibition_no is None and known.approved and entry.ie_date <= known.end:
                    exhibition_no = known.exhibition_no
                    self.entries[number] = replace(entry, exhibition_no=exhibition_no)
            if exhibition_no is not None and exhibition_no in self.exhibitions:
                self._use(exhibition_no)

    def write_off(self, each: Returned) -> KnownEntry:
        """Write returned goods off their original entry, and give the changed entry.

        :raises RegistryError: no such line is on file, or less of it is still here, or that line was booked before.
        """
        number, item = each.original
        line = None if number not in self.entries else self.entries[number].lines.get(item)
        if line is None:
            raise RegistryError(_NO_LINE.format(number=number, item=item))
        if not 0 < each.quantity <= line.remaining:
            raise RegistryError(_TOO_MUCH.format(number=number, item=item, remaining=line.remaining))
        if _return_key(each) in self._returns:
            raise RegistryError(_ON_FILE.format(numbers=f"{each.entry_no}-{each.item_no}"))
        self._keep(each)
        self._adjust(number, item, returned=each.quantity)
        booked: KnownEntry = self.entries[number]
        return booked

    def returns_of(self, entry_no: str, item_no: int) -> tuple[Returned, ...]:
        """The returns of one goods line, by return entry."""
        return self._returns.under(f"{entry_no}/{item_no}")

    def returned_by(self, entry_no: str) -> tuple[Returned, ...]:
        """The lines of the return entry *entry_no*."""
        return self._returns.called(entry_no)

    def entries_of(self, exhibition_no: str) -> tuple[KnownEntry, ...]:
        """The entries that name the exhibition, by number, including return entries."""
        return self.entries.under(exhibition_no)

    def is_return(self, entry_no: str) -> bool:
        """True when *entry_no* is a return entry: its goods cannot be lent, and it has no deadline."""
        return bool(self.returned_by(entry_no))

    def _keep(self, each: Returned) -> None:
        self._returns[_return_key(each)] = each

    def _adjust(
        self, entry_no: str, item_no: int, *, lent: Decimal = Decimal(0), returned: Decimal = Decimal(0)
    ) -> None:
        entry = self.entries.get(entry_no)
        line = None if entry is None else entry.lines.get(item_no)
        if entry is None or line is None:
            return
        line = replace(line, lent=line.lent + lent, returned=line.returned + returned)
        self.entries[entry_no] = replace(entry, lines={**entry.lines, item_no: line})

    def _use(self, exhibition_no: str) -> None:
        self.exhibitions[exhibition_no] = replace(self.exhibitions[exhibition_no], used=True)


class DocumentsInForce(Mapping[str, Any]):
    """The approved documents by customs number, read on demand (a subclass, because rules read a Mapping)."""

    __slots__ = ("_document", "_which")

    def __init__(self, which: Mapping[str, InForce], document: Callable[[str, int], Any]) -> None:
        self._which, self._document = which, document

    def __getitem__(self, number: str) -> Any:
        which = self._which[number]
        return self._document(which.code, which.line)

    def __iter__(self) -> Any:
        return iter(self._which)

    def __len__(self) -> int:
        return len(self._which)


@singledispatch
def _record(document: object, registry: Registry, number: str, case: Case) -> None:
    """What an approval changes beside what is in force; a document that is of no kind below changes nothing else."""


@_record.register(ExhibitionMessage)
def _exhibition(document: ExhibitionMessage, registry: Registry, number: str, case: Case) -> None:
    """An exhibition; the entries that name it are its entries from now on."""
    head, before = document.head, registry.exhibitions.get(number)
    # Whoever approves against the rules may approve one without dates.
    start = head.start_date or case.received.date()
    units = (head.input_etps_no, head.dcl_etps_no, head.organizer_no)
    registry.exhibitions[number] = KnownExhibition(
        exhibition_no=number,
        name=head.exhibition_nm,
        enterprise_nos=frozenset(unit for unit in units if unit is not None),
        approved=True,
        start=start,
        end=head.end_date or start,
        organizer_nm=head.organizer_nm,
        used=before is not None and before.used,
    )
    for entry_no, _ in registry._names.called(head.exhibition_nm):
        entry = registry.entries[entry_no]
        if entry.exhibition_no is None:
            registry.entries[entry_no] = replace(entry, exhibition_no=number)
            registry._use(number)


@_record.register(LoanListMessage)
def _loan_list(document: LoanListMessage, registry: Registry, number: str, case: Case) -> None:
    """Goods lent out; they stay so until they come back over the border (no return of a loan is known)."""
    for line in document.loan_goods:
        if line.entry_no is not None and line.entry_g_no is not None and line.loan_qty is not None:
            registry._adjust(line.entry_no, line.entry_g_no, lent=line.loan_qty)
    if document.head.exhibition_no in registry.exhibitions:
        registry._use(document.head.exhibition_no)


@_record.register(ExtensionMessage)
def _extension(document: ExtensionMessage, registry: Registry, number: str, case: Case) -> None:
    """A later deadline, of an entry or of a carnet."""
    key, deadline = document.head.entry_no or document.head.ata_carnet_no, document.head.requested_deadline
    if key is None or deadline is None:
        return  # approved against the rules: there is nothing it extends
    granted = registry.extensions.get(key, ())
    registry.extensions[key] = (*granted, KnownExtension(number=len(granted) + 1, deadline=deadline))
    if key in registry.entries:
        registry.entries[key] = replace(registry.entries[key], deadline=deadline)


_ON_FILE = Bilingual("已登记：{numbers}", "on file already: {numbers}")
_NO_LINE = Bilingual("没有登记报关单 {number} 第{item}项", "entry {number} item {item} is not on file")
_TOO_MUCH = Bilingual(
    "报关单 {number} 第{item}项未复运数量为 {remaining}",
    "entry {number} item {item} has {remaining} left to be returned",
)


def _original(each: Returned) -> str:
    return f"{each.original[0]}/{each.original[1]}"


def _return_key(each: Returned) -> str:
    return f"{each.entry_no}/{each.item_no:05d}/{each.original[0]}/{each.original[1]}"
