"""Error pages in both languages: HTML for browsers, JSON for scripts; never an internal detail."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from msgspec import Struct, to_builtins
from starlette.exceptions import HTTPException

from tempgoods_edi.apart.line import Busy
from tempgoods_edi.declarant import errors as filing_errors
from tempgoods_edi.declarant.store.database import RETRY_AFTER, trouble
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual, Finding
from tempgoods_edi.web.shell import access, pages, sessions, texts
from tempgoods_edi.web.shell.context import LARGEST_BODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import Request


log = logging.getLogger("tempgoods.failures")


class TooMany(TempgoodsError):
    """Too many requests; the next is admitted after *seconds*."""

    def __init__(self, text: Bilingual, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


class WrongHost(TempgoodsError):
    """The request is for a host name that is not this portal's: a mistake, or DNS rebinding."""


_STATUSES: tuple[tuple[type[TempgoodsError], int], ...] = (
    (sessions.NotLoggedIn, 401),
    (access.ForeignRequest, 403),
    (filing_errors.NotFound, 404),
    (filing_errors.NotAllowed, 409),
    (filing_errors.Stale, 409),
    (WrongHost, 421),
    (filing_errors.Unreachable, 503),
)


class Problem(Struct, frozen=True):
    """An error as it is shown: status, texts, findings."""

    status: int
    text: Bilingual
    findings: tuple[Finding, ...] = ()
    headers: dict[str, str] = {}


def error_response(request: Request, error: Exception) -> Response:
    """The response to *error*; plain words where even the error page fails."""
    try:
        return _shown(request, error)
    except Exception:
        log.exception("the page about a failure failed")
        text = texts.ERROR_TEXTS[500].format(reference=request.scope.get("nonce", "-")[:8])
        return PlainTextResponse(f"{text.zh}\n{text.en}\n", 500)


def _shown(request: Request, error: Exception) -> Response:
    problem = problem_of(request, error)
    if trouble(error) is not None and not wants_data(request):
        # A page would look into the store.
        return PlainTextResponse(f"{problem.text.zh}\n{problem.text.en}\n", problem.status, problem.headers)
    if isinstance(error, sessions.NotLoggedIn) and not wants_data(request):
        return _to_login(request)
    if wants_data(request):
        return JSONResponse(_as_data(problem), problem.status, problem.headers)
    if isinstance(error, access.StaleForm):
        return pages.page(
            request, "shell/resume.html", status=problem.status, problem=problem, stale=error, fields=_typed(request)
        )
    title = texts.ERROR_TITLES.get(problem.status, texts.ERROR_TITLES[500])
    return pages.page(
        request, "shell/error.html", status=problem.status, headers=problem.headers, problem=problem, title=title
    )


def problem_of(request: Request, error: Exception) -> Problem:
    """Status and texts for *error*; for an unexpected one only a number to ask support about."""
    if isinstance(error, HTTPException):
        headers = dict(error.headers or {})
        text = texts.ERROR_TEXTS.get(error.status_code, texts.ERROR_TEXTS[400 if error.status_code < 500 else 500])
        return Problem(error.status_code, text.format(limit=LARGEST_BODY // 1024 // 1024, reference="-"), (), headers)
    if isinstance(error, RequestValidationError):
        names = {".".join(str(step) for step in each["loc"][1:]) for each in error.errors()}
        return Problem(422, texts.UNFIT.format(text=texts.ERROR_TEXTS[422], names=", ".join(sorted(names))[:300]))
    if isinstance(error, (TooMany, Busy)):
        return Problem(429, error.text, (), {"Retry-After": str(error.seconds)})
    if isinstance(error, filing_errors.RefusedContents):
        return Problem(409 if isinstance(error, filing_errors.Conflict) else 422, error.text, tuple(error.findings))
    if isinstance(error, TempgoodsError):
        # An error of one part of the pages may say itself what status and headers it is told with.
        return Problem(getattr(error, "status", None) or _status(error), error.text, (), _headers(error))
    away = trouble(error)
    if away is not None:
        return Problem(503, away, (), {"Retry-After": str(RETRY_AFTER)})
    return Problem(500, texts.ERROR_TEXTS[500].format(reference=request.scope.get("nonce", "-")[:8]))


def wants_data(request: Request) -> bool:
    """True when the request is a script's that reads JSON instead of a page (htmx reads pages)."""
    if request.url.path.startswith("/api/"):
        return True
    return "hx-request" not in request.headers and (
        "x-csrf" in request.headers
        or request.headers.get("accept", "").startswith("application/json")
        or request.headers.get("sec-fetch-dest") == "empty"
    )


def plain(text: str) -> str:
    """*text* in a form fit for one line of a log: it cannot begin another line.

    >>> plain("/a\\nGET /b")
    '/a?GET /b'
    """
    return re.sub(r"[^\x20-\x7e\u4e00-\u9fff]", "?", text)[:300]


def _headers(error: TempgoodsError) -> dict[str, str]:
    found: Mapping[str, str] = getattr(error, "headers", {})
    return dict(found)


def _status(error: TempgoodsError) -> int:
    if isinstance(error, access.StaleForm):
        return 401 if error.ended else 403
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 422)


def _to_login(request: Request) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    wanted = pages.frame(request)["own_address"] if request.method == "GET" else "/"
    return RedirectResponse("/login" + ("" if wanted == "/" else f"?next={quote(wanted, safe='')}"), 303)


def _as_data(problem: Problem) -> dict[str, Any]:
    text = {"zh": problem.text.zh, "en": problem.text.en}
    return {"status": problem.status, "error": text, "findings": to_builtins(problem.findings)}


def _typed(request: Request) -> list[tuple[str, str]]:
    """The text fields of the form that was refused, its token left out."""
    return list(_fields(request))


def _fields(request: Request) -> Iterator[tuple[str, str]]:
    # The guard has read the form; it is not read again here, in a thread.
    posted = request._form
    for name, value in posted.multi_items() if posted is not None else ():
        if isinstance(value, str) and name != "csrf":
            yield name, value
