"""Lets a pull wait until there is a receipt: one ear per world, however many wait."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from h2018.store import Receipt
from h2018.tenant.tenants import World


class Waiting:
    """Who waits for receipts.

    :param time: the machine's time.
    """

    __slots__ = ("_ears", "_time")

    def __init__(self, time: IReactorTime) -> None:
        self._time = time
        self._ears: dict[str, tuple[World, list[Deferred[None]]]] = {}

    def receipt(self, world: World, seconds: float) -> Deferred[None]:
        """Fires with the next receipt of *world*, or after *seconds*."""
        waits: Deferred[None] = Deferred()
        ear = self._ear(world)
        ear.append(waits)
        late = self._time.callLater(seconds, waits.callback, None)

        def over(result: object) -> None:
            if waits in ear:
                ear.remove(waits)
            if late.active():
                late.cancel()

        waits.addBoth(over)
        return waits

    def _ear(self, world: World) -> list[Deferred[None]]:
        known = self._ears.get(world.name)
        if known is None or known[0] is not world:
            ear: list[Deferred[None]] = []

            def tell(_: Receipt) -> None:
                for waits in tuple(ear):
                    if not waits.called:
                        waits.callback(None)

            world.subscribe(tell)
            known = self._ears[world.name] = world, ear
        return known[1]
