"""The log of faults that struck, so that a run can be repeated from its log alone, without plan or seed.

The log is a sequence of `Done`; `Replay` answers like `plan.choose` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType

from msgspec import Struct

from h2018.faults.kinds import Step
from h2018.faults.plan import Fault, Item


class Done(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the fault log; never changed.

    :ivar at: business time, aware.
    :ivar before: SHA-256 of the bytes as they were, hexadecimal; None for a fault that does nothing to bytes.
    :ivar after: of the bytes as they left.
    """

    at: datetime
    item: Item
    fault: Fault
    before: str | None = None
    after: str | None = None


def done(fault: Fault, item: Item, at: datetime, before: bytes | None = None, after: bytes | None = None) -> Done:
    """Make the log line that says that *fault* struck *item*."""
    return Done(at=at, item=item, fault=fault, before=_hash(before), after=_hash(after))


class Replay(Struct, frozen=True):
    """A run to be repeated: the fault of each item at each step and attempt."""

    faults: Mapping[tuple[str, str, int], Fault]

    def choose(self, step: Step, item: Item) -> Fault | None:
        """The fault that *item* met at *step*; None when the log has none."""
        return self.faults.get((step, item.key, item.attempt))


def replay(log: Iterable[Done]) -> Replay:
    """Read the run that *log* records.  Of two lines about the same step, item and attempt, the first counts."""
    faults: dict[tuple[str, str, int], Fault] = {}
    for each in log:
        faults.setdefault((each.fault.step, each.item.key, each.item.attempt), each.fault)
    return Replay(MappingProxyType(faults))


def _hash(data: bytes | None) -> str | None:
    return None if data is None else sha256(data).hexdigest()
