"""The start page: declarations that wait for the declarant, and deadlines that run out soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from msgspec import Struct

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.dependencies import Dependencies
from tempgoods_edi.declarant.kinds import KINDS, naming
from tempgoods_edi.declarant.store import Connection, customs_facts, listing
from tempgoods_edi.declarant.store.listing import DeclarationRow
from tempgoods_edi.lifecycle.deadlines import Urgency, urgency
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.numbers import CHINA_TIME

#: Most rows of each sort that the page shows; the counts say how many there are.
MOST = 20
#: Handed to the gateway so long ago, and no word of it.
STUCK_AFTER = timedelta(minutes=10)
#: Deadlines are shown that many days before; and after, for as long as somebody may still do something about them.
_AHEAD, _BACK = timedelta(days=30), timedelta(days=180)

#: Kinds whose deadline is that of the goods of an entry or carnet which they name: extensions.
_EXTENDING = frozenset(kind.code for kind in KINDS if kind.due_tag is not None) & naming("EntryNo")
_REJECTED, _FAILED = (State.REJECTED, State.STORE_FAILED), (State.SEND_FAILED,)
_STUCK, _DRAFTS = (State.DECLARED, State.SENT), (State.DRAFT,)


class Deadline(Struct, frozen=True, kw_only=True):
    """The day by which goods must have gone back over the border.

    :ivar number: of the entry, or of the declaration (customs' number, else the pre-entry number).
    :ivar row: the declaration that says so; None when customs told it when asked about an entry.
    """

    number: str
    day: date
    urgency: Urgency
    title: str | None = None
    row: DeclarationRow | None = None


class StartPage(Struct, frozen=True, kw_only=True):
    """The contents of the start page.

    :ivar rejected: given back by customs (审核不通过, 海关入库失败).
    :ivar failed: not handed over (发往海关失败).
    :ivar stuck: handed to the gateway or to customs, and no word since.
    :ivar deadlines: soonest first, those that are over before them.
    :ivar counts: how many there are of each, also beyond those shown.
    """

    rejected: tuple[DeclarationRow, ...]
    failed: tuple[DeclarationRow, ...]
    stuck: tuple[DeclarationRow, ...]
    drafts: tuple[DeclarationRow, ...]
    deadlines: tuple[Deadline, ...]
    counts: dict[str, int]


def start_page(deps: Dependencies, actor: Actor) -> StartPage:
    """The contents of the start page for the actor's enterprise."""
    now = deps.now()
    with deps.store.reading() as connection:
        rejected, rejected_count = _newest(connection, actor, _REJECTED)
        failed, failed_count = _newest(connection, actor, _FAILED)
        stuck, stuck_count = _newest(connection, actor, _STUCK, now - STUCK_AFTER)
        drafts, draft_count = _newest(connection, actor, _DRAFTS)
        deadlines = sorted(_deadlines(connection, actor, now.astimezone(CHINA_TIME).date()), key=lambda each: each.day)
    counts = {"rejected": rejected_count, "failed": failed_count, "stuck": stuck_count, "drafts": draft_count}
    counts["deadlines"] = len(deadlines)
    return StartPage(
        rejected=rejected, failed=failed, stuck=stuck, drafts=drafts, deadlines=tuple(deadlines), counts=counts
    )


def _newest(
    connection: Connection, actor: Actor, states: tuple[State, ...], before: datetime | None = None
) -> tuple[tuple[DeclarationRow, ...], int]:
    return listing.in_states(connection, actor.enterprise_no, states, MOST, before)


def _deadlines(connection: Connection, actor: Actor, today: date) -> Iterator[Deadline]:
    """Of what is approved and of entries with goods still here; an entry's extension speaks for the entry."""
    extended: set[str] = set()
    for row in _due(connection, actor, today):
        day = _day(row.due)
        if day is None:
            continue
        if row.kind.code in _EXTENDING and row.entry_no is not None:
            extended.add(row.entry_no)
        number = (row.entry_no if row.kind.code in _EXTENDING else None) or row.customs_no or row.seq_no
        yield Deadline(number=number, day=day, urgency=urgency(day, today), title=row.title, row=row)
    for entry in customs_facts.entries(connection, actor.enterprise_no):
        here = any(line.remaining > 0 for line in entry.lines.values())
        if here and entry.entry_no not in extended and today - _BACK <= entry.deadline <= today + _AHEAD:
            title = next((line.name for line in entry.lines.values()), None)
            yield Deadline(
                number=entry.entry_no, day=entry.deadline, urgency=urgency(entry.deadline, today), title=title
            )


def _due(connection: Connection, actor: Actor, today: date) -> list[DeclarationRow]:
    rows = listing.due_between(connection, actor.enterprise_no, State.APPROVED, today - _BACK, today + _AHEAD)
    # Of several extensions of one entry the latest counts.
    latest = {row.entry_no: row.seq_no for row in rows if row.kind.code in _EXTENDING and row.entry_no}
    return [row for row in rows if row.entry_no not in latest or row.seq_no == latest[row.entry_no]]


def _day(text: str | None) -> date | None:
    try:
        return datetime.strptime(f"{text}+0800", "%Y%m%d%z").date()
    except ValueError:
        return None
