"""The outermost ASGI middleware: host names, body size, security headers, the access log, no traceback for anybody.

Plain ASGI: it must see every answer, the ones to failures too.
"""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable
from time import perf_counter

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tempgoods_edi.declarant.store.database import trouble
from tempgoods_edi.web.shell import errors, texts
from tempgoods_edi.web.shell.context import LARGEST_BODY, PortalSettings
from tempgoods_edi.web.shell.policy import safety

access = logging.getLogger("tempgoods.access")
failures = logging.getLogger("tempgoods.failures")
storage = logging.getLogger("tempgoods.storage")

#: Of a body that is too large so much is still taken in and thrown away: a browser shows no answer before it has sent all.
_DRAINED = 8 * LARGEST_BODY


def protected(inner: ASGIApp, settings: PortalSettings, token: Callable[[int], bytes]) -> ASGIApp:
    """Wrap the application *inner* in the outermost middleware.

    :param token: so many random bytes.
    """

    async def opened(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        began, answered = perf_counter(), 0
        nonce = scope["nonce"] = urlsafe_b64encode(token(12)).decode()

        async def protected(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = message["status"]
                safety(MutableHeaders(scope=message), scope, settings, nonce)
            await send(message)

        try:
            if not settings.answers_to(Headers(scope=scope).get("host", "")):
                raise errors.WrongHost(texts.WRONG_HOST.format(origin=settings.address))
            # No number has it, and PostgreSQL takes no text with it.
            if "\0" in scope["path"]:
                raise HTTPException(404)
            await inner(scope, _limited(receive, scope), protected)
        except Exception as error:
            if answered:
                failures.exception("broken off: %s %s", scope["method"], errors.plain(scope["path"]))
                raise
            away = trouble(error)
            if away is not None:
                storage.warning("%s", away.en)
            elif not isinstance(error, errors.WrongHost | HTTPException):
                failures.exception("failed: %s %s", scope["method"], errors.plain(scope["path"]))
            response = await run_in_threadpool(errors.error_response, Request(scope, receive), error)
            await response(scope, receive, protected)
        finally:
            # Without the query: it may hold a signature, or what somebody looked for.
            access.info(
                "%s %s %s %s %.0f ms",
                (scope.get("client") or ("-",))[0],
                scope["method"],
                errors.plain(scope["path"]),
                answered,
                (perf_counter() - began) * 1000,
            )

    return opened


def _limited(receive: Receive, scope: Scope) -> Receive:
    """*receive* that counts; a body that is too large is read to its end, up to a point, and refused."""
    declared = Headers(scope=scope).get("content-length", "0")
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY or (declared.isdecimal() and int(declared) > LARGEST_BODY):
            while message["type"] == "http.request" and message.get("more_body") and taken <= _DRAINED:
                message = await receive()
                taken += len(message.get("body", b""))
            raise HTTPException(413)
        return message

    return limited
