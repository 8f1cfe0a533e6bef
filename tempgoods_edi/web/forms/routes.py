"""The routes of the form pages: new, stored, delete, change, deletion, documents, print-outs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from msgspec import to_builtins
from starlette.datastructures import UploadFile

from tempgoods_edi.declarant.errors import NotAllowed, NotFound, RefusedContents
from tempgoods_edi.declarant.kinds import EXHIBITION_NO, numbered
from tempgoods_edi.declarant.printing import offered, render
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.states import Action
from tempgoods_edi.values import Bilingual, Finding
from tempgoods_edi.web.forms import form_actions, texts
from tempgoods_edi.web.forms.form_pages import buttons, shape_of
from tempgoods_edi.web.forms.form_requests import Session, kind_of
from tempgoods_edi.web.forms.goods import finding_json
from tempgoods_edi.web.forms.model import form_of
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.files import attachment_headers
from tempgoods_edi.web.shell.flash import flash
from tempgoods_edi.web.shell.language import language
from tempgoods_edi.web.shell.pages import TEMPLATES, frame, page

router = APIRouter()

#: Largest page number and document number anybody may ask for.
_MOST = 10_000
_NOT_OFFERED = Bilingual("现在不能打印这份单证", "this print-out is not available now")


@router.get("/forms/{slug}")
def new_form(request: Request, session: Session, slug: str) -> Response:
    """The page of an empty form, with the fields known from the card (W3, W8)."""
    return form_actions.open_page(request, session.actor, kind_of(slug), None)


@router.post("/forms/{slug}")
def new_form_posted(request: Request, session: Session, slug: str, fields: Fields) -> Response:
    """Handle a button on a form that was never saved."""
    return form_actions.act(request, session.actor, kind_of(slug), None, fields)


@router.get("/declarations/{seq_no}")
def stored_form(request: Request, session: Session, seq_no: str) -> Response:
    """The page of a stored declaration: to edit, or to read (W24)."""
    stored = context(request).filing.get(session.actor, seq_no)
    number = request.query_params.get("page", "1")
    wanted = min(int(number), _MOST) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    return form_actions.open_page(request, session.actor, stored.kind, stored, wanted)


@router.post("/declarations/{seq_no}")
def stored_form_posted(request: Request, session: Session, seq_no: str, fields: Fields) -> Response:
    """Handle a button on the form of a stored declaration."""
    stored = context(request).filing.get(session.actor, seq_no)
    return form_actions.act(request, session.actor, stored.kind, stored, fields)


@router.get("/declarations/{seq_no}/delete")
def ask_delete(request: Request, session: Session, seq_no: str) -> Response:
    """The page that asks before deleting (W7), without scripts."""
    return _question(request, session, seq_no, "forms/ask_delete.html", texts.DELETE)


@router.post("/declarations/{seq_no}/delete")
def delete(request: Request, session: Session, seq_no: str) -> Response:
    """Delete a draft and show the list."""
    services = context(request)
    kind = services.filing.get(session.actor, seq_no).kind
    services.filing.delete(session.actor, seq_no)
    response = RedirectResponse(f"/queries/{kind.slug}", 303)
    flash(response, texts.DELETED.format(seq_no=seq_no), secure=services.settings.secure)
    return response


@router.get("/declarations/{seq_no}/withdraw")
def ask_withdraw(request: Request, session: Session, seq_no: str) -> Response:
    """The page that asks before a begun change is withdrawn, without scripts."""
    return _question(request, session, seq_no, "forms/ask_withdraw.html", texts.WITHDRAW)


@router.post("/declarations/{seq_no}/withdraw")
def withdraw(request: Request, session: Session, seq_no: str) -> Response:
    """Withdraw a change or deletion that was begun; only the version in force remains."""
    context(request).filing.withdraw(session.actor, seq_no)
    return _to_form(request, seq_no, texts.WITHDRAWN)


@router.post("/declarations/{seq_no}/change")
def change(request: Request, session: Session, seq_no: str) -> Response:
    """Begin a change of an approved declaration (W25)."""
    services = context(request)
    services.filing.change(session.actor, seq_no)
    return _to_form(request, seq_no, texts.CHANGE_BEGUN)


@router.get("/declarations/{seq_no}/deletion")
def ask_deletion(request: Request, session: Session, seq_no: str) -> Response:
    """The page that asks for the reason, or says why a deletion is impossible (W26), without scripts."""
    return _question(request, session, seq_no, "forms/ask_deletion.html", texts.DELETION)


@router.post("/declarations/{seq_no}/deletion")
def deletion(request: Request, session: Session, seq_no: str, fields: Fields) -> Response:
    """Begin the deletion of an approved, unused declaration (W26)."""
    services, reason = context(request), fields.get("reason")
    given = reason.strip() if isinstance(reason, str) else ""
    stored = services.filing.get(session.actor, seq_no)
    if (
        services.customs_queries is not None
        and stored.customs_no is not None
        and stored.kind.code in numbered(EXHIBITION_NO)
    ):
        # What customs tell of its entries is remembered, and decides whether it is in use; if they do not answer now,
        # they will judge for themselves.
        with suppress(TempgoodsError):
            services.customs_queries.entry_goods(session.actor, exhibition_no=stored.customs_no)
    try:
        services.filing.apply_deletion(session.actor, seq_no, given)
    except NotAllowed as why:
        return _question(request, session, seq_no, "forms/ask_deletion.html", texts.WHY_NOT, why=why.text, status=409)
    return _to_form(request, seq_no, texts.DELETION_BEGUN)


@router.post("/declarations/{seq_no}/documents")
def upload(request: Request, session: Session, seq_no: str, fields: Fields) -> Response:
    """Attach a PDF (W19), by script: JSON with the new list, or the reason of a refusal."""
    services, file, kind = context(request), fields.get("document-file"), fields.get("document-type")
    if not isinstance(file, UploadFile) or not file.filename:
        return JSONResponse({"findings": [], "text": texts.NO_FILE.in_(language(request))}, 422)
    try:
        stored = services.filing.attach(
            session.actor, seq_no, file.filename, kind if isinstance(kind, str) else "", file.file.read()
        )
    except RefusedContents as refused:
        lang = language(request)
        return JSONResponse(
            {"findings": [finding_json(each, lang) for each in refused.findings], "text": refused.text.in_(lang)}, 422
        )
    return _documents(request, stored, texts.UPLOADED.format(name=file.filename))


@router.get("/declarations/{seq_no}/documents/{number}")
def document(request: Request, session: Session, seq_no: str, number: int) -> Response:
    """One attached file, as it was uploaded."""
    name, data = context(request).filing.attachment(session.actor, seq_no, min(number, _MOST))
    headers = {
        **attachment_headers(name, inline=True),
        # A PDF is another's work: whatever is in it may do nothing here.
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; object-src 'self'",
    }
    return Response(data, media_type="application/pdf", headers=headers)


@router.post("/declarations/{seq_no}/documents/{number}/delete")
def remove_document(request: Request, session: Session, seq_no: str, number: int) -> Response:
    """Remove an attached file, by script."""
    stored = context(request).filing.detach(session.actor, seq_no, min(number, _MOST))
    return _documents(request, stored, texts.DETACHED)


@router.get("/declarations/{seq_no}/print/{what}.pdf")
def print_out(request: Request, session: Session, seq_no: str, what: str) -> Response:
    """Download a print-out that the state offers (W13)."""
    services = context(request)
    stored = services.filing.get(session.actor, seq_no)
    sheet = next((each for each in offered(stored) if each.what == what), None)
    if sheet is None:
        raise NotFound(_NOT_OFFERED)
    lang = language(request)
    findings: tuple[Finding, ...] = ()
    if what == "check-sheet" and Action.SAVE in stored.actions:
        tree = stored.tree
        findings = form_actions.judged(
            services, session.actor, stored.kind, tree, tree, declared=True, seq_no=seq_no
        ).findings
    name = f"{sheet.title.in_(lang)} {stored.customs_no or seq_no}.pdf"
    data = render(stored, what, lang, services.now(), findings)
    return Response(data, media_type="application/pdf", headers=attachment_headers(name, inline=True))


def _question(
    request: Request,
    session: Any,
    seq_no: str,
    template: str,
    title: Bilingual,
    *,
    why: Bilingual | None = None,
    status: int = 200,
) -> Response:
    stored = context(request).filing.get(session.actor, seq_no)
    can = buttons(stored.actions, shape_of(stored.kind, stored, {}))
    if why is not None:
        can["apply_deletion"] = False
    return page(
        request,
        "forms/question.html",
        status=status,
        texts=texts,
        stored=stored,
        kind=stored.kind,
        can=can,
        question=template,
        title=title,
        why_not=why,
    )


def _to_form(request: Request, seq_no: str, said: Bilingual) -> Response:
    response = RedirectResponse(f"/declarations/{seq_no}", 303)
    flash(response, said, secure=context(request).settings.secure)
    return response


def _documents(request: Request, stored: Any, said: Bilingual) -> Response:
    lang = language(request)
    shape = shape_of(stored.kind, stored, {})
    content = {**frame(request), "texts": texts, "form": form_of(shape, stored.tree), "stored": stored}
    html = TEMPLATES.text("forms/document_list.html", lang, content)
    return JSONResponse(
        {"html": html, "revision": stored.revision, "text": said.in_(lang), "findings": to_builtins(())}
    )
