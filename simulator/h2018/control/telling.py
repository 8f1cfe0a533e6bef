"""Writes what control did into the journal of the tenant it was done to."""

from __future__ import annotations

from h2018.cases import Why
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual


def note(tenant: Tenant, zh: str, en: str, *, seq_no: str | None = None, message_id: str | None = None) -> None:
    """One line ``control`` with the text; a transaction of its own unless the caller has one."""
    why = Why(stage="control", plane="control", text=Bilingual(zh, en))
    with tenant.store.transaction():
        tenant.store.note("control", tenant.clock.now(), "", message_id=message_id, seq_no=seq_no, why=(why,))
