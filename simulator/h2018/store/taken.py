"""The accepted messages, found by their bytes or by sender and id, so that no message takes effect twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import Struct
from sqlalchemy import bindparam, insert, select, update

from h2018.store.database import Database, Row
from h2018.store.journal import Journal
from h2018.store.owner import Owner
from h2018.store.tables import TAKEN
from h2018.store.values import Reply

_FOUND = select(TAKEN.c.answered, TAKEN.c.withheld, TAKEN.c.identity).where(TAKEN.c.world == bindparam("world"))
_BY_CONTENT = _FOUND.where(TAKEN.c.content == bindparam("content"))
_BY_MESSAGE = _FOUND.where(TAKEN.c.sender == bindparam("sender"), TAKEN.c.message_id == bindparam("message_id"))
_INSERT = insert(TAKEN)
_IDENTIFY = (
    update(TAKEN)
    .where(
        TAKEN.c.world == bindparam("this"),
        TAKEN.c.sender == bindparam("whose"),
        TAKEN.c.message_id == bindparam("which"),
    )
    .values(identity=bindparam("found"))
)


class Earlier(Struct, frozen=True):
    """A message that was accepted before, with its bytes and the answer it got.

    :ivar identity: digest of whose it is and what it says; None when it was accepted before that was kept.
    :ivar data: reads its bytes as they came in.
    :ivar reply: the answer it was given.
    """

    identity: bytes | None
    data: Callable[[], bytes]
    reply: Reply


class Taken:
    """The accepted messages of one tenant, by which a message that is sent again is recognised."""

    __slots__ = ("_database", "_journal", "_tenant")

    def __init__(self, database: Database, tenant: Owner, journal: Journal) -> None:
        self._database = database
        self._tenant, self._journal = tenant, journal

    def reply_to(self, content: str) -> Reply | None:
        """The answer given when the same bytes (see `fingerprint`) were accepted; None when they never were."""
        row = self._database.execute(
            _BY_CONTENT, {"world": self._tenant.number, "content": _column(content)}
        ).fetchone()
        return None if row is None else self._reply(row)

    def take(
        self,
        content: str,
        sender: str,
        message_id: str,
        answered: int,
        *,
        withheld: bool = False,
        identity: bytes | None = None,
    ) -> None:
        """Record an accepted message, so that a repetition gets the same answer, which is the journal line *answered*.

        :param identity: see `Earlier`.
        :param withheld: the answer was not sent, and will not be.
        """
        self._database.execute(
            _INSERT,
            {
                "world": self._tenant.number,
                "content": _column(content),
                "sender": sender,
                "message_id": message_id,
                "answered": answered,
                "withheld": int(withheld),
                "identity": identity,
            },
        )

    def earlier(self, sender: str, message_id: str) -> Earlier | None:
        """The message accepted before with that sender and id; None when there is none."""
        params = {"world": self._tenant.number, "sender": sender, "message_id": message_id}
        row = self._database.execute(_BY_MESSAGE, params).fetchone()
        reply = None if row is None else self._reply(row)
        if row is None or reply is None:
            return None
        identity = None if row[2] is None else bytes(row[2])
        return Earlier(identity, partial(self._data, message_id, row[0]), reply)

    def identify(self, sender: str, message_id: str, identity: bytes) -> None:
        """Store the content identity of a message that was accepted before identities were stored."""
        self._database.execute(
            _IDENTIFY, {"this": self._tenant.number, "whose": sender, "which": message_id, "found": identity}
        )

    def _data(self, message_id: str, answered: int) -> bytes:
        # A message is received and answered at one go: its line is the last about it before the answer.
        lines = self._journal.read(message_id, before=answered, limit=1, newest_first=True)
        return lines[0].data if lines else b""

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
