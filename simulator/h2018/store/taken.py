"""Which messages were taken, by content and by sender and id, so that none is taken twice."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select

from h2018.store.database import Database
from h2018.store.journal import Journal
from h2018.store.tables import TAKEN
from h2018.store.values import Reply

_FOUND = select(TAKEN.c.answered, TAKEN.c.withheld).where(TAKEN.c.world == bindparam("world"))
_BY_CONTENT = _FOUND.where(TAKEN.c.content == bindparam("content"))
_BY_MESSAGE = _FOUND.where(TAKEN.c.sender == bindparam("sender"), TAKEN.c.message_id == bindparam("message_id"))
_INSERT = insert(TAKEN)


class Taken:
    """The taken messages of one world."""

    __slots__ = ("_by_content", "_by_message", "_insert", "_journal", "_world")

    def __init__(self, database: Database, world: int, journal: Journal) -> None:
        self._world, self._journal = world, journal
        self._by_content = database.prepare(_BY_CONTENT)
        self._by_message = database.prepare(_BY_MESSAGE)
        self._insert = database.prepare(_INSERT)

    def reply_to(self, content: str) -> Reply | None:
        """The answer that was given to the same content (see `fingerprint`) when it was taken."""
        row = self._by_content({"world": self._world, "content": _column(content)}).fetchone()
        record = None if row is None else self._journal.record(row[0])
        if row is None or record is None:
            return None
        return Reply(
            outcome="accepted",
            data=record.data,
            trace_id=record.trace_id,
            message_id=record.message_id,
            seq_no=record.seq_no,
            withheld=bool(row[1]),
        )

    def take(self, content: str, sender: str, message_id: str, answered: int, *, withheld: bool = False) -> None:
        """Remember that the message was taken; *answered* is the journal line of its answer.

        :param withheld: the answer was not sent, and will not be.
        """
        self._insert(
            {
                "world": self._world,
                "content": _column(content),
                "sender": sender,
                "message_id": message_id,
                "answered": answered,
                "withheld": int(withheld),
            }
        )

    def is_taken(self, sender: str, message_id: str) -> bool:
        """True when a message of that sender and id was taken."""
        params = {"world": self._world, "sender": sender, "message_id": message_id}
        return self._by_message(params).fetchone() is not None


def _column(content: str) -> bytes:
    kind, _, digest = content.partition(":")
    return kind[:1].encode() + bytes.fromhex(digest)
