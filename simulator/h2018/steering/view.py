"""The view that steering has of a message: who sent it, its type, and the value of any field by its path.

A path may name every line of a list: ``ExhibitList[*]/DisposalCd`` (or without ``[*]``), or one: ``ExhibitList[3]/…``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from h2018.steering.outcomes import Subject
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.schema.atoms import FORMAT, PARSE
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec

_STEP = re.compile(r"(?P<tag>[A-Za-z_][A-Za-z0-9_]*)(?:\[(?P<index>\*|[1-9][0-9]{0,8})?\])?")


class View(Struct, frozen=True, kw_only=True):
    """One message as conditions are matched against it.

    :ivar enterprise: customs code of the unit that sent it, as the certificate says where there is one.
    :ivar draft: it is to be kept as a draft, not declared.
    :ivar in_house: the in-house number.
    :ivar kind: DclTypeCd.
    :ivar direction: ImpExpMarkCd, ``I`` or ``E``.
    """

    spec: MessageSpec
    document: Any
    message_id: str
    sender: str
    enterprise: str
    draft: bool = False
    seq_no: str | None = None
    in_house: str | None = None
    kind: str | None = None
    direction: str | None = None

    @property
    def code(self) -> str:
        """The code of the message type."""
        return self.spec.code

    @property
    def subject(self) -> Subject:
        """The kind of message, as far as outcomes must fit that kind."""
        if self.spec.root.at("Head") is not None:
            return "draft" if self.draft else "declaration"
        return "query" if self.spec.answers else "receipt_request"


def view(message: Message, enterprise: str) -> View:
    """Make the view that steering has of *message*.

    :param enterprise: customs code of the unit whose message it is.
    """
    head = getattr(message.document, "head", message.document)
    return View(
        spec=message.spec,
        document=message.document,
        message_id=message.info.message_id,
        sender=message.info.sender_id,
        enterprise=enterprise,
        draft=message.flag == "0",
        seq_no=getattr(head, "seq_no", None),
        in_house=getattr(head, "etps_preent_no", None),
        kind=getattr(head, "dcl_type_cd", None),
        direction=getattr(head, "imp_exp_mark_cd", None),
    )


def field_of(spec: MessageSpec, path: str) -> FieldSpec | None:
    """The leaf field that *path* names in such messages; None when there is none."""
    return _resolve(spec.root, path)[0]


def value_text(field: FieldSpec, value: object) -> str:
    """A value in the form in which a message writes it."""
    form = FORMAT[field.atom]
    return str(value) if form is None else form(value)


def parsed_value(field: FieldSpec, text: str) -> object:
    """The value that *text* stands for, so that ``5`` equals ``5.00``; raises ValueError or ArithmeticError for no value."""
    form = PARSE[field.atom]
    return text if form is None else form(text)


def values(seen: View, path: str) -> Iterator[tuple[str, Any]]:
    """Address and value of each leaf that *path* names, except for absent ones.

    An address with positions of its own is given back for every line.
    """
    field, steps = _resolve(seen.spec.root, path)
    if field is not None:
        yield from _values(seen.document, steps, "")


#: A child's node, and the one line of it that is meant; None for all.
_Steps = tuple[tuple[FieldSpec | GroupSpec, int | None], ...]


def _resolve(root: GroupSpec, path: str) -> tuple[FieldSpec | None, _Steps]:
    node: FieldSpec | GroupSpec = root
    steps: list[tuple[FieldSpec | GroupSpec, int | None]] = []
    for part in path.split("/"):
        step = _STEP.fullmatch(part)
        if step is None or isinstance(node, FieldSpec):
            return None, ()
        child = next((each for each in node.children if each.tag == step["tag"]), None)
        if child is None or ("[" in part and (isinstance(child, FieldSpec) or not child.repeated)):
            return None, ()
        index = step["index"]
        steps.append((child, int(index) if index and index != "*" else None))
        node = child
    return (node, tuple(steps)) if isinstance(node, FieldSpec) else (None, ())


def _values(record: Any, steps: _Steps, prefix: str) -> Iterator[tuple[str, Any]]:
    (node, line), rest = steps[0], steps[1:]
    value = getattr(record, node.name)
    if value is None:
        return
    if isinstance(node, FieldSpec):
        yield prefix + node.tag, value
    elif not node.repeated:
        yield from _values(value, rest, f"{prefix}{node.tag}/")
    else:
        for number, each in enumerate(value, 1):
            if line in (None, number):
                yield from _values(each, rest, f"{prefix}{node.tag}[{number}]/")
