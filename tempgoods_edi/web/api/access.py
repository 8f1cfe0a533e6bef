"""Access to the API: each request's token, a rate limit per token, and no cookies."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from hashlib import sha256
from math import ceil
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.store import limits, tokens
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.web.api import texts
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.errors import TooMany
from tempgoods_edi.web.shell.sessions import NotLoggedIn

#: Requests of one token within a minute; wrong tokens from one address within five.
MOST, WINDOW = 600, 60.0
_WRONG, _WRONG_WINDOW = 30, timedelta(minutes=5)
_LONGEST = 200

_bearer = HTTPBearer(
    scheme_name="token", auto_error=False, bearerFormat="tgp_…", description=f"{texts.TOKEN.zh} / {texts.TOKEN.en}"
)


class NoToken(NotLoggedIn):
    """The request has no valid token; the text never says whether it is missing or wrong."""

    def __init__(self) -> None:
        TempgoodsError.__init__(self, texts.NO_TOKEN)
        self.headers = {"WWW-Authenticate": "Bearer"}


class TokenRateLimit:
    """The rate limit per token, kept in memory."""

    __slots__ = ("_came", "_lock")

    def __init__(self) -> None:
        self._came: dict[str, deque[float]] = {}
        self._lock = Lock()

    def wait(self, key: str, now: float) -> int:
        """Seconds to wait before the next request; 0 for a request that is admitted, which is counted.

        :param now: seconds of a clock that nobody sets.
        """
        with self._lock:
            came = self._came.setdefault(key, deque())
            while came and now - came[0] >= WINDOW:
                came.popleft()
            if len(came) >= MOST:
                return max(1, ceil(came[0] + WINDOW - now))
            came.append(now)
            return 0


def caller(
    request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None
) -> Actor:
    """Dependency: the actor whose token the request bears.

    :raises NoToken: nobody who is known.
    :raises TooMany: too often.
    """
    services = context(request)
    now = services.machine_now()
    plain = "" if shown is None else shown.credentials
    actor = tokens.find(services.store, plain, now) if plain and len(plain) <= _LONGEST else None
    if actor is None:
        address = request.client.host if request.client else "-"
        if plain and (seconds := limits.strike(services.store, f"api {address}", now, _WRONG, _WRONG_WINDOW)):
            raise _too_fast(seconds)
        raise NoToken
    wait = _pace(request).wait(sha256(plain.encode()).hexdigest(), services.seconds())
    if wait:
        raise _too_fast(wait)
    return actor


#: How a route asks for it.
Caller = Annotated[Actor, Depends(caller)]


def _pace(request: Request) -> TokenRateLimit:
    """One for each running portal."""
    state = request.app.state
    if not hasattr(state, "api_pace"):
        state.api_pace = TokenRateLimit()
    found: TokenRateLimit = state.api_pace
    return found


def _too_fast(seconds: int) -> TooMany:
    return TooMany(texts.TOO_FAST.format(seconds=seconds), seconds)
