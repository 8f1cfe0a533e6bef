"""The journal as lists need it: lines without their bytes, a page at a time; the bytes of one line, in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate, takewhile
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, select

from h2018.cases import Why
from h2018.store.bodies import Bodies
from h2018.store.database import Database, Row
from h2018.store.owner import Owner
from h2018.store.tables import BODIES, JOURNAL
from h2018.store.values import NOTHING, JournalLine, instant

#: Reasons of one page, as JSON (bytes); a page has one line at least.
MOST_WHY = 4 * 1024 * 1024
#: Lines of one page, whoever asks.
MOST_LINES = 1000
_TAKEN = b"<DealFlag>0</DealFlag>"
_ALL = 1 << 62
_WHY = msgspec.json.Decoder(tuple[Why, ...])

_COLUMN, _BODY = JOURNAL.c, BODIES.c
_IN_PIECES = (
    select(func.coalesce(func.sum(func.length(_BODY.data)), 0))
    .where(_BODY.world == _COLUMN.world, _BODY.hash == _COLUMN.hash)
    .scalar_subquery()
)
#: Both databases know how long a value is without reading it.
_SIZE = case(
    (func.length(_COLUMN.data) > 0, func.length(_COLUMN.data)),
    (_COLUMN.hash == literal(NOTHING), 0),
    else_=_IN_PIECES,
)
_TENANT_IS = _COLUMN.world == bindparam("world")
#: What `JournalLine` is made of, in the order of its fields.
LINE: tuple[ColumnElement[Any], ...] = (
    _COLUMN.sequence, _COLUMN.at, _COLUMN.what, _COLUMN.trace_id, _COLUMN.message_id, _COLUMN.seq_no, _SIZE, _COLUMN.hash,
    _COLUMN.why,
)  # fmt: skip
_LINE = select(*LINE).where(_TENANT_IS)
_WEIGHT = select(func.coalesce(func.length(_COLUMN.why), 0)).where(_TENANT_IS)
_ONE = _LINE.where(_COLUMN.sequence == bindparam("sequence"))
_DATA = select(_COLUMN.data, _COLUMN.hash).where(_TENANT_IS, _COLUMN.sequence == bindparam("sequence"))
_OF_MESSAGE = _COLUMN.message_id == bindparam("message_id")
#: What lines are picked by.
_PICKED: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    "": (),
    "message_id": (_OF_MESSAGE,),
    "seq_no": (_COLUMN.seq_no == bindparam("seq_no"),),
    "both": (_OF_MESSAGE, _COLUMN.seq_no == bindparam("seq_no")),
    "trace_id": (_OF_MESSAGE, _COLUMN.trace_id == bindparam("trace_id")),
}


def _pages(statement: Select[Any]) -> Mapping[tuple[str, bool], Select[Any]]:
    """*statement* for a page of lines: by what they are picked by, and whether the newest comes first."""
    span = statement.where(_COLUMN.sequence > bindparam("after"), _COLUMN.sequence < bindparam("before"))
    return {
        (by, newest): span.where(*picked)
        .order_by(_COLUMN.sequence.desc() if newest else _COLUMN.sequence)
        .limit(bindparam("most"))
        for by, picked in _PICKED.items()
        for newest in (False, True)
    }


def _newest(*picked: ColumnElement[bool]) -> Select[Any]:
    newest = select(func.max(_COLUMN.sequence)).where(_TENANT_IS, _OF_MESSAGE, *picked)
    return _LINE.where(_COLUMN.sequence == newest.scalar_subquery())


def _takes(*, is_sqlite: bool) -> ColumnElement[bool]:
    """True of an answer that says that the message was taken, in the words of each database."""
    if is_sqlite:
        return func.instr(_COLUMN.data, literal(_TAKEN)) > 0
    return func.position(literal(_TAKEN).op("IN")(_COLUMN.data)) > 0


_LISTS, _WEIGHTS = _pages(_LINE), _pages(_WEIGHT)
_ANSWERED = _COLUMN.what == "answered"
_STANDING = {
    is_sqlite: (_newest(_ANSWERED, _takes(is_sqlite=is_sqlite)), _newest(_ANSWERED), _newest())
    for is_sqlite in (False, True)
}


class JournalPage(Struct, frozen=True):
    """One page of journal lines.

    :ivar more: there are others behind them.
    """

    lines: tuple[JournalLine, ...]
    more: bool = False


class Standing(Struct, frozen=True):
    """The journal line that tells the state of a message.

    :ivar taken: it is the answer that says so; None when there is no answer.
    """

    line: JournalLine
    taken: bool | None


class Overview:
    """The journal of one tenant as lists need it."""

    __slots__ = ("_bodies", "_database", "_tenant")

    def __init__(self, database: Database, tenant: Owner, bodies: Bodies) -> None:
        self._database = database
        self._tenant, self._bodies = tenant, bodies

    def line(self, sequence: int) -> JournalLine | None:
        """The journal line with that number, without its bytes; None when there is none."""
        row = self._database.execute(_ONE, {"world": self._tenant.number, "sequence": sequence}).fetchone()
        return None if row is None else _line(row)

    def page(
        self,
        message_id: str | None = None,
        *,
        seq_no: str | None = None,
        after: int = 0,
        before: int | None = None,
        limit: int = MOST_LINES,
        newest_first: bool = False,
    ) -> JournalPage:
        """One page of journal lines after and before the given numbers, oldest first unless *newest_first*.

        :param message_id: only those about this message.
        :param seq_no: only those about this declaration.
        """
        span: dict[str, object] = {"after": after, "before": _ALL if before is None else before}
        if message_id is not None:
            span["message_id"] = message_id
        if seq_no is not None:
            span["seq_no"] = seq_no
        by = "both" if {"message_id", "seq_no"} <= span.keys() else next((name for name in _PICKED if name in span), "")
        return self._page((by, newest_first), span, limit)

    def traced(self, trace_id: str, limit: int = MOST_LINES) -> JournalPage:
        """The journal lines of one submission, oldest first."""
        try:
            first = self.line(int(trace_id[:TRACE_NUMBER], 16))
        except ValueError:
            return JournalPage(())
        if first is None or first.trace_id != trace_id:
            return JournalPage(())
        span: dict[str, object] = {"after": first.sequence - 1, "before": _ALL}
        if first.message_id is not None:
            return self._page(
                ("trace_id", False), {**span, "message_id": first.message_id, "trace_id": trace_id}, limit
            )
        found = self._page(("", False), span, 2)
        return JournalPage(tuple(line for line in found.lines if line.trace_id == trace_id))

    def _page(self, how: tuple[str, bool], span: Mapping[str, object], limit: int) -> JournalPage:
        most = min(limit, MOST_LINES)
        params = {"world": self._tenant.number, **span, "most": most + 1}
        weights = [row[0] for row in self._database.execute(_WEIGHTS[how], params).fetchall()]
        fitting = sum(1 for _ in takewhile(lambda size: size <= MOST_WHY, accumulate(weights[:most])))
        count = max(1, fitting)
        rows = self._database.execute(_LISTS[how], {**params, "most": count}).fetchall()
        return JournalPage(tuple(map(_line, rows)), more=len(weights) > count)

    def standing(self, message_id: str) -> Standing | None:
        """The state of the message with that id; None when no such message was received.

        Once a message was taken, what was said to others under its message_id says nothing of it.
        """
        params = {"world": self._tenant.number, "message_id": message_id}
        for taken, find in zip((True, False, None), _STANDING[self._database.is_sqlite], strict=True):
            row = self._database.execute(find, params).fetchone()
            if row is not None:
                return Standing(_line(row), taken)
        return None

    def pieces(self, sequence: int) -> Iterator[bytes]:
        """The bytes of one journal line in pieces; `JournalLine.size` tells the reader when all have come."""
        row = self._database.execute(_DATA, {"world": self._tenant.number, "sequence": sequence}).fetchone()
        if row is None:
            return
        data, digest = bytes(row[0]), bytes(row[1])
        if data:
            yield data
        elif digest != NOTHING:
            yield from self._bodies.pieces(digest)


#: Hexadecimal digits of a trace id that are the number of its first line.
TRACE_NUMBER = 8


def _line(row: Row) -> JournalLine:
    return JournalLine(**fields_of(row))


def fields_of(row: Row) -> dict[str, Any]:
    """The fields of a `JournalLine` from a row with the columns `LINE`."""
    sequence, at, what, trace_id, message_id, seq_no, size, digest, why = row
    return {
        "sequence": sequence,
        "at": instant(at),
        "what": what,
        "trace_id": trace_id,
        "message_id": message_id,
        "seq_no": seq_no,
        "size": int(size),
        "hash": bytes(digest).hex(),
        "why": () if why is None else _WHY.decode(why),
    }
