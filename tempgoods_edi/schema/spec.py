"""The spec tree: everything that codec, forms, columns, strategies and explanations need to know of a message type.

Every node carries its tag (as in the XML), its Python name, its labels and its source clause, all of
them from the XSD and from nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from tempgoods_edi.values import Bilingual, Source

#: How the text of a leaf is read: the record's Python type follows from it.
Atom = Literal["string", "decimal", "integer", "date", "datetime", "isodatetime"]

#: ``out`` enterprise → customs, signed · ``in`` customs → enterprise, in an envelope · ``answer`` bare technical answer.
Direction = Literal["out", "in", "answer"]

Need = Literal["draft", "declare"]


class Option(Struct, frozen=True):
    """One value of an enumeration."""

    value: str
    label: Bilingual


class Facets(Struct, frozen=True, kw_only=True):
    """The restrictions of a simple type; None (or empty) where the type has none."""

    min_length: int | None = None
    max_length: int | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    min_inclusive: str | None = None
    max_inclusive: str | None = None
    min_exclusive: str | None = None
    pattern: str | None = None
    options: tuple[Option, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The values of an enumeration, in schema order."""
        return tuple(o.value for o in self.options)


class FieldSpec(Struct, frozen=True, kw_only=True, cache_hash=True):
    """The specification of one leaf element.

    :ivar required: the schema demands it even in a draft.
    :ivar need: ``draft`` needed to save, ``declare`` needed to declare, None optional or conditional.
    :ivar auto: filled by the system, not editable by a declarant.
    :ivar number: kind of checked number (``uscc``, ``entry``, ``customs``, ``enterprise``), None for plain text.
    :ivar widget: how a form shows it when the type does not say.
    :ivar lookup: what customs is asked about when the field is left (``exhibition``, ``entry``).
    :ivar change_only: makes sense only in a change or deletion.
    """

    tag: str
    name: str
    type_name: str
    atom: Atom
    required: bool
    label: Bilingual
    type_label: Bilingual
    source: Source
    facets: Facets
    need: Need | None = None
    auto: bool = False
    codelist: str | None = None
    number: str | None = None
    widget: str | None = None
    lookup: str | None = None
    change_only: bool = False


class GroupSpec(Struct, frozen=True, kw_only=True, cache_hash=True):
    """The specification of one element with children.

    :ivar module: stem of the schema file that defines its type, and name of the record module.
    :ivar max_occurs: None for unbounded.
    """

    tag: str
    name: str
    type_name: str
    module: str
    min_occurs: int
    max_occurs: int | None
    label: Bilingual
    source: Source
    children: tuple[FieldSpec | GroupSpec, ...]

    @property
    def class_name(self) -> str:
        """The name of the record class."""
        return self.type_name.removesuffix("Type")

    @property
    def required(self) -> bool:
        """True when the schema demands at least one."""
        return self.min_occurs > 0

    @property
    def repeated(self) -> bool:
        """True when there may be more than one: the record then holds a tuple."""
        return self.max_occurs != 1

    def walk(self, prefix: str = "") -> Iterator[tuple[str, FieldSpec | GroupSpec]]:
        """Every descendant node, with its path template: ``Goods[]/DclQty``."""
        for child in self.children:
            if isinstance(child, FieldSpec):
                yield f"{prefix}{child.tag}", child
            else:
                path = f"{prefix}{child.tag}{'[]' if child.repeated else ''}"
                yield path, child
                yield from child.walk(f"{path}/")

    def fields(self) -> Iterator[tuple[str, FieldSpec]]:
        """Every descendant leaf, with its path template."""
        for path, node in self.walk():
            if isinstance(node, FieldSpec):
                yield path, node

    def at(self, path: str) -> FieldSpec | GroupSpec | None:
        """The node that *path* (with or without positions) addresses; None when there is none."""
        node: FieldSpec | GroupSpec = self
        for step in filter(None, path.split("/")):
            if isinstance(node, FieldSpec):
                return None
            tag = step.partition("[")[0]
            found = next((c for c in node.children if c.tag == tag), None)
            if found is None:
                return None
            node = found
        return node


class DeclarationSpec(Struct, frozen=True, kw_only=True, cache_hash=True):
    """The specification of a declaration: where its customs number and its title in lists stand.

    :ivar number: the field of the head that holds the number customs give.
    :ivar prefix: the letters that begin that number.
    :ivar title: the field of the head that lists show as its title.
    :ivar due: the field of the head that says until when the goods may stay; None where no deadline runs.
    :ivar goods: its lines: the repeated group that is not the documents.
    :ivar changeable: it can be changed and deleted at customs; its head has fields that only that needs.
    """

    number: FieldSpec
    prefix: str
    title: FieldSpec
    due: FieldSpec | None
    goods: GroupSpec
    changeable: bool


class MessageSpec(Struct, frozen=True, kw_only=True, cache_hash=True):
    """The specification of one message type of the family.

    :ivar code: message type as it stands in ``EnvelopInfo/message_type``.
    :ivar schema: file name of its schema in ``xsd/``.
    :ivar answers: code of the business receipt that answers it; None when nothing or several do.
    :ivar declaration: what makes it a declaration; None for a query, a receipt, an answer.
    """

    code: str
    title: Bilingual
    direction: Direction
    source: Source
    schema: str
    root: GroupSpec
    answers: str | None = None
    declaration: DeclarationSpec | None = None


def snake(tag: str) -> str:
    """The Python name of an XML element.

    >>> [snake(t) for t in ("GdsSeqNo", "IEPortCd", "DclEtpsSccd", "message_id")]
    ['gds_seq_no', 'ie_port_cd', 'dcl_etps_sccd', 'message_id']
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", tag).lower()
