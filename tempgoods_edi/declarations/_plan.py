"""The fields that a schema-derived rule looks at, computed once per kind of record.

The rules derived from the schema (needed fields, codes, checked numbers) are one rule each for every
message.  They find their fields here by the record's class, so a new message needs no line of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from msgspec import Struct

from tempgoods_edi.rules import Hit
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import fill


class Part(Struct, frozen=True):
    """One group of fields of a message: its own leaves, its head, or one of its lists.

    :ivar prefix: path template before a field's tag: ``""``, ``Head/``, ``Goods[]/``.
    :ivar group: the element it is; for the message's own leaves the root.
    :ivar rows: the records of this part in a document, one for what does not repeat.
    """

    prefix: str
    group: GroupSpec
    rows: Callable[[Any], Sequence[Any]]

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """The part's own leaf fields."""
        return tuple(child for child in self.group.children if isinstance(child, FieldSpec))

    def hit(self, field: FieldSpec, row: int, value: object = None, **params: object) -> Hit:
        """A violation at *field* of the row at index *row*; the texts may use ``{label}``."""
        return Hit(path=fill(self.prefix + field.tag, (row + 1,)), value=value, params={"label": field.label, **params})


class FieldColumn(Struct, frozen=True):
    """One field of one part, with the way to its value."""

    part: Part
    field: FieldSpec
    get: Callable[[Any], Any]

    def values(self, doc: Any) -> Iterator[Any]:
        """The column's value in every row of *doc*."""
        return map(self.get, self.part.rows(doc))

    def hits(self, doc: Any, wrong: Callable[[Any], bool], **params: object) -> Iterator[Hit]:
        """A violation wherever the column's value is *wrong*."""
        for row, value in enumerate(self.values(doc)):
            if value is not None and wrong(value):
                yield self.part.hit(self.field, row, value, **params)


@cache
def parts(record: type) -> tuple[Part, ...]:
    """The parts of the message whose root record is of class *record*."""
    root = reader.message(record.__module__.rpartition(".")[2].upper()).root
    groups = [child for child in root.children if isinstance(child, GroupSpec)]
    return (Part("", root, _itself), *(_part(group) for group in groups))


@cache
def columns(record: type, chosen: Callable[[FieldSpec], bool]) -> tuple[FieldColumn, ...]:
    """Every field of the message that is *chosen* (a module-level function, so that the result is cached)."""
    return tuple(
        FieldColumn(part, field, attrgetter(field.name))
        for part in parts(record)
        for field in part.fields
        if chosen(field)
    )


def _itself(doc: Any) -> Sequence[Any]:
    return (doc,)


def _part(group: GroupSpec) -> Part:
    get = attrgetter(group.name)
    if group.repeated:
        return Part(f"{group.tag}[]/", group, get)
    return Part(f"{group.tag}/", group, lambda doc: (get(doc),))
