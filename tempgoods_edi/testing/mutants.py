"""Mutants: messages with exactly one fault, each with the finding that must be reported: id and path.

Schema mutants break one facet or one structure, envelope mutants the envelope or the file as a whole, signature
mutants the signature, rule mutants one business rule.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec import Struct

from tempgoods_edi.desk import Policy
from tempgoods_edi.rules import Facts

#: The time at which certificates are judged where a mutant says nothing else.
NOW = datetime(2027, 3, 1, 4, tzinfo=UTC)


class Mutant(Struct, frozen=True, kw_only=True):
    """A message with exactly one fault.

    :ivar name: what was done to it: ``Head/EndDate: wrong form '20270229'``.
    :ivar rule: id of the finding it must lead to.
    :ivar path: the finding's path.
    :ivar data: the message as bytes.
    :ivar facts: what the desk must know for the finding to be the only one.
    :ivar policy: how the desk must judge for that.
    :ivar part: the faulty element alone, without namespace, when the fault is one against its schema.
    :ivar others: (rule, path) of findings that cannot but come with it.
    """

    name: str
    rule: str
    path: str
    data: bytes
    facts: Facts = Facts(today=date(2027, 3, 1))
    policy: Policy = Policy(now=NOW, allow_unsigned=True)
    part: str | None = None
    others: tuple[tuple[str, str], ...] = ()

    @property
    def expected(self) -> list[tuple[str, str]]:
        """(rule, path) of every finding it must lead to, sorted; the warning that a draft is unsigned aside."""
        return sorted([(self.rule, self.path), *self.others])
