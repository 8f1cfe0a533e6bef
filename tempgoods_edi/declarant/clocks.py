"""Business time of the portal: the machine's clock, unless a demonstration follows the clock of its customs.

In real operation nothing is kept here and business time is the machine's.  With ``--follow-clock`` the gateway asks the
simulated customs for their time now and then, and keeps how far it is from the machine's, or where it stands still.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from msgspec import Struct

from tempgoods_edi.numbers import CHINA_TIME

#: The setting it is kept under.
SETTING = "customs clock"


class SettingsStore(Protocol):
    """Small named texts in the store."""

    def get(self, name: str) -> str | None:
        """The stored text; None when there is none."""

    def put(self, name: str, value: str) -> None:
        """Store *value* under *name*."""


class Followed(Struct, frozen=True, omit_defaults=True):
    """The stored offset between the machine's clock and customs' clock.

    :ivar offset: seconds from the machine's time to theirs, while theirs runs.
    :ivar stands_at: where it stands, when it moves only by hand.
    """

    offset: float = 0.0
    stands_at: datetime | None = None


def followed(customs_now: datetime, machine_now: datetime, *, manual: bool) -> Followed:
    """The offset to store when customs' clock shows *customs_now*.

    >>> from datetime import UTC
    >>> followed(datetime(2027, 1, 10, tzinfo=UTC), datetime(2027, 1, 9, tzinfo=UTC), manual=False).offset
    86400.0
    """
    if manual:
        return Followed(stands_at=customs_now)
    return Followed(offset=(customs_now - machine_now).total_seconds())


def clock_text(clock: Followed) -> str:
    """The offset in its stored form."""
    return msgspec.json.encode(clock).decode()


def business_now(machine_now: datetime, settings: SettingsStore) -> datetime:
    """Business time when the machine shows *machine_now* (aware); in China's zone.

    What is kept but cannot be read counts as nothing kept.
    """
    clock = stored_clock(settings)
    try:
        if clock.stands_at is not None:
            return clock.stands_at.astimezone(CHINA_TIME)
        return (machine_now + timedelta(seconds=clock.offset)).astimezone(CHINA_TIME)
    except (ArithmeticError, ValueError):  # beyond the calendar
        return machine_now.astimezone(CHINA_TIME)


def stored_clock(settings: SettingsStore) -> Followed:
    """The stored offset of customs' clock; an empty one when no clock is followed."""
    kept = settings.get(SETTING)
    try:
        return Followed() if kept is None else msgspec.json.decode(kept, type=Followed)
    except msgspec.MsgspecError:
        return Followed()
