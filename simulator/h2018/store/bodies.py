"""Stores large message bodies in pieces, so that others are served meanwhile, and each body once, however often it came."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from sqlalchemy import bindparam, func, insert, select

from h2018.store.database import Database
from h2018.store.owner import Owner
from h2018.store.tables import BODIES

#: Bodies beyond this many bytes are kept in pieces; the largest message without files is not.
IN_PIECES = 4 * 1024 * 1024
#: Bytes of a piece: few enough that writing one holds nobody up.
PIECE = 1024 * 1024

_MINE = (BODIES.c.world == bindparam("world")) & (BODIES.c.hash == bindparam("hash"))
_COUNT = select(func.count()).select_from(BODIES).where(_MINE)
_READ = select(BODIES.c.data).where(_MINE).order_by(BODIES.c.piece)
_ONE = select(BODIES.c.data).where(_MINE, BODIES.c.piece == bindparam("piece"))
_INSERT = insert(BODIES)


class Bodies:
    """The large message bodies of one tenant, by their SHA-256."""

    __slots__ = ("_database", "_tenant")

    def __init__(self, database: Database, tenant: Owner) -> None:
        self._database, self._tenant = database, tenant

    def put(self, digest: bytes, data: bytes) -> None:
        """Store *data*, except for pieces already stored, in the open transaction."""
        for at in range(self._next(digest), _pieces(data)):
            self._put(digest, at, data)

    def putting(self, digest: bytes, data: bytes) -> Iterator[None]:
        """Store *data* step by step: each step commits one more piece.

        What is broken off is gone on with when the same bytes come again.
        """
        for _ in range(_pieces(data)):
            with self._database.transaction():
                at = self._next(digest)
                if at < _pieces(data):
                    self._put(digest, at, data)
            yield

    def read(self, digest: bytes) -> bytes:
        """The body with that digest; empty when there is none."""
        return b"".join(
            row[0] for row in self._database.execute(_READ, {"world": self._tenant.number, "hash": digest}).fetchall()
        )

    def pieces(self, digest: bytes) -> Iterator[bytes]:
        """The body with that digest, one piece per step."""
        params = {"world": self._tenant.number, "hash": digest}
        for piece in count():
            row = self._database.execute(_ONE, {**params, "piece": piece}).fetchone()
            if row is None:
                return
            yield bytes(row[0])

    def _next(self, digest: bytes) -> int:
        return int(self._database.execute(_COUNT, {"world": self._tenant.number, "hash": digest}).fetchone()[0])

    def _put(self, digest: bytes, at: int, data: bytes) -> None:
        piece = data[at * PIECE : (at + 1) * PIECE]
        self._database.execute(_INSERT, {"world": self._tenant.number, "hash": digest, "piece": at, "data": piece})


def _pieces(data: bytes) -> int:
    return -(-len(data) // PIECE)
