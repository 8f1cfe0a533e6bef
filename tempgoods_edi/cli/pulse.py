"""Watches whether running processes respond: each is asked regularly, and one that stays silent is reported as lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tempgoods_edi.http_client.connection import Connection
from tempgoods_edi.http_client.errors import ExchangeError
from tempgoods_edi.values import Bilingual

#: Seconds between two looks at one part, and silence after which a look is over.
_EVERY, _SILENCE = 5.0, 1.0
#: Largest answer that is a sign of life (bytes).
MOST_BYTES = 64 * 1024


class Part(Struct, frozen=True, kw_only=True):
    """One process to keep running.

    :ivar command: its command line.
    :ivar log: file that takes what it says.
    :ivar health: address that answers once it is ready; None when its log says so.
    :ivar ready: what its log then says.
    :ivar beat: file that it writes `steady.seconds` into while all is well, where it has no such address.
    :ivar wave: it starts when all of the waves before are ready.
    """

    name: Bilingual
    command: tuple[str, ...]
    log: Path
    health: str | None = None
    ready: str = ""
    beat: Path | None = None
    wave: int = 0


class Pulse:
    """When each of *parts* last responded.  Times are those of `steady.seconds`.

    :param patience: seconds that one may be without.
    """

    def __init__(self, parts: Sequence[Part], patience: float) -> None:
        self.patience = patience
        self._parts = parts
        self._seen: dict[int, float] = {}
        self._looks_at: dict[int, float] = {}

    def begun(self, number: int, now: float) -> None:
        """Note that a part was started or restarted."""
        self._seen[number], self._looks_at[number] = now, now + min(_EVERY, self.patience / 4)

    def lost(self, now: float) -> int | None:
        """Ask the part whose turn it is; its number when it has been silent too long, else None."""
        number = min(self._looks_at, key=self._looks_at.__getitem__, default=None)
        if number is None or now < self._looks_at[number]:
            return None
        self._looks_at[number] = now + min(_EVERY, self.patience / 4)
        self._seen[number] = max(self._seen[number], self._sign(self._parts[number], now))
        if now - self._seen[number] < self.patience:
            return None
        self.begun(number, now)
        return number

    def _sign(self, part: Part, now: float) -> float:
        """When *part* was alive, as far as one look tells; long ago when it does not answer."""
        if part.health is not None:
            return now if answers(part.health, _SILENCE) else float("-inf")
        if part.beat is None:
            return now
        try:
            # One from the future is of a machine that was started again since.
            return min(now, float(part.beat.read_text("ascii")))
        except (OSError, ValueError):
            return float("-inf")


def answers(url: str, seconds: float = 2.0) -> bool:
    """True when *url* answers that all is well."""
    connection = Connection(url, seconds=seconds, most=MOST_BYTES)
    try:
        return connection.ask("GET", "").status == 200
    except ExchangeError:
        return False
    finally:
        connection.close()
