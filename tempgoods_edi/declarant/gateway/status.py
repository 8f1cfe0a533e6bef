"""The state of the channel to customs, as the gateway reports it to the portal's start page."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from tempgoods_edi.declarant.clocks import SettingsStore
from tempgoods_edi.declarant.gateway.breaker import Circuit
from tempgoods_edi.values import Bilingual

#: The setting it is kept under.
SETTING = "customs channel"
#: A gateway that was not seen for so long is not running.
_MISSED = timedelta(seconds=60)

_NO_GATEWAY = Bilingual(
    "报文网关未运行，申报将在其启动后发出", "the gateway is not running; what is declared goes out once it is"
)


class Channel(Struct, frozen=True, kw_only=True):
    """The channel's state that the gateway reported last.

    :ivar where: the destination.
    :ivar since: since when it is not closed (machine's time).
    :ivar error: what went wrong last, while it is not closed.
    :ivar seen_at: when the gateway said so (machine's time).
    """

    where: str
    circuit: Circuit
    seen_at: datetime
    since: datetime | None = None
    error: Bilingual | None = None

    def trouble(self, machine_now: datetime) -> Bilingual | None:
        """The trouble with the channel to show to people; None when all is well.

        :param machine_now: aware.
        """
        # Seen in the future means that the clock was put back: what it says is as old as it could be.
        if abs(machine_now - self.seen_at) > _MISSED:
            return _NO_GATEWAY
        if self.circuit is Circuit.CLOSED:
            return None
        if self.error is None:
            return self.circuit.label
        return Bilingual(f"{self.circuit.label.zh}：{self.error.zh}", f"{self.circuit.label.en}: {self.error.en}")


def channel_text(channel: Channel) -> str:
    """The channel's state in its stored form."""
    return msgspec.json.encode(channel).decode()


def channel(settings: SettingsStore) -> Channel | None:
    """The channel's state that the gateway reported last; None when no gateway ever ran."""
    kept = settings.get(SETTING)
    if kept is None:
        return None
    try:
        return msgspec.json.decode(kept, type=Channel)
    except msgspec.MsgspecError:
        return None


def trouble(settings: SettingsStore, machine_now: datetime) -> Bilingual | None:
    """The trouble with the channel to show on the start page; None when all is well."""
    found = channel(settings)
    return _NO_GATEWAY if found is None else found.trouble(machine_now)
