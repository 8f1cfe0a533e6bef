"""The access check before every route: pages that need no log-in, and CSRF protection of every change."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.pages.origin import from_same_origin
from tempgoods_edi.web.shell import texts
from tempgoods_edi.web.shell.context import LARGEST_BODY, context
from tempgoods_edi.web.shell.sessions import NotLoggedIn, csrf_token, session_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: What can be seen and done before log-in; everything else asks for a session.
PUBLIC = frozenset({"/login", "/logout", "/language", "/help", "/healthz", "/readyz"})
#: Below these too.  The API asks for a token of its own in every request and never looks at cookies, so no page of
#: another site can act through it.
PUBLIC_BELOW = ("/login/", "/help/", "/static/", "/api/")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST_FIELDS, _MOST_FILES = 5000, 20
#: Forms with much in them are sent as multipart; to decode megabytes of percent signs takes the whole portal seconds.
_LARGEST_ENCODED = 1024 * 1024


class ForeignRequest(TempgoodsError):
    """The request was made by a page of another site."""

    def __init__(self) -> None:
        super().__init__(texts.FOREIGN_ORIGIN)


class StaleForm(TempgoodsError):
    """The form's CSRF token is not the session's: an old page, or no page of ours."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__(texts.SESSION_ENDED_TYPED if ended else texts.STALE_FORM)
        self.ended = ended


def is_public(path: str) -> bool:
    """True for a path that needs no session.

    >>> is_public("/login/challenge"), is_public("/loginx"), is_public("/forms/exhibition")
    (True, False, False)
    """
    return path in PUBLIC or path.startswith(PUBLIC_BELOW)


async def form(request: Request) -> FormData:
    """Dependency: the fields of the posted form, read once, within the limits."""
    if _media_type(request) == _FORMS[0] and len(await request.body()) > _LARGEST_ENCODED:
        raise HTTPException(413)
    return await request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=LARGEST_BODY)


#: How a route asks for them: ``def save(request: Request, fields: Fields)``.
Fields = Annotated[FormData, Depends(form)]


async def guarded(request: Request) -> AsyncIterator[None]:
    """Application-wide dependency: lets a permitted request pass, raises otherwise.

    :raises NotLoggedIn: a session is needed.
    :raises ForeignRequest: a change asked for by another site's page.
    :raises StaleForm: a change without the token of this session.
    """
    path, changes = request.url.path, request.method not in SAFE_METHODS
    session = await run_in_threadpool(_arrived, request)
    if changes:
        _from_here(request)
    if session is None and not is_public(path):
        if changes and _is_form(request):
            # Read, so that what was typed can be shown again.
            await form(request)
            raise StaleForm(ended=True)
        raise NotLoggedIn
    # Nobody is logged in: there is nothing that another site's log-out could end.
    harmless = path.startswith("/api/") or (path == "/logout" and session is None)
    if changes and not harmless:
        given = request.headers.get("x-csrf", "")
        if not given and _is_form(request):
            field = (await form(request)).get("csrf")
            given = field if isinstance(field, str) else ""
        expected = csrf_token(request)
        if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
            raise StaleForm(ended=False)
    try:
        yield
    finally:
        await request.close()


def _arrived(request: Request) -> Session | None:
    """Who comes, and which change of state is the last before the page looks at anything: it listens from there on."""
    session = session_of(request)
    if session is not None and not request.url.path.startswith(("/api/", "/events")):
        request.state.seen = context(request).live.latest(session.actor.enterprise_no)
    return session


def _from_here(request: Request) -> None:
    if not from_same_origin(request.headers, context(request).settings.address):
        raise ForeignRequest


def _is_form(request: Request) -> bool:
    return _media_type(request) in _FORMS


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
