"""Lists of an enterprise's declarations of one kind: by conditions, sorted, one page, with the total number.

Each order there is lies in an index that begins with whose it is and what it is, so that a page is read, not sorted.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, func, select

from tempgoods_edi.declarant.kinds import KINDS, Kind, by_code
from tempgoods_edi.declarant.store.declarations import FROM_HEAD
from tempgoods_edi.declarant.store.tables import DECLARATIONS, SORTED_BY
from tempgoods_edi.declarant.store.times import from_stored, to_stored
from tempgoods_edi.declarant.store.usage import used
from tempgoods_edi.lifecycle.states import Action, State
from tempgoods_edi.lifecycle.table import allowed

__all__ = ["FROM_HEAD", "SORTED_BY", "DeclarationPage", "DeclarationRow", "Search", "find_page"]

_CODES = [kind.code for kind in KINDS]
#: Numbers: whoever looks for one may type its beginning.
_BY_BEGINNING = frozenset({"seq_no", "customs_no", "in_house", "exhibition_no", "entry_no"})
_BY_PART = frozenset({"title"})
_EXACTLY = frozenset({"state", "office", "imp_exp"})
#: Days: ``dcl_date_from``, ``dcl_date_to``, both included.
_DAYS = frozenset({"dcl_date", "start_date", "end_date", "due"})
_LARGEST_PAGE = 1000
#: So many rows may be looked at one by one on the way to the end of the page.
_SHORT_WALK = 5_000


class Search(Struct, frozen=True, kw_only=True):
    """The conditions of a search.

    :ivar conditions: by column (``seq_no``, ``title`` …) or, for days, ``<column>_from`` and ``<column>_to`` (yyyyMMdd);
        blank ones say nothing, and one that nothing is known of finds nothing.
    :ivar page: from 1.
    :ivar sort: one of `SORTED_BY`; blank values come first or last, as the database has it.
    """

    kind: Kind
    conditions: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    size: int = 20
    sort: str = "updated_at"
    descending: bool = True


class DeclarationRow(Struct, frozen=True, kw_only=True):
    """One line of a list."""

    kind: Kind
    seq_no: str
    state: State
    approved: bool
    customs_no: str | None
    in_house: str | None
    title: str | None
    office: str | None
    imp_exp: str | None
    exhibition_no: str | None
    entry_no: str | None
    dcl_date: str | None
    start_date: str | None
    end_date: str | None
    due: str | None
    lines: int
    revision: int
    created_at: datetime
    updated_at: datetime
    updated_by: str
    actions: frozenset[Action] = frozenset()


class DeclarationPage(Struct, frozen=True):
    """One page of a list, with the total number.

    :ivar total: how many there are on all pages together.
    """

    rows: tuple[DeclarationRow, ...]
    total: int


def find_page(connection: Connection, enterprise_no: str, search: Search) -> DeclarationPage:
    """The page of declarations that *search* asks for; a page past the end has no rows."""
    theirs = (DECLARATIONS.c.enterprise_no == enterprise_no, DECLARATIONS.c.listed == search.kind.code)
    conditions = tuple(_conditions(search.conditions, connection.dialect.name))
    total = _count(connection, *theirs, *conditions)
    size = min(max(search.size, 1), _LARGEST_PAGE)
    offset = (max(search.page, 1) - 1) * size
    if offset >= total:
        return DeclarationPage((), total)
    which: tuple[ColumnElement[bool], ...] = (*theirs, *conditions)
    if conditions and (offset + size) * _count(connection, *theirs) > _SHORT_WALK * total:
        # What is looked for is rare, or the page far on: the numbers are gathered first, by whatever index serves the
        # conditions, and then met on the way along the index of the order, without a look at the rows themselves.
        found = select(DECLARATIONS.c.seq_no).where(*which)
        which = (*theirs, DECLARATIONS.c.seq_no.concat("").in_(found))
    column = DECLARATIONS.c[search.sort if search.sort in SORTED_BY else "updated_at"]
    # Ties are broken by number, in the direction of the index.
    order = [
        each.desc() if search.descending else each.asc() for each in dict.fromkeys((column, DECLARATIONS.c.seq_no))
    ]
    numbers = select(DECLARATIONS.c.seq_no).where(*which).order_by(*order).limit(size).offset(offset)
    page = list(connection.execute(numbers).scalars())
    rows = {
        row.seq_no: _row_of(row)
        for row in connection.execute(select(DECLARATIONS).where(DECLARATIONS.c.seq_no.in_(page)))
    }
    return DeclarationPage(
        _all_with_actions(connection, enterprise_no, [rows[number] for number in page if number in rows]), total
    )


def in_states(
    connection: Connection, enterprise_no: str, states: Collection[State], most: int, before: datetime | None = None
) -> tuple[tuple[DeclarationRow, ...], int]:
    """The *most* last changed of an enterprise's declarations in one of *states*, and their total number.

    :param before: only those that nothing happened to since.
    """
    which = [
        DECLARATIONS.c.enterprise_no == enterprise_no,
        DECLARATIONS.c.listed.in_(_CODES),
        DECLARATIONS.c.state.in_([state.value for state in states]),
    ]
    if before is not None:
        which.append(DECLARATIONS.c.updated_at < to_stored(before))
    count = _count(connection, *which)
    query = select(DECLARATIONS).where(*which).order_by(DECLARATIONS.c.updated_at.desc()).limit(most)
    rows = [_row_of(row) for row in connection.execute(query)] if count else []
    return _all_with_actions(connection, enterprise_no, rows), count


def due_between(
    connection: Connection, enterprise_no: str, state: State, first: date, last: date
) -> tuple[DeclarationRow, ...]:
    """An enterprise's declarations in *state* with a deadline between *first* and *last*, soonest first, without actions."""
    query = select(DECLARATIONS).where(
        DECLARATIONS.c.enterprise_no == enterprise_no,
        DECLARATIONS.c.listed.in_(_CODES),
        DECLARATIONS.c.state == state.value,
        DECLARATIONS.c.due >= f"{first:%Y%m%d}",
        DECLARATIONS.c.due <= f"{last:%Y%m%d}",
    )
    return tuple(_row_of(row) for row in connection.execute(query.order_by(DECLARATIONS.c.due)))


def _count(connection: Connection, *which: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(DECLARATIONS).where(*which)).scalar_one())


def _all_with_actions(
    connection: Connection, enterprise_no: str, rows: list[DeclarationRow]
) -> tuple[DeclarationRow, ...]:
    """The same rows with what may be done about each."""
    numbers = {row.customs_no for row in rows if row.customs_no and row.kind.changeable}
    in_use = used(connection, enterprise_no, numbers)
    return tuple(_with_actions(row, row.customs_no in in_use) for row in rows)


def _with_actions(row: DeclarationRow, in_use: bool) -> DeclarationRow:
    open_ = allowed(row.state, never_approved=not row.approved, changeable=row.kind.changeable, used=in_use)
    return replace(row, actions=open_)


def _conditions(conditions: Mapping[str, str], dialect: str) -> Iterator[ColumnElement[bool]]:
    for name, value in conditions.items():
        wanted = value.strip()
        if not wanted:
            continue
        column, _, end = name.rpartition("_")
        if name in _BY_BEGINNING:
            # A range, which an index serves; a pattern would be read through.
            yield DECLARATIONS.c[name] >= wanted
            end = _behind(wanted)
            if end:
                yield DECLARATIONS.c[name] < end
        elif name in _BY_PART:
            # Either case; SQLite's LIKE does so by itself, and quicker.
            column_of = DECLARATIONS.c[name]
            contains = column_of.contains if dialect == "sqlite" else column_of.icontains
            yield contains(wanted, autoescape=True)
        elif name in _EXACTLY:
            yield DECLARATIONS.c[name] == wanted
        elif column in _DAYS and end in ("from", "to"):
            yield DECLARATIONS.c[column] >= wanted if end == "from" else DECLARATIONS.c[column] <= wanted
        else:
            yield DECLARATIONS.c.seq_no.is_(None)


def _behind(beginning: str) -> str:
    """The first text behind all that begin so; empty when there is none."""
    rest = beginning.rstrip(chr(sys.maxunicode))
    # Half of a pair is no character that could be asked for.
    following = 0xE000 if rest.endswith("\ud7ff") else ord(rest[-1]) + 1 if rest else 0
    return rest[:-1] + chr(following) if rest else ""


def _row_of(row: Any) -> DeclarationRow:
    """A row of the table as lists show it."""
    kind = by_code(row.code)
    if kind is None:
        raise RuntimeError(f"{row.seq_no} is of no kind: {row.code}")
    return DeclarationRow(
        kind=kind,
        seq_no=row.seq_no,
        state=State(row.state),
        approved=bool(row.approved),
        customs_no=row.customs_no,
        in_house=row.in_house,
        title=row.title,
        office=row.office,
        imp_exp=row.imp_exp,
        exhibition_no=row.exhibition_no,
        entry_no=row.entry_no,
        dcl_date=row.dcl_date,
        start_date=row.start_date,
        end_date=row.end_date,
        due=row.due,
        lines=row.lines,
        revision=row.revision,
        created_at=from_stored(row.created_at),
        updated_at=from_stored(row.updated_at),
        updated_by=row.updated_by,
    )
