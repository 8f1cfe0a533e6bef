"""The pages that declare: show what will be signed, let the card sign in the browser (or on its agent's page), then send."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tempgoods_edi.declarant.errors import NotAllowed, NotFound, RefusedContents
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.forms import form_actions, goods, texts
from tempgoods_edi.web.forms.form_pages import shape_of
from tempgoods_edi.web.forms.form_requests import Session
from tempgoods_edi.web.forms.model import form_of
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.flash import flash
from tempgoods_edi.web.shell.pages import page

if TYPE_CHECKING:
    from tempgoods_edi.declarant.stored import Stored

router = APIRouter()
_LARGEST_SIGNATURE = 20_000


@router.get("/declarations/{seq_no}/declare")
def to_sign(request: Request, session: Session, seq_no: str) -> Response:
    """The page that shows what will be signed and asks for the password (W9)."""
    return _sign_page(request, session, context(request).filing.get(session.actor, seq_no))


@router.get("/declarations/{seq_no}/signed")
def signed(request: Request, session: Session, seq_no: str) -> Response:
    """The page after the card agent's page, without scripts: one button declares with the signature."""
    stored = context(request).filing.get(session.actor, seq_no)
    given = {name: request.query_params.get(name, "") for name in ("prepared", "algorithm", "signature", "certificate")}
    if not all(given.values()) or len(request.url.query) > _LARGEST_SIGNATURE:
        return _sign_page(request, session, stored, problem=texts.NO_SIGNATURE)
    return page(request, "forms/signed.html", texts=texts, kind=stored.kind, stored=stored, given=given)


@router.post("/declarations/{seq_no}/declare")
def declare(request: Request, session: Session, seq_no: str, fields: Fields) -> Response:
    """Declare with the card's signature."""
    services = context(request)
    stored = services.filing.get(session.actor, seq_no)
    texts_of = {name: value for name, value in fields.items() if isinstance(value, str)}
    try:
        signature, certificate = _bytes(texts_of.get("signature", "")), _bytes(texts_of.get("certificate", ""))
        services.filing.declare(
            session.actor,
            seq_no,
            texts_of.get("prepared", ""),
            texts_of.get("algorithm", ""),
            signature,
            certificate,
        )
    except NotFound:
        raise
    except RefusedContents as refused:
        if any(each.path for each in refused.findings):
            return form_actions.refused_page(request, session.actor, stored, refused.findings)
        said = refused.findings[0].text if refused.findings else refused.text
        return _sign_page(request, session, stored, problem=said, status=422)
    except NotAllowed as late:
        # Declared already, for instance by a second press: its page says how it stands.
        response = RedirectResponse(f"/declarations/{seq_no}", 303)
        flash(response, late.text, "warning", secure=services.settings.secure)
        return response
    except TempgoodsError as wrong:
        return _sign_page(request, session, stored, problem=wrong.text, status=422)
    response = RedirectResponse(f"/declarations/{seq_no}", 303)
    flash(response, texts.DECLARED, secure=services.settings.secure)
    return response


def _sign_page(
    request: Request, session: Any, stored: Stored, *, problem: Bilingual | None = None, status: int = 200
) -> Response:
    services = context(request)
    try:
        prepared = services.filing.prepare(session.actor, stored.seq_no)
    except RefusedContents as refused:
        return form_actions.refused_page(request, session.actor, stored, refused.findings)
    except NotAllowed as late:
        response = RedirectResponse(f"/declarations/{stored.seq_no}", 303)
        flash(response, late.text, "warning", secure=services.settings.secure)
        return response
    stored = services.filing.get(session.actor, stored.seq_no)
    shape = shape_of(stored.kind, stored, {})
    form = form_of(shape, stored.tree, prepared.findings)
    back = f"{services.settings.address}/declarations/{stored.seq_no}/signed?{urlencode({'prepared': prepared.id})}"
    return page(
        request,
        "forms/declare.html",
        status=status,
        texts=texts,
        kind=stored.kind,
        stored=stored,
        form=form,
        prepared=prepared,
        problem=problem,
        return_url=back,
        rows=goods.rows(shape, form.lines, 1),
        totals=goods.totals(shape, form.lines),
        prints=(),
    )


def _bytes(text: str) -> bytes:
    """Base64 as cards give it; raises `TempgoodsError` for what is none."""
    try:
        found = b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not found:
        raise TempgoodsError(texts.NO_SIGNATURE)
    return found
