"""Answers queries from the registry.  Who has no right to ask gets the same words whether or not the thing exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from msgspec import Struct

from h2018.cases import Case, Why
from h2018.decisions import receipt_texts
from h2018.registry.registry import Registry, Returned
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.records.receipt import CheckInfo, QueryResultHead
from tempgoods_edi.records.tmp251 import ExhibitionAnswer, ExhibitionOnFile
from tempgoods_edi.records.tmp261 import EntryGoods, EntryGoodsAnswer
from tempgoods_edi.records.tmp271 import ReturnLine, WriteOff, WriteOffAnswer
from tempgoods_edi.rules import KnownEntry, KnownLine
from tempgoods_edi.values import Bilingual, Finding

_ANSWERED, _NO_RIGHT, _NOTHING = "0", "1", "2"
_RESULTS = {
    _ANSWERED: Bilingual("查询成功", "answered"),
    _NO_RIGHT: Bilingual("无权查询", "no right to query"),
    _NOTHING: Bilingual("查无结果", "nothing found"),
}
_OPEN, _PARTLY, _DONE, _OVERDUE = "0", "1", "2", "3"
_ON_FILE, _CHANGING, _DELETING, _DELETED = "1", "2", "3", "4"
_UNDER_WAY = frozenset({State.SENT, State.STORED, State.MANUAL_REVIEW})
_MOST_LINES = 5000
_MOST_RETURNS = 1000


class Files(Struct, frozen=True):
    """The records of customs that queries are answered from.

    :ivar case_of: the case of a customs number.
    """

    registry: Registry
    case_of: Callable[[str], Case | None]


#: Message, who asks, rules that deny the right, business time, files → the answer's record, and why.
Answering: TypeAlias = Callable[[Message, str, tuple[Finding, ...], datetime, Files], tuple[Any, Why]]


def _exhibition(
    message: Message, asker: str, denied: tuple[Finding, ...], now: datetime, files: Files
) -> tuple[ExhibitionAnswer, Why]:
    number = message.document.exhibition_no
    known, case = files.registry.exhibitions.get(number), files.case_of(number)
    if denied or known is None or case is None or asker not in known.enterprise_nos:
        head, infos, why = _opening(message, _NO_RIGHT, denied, now)
        return ExhibitionAnswer(query_result=head, check_info=infos), why
    head, infos, why = _opening(message, _ANSWERED, (), now)
    on_file = ExhibitionOnFile(
        exhibition_no=number,
        exhibition_nm=known.name,
        master_cus_cd=files.registry.in_force.get(number, case.document).head.master_cus_cd,
        start_date=known.start,
        end_date=known.end,
        status_cd=_status(case),
    )
    return ExhibitionAnswer(query_result=head, check_info=infos, exhibition=on_file), why


def _status(case: Case) -> str:
    if case.state is State.DELETED:
        return _DELETED
    if case.version and case.state in _UNDER_WAY:
        return _DELETING if case.kind == VersionKind.DELETION.value else _CHANGING
    return _ON_FILE


def _entry_goods(
    message: Message, asker: str, denied: tuple[Finding, ...], now: datetime, files: Files
) -> tuple[EntryGoodsAnswer, Why]:
    document = message.document
    if denied:
        head, infos, why = _opening(message, _NO_RIGHT, denied, now)
        return EntryGoodsAnswer(query_result=head, check_info=infos), why
    if document.entry_no is not None:
        entries: Iterable[KnownEntry] = (files.registry.entries[document.entry_no],)
    else:
        entries = files.registry.entries_of(document.exhibition_no)
    lines = [
        _goods(entry, line)
        for entry in entries
        if document.exhibition_no in (None, entry.exhibition_no)
        if not files.registry.is_return(entry.entry_no)
        for _, line in sorted(entry.lines.items())
        # Of one entry all is told, how much is left too; of a show only what can still be chosen.
        if document.entry_g_no in (None, line.item_no) and (document.entry_no is not None or line.available > 0)
    ]
    head, infos, why = _opening(message, _ANSWERED if lines else _NOTHING, (), now)
    return EntryGoodsAnswer(query_result=head, check_info=infos, entry_goods=tuple(lines[:_MOST_LINES])), why


def _goods(entry: KnownEntry, line: KnownLine) -> EntryGoods:
    return EntryGoods(
        entry_no=entry.entry_no,
        entry_g_no=line.item_no,
        gdecd=line.hs_code,
        gds_nm=line.name,
        gds_spcf_model_desc=line.model,
        entry_qty=line.quantity,
        entry_unit_cd=line.unit,
        unit_price=line.unit_price,
        curr_cd=line.currency,
        nat_cd=line.origin,
        lent_qty=line.lent,
        available_qty=_not_below_zero(line.available),
    )


def _write_off(
    message: Message, asker: str, denied: tuple[Finding, ...], now: datetime, files: Files
) -> tuple[WriteOffAnswer, Why]:
    document = message.document
    if denied:
        head, infos, why = _opening(message, _NO_RIGHT, denied, now)
        return WriteOffAnswer(query_result=head, check_info=infos), why
    found = list(_written_off(document.original_entry_no, document.return_entry_no, now.date(), files.registry))
    head, infos, why = _opening(message, _ANSWERED if found else _NOTHING, (), now)
    return WriteOffAnswer(query_result=head, check_info=infos, write_off=tuple(found[:_MOST_LINES])), why


def _written_off(original: str | None, returning: str | None, today: date, registry: Registry) -> Iterable[WriteOff]:
    """The lines of an original entry, or those that a return entry wrote off with nothing but its own returns."""
    if original is not None:
        entry = registry.entries[original]
        for item_no in sorted(entry.lines):
            yield _line(entry, item_no, registry.returns_of(original, item_no), today)
        return
    by_line: dict[tuple[str, int], list[Returned]] = {}
    for each in registry.returned_by(returning or ""):
        by_line.setdefault(each.original, []).append(each)
    for (entry_no, item_no), returns in sorted(by_line.items()):
        if entry_no in registry.entries and item_no in registry.entries[entry_no].lines:
            yield _line(registry.entries[entry_no], item_no, returns, today)


def _line(entry: KnownEntry, item_no: int, returns: Iterable[Returned], today: date) -> WriteOff:
    line = entry.lines[item_no]
    return WriteOff(
        original_entry_no=entry.entry_no,
        original_entry_g_no=item_no,
        gds_nm=line.name,
        entry_qty=line.quantity,
        entry_unit_cd=line.unit,
        ie_date=entry.ie_date,
        deadline=entry.deadline,
        returned_qty=line.returned,
        remain_qty=_not_below_zero(line.remaining),
        status_cd=write_off_status(line, entry.deadline, today),
        returns=tuple(
            ReturnLine(
                return_entry_no=each.entry_no,
                return_entry_g_no=each.item_no,
                return_qty=each.quantity,
                return_date=each.day,
            )
            for each in returns
        )[:_MOST_RETURNS],
    )


def write_off_status(line: KnownLine, deadline: date, today: date) -> str:
    """The write-off status (StatusCd) of a line: nothing returned, part returned, all returned, or overdue."""
    if line.remaining <= 0:
        return _DONE
    if today > deadline:
        return _OVERDUE
    return _PARTLY if line.returned else _OPEN


def _not_below_zero(quantity: Decimal) -> Decimal:
    return max(quantity, Decimal(0))


def _opening(
    message: Message, result: str, denied: tuple[Finding, ...], now: datetime
) -> tuple[QueryResultHead, tuple[CheckInfo, ...], Why]:
    head = QueryResultHead(ori_message_id=message.info.message_id, result_cd=result, manage_date=now)
    infos = receipt_texts.notes(denied) or (receipt_texts.plain_note(_RESULTS[result].zh),)
    return head, infos, Why(stage="registry", text=_RESULTS[result])


#: How each query is answered.
ANSWERS: Mapping[str, Answering] = {"TMP151": _exhibition, "TMP161": _entry_goods, "TMP171": _write_off}
