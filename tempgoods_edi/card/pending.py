"""Requests to sign that wait while the user looks at them and types the PIN."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from msgspec import Struct

from tempgoods_edi.card.shown import ShownMessage
from tempgoods_edi.values import Lang

#: Seconds.
_LIFETIME = 600.0
_MOST = 16


class Pending(Struct, frozen=True, kw_only=True):
    """One request to sign that waits for the user.

    :ivar what: the text of a login challenge, or a message.
    :ivar origin: the site that handed it over, and is led back to at *return_url*.
    :ivar secret: what the PIN form must carry: only who saw our page knows it.
    """

    what: str | ShownMessage
    origin: str
    return_url: str
    secret: str
    begun: float
    lang: Lang


class PendingRequests:
    """The requests to sign that wait, for some minutes, limited in number.

    :param seconds: a clock that nobody sets.
    """

    def __init__(self, seconds: Callable[[], float], token: Callable[[int], bytes]) -> None:
        self._seconds = seconds
        self._token = token
        self._held: dict[str, Pending] = {}

    def put(self, what: str | ShownMessage, origin: str, return_url: str, lang: Lang) -> str:
        """Add a request to sign, and return its name.

        :returns: the name to find it by.
        """
        now = self._seconds()
        self._held = {name: each for name, each in self._held.items() if now - each.begun < _LIFETIME}
        while len(self._held) >= _MOST:
            del self._held[next(iter(self._held))]
        name = self._token(16).hex()
        self._held[name] = Pending(
            what=what, origin=origin, return_url=return_url, secret=self._token(32).hex(), begun=now, lang=lang
        )
        return name

    def find(self, name: str, secret: str) -> Pending | None:
        """The request *name* when *secret* is its own; None otherwise, or when it has expired."""
        found = self._held.get(name)
        if found is None or self._seconds() - found.begun >= _LIFETIME:
            return None
        return found if hmac.compare_digest(found.secret.encode(), secret.encode()) else None

    def named(self, name: str) -> Pending:
        """The request that was just added under *name*."""
        return self._held[name]

    def drop(self, name: str) -> None:
        """Remove a request to sign."""
        self._held.pop(name, None)
