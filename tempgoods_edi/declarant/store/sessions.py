"""Login sessions.  Only a hash of the cookie's secret is stored: a copy of the database opens no session.

Times here are the machine's, not business time: a clock that is moved by hand must not end or lengthen a session.  When the
machine's own clock is put back, what is then in the future counts as of now (`put_back`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import delete, select, update

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.store.database import Store, upsert
from tempgoods_edi.declarant.store.hashes import digest, readable
from tempgoods_edi.declarant.store.tables import ENTERPRISES, OPERATORS, SESSIONS
from tempgoods_edi.declarant.store.times import from_stored, to_stored
from tempgoods_edi.values import Lang

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: How exactly it is kept when somebody was last seen: not every page is a write.
_SEEN_EVERY = timedelta(minutes=1)
_SECRET_BYTES = 32


class Session(Struct, frozen=True, kw_only=True):
    """A login session of an actor.

    :ivar csrf: what every form of this session must carry.
    """

    actor: Actor
    csrf: str
    lang: Lang
    opened_at: datetime


def open(  # noqa: A001 - read as `sessions.open`
    store: Store, actor: Actor, now: datetime, token: Callable[[int], bytes], lang: Lang = "zh"
) -> tuple[str, str]:
    """Open a session for *actor*: the secret for the cookie, and the CSRF token.  Expired sessions are deleted.

    :param token: random bytes, so many.
    """
    secret, csrf = readable(token(_SECRET_BYTES)), readable(token(_SECRET_BYTES))
    at = to_stored(now)
    with store.writing() as connection:
        over = (SESSIONS.c.seen_at < to_stored(now - IDLE)) | (SESSIONS.c.opened_at < to_stored(now - LONGEST))
        connection.execute(delete(SESSIONS).where(over))
        connection.execute(
            SESSIONS.insert().values(
                secret=digest(secret),
                csrf=csrf,
                ic_card_no=actor.ic_card_no,
                actor=msgspec.json.encode(actor),
                lang=lang,
                opened_at=at,
                seen_at=at,
            )
        )
        enterprise = {"enterprise_no": actor.enterprise_no, "name": actor.enterprise_nm, "sccd": actor.sccd}
        upsert(connection, ENTERPRISES, enterprise | {"seen_at": at})
        operator = {"ic_card_no": actor.ic_card_no, "enterprise_no": actor.enterprise_no, "name": actor.operator_nm}
        upsert(connection, OPERATORS, operator | {"certificate_serial": actor.certificate_serial, "seen_at": at})
    return secret, csrf


def find(store: Store, secret: str, now: datetime) -> Session | None:
    """The session of *secret*; None when there is none, or it was idle for `IDLE`, or is older than `LONGEST`."""
    row = _row(store, secret, now)
    if row is None:
        return None
    if abs(now - from_stored(row.seen_at)) >= _SEEN_EVERY:
        seen = {"seen_at": to_stored(now), "opened_at": min(row.opened_at, to_stored(now))}
        with store.writing() as connection:
            connection.execute(update(SESSIONS).where(SESSIONS.c.secret == row.secret).values(seen))
    actor = msgspec.json.decode(row.actor, type=Actor)
    return Session(actor=actor, csrf=row.csrf, lang=row.lang, opened_at=from_stored(row.opened_at))


def alive(store: Store, secret: str, now: datetime) -> bool:
    """True while the session of *secret* is open; this check does not extend the session."""
    return _row(store, secret, now) is not None


def put_back(store: Store, now: datetime) -> None:
    """Set session times that lie after *now* back to *now*: a clock put back does not extend any session."""
    at = to_stored(now)
    with store.reading() as connection:
        ahead = (SESSIONS.c.seen_at > at) | (SESSIONS.c.opened_at > at)
        if not connection.execute(select(SESSIONS.c.secret).where(ahead).limit(1)).first():
            return
    with store.writing() as connection:
        for column in (SESSIONS.c.seen_at, SESSIONS.c.opened_at):
            connection.execute(update(SESSIONS).where(column > at).values({column.name: at}))


def _row(store: Store, secret: str, now: datetime) -> Any:
    with store.reading() as connection:
        row = connection.execute(select(SESSIONS).where(SESSIONS.c.secret == digest(secret))).one_or_none()
    if row is None or now - from_stored(row.seen_at) >= IDLE or now - from_stored(row.opened_at) >= LONGEST:
        return None
    return row


def close(store: Store, secret: str) -> None:
    """Log out: end the session of *secret*."""
    with store.writing() as connection:
        connection.execute(delete(SESSIONS).where(SESSIONS.c.secret == digest(secret)))
