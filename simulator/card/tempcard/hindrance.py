"""Makes a virtual card as slow as a real one, or pulled out at the worst moment, for tests."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from msgspec import Struct

from tempcard.card import Pulled, Step


class CardPace(Struct, frozen=True):
    """The duration of each step of a card, in seconds."""

    command: float = 0.0
    pin: float = 0.0
    signature: float = 0.0

    def times(self, factor: float) -> CardPace:
        """A pace that is slower by *factor*."""
        return CardPace(self.command * factor, self.pin * factor, self.signature * factor)


#: About what contact cards take: a command with its way there and back, a PIN with its counter, RSA-2048.
REAL = CardPace(command=0.015, pin=0.06, signature=0.6)


def _wait(seconds: float) -> None:
    Event().wait(seconds)


def hindered(
    pace: CardPace, *, pulled_at: int | None = None, wait: Callable[[float], None] = _wait
) -> Callable[[Step], None]:
    """The function that a `VirtualCard` calls *before* each step.

    :param pulled_at: the how-manieth signature is the one in whose midst the card is pulled out; None for none.
    :param wait: waits so many seconds.
    """
    signatures = 0

    def before(step: Step) -> None:
        nonlocal signatures
        seconds: float = getattr(pace, step)
        if seconds:
            wait(seconds)
        if step == "signature":
            signatures += 1
            if signatures == pulled_at:
                raise Pulled

    return before
