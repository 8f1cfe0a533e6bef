"""An office with its gateway and customs, in one process: turns are taken, and business time passes, when the test says so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tempgoods_edi.declarant import clocks
from tempgoods_edi.declarant.gateway.gateway import Gateway
from tempgoods_edi.declarant.store.settings import Settings
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.numbers import CHINA_TIME
from tests.declarant.gateway.channels import Channel
from tests.declarant.gateway.office import Office, gateway, office, until

TEN_MINUTES = 600


class Place:
    """An office, its gateway, and customs; turns go by the machine's clock, business time by hand."""

    def __init__(self, folder: Path, channel: Channel, **changes: object) -> None:
        self.channel, self.customs, self.changes = channel, channel.customs, changes
        self.office: Office = office(folder)
        self.follow()
        self.gateway: Gateway = gateway(self.office, channel.transport, **changes)

    def follow(self) -> None:
        """Business time is customs'."""
        shown = self.customs.control.clock().now
        kept = clocks.followed(shown, datetime.now(CHINA_TIME), manual=True)
        Settings(self.office.store).put(clocks.SETTING, clocks.clock_text(kept))

    def pass_by(self, seconds: float = TEN_MINUTES) -> None:
        """Let business time pass."""
        self.customs.control.advance(seconds)
        self.follow()

    def turn(self) -> None:
        """A turn now."""
        self.gateway.turn(datetime.now(CHINA_TIME))

    def turn_and_wait(self) -> None:
        """A turn, and a second of business time."""
        self.turn()
        self.pass_by(1)

    def comes_to(self, seq_no: str, *states: State) -> None:
        """Turn until it is in one of these."""
        until(lambda: self.office.state(seq_no) in states, self.turn)

    def approved(self, seq_no: str) -> None:
        """From declared to approved."""
        self.comes_to(seq_no, State.SENT)
        until(lambda: any(each["seq_no"] == seq_no for each in self.customs.control.cases()), self.turn)
        self.pass_by()
        self.comes_to(seq_no, State.APPROVED)
