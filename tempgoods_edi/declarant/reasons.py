"""Why customs gave a declaration back, each reason led to its field, with what was declared there and what stands there now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.store.outgoing import Outgoing
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.lifecycle.receipts import Effect, Kept
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.values import Bilingual, steps

#: ``[TG-EXH-004] text (Head/EndDate)``, as our notes and those of the simulated customs are written.
_NOTE = re.compile(
    r"\s*(?:\[(?P<rule>[A-Z]+(?:-[A-Z0-9]+)+)\]\s*)?(?P<text>.*?)(?:\s*\((?P<path>[A-Za-z][\w/\[\]]*)\))?\s*"
)
_RULE = re.compile(r"\[[A-Z]+(?:-[A-Z0-9]+)+\]")
_BETWEEN = re.compile(r"；(?=\[)")
_GIVEN_BACK = frozenset({"3", "Z"})
#: While it stands in one of these, the last decision is what the declarant works on.
_OPEN = frozenset({State.REJECTED, State.STORE_FAILED, State.DRAFT})


class Reason(Struct, frozen=True, kw_only=True):
    """One reason.

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
    """Why it came back: by the receipt that rejected it or did not store it, or by what went wrong with sending it.

    :param messages: what went out about it, oldest first.
    """
    if stored.state is State.SEND_FAILED:
        return tuple(_of_sending(stored, messages))
    if stored.state not in _OPEN:
        return ()
    decision = _decision(stored)
    notes = () if decision is None else decision.receipt.notes
    return tuple(_reason(stored, note) for note in notes)


def _decision(stored: Stored) -> Kept | None:
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
    begin = _RULE.search(note)
    found = _NOTE.fullmatch(note, begin.start() if begin else 0)
    if found is None or (found["rule"] is None and found["path"] is None):
        return Reason(text=Bilingual(note, english or note))
    node = None if found["path"] is None else stored.kind.spec.root.at(found["path"])
    text = Bilingual(found["text"], _text_of(english) or found["text"])
    if node is None:
        return Reason(text=text, rule=found["rule"])
    now, declared = stored.version.content, stored.declared or stored.version.content
    path = found["path"]
    return Reason(
        text=text,
        rule=found["rule"],
        path=path,
        label=node.label,
        old=value_at(declared, path),
        new=value_at(now, path),
    )


def _text_of(note: str | None) -> str | None:
    begin = None if note is None else _RULE.search(note)
    found = None if note is None else _NOTE.fullmatch(note, begin.start() if begin else 0)
    return None if found is None else found["text"]


def value_at(tree: Tree, path: str) -> str | None:
    """The text at *path*; None where there is none.

    >>> value_at({"Goods": [{"DclQty": "1"}]}, "Goods[1]/DclQty"), value_at({}, "Goods[1]/DclQty")
    ('1', None)
    """
    found: Any = tree
    for tag, position in steps(path):
        found = found.get(tag) if isinstance(found, dict) else None
        if position is not None:
            found = found[position - 1] if isinstance(found, list) and 0 < position <= len(found) else None
    return found if isinstance(found, str) else None
