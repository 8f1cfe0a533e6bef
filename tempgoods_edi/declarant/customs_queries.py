"""Asks customs while a user waits: an exhibition by its number, the goods of an entry, the write-offs.

A question goes through the gateway like any message; here it is put down and its answer waited for, a few seconds at
most.  What customs tell is remembered, so that the rules that need it can be judged before declaring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.errors import Unreachable
from tempgoods_edi.declarant.gateway.incoming import read_message
from tempgoods_edi.declarant.query_messages import Enquirer
from tempgoods_edi.declarant.store import customs_facts, outgoing
from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.records.tmp251 import ExhibitionOnFile
from tempgoods_edi.records.tmp261 import EntryGoods
from tempgoods_edi.records.tmp271 import WriteOff
from tempgoods_edi.rules import KnownEntry, KnownExhibition, KnownLine
from tempgoods_edi.values import Bilingual

#: StatusCd of an exhibition that customs have deleted.
_DELETED = "4"
#: Most entries whose dates are asked for when goods are asked for by exhibition.
_MOST_ENTRIES = 10

_NO_ANSWER = Bilingual(
    "海关在 {seconds} 秒内没有答复查询，请稍后再试", "customs did not answer within {seconds} seconds; try again later"
)
_TOO_MANY = Bilingual("正在等待海关答复的查询太多，请稍后再试", "too many queries wait for customs; try again later")
_NOT_SENT = Bilingual("查询未能发出：{why}", "the query could not be sent: {why}")


class Pace(Struct, frozen=True, kw_only=True):
    """Timing of questions to customs in seconds: how long to wait and how often to look; how many users may wait."""

    patience: float = 8.0
    look: float = 0.1
    at_once: int = 12


class CustomsQueries:
    """Questions to customs on behalf of logged-in enterprises.

    :param now: business time, aware.
    :param pause: lets so many seconds pass.
    :param trouble: what is wrong with the channel, if anything (`gateway.status.trouble`).
    """

    def __init__(
        self,
        store: Store,
        enquirer: Enquirer,
        now: Callable[[], datetime],
        pause: Callable[[float], None],
        *,
        trouble: Callable[[], Bilingual | None] = lambda: None,
        pace: Pace | None = None,
    ) -> None:
        self._store, self._enquirer, self._now, self._pause = store, enquirer, now, pause
        self._trouble, self._pace = trouble, pace or Pace()
        self._places = BoundedSemaphore(self._pace.at_once)

    def exhibition(self, actor: Actor, no: str) -> ExhibitionOnFile | None:
        """Ask for the exhibition *no*; None when there is none that *actor* may be told of.

        :raises NotAsked: *no* is no such number.
        :raises Unreachable: no answer came in time.
        """
        with self._place():
            (answer,) = self._answers([self._put(actor, "TMP151", {"ExhibitionNo": no})])
        found: ExhibitionOnFile | None = answer.exhibition
        if found is None:
            customs_facts.forget(self._store, actor.enterprise_no, no.strip())
        else:
            self._remember_exhibition(actor, found)
        return found

    def entry_goods(
        self,
        actor: Actor,
        exhibition_no: str | None = None,
        entry_no: str | None = None,
        entry_g_no: str | int | None = None,
    ) -> tuple[EntryGoods, ...]:
        """Ask for the goods of an exhibition's entries, of one entry, or one line; empty when *actor* may be told of none.

        :raises NotAsked: neither number is given, an item without its entry, or one is no such number.
        :raises Unreachable: no answer came in time.
        """
        item = None if entry_g_no is None else str(entry_g_no)
        fields = {"ExhibitionNo": exhibition_no, "EntryNo": entry_no, "EntryGNo": item}
        with self._place():
            (answer,) = self._answers([self._put(actor, "TMP161", fields)])
            lines: tuple[EntryGoods, ...] = answer.entry_goods
            if item is None:
                self._learn_entries(actor, lines, exhibition_no or None)
        return lines

    def write_off(self, actor: Actor, original: str | None = None, back: str | None = None) -> tuple[WriteOff, ...]:
        """Ask for the write-off balances of the entry *original*, or for what the return entry *back* wrote off.

        Empty when there are none that *actor* may be told of.

        :raises NotAsked: not just one of the two, or it is no such number.
        :raises Unreachable: no answer came in time.
        """
        with self._place():
            (answer,) = self._answers(
                [self._put(actor, "TMP171", {"OriginalEntryNo": original, "ReturnEntryNo": back})]
            )
        found: tuple[WriteOff, ...] = answer.write_off
        return found

    # -- question and answer

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place among those who wait; `Unreachable` when none is left.

        Whoever waits keeps a thread of the portal: while customs are silent, questions must not take them all.
        """
        if not self._places.acquire(blocking=False):
            raise Unreachable(_TOO_MANY)
        try:
            yield
        finally:
            self._places.release()

    def _put(self, actor: Actor, code: str, fields: Mapping[str, str | None]) -> int:
        now = self._now()
        query = self._enquirer.query(code, actor.enterprise_no, fields, now)
        return outgoing.inquire(self._store, actor.enterprise_no, query.data, query.message_id, now)

    def _answers(self, numbers: Iterable[int]) -> list[Any]:
        """The documents of the answers to the queries of these numbers, waited for together."""
        waited, documents = 0.0, list[Any]()
        for number in numbers:
            while (document := self._answer(number)) is None:
                if waited >= self._pace.patience:
                    trouble = self._trouble()
                    silence = _NO_ANSWER.format(seconds=f"{self._pace.patience:g}")
                    raise Unreachable(silence if trouble is None else _NOT_SENT.format(why=trouble))
                self._pause(self._pace.look)
                waited += self._pace.look
            documents.append(document)
        return documents

    def _answer(self, number: int) -> Any:
        """The document of the answer; None while there is none."""
        state, error = outgoing.state_of(self._store, number) or ("failed", None)
        if state == "failed":
            raise Unreachable(_NOT_SENT.format(why=error or Bilingual("", "")))
        data = outgoing.answer_of(self._store, number)
        message = None if data is None else read_message(data)
        return None if message is None else message.document

    # -- what is remembered

    def _remember_exhibition(self, actor: Actor, found: ExhibitionOnFile) -> None:
        if found.start_date is None or found.end_date is None:
            return
        known = KnownExhibition(
            exhibition_no=found.exhibition_no,
            name=found.exhibition_nm,
            enterprise_nos=frozenset({actor.enterprise_no}),
            approved=found.status_cd != _DELETED,
            start=found.start_date,
            end=found.end_date,
        )
        customs_facts.remember(self._store, actor.enterprise_no, known, self._now())

    def _learn_entries(self, actor: Actor, lines: tuple[EntryGoods, ...], exhibition_no: str | None) -> None:
        """Remember the entries that *lines* are of, with their dates, which only the write-off tells.

        Whoever waits has the goods already: what does not come in time is not learnt.
        """
        by_entry: dict[str, list[EntryGoods]] = {}
        for line in lines:
            by_entry.setdefault(line.entry_no, []).append(line)
        entry_nos = list(by_entry)[:_MOST_ENTRIES]
        asked = [self._put(actor, "TMP171", {"OriginalEntryNo": entry_no}) for entry_no in entry_nos]
        try:
            answers = self._answers(asked)
        except Unreachable:
            return
        for entry_no, answer in zip(entry_nos, answers, strict=True):
            exhibition = exhibition_no or self._exhibition_of(actor, entry_no)
            known = _entry(actor, entry_no, by_entry[entry_no], answer.write_off, exhibition)
            if known is not None and exhibition_no is not None:
                known = replace(known, lines={**self._all_lent(actor, entry_no, answer.write_off), **known.lines})
            if known is not None:
                customs_facts.remember(self._store, actor.enterprise_no, known, self._now())

    def _all_lent(self, actor: Actor, entry_no: str, written_off: tuple[WriteOff, ...]) -> dict[int, KnownLine]:
        """Lines known from before of which nothing is left to lend: asked by show, customs do not name them."""
        with self._store.reading() as connection:
            before = customs_facts.known(connection, actor.enterprise_no, KnownEntry, [entry_no]).get(entry_no)
        returned = {each.original_entry_g_no: each.returned_qty for each in written_off}
        lines = {} if before is None else before.lines
        return {
            number: replace(line, returned=returned[number], lent=line.quantity - returned[number])
            for number, line in lines.items()
            if number in returned
        }

    def _exhibition_of(self, actor: Actor, entry_no: str) -> str | None:
        """Whose show an entry is for, as far as customs have told before."""
        with self._store.reading() as connection:
            known = customs_facts.known(connection, actor.enterprise_no, KnownEntry, [entry_no]).get(entry_no)
        return None if known is None else known.exhibition_no


def _entry(
    actor: Actor, entry_no: str, lines: list[EntryGoods], written_off: tuple[WriteOff, ...], exhibition_no: str | None
) -> KnownEntry | None:
    """The entry as the rules know it; None when the write-off does not tell of every line."""
    by_item = {each.original_entry_g_no: each for each in written_off}
    if not all(line.entry_g_no in by_item for line in lines):
        return None
    first = by_item[lines[0].entry_g_no]
    return KnownEntry(
        entry_no=entry_no,
        ie_date=first.ie_date,
        deadline=first.deadline,
        enterprise_nos=frozenset({actor.enterprise_no}),
        lines={line.entry_g_no: _line(line, by_item[line.entry_g_no]) for line in lines},
        exhibition_no=exhibition_no,
    )


def _line(line: EntryGoods, written_off: WriteOff) -> KnownLine:
    return KnownLine(
        item_no=line.entry_g_no,
        hs_code=line.gdecd,
        name=line.gds_nm,
        quantity=line.entry_qty,
        unit=line.entry_unit_cd,
        model=line.gds_spcf_model_desc,
        unit_price=line.unit_price,
        currency=line.curr_cd,
        origin=line.nat_cd,
        lent=line.lent_qty,
        returned=written_off.returned_qty,
    )
