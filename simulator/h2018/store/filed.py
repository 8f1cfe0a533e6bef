"""The cases of a tenant, the documents they were declared with, and the in-house numbers already in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Select, bindparam, func, select

from h2018.cases import Case
from h2018.store import forms
from h2018.store.cache import BoundedCache
from h2018.store.database import Database, Row
from h2018.store.owner import Owner
from h2018.store.settings import Counters
from h2018.store.tables import CASES, DOCUMENTS
from tempgoods_edi.numbers import SeqNo, read_seq_no

#: Cases that are cached decoded, and up to which size of document (bytes).
_MOST_CACHED, _LARGEST_CACHED = 512, 64 * 1024
#: Cases of which is known which document they have.
_MOST_KNOWN = 8192
_ALL = 1 << 62

_COLUMN = CASES.c
_TENANT_IS = _COLUMN.world == bindparam("world")
_ONE = select(_COLUMN.code, _COLUMN.document, _COLUMN.body).where(_TENANT_IS, _COLUMN.seq_no == bindparam("seq_no"))
_BY_CUSTOMS_NO = select(_COLUMN.seq_no).where(_TENANT_IS, _COLUMN.customs_no == bindparam("customs_no"))
_NEWEST = (
    select(_COLUMN.body)
    .where(_TENANT_IS, _COLUMN.changed < bindparam("before"))
    .order_by(_COLUMN.changed.desc())
    .limit(bindparam("most"))
)
_OF_STATE, _OF_CODE = _COLUMN.state == bindparam("state"), _COLUMN.code == bindparam("code")
#: By state, by code → the statement.
_LISTING: Mapping[tuple[bool, bool], Select[Any]] = {
    (False, False): _NEWEST,
    (True, False): _NEWEST.where(_OF_STATE),
    (False, True): _NEWEST.where(_OF_CODE),
    (True, True): _NEWEST.where(_OF_STATE, _OF_CODE),
}
_DOCUMENT = select(DOCUMENTS.c.body).where(
    DOCUMENTS.c.world == bindparam("world"), DOCUMENTS.c.sequence == bindparam("sequence")
)
_FIRST_IN_HOUSE = select(func.min(_COLUMN.seq_no)).where(
    _TENANT_IS, _COLUMN.unit == bindparam("unit"), _COLUMN.in_house == bindparam("in_house")
)
_ALL_IN_HOUSE = select(_COLUMN.unit, _COLUMN.in_house).where(_TENANT_IS, _COLUMN.in_house.is_not(None))


class Filed:
    """The cases of one tenant, by their numbers.

    :ivar in_house_numbers: (customs code, in-house number) → pre-entry number, the first that used it.
    """

    __slots__ = (
        "_cases",
        "_counters",
        "_database",
        "_documents",
        "_tenant",
        "in_house_numbers",
    )  # fmt: skip

    def __init__(self, database: Database, tenant: Owner, counters: Counters) -> None:
        self._database = database
        self._tenant, self._counters = tenant, counters
        self._cases: BoundedCache[Case] = BoundedCache(_MOST_CACHED)
        self._documents: BoundedCache[int] = BoundedCache(_MOST_KNOWN)
        self.in_house_numbers: Mapping[tuple[str, str], str] = InHouseNumbers(database, tenant)

    def forget(self) -> None:
        """Clear what is cached in memory."""
        self._cases.clear()
        self._documents.clear()

    def case(self, seq_no: str | None) -> Case | None:
        """The case with that pre-entry number; None when there is none."""
        if seq_no is None:
            return None
        known = self._cases.get(seq_no)
        if known is None:
            row = self._database.execute(_ONE, {"world": self._tenant.number, "seq_no": seq_no}).fetchone()
            known = None if row is None else self._read(row)
        return known

    def case_of(self, customs_no: str | None) -> Case | None:
        """The case that was given that customs number; None when there is none."""
        if customs_no is None:
            return None
        row = self._database.execute(
            _BY_CUSTOMS_NO, {"world": self._tenant.number, "customs_no": customs_no}
        ).fetchone()
        return None if row is None else self.case(row[0])

    def cases(
        self, *, state: str | None = None, code: str | None = None, before: int | None = None, limit: int = 100
    ) -> tuple[Case, ...]:
        """Cases without their documents, the latest changed first.

        :param state: value of a lifecycle state.
        :param code: message type.
        :param before: only those with a `changed` below this (for the next page).
        """
        params: dict[str, object] = {"world": self._tenant.number, "before": before or _ALL, "most": limit}
        if state is not None:
            params["state"] = state
        if code is not None:
            params["code"] = code
        rows = self._database.execute(_LISTING[state is not None, code is not None], params).fetchall()
        return tuple(map(_bare, rows))

    def keep(self, case: Case) -> None:
        """Store the case in its new state."""
        known = self._documents.get(case.seq_no)
        small = self._cases.get(case.seq_no) is not None
        if known != case.document_at:
            document = forms.encode(case.document)
            small = len(document) <= _LARGEST_CACHED
            self._database.put(
                DOCUMENTS,
                {
                    "world": self._tenant.number,
                    "sequence": case.document_at,
                    "code": case.code,
                    "body": document,
                },
            )
            self._documents.put(case.seq_no, case.document_at)
        self._database.put(
            CASES,
            {
                "world": self._tenant.number,
                "seq_no": case.seq_no,
                "code": case.code,
                "state": case.state.value,
                "customs_no": case.customs_no,
                "unit": None if case.etps_preent_no is None else case.document.head.input_etps_no,
                "in_house": case.etps_preent_no,
                "changed": case.changed,
                "document": case.document_at,
                "body": forms.encode(replace(case, document=None)),
            },
        )
        if known is None:
            self._used_up(case.seq_no)
        if small:
            self._cases.put(case.seq_no, case)
        else:
            self._cases.drop(case.seq_no)

    def _used_up(self, seq_no: str) -> None:
        number = read_seq_no(seq_no)
        name = _serial_name(seq_no[:4])
        if number is not None and number.serial == self._counters.value(name) + 1:
            self._counters.set(name, number.serial)

    def next_seq_no(self, year: int) -> str:
        """The pre-entry number that a new case would get; `keep` uses it up."""
        name = _serial_name(f"{year:04d}")
        serial = self._counters.value(name) + 1
        while self.case(str(SeqNo(year, serial))) is not None:
            # A platform that numbers by itself was here first.
            serial += 1
        if serial > self._counters.value(name) + 1:
            self._counters.set(name, serial - 1)
        return str(SeqNo(year, serial))

    def document(self, code: str, sequence: int) -> Any:
        """The document of message type *code* that came in with that journal line; KeyError when there is none."""
        row = self._database.execute(_DOCUMENT, {"world": self._tenant.number, "sequence": sequence}).fetchone()
        if row is None:
            raise KeyError(sequence)
        return forms.document_decoder(code)(row[0])

    def _read(self, row: Row) -> Case:
        code, document, body = row[:3]
        bare: Case = forms.decoder(Case)(body)
        found = self._database.execute(_DOCUMENT, {"world": self._tenant.number, "sequence": document}).fetchone()
        case = replace(bare, document=forms.document_decoder(code)(found[0]))
        self._documents.put(case.seq_no, document)
        if len(found[0]) <= _LARGEST_CACHED:
            self._cases.put(case.seq_no, case)
        return case


class InHouseNumbers(Mapping[tuple[str, str], str]):
    """The in-house numbers in use, looked up one by one (a subclass, because rules read a Mapping)."""

    __slots__ = ("_database", "_tenant")

    def __init__(self, database: Database, tenant: Owner) -> None:
        self._database = database
        self._tenant = tenant

    def __getitem__(self, key: tuple[str, str]) -> str:
        unit, in_house = key
        row = self._database.execute(
            _FIRST_IN_HOUSE, {"world": self._tenant.number, "unit": unit, "in_house": in_house}
        ).fetchone()
        if row is None or row[0] is None:
            raise KeyError(key)
        return str(row[0])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        rows = self._database.execute(_ALL_IN_HOUSE, {"world": self._tenant.number}).fetchall()
        return iter(dict.fromkeys((row[0], row[1]) for row in rows))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _bare(row: Row) -> Case:
    case: Case = forms.decoder(Case)(row[0])
    return case


def _serial_name(year: str) -> str:
    return f"seq_no:{year}"
