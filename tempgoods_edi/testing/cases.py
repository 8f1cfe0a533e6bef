"""Makes one valid message, with the facts under which every rule holds, from a shape and a seed; without Hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from tempgoods_edi import codec, numbers
from tempgoods_edi.codec import Tree
from tempgoods_edi.envelope.message import DelcareFlag, Message, answer, info_group, package, plain, pocket_group
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.signing import unsigned
from tempgoods_edi.testing import plans
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.plans.parties import Enterprise, enterprise
from tempgoods_edi.testing.trees import Shape, filled

#: The Id that the samples' Object has.
OBJECT_ID = "Object-1"
_IDS = "DXPENT0000000001", "DXPESW0000000002", "DXPH201800000001"


class Case(Struct, frozen=True, kw_only=True):
    """A valid message with the facts that its desk knows.

    :ivar document: the record of its document.
    :ivar message: envelope and document; None for a bare technical answer, which has no envelope.
    :ivar facts: no rule finds anything against the message when these are known.
    """

    spec: MessageSpec
    document: Any
    message: Message | None
    facts: Facts

    def __repr__(self) -> str:
        # A record in full is thousands of lines where a property test prints what fails it.
        return f"Case({self.spec.code!r}, {self.facts.today.isoformat()}, {len(self.data)} bytes)"

    @property
    def tree(self) -> Tree:
        """The document as tags and texts."""
        return codec.to_tree(self.spec.root, self.document)

    @property
    def data(self) -> bytes:
        """The message as bytes; an unsigned draft where it would be signed."""
        if self.message is None:
            return answer(self.spec, self.document)
        if self.spec.direction == "out":
            return unsigned(OBJECT_ID, package(self.message).encode())
        return plain(self.message)


def case(spec: MessageSpec, shape: Shape, sender: Enterprise | None = None) -> Case:
    """The valid message of kind *spec* that *shape* describes.

    :param sender: whose card it is sent with; by default the seed decides.
    """
    c = Choices(shape.seed)
    plan = plans.plan(spec, shape, c, sender or enterprise(c))
    document = codec.from_tree(spec.root, filled(spec.root, plan.given, shape, c))
    facts = plan.facts if plan.later is None else plan.later(document, plan.facts)
    message = None
    if spec.direction != "answer":
        message = enveloped(spec, document, facts.today, declared=shape.declared, fill=shape.fill, c=c)
    return Case(spec=spec, document=document, message=message, facts=facts)


def enveloped(
    spec: MessageSpec, document: Any, today: date, *, declared: bool = True, fill: int = 0, c: Choices | None = None
) -> Message:
    """*document* in a valid envelope of the day *today*."""
    c = c or Choices(0)
    sent = datetime(today.year, today.month, today.day, 12, tzinfo=CHINA_TIME) + timedelta(
        seconds=c.between(-43200, 43199)
    )
    sender, receiver = (_IDS[c.below(2)], _IDS[2]) if spec.direction == "out" else (_IDS[2], _IDS[c.below(2)])
    message_id = str(numbers.MessageId(sender, receiver, sent, int(c.digits(11))))
    flag: DelcareFlag | None = None
    if spec.direction == "out":
        flag = "1" if declared else "0"
    info: Mapping[str, str | None] = {
        "message_id": message_id,
        "message_type": spec.code,
        "sender_id": sender,
        "receiver_id": receiver,
        "send_time": f"{sent:%Y-%m-%dT%H:%M:%S}",
    }
    pocket: Mapping[str, str | None] = {
        "pocket_id": message_id,
        "total_pocket_qty": "1",
        "cur_pocket_no": "1",
        "is_unstructured": None,
    }
    shape = Shape(fill=fill, declared=declared)
    return Message(
        spec=spec,
        info=codec.from_tree(info_group(), filled(info_group(), info, shape, c)),
        pocket=codec.from_tree(pocket_group(), filled(pocket_group(), pocket, shape, c)),
        document=document,
        flag=flag,
    )
