"""The list pages of declarations: one controller for all kinds (manual, chapter 3; W23, W24, W26)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from msgspec.structs import replace
from starlette.exceptions import HTTPException

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.errors import NotAllowed
from tempgoods_edi.declarant.kinds import Kind, by_slug
from tempgoods_edi.declarant.store.listing import DeclarationRow, Search
from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.lifecycle.states import Action, State
from tempgoods_edi.web.queries import cells, texts
from tempgoods_edi.web.queries.list_columns import columns, page_columns
from tempgoods_edi.web.queries.list_query import SIZES, ListQuery, asked
from tempgoods_edi.web.queries.workbooks import workbook
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.flash import flash
from tempgoods_edi.web.shell.language import language, own_path
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import require

if TYPE_CHECKING:
    from tempgoods_edi.declarant.filing import Filing

router = APIRouter()
#: Rows that are fetched at once for a workbook; no more are given for one asking.
_BATCH = 1000
#: The buttons of a list that act on the row that is chosen, with what its state must allow.
_BUTTONS = {"change": Action.CHANGE, "deletion": Action.APPLY_DELETION}


def kind_at(slug: str) -> Kind:
    """The kind whose list is at *slug*; 404 when there is none."""
    found = by_slug(slug)
    if found is None:
        raise HTTPException(404)
    return found


OfKind = Annotated[Kind, Depends(kind_at)]
LoggedIn = Annotated[Session, Depends(require)]


@router.get("/queries/{slug}.xlsx")
def export_list(request: Request, kind: OfKind, session: LoggedIn) -> Response:
    """Download all declarations that meet the conditions, as an Excel workbook."""
    wanted, lang, services = asked(kind, request.query_params), language(request), context(request)
    if not wanted.right:
        return RedirectResponse(f"/queries/{kind.slug}{wanted.query()}", 303)
    shown = columns(kind)
    found = _every(services.filing, session.actor, wanted)
    rows = ([cells.cell(column, row, lang) for column in shown] for row in found)
    return workbook(texts.TITLE.format(title=kind.title), cells.sheet_columns(shown, lang), rows, services.now(), lang)


@router.get("/queries/{slug}")
def show_list(request: Request, kind: OfKind, session: LoggedIn) -> HTMLResponse:
    """The page of the declarations of one kind; without conditions all of them."""
    wanted = asked(kind, request.query_params)
    found = context(request).filing.find(session.actor, search(wanted)) if wanted.right else None
    total = 0 if found is None else found.total
    return page(
        request,
        "queries/list.html",
        status=200 if wanted.right else 422,
        texts=texts,
        kind=kind,
        asked=wanted,
        columns=page_columns(kind),
        orders=[column for column in columns(kind) if column.sortable],
        rows=() if found is None else found.rows,
        total=total,
        pages=max(1, -(-total // wanted.size)),
        sizes=SIZES,
        shown=cells.cell_text,
        actions=_offered_actions,
        editable=_editable,
    )


@router.post("/queries/{slug}/open")
def act_on_row(request: Request, kind: OfKind, session: LoggedIn, fields: Fields) -> Response:
    """Handle a button above the list for the chosen row: its page, a change, or a deletion."""
    seq_no, do, back = (str(fields.get(name) or "") for name in ("row", "do", "back"))
    if not seq_no:
        response = RedirectResponse(
            own_path(back) if back.startswith(f"/queries/{kind.slug}") else f"/queries/{kind.slug}", 303
        )
        flash(response, texts.CHOOSE_FIRST, "warning", secure=context(request).settings.secure)
        return response
    stored = context(request).filing.get(session.actor, seq_no)
    action = _BUTTONS.get(do)
    if action is None:
        return RedirectResponse(f"/declarations/{stored.seq_no}", 303)
    if action is Action.CHANGE:
        if action not in stored.actions:
            raise NotAllowed(action, stored.state)
        # The form, its token included, goes on to the address that begins the change.
        return RedirectResponse(f"/declarations/{stored.seq_no}/change", 307)
    # That page says why not, where it is not possible.
    return RedirectResponse(f"/declarations/{stored.seq_no}/deletion", 303)


def search(wanted: ListQuery, **other: Any) -> Search:
    """The search for the store; values in *other* replace the query's, named as in `Search`."""
    found = Search(
        kind=wanted.kind,
        conditions=wanted.values,
        page=wanted.page,
        size=wanted.size,
        sort=wanted.sort,
        descending=wanted.descending,
    )
    return replace(found, **other)


def _every(filing: Filing, actor: Actor, wanted: ListQuery) -> Iterator[DeclarationRow]:
    number = 1
    while True:
        found = filing.find(actor, search(wanted, page=number, size=_BATCH)).rows
        yield from found
        if len(found) < _BATCH:
            return
        number += 1


def _offered_actions(row: DeclarationRow) -> str:
    """Names of the buttons that can be pressed for *row*, for the page's script.

    A used exhibition has the button too: it leads to the reason why it cannot be deleted.
    """
    approved = row.state is State.APPROVED and Action.CHANGE in row.actions
    return " ".join(("view", *(("change", "deletion") if approved else ())))


def _editable(row: DeclarationRow) -> bool:
    return Action.SAVE in row.actions
