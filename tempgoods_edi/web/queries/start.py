"""The start page: declarations that wait for somebody, deadlines, and shortcuts to new declarations (W29)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from msgspec import Struct

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.errors import NotFound
from tempgoods_edi.declarant.kinds import KINDS
from tempgoods_edi.declarant.store.listing import DeclarationRow
from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.lifecycle.deadlines import Urgency
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.forms.form_pages import ShownReason, shape_of, shown_reasons
from tempgoods_edi.web.queries import texts
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import require

if TYPE_CHECKING:
    from tempgoods_edi.declarant.filing import Filing

router = APIRouter()
#: Of each kind of work so much is shown; the rest is a click away.
_MOST = 10
_MOST_REASONS = 3


class Returned(Struct, frozen=True):
    """A declaration that customs returned, with the first of the reasons."""

    row: DeclarationRow
    reasons: tuple[ShownReason, ...]
    more: int


@router.get("/")
def show_start(request: Request, session: Annotated[Session, Depends(require)]) -> HTMLResponse:
    """The start page of the logged-in enterprise."""
    services = context(request)
    waiting = services.filing.start_page(session.actor)
    today = services.now().astimezone(CHINA_TIME).date()
    return page(
        request,
        "queries/start.html",
        texts=texts,
        kinds=KINDS,
        trouble=services.trouble(),
        waiting=waiting,
        returned=list(_returned(services.filing, session.actor, waiting.rejected[:_MOST])),
        deadlines=[each for each in waiting.deadlines if each.urgency is not Urgency.LATER],
        pressing=any(each.urgency in (Urgency.OVERDUE, Urgency.WITHIN_3_DAYS) for each in waiting.deadlines),
        most=_MOST,
        left=lambda day: days_left(day, today),
    )


def days_left(day: date, today: date) -> Bilingual:
    """The time left until a deadline, in words.

    >>> days_left(date(2027, 4, 12), date(2027, 4, 10)).en, days_left(date(2027, 4, 9), date(2027, 4, 10)).en
    ('2 days left', '1 days overdue')
    """
    days = (day - today).days
    if days == 0:
        return texts.TODAY
    return texts.DAYS_LEFT.format(days=days) if days > 0 else texts.DAYS_OVER.format(days=-days)


def _returned(filing: Filing, actor: Actor, rows: Sequence[DeclarationRow]) -> Iterator[Returned]:
    for row in rows:
        try:
            stored = filing.get(actor, row.seq_no)
        except NotFound:
            # Deleted by somebody since the rows were read.
            continue
        reasons = shown_reasons(shape_of(stored.kind, stored, {}), filing.reasons(stored))
        yield Returned(row, reasons[:_MOST_REASONS], max(0, len(reasons) - _MOST_REASONS))
