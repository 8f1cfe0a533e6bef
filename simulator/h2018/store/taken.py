"""Which messages were taken, by their bytes and by sender and id, so that none is taken twice."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import bindparam, insert, select

from h2018.store.database import Database, Row
from h2018.store.journal import Journal
from h2018.store.tables import TAKEN
from h2018.store.values import Reply

_FOUND = select(TAKEN.c.answered, TAKEN.c.withheld).where(TAKEN.c.world == bindparam("world"))
_BY_CONTENT = _FOUND.where(TAKEN.c.content == bindparam("content"))
_BY_MESSAGE = _FOUND.where(TAKEN.c.sender == bindparam("sender"), TAKEN.c.message_id == bindparam("message_id"))
_INSERT = insert(TAKEN)


class Earlier(Struct, frozen=True):
    """A message that was taken.

    :ivar data: its bytes as they came in.
    :ivar reply: the answer it was given.
    """

    data: bytes
    reply: Reply


class Taken:
    """The taken messages of one world."""

    __slots__ = ("_by_content", "_by_message", "_insert", "_journal", "_world")

    def __init__(self, database: Database, world: int, journal: Journal) -> None:
        self._world, self._journal = world, journal
        self._by_content = database.prepare(_BY_CONTENT)
        self._by_message = database.prepare(_BY_MESSAGE)
        self._insert = database.prepare(_INSERT)

    def reply_to(self, content: str) -> Reply | None:
        """The answer that was given to the same bytes (see `fingerprint`) when they were taken."""
        row = self._by_content({"world": self._world, "content": _column(content)}).fetchone()
        return None if row is None else self._reply(row)

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

    def earlier(self, sender: str, message_id: str) -> Earlier | None:
        """The message of that sender and id that was taken."""
        params = {"world": self._world, "sender": sender, "message_id": message_id}
        row = self._by_message(params).fetchone()
        reply = None if row is None else self._reply(row)
        if row is None or reply is None:
            return None
        # A message is received and answered at one go: its line is the last about it before the answer.
        lines = self._journal.read(message_id, before=row[0], limit=1, newest_first=True)
        return Earlier(lines[0].data if lines else b"", reply)

    def _reply(self, row: Row) -> Reply | None:
        record = self._journal.record(row[0])
        if record is None:
            return None
        return Reply(
            outcome="accepted",
            data=record.data,
            trace_id=record.trace_id,
            message_id=record.message_id,
            seq_no=record.seq_no,
            withheld=bool(row[1]),
        )


def _column(content: str) -> bytes:
    kind, _, digest = content.partition(":")
    return kind[:1].encode() + bytes.fromhex(digest)
