"""Writes what control did into the journal of the world it was done to."""

from __future__ import annotations

from h2018.cases import Why
from h2018.tenant.tenants import World
from tempgoods_edi.values import Bilingual


def note(world: World, zh: str, en: str, *, seq_no: str | None = None, message_id: str | None = None) -> None:
    """One line ``control`` with the text; a transaction of its own unless the caller has one."""
    why = Why(stage="control", plane="control", text=Bilingual(zh, en))
    with world.store.transaction():
        world.store.note("control", world.clock.now(), "", message_id=message_id, seq_no=seq_no, why=(why,))
