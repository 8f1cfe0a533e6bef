"""CSRF protection of the console: same origin, a session cookie, and a token derived from the session.

The console has no login (neither has the rest of the simulator); what is kept out is a foreign page that posts a form.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256
from itertools import count
from urllib.parse import urlsplit

from tempgoods_edi.values import Lang

COOKIE = "h2018_console"
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


def from_same_origin(headers: Mapping[str, str]) -> bool:
    """True unless the browser says that a page of another site made the request.

    :param headers: names in lower case.

    >>> from_same_origin({"host": "127.0.0.1:8018", "origin": "http://127.0.0.1:8018"})
    True
    >>> from_same_origin({"host": "127.0.0.1:8018", "origin": "null"})
    False
    >>> from_same_origin({"host": "127.0.0.1:8018", "sec-fetch-site": "cross-site"})
    False
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""


def read_cookie(headers: Mapping[str, str]) -> tuple[Lang | None, str]:
    """Language and session from the console's cookie; None and empty where there is none.

    >>> read_cookie({"cookie": "other=1; h2018_console=en.abc"})
    ('en', 'abc')
    """
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        lang, _, session = value[:_LONGEST_COOKIE].partition(".")
        if name == COOKIE:
            return "en" if lang == "en" else "zh", session if session.isalnum() and session.isascii() else ""
    return None, ""


def cookie(lang: Lang, session: str) -> str:
    """The Set-Cookie header for the console: sent back to the console only, unreadable for scripts."""
    return f"{COOKIE}={lang}.{session}; Path=/console; HttpOnly; SameSite=Strict"
