"""The pages of API tokens for an enterprise's programs: made, shown once, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from tempgoods_edi.declarant.errors import NotFound
from tempgoods_edi.declarant.store import tokens
from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.web.queries import texts
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.flash import flash
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import require

router = APIRouter()
LoggedIn = Annotated[Session, Depends(require)]
_LONGEST_NAME = 60


@router.get("/tokens")
def show_tokens(request: Request, session: LoggedIn) -> Response:
    """The page that lists the enterprise's API tokens, without their secrets."""
    return _shown(request, session)


@router.post("/tokens")
def make_token(request: Request, session: LoggedIn, fields: Fields) -> Response:
    """Make an API token; its secret stands on the answered page and nowhere else."""
    services = context(request)
    name = "".join(sign for sign in str(fields.get("name") or "").strip() if sign.isprintable())[:_LONGEST_NAME]
    plain = tokens.make_token(services.store, session.actor, name, services.machine_now(), services.token)
    return _shown(request, session, plain)


@router.post("/tokens/{id}/revoke")
def revoke_token(request: Request, session: LoggedIn, id: str) -> Response:
    """Revoke an API token."""
    services = context(request)
    number = int(id) if id.isascii() and id.isdigit() and len(id) < 19 else 0
    if not tokens.revoke(services.store, session.actor.enterprise_no, number, services.machine_now()):
        raise NotFound(texts.NO_SUCH_TOKEN)
    response = RedirectResponse("/tokens", 303)
    flash(response, texts.REVOKED_NOW, secure=services.settings.secure)
    return response


def _shown(request: Request, session: Session, plain: str | None = None) -> Response:
    found = tokens.of_enterprise(context(request).store, session.actor.enterprise_no)
    return page(request, "queries/tokens.html", texts=texts, tokens=found, plain=plain)
