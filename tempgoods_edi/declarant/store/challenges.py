"""Login challenges: each can be used once, by the browser that got it, within two minutes.

Times are the machine's, as for sessions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete

from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.hashes import digest, readable
from tempgoods_edi.declarant.store.tables import CHALLENGES
from tempgoods_edi.declarant.store.times import from_stored, to_stored

LIFETIME = timedelta(minutes=2)
_ID_BYTES = 16


def issue(store: Store, text: str, browser: str, now: datetime, token: Callable[[int], bytes]) -> str:
    """Store the challenge *text* for *browser* (a secret that only the browser has, such as a cookie); returns its id."""
    number = readable(token(_ID_BYTES))
    with store.writing() as connection:
        connection.execute(delete(CHALLENGES).where(CHALLENGES.c.issued_at < to_stored(now - LIFETIME)))
        connection.execute(
            CHALLENGES.insert().values(id=number, text=text, browser=digest(browser), issued_at=to_stored(now))
        )
    return number


def take(store: Store, id: str, browser: str, now: datetime) -> str | None:
    """Use the challenge *id* up and return its text; None when *browser* may not use it now."""
    with store.writing() as connection:
        # One statement takes it away and tells what it was: nobody else can take it meanwhile.
        taken = delete(CHALLENGES).where(CHALLENGES.c.id == id).returning(*CHALLENGES.c)
        row = connection.execute(taken).one_or_none()
    # One from the future, whose clock was put back since, is as good for as long and no longer.
    if row is None or row.browser != digest(browser) or abs(now - from_stored(row.issued_at)) > LIFETIME:
        return None
    return str(row.text)
