"""Opens the services that the pages call: the store, filing, questions to customs, trusted CAs, live states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tempgoods_edi.declarant import platform
from tempgoods_edi.declarant.clocks import business_now
from tempgoods_edi.declarant.customs_queries import CustomsQueries
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.gateway import status
from tempgoods_edi.declarant.inspecting import inspect
from tempgoods_edi.declarant.query_messages import Enquirer
from tempgoods_edi.declarant.store import Store, sessions
from tempgoods_edi.declarant.store import settings as store_settings
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.shell.context import Context, PortalSettings
from tempgoods_edi.web.shell.live import Live


def open_services(
    settings: PortalSettings,
    machine_now: Callable[[], datetime],
    token: Callable[[int], bytes],
    pause: Callable[[float], None],
    stopping: Callable[[], bool],
    seconds: Callable[[], float],
) -> Context:
    """Open all services of a portal; the caller must close `Context.store` in the end.

    :param pause: lets so many seconds pass.
    :param seconds: a clock that nobody sets.
    :raises TempgoodsError: a CA, key or database cannot be used.
    :raises OSError: a file cannot be read.
    """
    trust = Trust([path.read_bytes() for path in settings.trust], crls=[path.read_bytes() for path in settings.crls])
    signer = None
    if settings.platform_key is not None:
        signer = platform.read_signer(settings.platform_key, settings.platform_password or None)
    store = Store.open(settings.database)
    kept = store_settings.Settings(store)

    def now() -> datetime:
        return business_now(machine_now(), kept) if settings.customs_clock else machine_now()

    def trouble() -> Bilingual | None:
        return status.trouble(kept, machine_now())

    def alive(secret: str) -> bool:
        return sessions.alive(store, secret, machine_now())

    filing = Filing(store, now, token, trust, signature=settings.signatures, inspect=inspect)
    customs_queries = None
    if signer is not None:
        customs_queries = CustomsQueries(store, Enquirer(signer, token), now, pause, trouble=trouble)
    return Context(
        settings=settings,
        now=now,
        machine_now=machine_now,
        seconds=seconds,
        token=token,
        store=store,
        filing=filing,
        customs_queries=customs_queries,
        trust=trust,
        live=Live(filing.changes, alive, stopping),
        trouble=trouble,
        stopping=stopping,
    )
