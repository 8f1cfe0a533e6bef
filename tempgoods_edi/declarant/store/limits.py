"""Limits on attempts (logins from one address, with one card), counted in the database, so that they outlive restarts.

Times are the machine's.  A try from the future means that the clock was put back: it counts as one of now, so that nobody
is refused for longer than the window.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

import msgspec
from sqlalchemy import delete, select

from tempgoods_edi.declarant.store.database import Store, upsert
from tempgoods_edi.declarant.store.tables import STRIKES
from tempgoods_edi.declarant.store.times import from_stored, to_stored


def strike(store: Store, key: str, now: datetime, most: int, window: timedelta) -> int:
    """Count an attempt for *key* unless *most* came within *window* already: 0, or the seconds to wait.

    A try that is refused is not counted, so that whoever waits out the window may try again.

    :returns: whole seconds to stay away, at most those of *window*; 0 for a try that may go ahead.
    """
    at = to_stored(now)
    with store.writing() as connection:
        connection.execute(delete(STRIKES).where(STRIKES.c.until < at))
        found = connection.execute(select(STRIKES.c.times).where(STRIKES.c.key == key)).scalar()
        before = [] if found is None else msgspec.json.decode(found, type=list[int])
        times = [min(each, at) for each in before if each > to_stored(now - window)]
        refused = len(times) >= most
        if not refused:
            times.append(at)
        if times != before:
            upsert(
                connection, STRIKES, {"key": key, "times": msgspec.json.encode(times), "until": to_stored(now + window)}
            )
    if not refused:
        return 0
    free = from_stored(times[-most]) + window if times else now + window
    return max(1, ceil((free - now).total_seconds()))
