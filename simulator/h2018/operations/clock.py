"""Operations on a tenant's business clock: advance, stop, run.  The tenant itself writes the journal line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

from h2018.business_clock import ClockError
from h2018.operations.operation import Conflict, InvalidParameter
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

#: The farthest that time is moved at once: a hundred years.
LONGEST = timedelta(days=36_600)

_TOO_FAR = Bilingual("一次最多前进 100 年", "at most 100 years at a time")


def advance(tenant: Tenant, seconds: float) -> None:
    """Advance business time by *seconds*, stopping at every step that falls due."""
    if not 0 <= seconds <= LONGEST.total_seconds():
        raise InvalidParameter(_TOO_FAR)
    with _possible():
        tenant.advance(seconds)


def advance_to(tenant: Tenant, instant: datetime) -> None:
    """Advance business time to *instant* (aware)."""
    if instant - tenant.clock.now() > LONGEST:
        raise InvalidParameter(_TOO_FAR)
    with _possible():
        tenant.advance_to(instant)


def set_mode(tenant: Tenant, mode: Literal["live", "manual"], instant: datetime | None = None) -> None:
    """Make the clock live or manual, at *instant* (aware), which may be past, or at the present business time."""
    with _possible():
        tenant.set_clock(mode, instant)


@contextmanager
def _possible() -> Iterator[None]:
    try:
        yield
    except ClockError as error:
        raise Conflict(error.text) from error
