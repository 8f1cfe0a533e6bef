"""Periodic upkeep of the portal: keeps session times in step with a clock that was put back."""

from __future__ import annotations

import asyncio
import logging

from fastapi.concurrency import run_in_threadpool

from tempgoods_edi.declarant.store import sessions
from tempgoods_edi.web.shell.context import Context

#: Seconds between two looks: a clock that is put back lengthens no session by more.
EVERY = 30.0

log = logging.getLogger("tempgoods.upkeep")


async def upkeep(services: Context) -> None:
    """Repeat the upkeep until cancelled; a database that is away for a while stops nothing."""
    while True:
        try:
            await run_in_threadpool(sessions.put_back, services.store, services.machine_now())
        except Exception as error:  # noqa: BLE001 - the next look may go well
            log.warning("sessions could not be looked at: %s", type(error).__name__)
        await asyncio.sleep(EVERY)
