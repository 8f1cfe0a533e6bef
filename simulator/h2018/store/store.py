"""The store of one tenant: its journal, cases, receipts, timers, registry and settings, in a shared database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from h2018.store.database import Committed, Database
from h2018.store.deliveries import Deliveries
from h2018.store.filed import Filed
from h2018.store.journal import Journal
from h2018.store.overview import Overview
from h2018.store.owner import Owner
from h2018.store.receipts import Receipts
from h2018.store.settings import Counters, StoredSettings
from h2018.store.stored_mapping import StoredMapping
from h2018.store.taken import Taken
from h2018.store.timers import Timers

Value = TypeVar("Value")


class Store:
    """The store of one tenant.

    Reads are open to all; writes are the service's, inside `transaction`.

    :param tenant: the tenant's number in the database.
    :ivar lines: the journal.
    :ivar in_house_numbers: (customs code, in-house number) → pre-entry number.
    """

    def __init__(self, database: Database, tenant: int) -> None:
        self.database, self._owner = database, Owner(tenant)
        self.lines = Journal(database, self._owner)
        self._overview = Overview(database, self._owner, self.lines.bodies)
        self.counters = Counters(database, self._owner)
        self.timers = Timers(database, self._owner)
        self._settings = StoredSettings(database, self._owner)
        self._filed = Filed(database, self._owner, self.counters)
        self._taken = Taken(database, self._owner, self.lines)
        self._receipts = Receipts(database, self._owner)
        self._deliveries = Deliveries(database, self._owner)
        self._forgetful: list[Callable[[], None]] = [
            each.forget
            for each in (
                self.lines, self.counters, self.timers, self._settings, self._filed, self._receipts, self._deliveries,
            )
        ]  # fmt: skip
        self.note, self.journal, self.record = self.lines.note, self.lines.read, self.lines.record
        self.page, self.traced, self.line = self._overview.page, self._overview.traced, self._overview.line
        self.standing, self.pieces = self._overview.standing, self._overview.pieces
        self.reply_to, self.take, self.earlier = self._taken.reply_to, self._taken.take, self._taken.earlier
        self.identify, self.bodies = self._taken.identify, self.lines.bodies
        self.case, self.case_of, self.cases = self._filed.case, self._filed.case_of, self._filed.cases
        self.next_seq_no, self.document = self._filed.next_seq_no, self._filed.document
        self.in_house_numbers = self._filed.in_house_numbers
        self.keep = self._filed.keep
        self.add_receipt, self.receipt, self.receipts = self._receipts.add, self._receipts.receipt, self._receipts.read
        self.receipts_of, self.laid_of = self._receipts.of_case, self._receipts.laid_of_case
        self.laid, self.laid_one, self.receipts_page = self._receipts.laid, self._receipts.laid_one, self._receipts.page
        self.setting, self.set_setting = self._settings.value, self._settings.set
        self.mark, self.set_mark = self._settings.mark, self._settings.set_mark
        self.note_delivery = self._deliveries.note
        self.deliveries_of_receipt = self._deliveries.of_receipt
        self.deliveries_of_channel = self._deliveries.of_channel
        database.after_rollback.append(self.forget)

    @property
    def number(self) -> int:
        """The tenant's number in the database."""
        return self._owner.number

    def move_to(self, number: int) -> None:
        """Read and write the rows of the tenant *number* from now on."""
        self._owner.number = number
        self.forget()

    @property
    def next_sequence(self) -> int:
        """The sequence that the next receipt will get."""
        return self._receipts.last()[1] + 1

    @property
    def next_number(self) -> int:
        """The number that the next receipt will get."""
        return self._receipts.last()[0] + 1

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction; see `Database.transaction`."""
        return self.database.transaction()

    def group_commit(self, committed: Committed) -> AbstractContextManager[None]:
        """A transaction that becomes durable at the next commit; see `Database.group_commit`."""
        return self.database.group_commit(committed)

    def mapping(
        self,
        kind: str,
        read: Callable[[bytes], Value],
        *,
        parent: Callable[[Value], str | None] | None = None,
        label: Callable[[Value], str | None] | None = None,
    ) -> StoredMapping[Value]:
        """The registry's values of one kind; see `StoredMapping` for the parameters."""
        made = StoredMapping(self.database, self._owner, kind, read, parent=parent, label=label)
        self._forgetful.append(made.forget)
        return made

    def forget(self) -> None:
        """Clear what is cached in memory, after a rollback or when the rows were replaced."""
        for forget in self._forgetful:
            forget()

    def detach(self) -> None:
        """Stop following the transactions of the database."""
        self.database.after_rollback.remove(self.forget)
