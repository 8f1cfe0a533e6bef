"""How often something may be tried (logins from one address, with one card); counted in the database, so it outlives restarts.

Times are the machine's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, select

from tempgoods_edi.declarant.store.database import Store, put
from tempgoods_edi.declarant.store.tables import STRIKES
from tempgoods_edi.declarant.store.times import kept


def strike(store: Store, key: str, now: datetime, most: int, window: timedelta) -> bool:
    """Count one try for *key*: True while there were at most *most* within *window*, this one included.

    A try that is refused is not counted, so that whoever waits out the window may try again.
    """
    with store.writing() as connection:
        connection.execute(delete(STRIKES).where(STRIKES.c.until < kept(now)))
        kept_times = connection.execute(select(STRIKES.c.times).where(STRIKES.c.key == key)).scalar()
        since = kept(now - window)
        times = (
            [] if kept_times is None else [at for at in msgspec.json.decode(kept_times, type=list[int]) if at > since]
        )
        if len(times) >= most:
            return False
        times.append(kept(now))
        put(connection, STRIKES, {"key": key, "times": msgspec.json.encode(times), "until": kept(now + window)})
        return True


def forgive(store: Store, key: str) -> None:
    """Forget the tries for *key*, as after one that went well."""
    with store.writing() as connection:
        connection.execute(delete(STRIKES).where(STRIKES.c.key == key))
