"""The shell's own routes beside log-in: language, help, live states, health."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from msgspec import to_builtins

from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.web.shell import card_check, card_check_texts, help_texts, login
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.language import COOKIE, KEPT, language, own_path
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import cookie_name, require, set_cookie

router = APIRouter()
router.include_router(login.router)
router.include_router(card_check.router)


@router.post("/language")
def change_language(request: Request, fields: Fields) -> Response:
    """Switch to the other language and return to the same page."""
    back, wanted = fields.get("back"), fields.get("lang")
    response = RedirectResponse(own_path(back) if isinstance(back, str) else "/", 303)
    settings = context(request).settings
    set_cookie(response, settings, COOKIE, "en" if wanted == "en" else "zh", KEPT)
    return response


@router.get("/help")
def show_help(request: Request) -> Response:
    """The help page about cards, with a step-by-step test of the card (W4)."""
    return page(request, "shell/help.html", texts=help_texts, check=card_check_texts)


@router.get("/events")
async def events(request: Request, session: Annotated[Session, Depends(require)], after: str = "") -> Response:
    """The stream of changed states of this enterprise's declarations.

    :param after: number of the last change the page knows; a browser that comes back says it by ``Last-Event-ID``.
    """
    services = context(request)
    secret = request.cookies[cookie_name(services.settings)]
    known = _number(request.headers.get("last-event-id", "") or after)
    stream = services.live.stream(session.actor.enterprise_no, secret, language(request), known)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.get("/events/since")
def since(request: Request, session: Annotated[Session, Depends(require)], after: str = "") -> Response:
    """The changed states since *after*, for a page that listens through another one, or that asks if it is logged in."""
    known = _number(after)
    told = () if known is None else context(request).live.since(session.actor.enterprise_no, language(request), known)
    return JSONResponse(to_builtins(told))


@router.get("/healthz")
def alive() -> Response:
    """Health: the process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def ready(request: Request) -> Response:
    """Readiness: the process answers and its store can be written; otherwise a failure like any, with status 503.

    Anybody may ask: the store is tried once a second at most.
    """
    services, state = context(request), request.app.state
    if services.seconds() - getattr(state, "written_at", float("-inf")) >= 1:
        services.store.try_writing()
        state.written_at = services.seconds()
    return JSONResponse({"status": "ok"})


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None
