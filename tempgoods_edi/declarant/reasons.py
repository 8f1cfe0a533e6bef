"""The reasons why customs returned a declaration, each with its field, the declared value and the present value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.store.outgoing import Outgoing
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.lifecycle.receipts import AppliedReceipt, Effect
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.values import Bilingual, steps

#: ``[TG-EXH-004] text (Head/EndDate)``, as our notes and those of the simulated customs are written.
_RULE = re.compile(r"\[([A-Z]+(?:-[A-Z0-9]+)+)\]")
_PATH = re.compile(r"[A-Za-z][\w/\[\]]*")
_BETWEEN = re.compile(r"；(?=\[)")
_GIVEN_BACK = frozenset({"3", "Z"})
#: While it stands in one of these, the last decision is what the declarant works on.
_OPEN = frozenset({State.REJECTED, State.STORE_FAILED, State.DRAFT})


class Reason(Struct, frozen=True, kw_only=True):
    """One reason why a declaration came back.

    :ivar rule: id of the rule, where the reason names one.
    :ivar path: address of the field it is about, where it names one that the message has.
    :ivar old: what was declared there.
    :ivar new: what stands there now.
    """

    text: Bilingual
    rule: str | None = None
    path: str | None = None
    label: Bilingual | None = None
    old: str | None = None
    new: str | None = None


def reasons(stored: Stored, messages: tuple[Outgoing, ...] = ()) -> tuple[Reason, ...]:
    """The reasons why a declaration came back: from the receipt that rejected it, or from the failure to send it.

    :param messages: what went out about it, oldest first.
    """
    if stored.state is State.SEND_FAILED:
        return tuple(_of_sending(stored, messages))
    if stored.state not in _OPEN:
        return ()
    decision = _decision(stored)
    notes = () if decision is None else decision.receipt.notes
    return tuple(_reason(stored, note) for note in notes)


def _decision(stored: Stored) -> AppliedReceipt | None:
    """The receipt that gave the last attempt back; None when the present state came otherwise."""
    applied = [kept for kept in stored.version.progress.kept if kept.effect is Effect.APPLIED]
    return applied[-1] if applied and applied[-1].receipt.result in _GIVEN_BACK else None


def _of_sending(stored: Stored, messages: tuple[Outgoing, ...]) -> Iterator[Reason]:
    error = messages[-1].last_error if messages else None
    if error is None:
        return
    zh, en = _BETWEEN.split(error.zh), _BETWEEN.split(error.en)
    for position, note in enumerate(zh):
        yield _reason(stored, note, en[position] if len(en) == len(zh) else note)


def _reason(stored: Stored, note: str, english: str | None = None) -> Reason:
    rule, said, path = _parts(note)
    if rule is None and path is None:
        return Reason(text=Bilingual(note, english or note))
    node = None if path is None else stored.kind.spec.root.at(path)
    text = Bilingual(said, said if english is None else _parts(english)[1] or said)
    if node is None or path is None:
        return Reason(text=text, rule=rule)
    now, declared = stored.version.content, stored.declared or stored.version.content
    return Reason(
        text=text,
        rule=rule,
        path=path,
        label=node.label,
        old=value_at(declared, path),
        new=value_at(now, path),
    )


def _parts(note: str) -> tuple[str | None, str, str | None]:
    """The rule that *note* names, what it says, and the address at its end.

    >>> _parts("退回：[TG-EXH-004] 展期过长 (Head/EndDate)"), _parts("请补材料")
    (('TG-EXH-004', '展期过长', 'Head/EndDate'), (None, '请补材料', None))
    """
    named = _RULE.search(note)
    said = (note if named is None else note[named.end() :]).strip()
    before, opened, path = said.rpartition("(")
    if opened and path.endswith(")") and _PATH.fullmatch(path[:-1]):
        return named and named[1], before.rstrip(), path[:-1]
    return named and named[1], said, None


def value_at(tree: Tree, path: str) -> str | None:
    """The text at *path* in *tree*; None where there is none.

    >>> value_at({"Goods": [{"DclQty": "1"}]}, "Goods[1]/DclQty"), value_at({}, "Goods[1]/DclQty")
    ('1', None)
    """
    found: Any = tree
    for tag, position in steps(path):
        found = found.get(tag) if isinstance(found, dict) else None
        if position is not None:
            found = found[position - 1] if isinstance(found, list) and 0 < position <= len(found) else None
    return found if isinstance(found, str) else None
