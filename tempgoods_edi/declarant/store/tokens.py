"""API tokens that an enterprise's programs present instead of a card: made by an operator, shown once, revocable.

A token acts as the operator who made it; it reads, saves and hands in what a card has signed elsewhere, and signs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import select, update

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.hashes import digest, readable
from tempgoods_edi.declarant.store.tables import TOKENS
from tempgoods_edi.declarant.store.times import from_stored, to_stored

#: So that a token is known for one where it turns up by mistake.
PREFIX = "tgp_"
_BYTES = 32
_USED_EVERY = timedelta(minutes=1)


class Token(Struct, frozen=True, kw_only=True):
    """An API token as lists show it, without its secret, which is not stored."""

    id: int
    name: str
    operator_nm: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def make_token(store: Store, actor: Actor, name: str, now: datetime, token: Callable[[int], bytes]) -> str:
    """Make an API token called *name* that acts as *actor*; the only time that its secret can be read."""
    plain = PREFIX + readable(token(_BYTES))
    row = {"digest": digest(plain), "enterprise_no": actor.enterprise_no, "name": name.strip() or "API"}
    with store.writing() as connection:
        connection.execute(
            TOKENS.insert().values(row | {"actor": msgspec.json.encode(actor), "created_at": to_stored(now)})
        )
    return plain


def find(store: Store, plain: str, now: datetime) -> Actor | None:
    """The actor of the API token *plain*; None when there is no such token or it was revoked."""
    with store.reading() as connection:
        row = connection.execute(select(TOKENS).where(TOKENS.c.digest == digest(plain))).one_or_none()
    if row is None or row.revoked_at is not None:
        return None
    if row.used_at is None or abs(now - from_stored(row.used_at)) >= _USED_EVERY:
        with store.writing() as connection:
            connection.execute(update(TOKENS).where(TOKENS.c.id == row.id).values(used_at=to_stored(now)))
    return msgspec.json.decode(row.actor, type=Actor)


def of_enterprise(store: Store, enterprise_no: str) -> tuple[Token, ...]:
    """An enterprise's API tokens, newest first."""
    with store.reading() as connection:
        rows = connection.execute(
            select(TOKENS).where(TOKENS.c.enterprise_no == enterprise_no).order_by(TOKENS.c.id.desc())
        ).all()
    return tuple(
        Token(
            id=row.id,
            name=row.name,
            operator_nm=msgspec.json.decode(row.actor, type=Actor).operator_nm,
            created_at=from_stored(row.created_at),
            used_at=None if row.used_at is None else from_stored(row.used_at),
            revoked_at=None if row.revoked_at is None else from_stored(row.revoked_at),
        )
        for row in rows
    )


def revoke(store: Store, enterprise_no: str, id: int, now: datetime) -> bool:
    """Revoke an API token; False for one that is not the enterprise's."""
    with store.writing() as connection:
        which = (TOKENS.c.enterprise_no == enterprise_no, TOKENS.c.id == id)
        if connection.execute(select(TOKENS.c.id).where(*which)).scalar() is None:
            return False
        still = TOKENS.c.revoked_at.is_(None)
        connection.execute(update(TOKENS).where(*which, still).values(revoked_at=to_stored(now)))
        return True
