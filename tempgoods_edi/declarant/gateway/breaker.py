"""Circuit breaker of one destination: after some failures in a row no request is made for a while, then one is tried.

A table like the life of a declaration: what is, what happens, what follows.  No clock: instants are handed in, as seconds
of a clock that nobody sets (`steady`).
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from tempgoods_edi.values import Bilingual


class Circuit(Enum):
    """The state of a circuit breaker."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"

    @property
    def label(self) -> Bilingual:
        """The state in words for the start page."""
        return _LABELS[self]


_LABELS = {
    Circuit.CLOSED: Bilingual("海关通道正常", "customs' channel is up"),
    Circuit.OPEN: Bilingual("海关通道中断", "customs' channel is down"),
    Circuit.HALF_OPEN: Bilingual("正在试探海关通道", "customs' channel is being tried"),
}


class Limits(Struct, frozen=True, kw_only=True):
    """When the circuit breaker opens, and for how long.

    :ivar failures: in a row, until it opens.
    :ivar first: seconds it stays open; doubled each time a look fails, up to *most*.
    """

    failures: int = 3
    first: float = 5.0
    most: float = 60.0


class Breaker(Struct, frozen=True, kw_only=True):
    """A circuit breaker at one moment.

    :ivar failures: in a row.
    :ivar opened: how often it opened in a row.
    :ivar until: open until then.
    """

    limits: Limits = Limits()
    circuit: Circuit = Circuit.CLOSED
    failures: int = 0
    opened: int = 0
    until: float | None = None

    def asked(self, now: float) -> Breaker:
        """The breaker for a caller at *now*: an open one whose time is over becomes half-open."""
        if self.circuit is Circuit.OPEN and (self.until is None or now >= self.until):
            return replace(self, circuit=Circuit.HALF_OPEN)
        return self

    @property
    def lets_through(self) -> bool:
        """True when a request may be made; to be asked after `asked`."""
        return self.circuit is not Circuit.OPEN

    def succeeded(self) -> Breaker:
        """The breaker after an answer, whatever the answer said."""
        return Breaker(limits=self.limits)

    def failed(self, now: float, asked: float | None = None) -> Breaker:
        """The breaker after a failed request.

        :param asked: seconds the other side asked us to keep away: opens at once, for so long.
        """
        failures = self.failures + 1
        looked = self.circuit is Circuit.HALF_OPEN
        if not looked and asked is None and failures < self.limits.failures:
            return replace(self, failures=failures)
        length = min(self.limits.most, self.limits.first * 2 ** min(self.opened, 32))
        if asked is not None:
            length = min(self.limits.most, max(asked, 0.0))
        return replace(
            self,
            circuit=Circuit.OPEN,
            failures=failures,
            opened=self.opened + 1,
            until=now + length,
        )

    def waits(self, now: float) -> float:
        """Seconds until the breaker lets a request through; 0 when it does so now."""
        if self.circuit is not Circuit.OPEN or self.until is None:
            return 0.0
        return max(0.0, self.until - now)
