"""Plans for any message: the head, the lines and the documents that declarations share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema.spec import GroupSpec, MessageSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.plans import documents, goods, guarantee, parties
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.trees import Shape, tags


class Plan(Struct, kw_only=True):
    """The plan of one message: decided values, and what its desk knows.

    :ivar given: for `trees.filled`.
    :ivar later: facts that depend on the finished record; None when there are none.
    """

    given: Tree
    facts: Facts
    later: Callable[[Any, Facts], Facts] | None = None


def plan(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of a message without any special rules."""
    day = parties.today(c)
    given: Tree = {"OperCusRegCode": sender.enterprise_no}
    for child in spec.root.children:
        if not isinstance(child, GroupSpec):
            continue
        if child.tag == "Head":
            given["Head"] = parties.head(c, shape, sender, day)
            if spec.declaration is not None:
                given["Head"][spec.declaration.number.tag] = None  # customs' to give
            if "GuaranteeTypeCd" in tags(child):
                given["Head"] |= guarantee.guarantee(c, shape)
        elif "DocHash" in tags(child):
            given[child.tag] = documents.documents(c, min(shape.documents, child.max_occurs or shape.documents))
        elif "GdsSeqNo" in tags(child):
            given[child.tag] = _lines(child, shape, c)
    return Plan(given=given, facts=facts(day, sender, given))


def _lines(group: GroupSpec, shape: Shape, c: Choices) -> list[Tree]:
    least = 1 if shape.declared else 0
    numbers = range(1, min(max(shape.lines, least), group.max_occurs or shape.lines) + 1)
    if not goods.are_described(tags(group)):
        return [{"GdsSeqNo": str(number), "ModfMarkCd": None} for number in numbers]
    return [*map(goods.line_maker(c, shape), numbers)]


def facts(day: date, sender: Enterprise, given: Tree) -> Facts:
    """The facts of a desk on *day*: the sender's card and the files, with nothing against the message."""
    return Facts(
        today=day,
        card=sender.card,
        in_house_numbers={},
        exhibitions={},
        entries={},
        extensions={},
        declarants=frozenset(),
        in_force={},
        attachments=documents.files(given.get("Documents") or []),
        seen_message_ids=frozenset(),
    )
