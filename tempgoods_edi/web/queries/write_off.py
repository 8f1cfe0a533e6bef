"""The write-off page: which of an entry's goods went back, what remains, and the deadline (manual 3.5; W27)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from tempgoods_edi.codelists import code_list
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.errors import Unreachable
from tempgoods_edi.declarant.exporting import Cell, ExportColumn
from tempgoods_edi.declarant.query_messages import NotAsked
from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.lifecycle.deadlines import Urgency, urgency
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.records.tmp271 import WriteOff
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.web.forms.fields import readable
from tempgoods_edi.web.queries import texts
from tempgoods_edi.web.queries.workbooks import workbook
from tempgoods_edi.web.shell.context import Context, context
from tempgoods_edi.web.shell.language import language
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import require

router = APIRouter()
_LONGEST = 40
#: Nothing is left to go back: its deadline presses nobody.
_WRITTEN_OFF = "2"


class Question(Struct, frozen=True):
    """The typed numbers; exactly one of the two is asked about."""

    original: str = ""
    back: str = ""
    wrong: Bilingual | None = None

    @property
    def asked(self) -> bool:
        """True when there is a question, without mistakes."""
        return self.wrong is None and bool(self.original or self.back)


class BalanceLine(Struct, frozen=True):
    """One goods line of an entry with its write-off balance.

    :ivar urgency: how soon its deadline falls; None when nothing has to go back any more.
    """

    found: WriteOff
    unit: Bilingual
    status: Bilingual
    urgency: Urgency | None


class WriteOffAnswer(Struct, frozen=True):
    """The answer of customs; *lines* is None when nothing was asked or nobody answered."""

    lines: tuple[BalanceLine, ...] | None = None
    unreachable: Bilingual | None = None
    wrong: Bilingual | None = None


@router.get("/queries/write-off")
def show_write_off(request: Request, session: Annotated[Session, Depends(require)]) -> Response:
    """The write-off page with the question and customs' answer."""
    question = _question(request.query_params)
    answer = _answer(context(request), session.actor, question)
    return page(
        request,
        "queries/write_off.html",
        status=422 if question.wrong or answer.wrong else 503 if answer.unreachable else 200,
        texts=texts,
        question=question,
        answer=answer,
        wrong=question.wrong or answer.wrong,
    )


@router.get("/queries/write-off.xlsx")
def export_write_off(request: Request, session: Annotated[Session, Depends(require)]) -> Response:
    """Download the answer as an Excel workbook: one row for each return, or for each line without one."""
    question, lang, services = _question(request.query_params), language(request), context(request)
    answer = _answer(services, session.actor, question)
    if not answer.lines:
        return RedirectResponse(f"/queries/write-off?{request.url.query}", 303)
    rows = (row for line in answer.lines for row in _rows(line, lang))
    return workbook(texts.WRITE_OFF, _columns(lang), rows, services.now(), lang)


def _question(given: Mapping[str, str]) -> Question:
    original, back = (given.get(name, "").strip() for name in ("original", "back"))
    if original and back:
        return Question(original, back, texts.EXACTLY_ONE)
    if "original" in given and not original and not back:
        return Question(original, back, texts.ONE_NEEDED)
    number = original or back
    if number and (len(number) > _LONGEST or not number.isalnum() or not number.isascii()):
        return Question(original, back, texts.ENTRY_FORM)
    return Question(original, back)


def _answer(services: Context, actor: Actor, question: Question) -> WriteOffAnswer:
    if not question.asked:
        return WriteOffAnswer()
    if services.customs_queries is None:
        return WriteOffAnswer(unreachable=texts.NOT_SET_UP)
    try:
        found = services.customs_queries.write_off(actor, question.original or None, question.back or None)
    except Unreachable as error:
        return WriteOffAnswer(unreachable=error.text)
    except NotAsked as error:
        return WriteOffAnswer(wrong=error.text)
    today = services.now().astimezone(CHINA_TIME).date()
    return WriteOffAnswer(lines=tuple(_line(each, today) for each in found or ()))


def _line(found: WriteOff, today: date) -> BalanceLine:
    unit = code_list("units").get(found.entry_unit_cd)
    status = reader.message("TMP271").root.at("WriteOff/StatusCd")
    return BalanceLine(
        found=found,
        unit=unit.name.bilingual() if unit is not None else Bilingual(found.entry_unit_cd, found.entry_unit_cd),
        status=_meaning(status, found.status_cd) if isinstance(status, FieldSpec) else Bilingual("", ""),
        urgency=None if found.status_cd == _WRITTEN_OFF else urgency(found.deadline, today),
    )


def _meaning(field: FieldSpec, value: str) -> Bilingual:
    option = next((each for each in field.facets.options if each.value == value), None)
    return readable(field, value) if option is None else option.label


def _columns(lang: Lang) -> tuple[ExportColumn, ...]:
    titles = (
        (texts.ORIGINAL, 22), (texts.ITEM, 8), (texts.GOODS_NAME, 30), (texts.QUANTITY, 12), (texts.UNIT, 10),
        (texts.ENTERED_ON, 14), (texts.DEADLINE, 14), (texts.RETURNED, 12), (texts.REMAINING, 12), (texts.STATUS, 14),
        (texts.RETURN, 22), (texts.RETURN_ITEM, 10), (texts.RETURN_QUANTITY, 12), (texts.RETURN_DATE, 14),
    )  # fmt: skip
    return tuple(ExportColumn(title.in_(lang), width=width) for title, width in titles)


def _rows(line: BalanceLine, lang: Lang) -> Iterator[tuple[Cell, ...]]:
    found = line.found
    same: tuple[Cell, ...] = (
        found.original_entry_no, found.original_entry_g_no, found.gds_nm, found.entry_qty, line.unit.in_(lang),
        found.ie_date, found.deadline, found.returned_qty, found.remain_qty, line.status.in_(lang),
    )  # fmt: skip
    for each in found.returns:
        yield (*same, each.return_entry_no, each.return_entry_g_no, each.return_qty, each.return_date)
    if not found.returns:
        yield same
