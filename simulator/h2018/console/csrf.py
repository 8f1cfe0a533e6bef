"""CSRF protection of the console: same origin, a session cookie, and a token derived from the session.

The console has no login (neither has the rest of the simulator); what is kept out is a foreign page that posts a form.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256
from itertools import count

from tempgoods_edi.pages.cookies import Cookie
from tempgoods_edi.values import Lang

_COOKIE = Cookie(name="h2018_console", path="/console", same_site="Strict")
_LONGEST_COOKIE = 200


class Guard:
    """Makes and checks the sessions and CSRF tokens of the console.

    :param key: secret bytes of this process; with a new key, pages shown before no longer act.
    """

    __slots__ = ("_key", "_numbers")

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("the console's key needs at least 16 bytes")
        self._key = key
        self._numbers = count(1)

    def new_session(self) -> str:
        """A new session id that nobody can guess."""
        return self._made(f"session {next(self._numbers)}")

    def token(self, session: str) -> str:
        """The CSRF token that the forms of *session* carry."""
        return self._made(f"token {session}")

    def fits(self, session: str, token: str) -> bool:
        """True when *token* is the CSRF token of *session*."""
        return bool(session) and hmac.compare_digest(self.token(session).encode(), token.encode())

    def _made(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()[:40]


def read_cookie(headers: Mapping[str, str]) -> tuple[Lang | None, str]:
    """Language and session of the console's cookie; None and empty where there is none.

    >>> read_cookie({"cookie": "other=1; h2018_console=en.abc"})
    ('en', 'abc')
    """
    lang, _, session = _COOKIE.read(headers.get("cookie", ""))[:_LONGEST_COOKIE].partition(".")
    if not lang:
        return None, ""
    return "en" if lang == "en" else "zh", session if session.isalnum() and session.isascii() else ""


def cookie(lang: Lang, session: str) -> str:
    """The header that sets it: sent back by this browser to the console only, unreadable for scripts."""
    return _COOKIE.header(f"{lang}.{session}")
