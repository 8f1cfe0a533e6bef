"""Placeholder values for those that the schema refuses, to find out which findings follow from their absence."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date
from decimal import Decimal
from typing import Any

from tempgoods_edi import codec
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec

#: Makes a value of a field, and of what was given for it.
StandIn = Callable[[FieldSpec, Any], Any]


def filled(group: GroupSpec, record: Any, tree: Any, prefix: str, whole: Container[str], stand_in: StandIn) -> Any:
    """*record* with placeholder values in its gaps.

    :param tree: what the record was read from.
    :param prefix: where they stand.
    :param whole: the parts without gaps.
    """
    if prefix in whole or record is None:
        return record
    given = tree if isinstance(tree, dict) else {}
    values = {}
    for child in group.children:
        value, told, path = getattr(record, child.name), given.get(child.tag), f"{prefix}{child.tag}"
        if isinstance(child, FieldSpec):
            is_gap = value is None and (child.required or told is not None)
            values[child.name] = stand_in(child, told) if is_gap else value
        elif child.repeated:
            rows = zip(value, told if isinstance(told, list) else [told], strict=False)
            values[child.name] = tuple(
                filled(child, row, each, f"{path}[{number}]/", whole, stand_in)
                for number, (row, each) in enumerate(rows, 1)
            )
        else:
            values[child.name] = filled(child, value, told, f"{path}/", whole, stand_in)
    return codec.record_class(group)(**values)


def typical(today: date, field: FieldSpec, given: Any) -> Any:
    """A typical value of the field's kind that might have been meant; for a text, the given one."""
    if field.facets.options:
        return field.facets.values[0]
    if field.atom == "string":
        return given if isinstance(given, str) else "?"
    return {"decimal": Decimal(1), "integer": 1, "date": today}.get(field.atom)


class _Agreeing:
    """Equal to whatever it is compared with; remembers that it was looked for in a set or a mapping.

    >>> _Text("?") == "310173A546", "310173A546" != _Text("?"), _Number(1) > 5
    (True, False, False)
    """

    maker: Agreeing | None = None

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return False

    def __le__(self, other: object) -> bool:
        return True

    def __ge__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        if self.maker is not None:
            self.maker.were_looked_up = True
        return 0


class _Text(_Agreeing, str):
    __slots__ = ()


class _Number(_Agreeing, Decimal):
    pass


class _Whole(_Agreeing, int):
    pass


class _Day(_Agreeing, date):
    pass


class Agreeing:
    """Makes placeholder values that no comparison objects to, of each field's kind.

    :param today: the day of the dates.
    :ivar were_looked_up: one of them was looked for in a set or a mapping.
    """

    def __init__(self, today: date) -> None:
        self._today = today
        self.were_looked_up = False

    def __call__(self, field: FieldSpec, given: Any) -> Any:
        """One in the place of what was given for *field*; None for a kind of which there is none."""
        like = typical(self._today, field, given)
        made: _Agreeing | None = None
        if isinstance(like, str):
            made = _Text(like)
        elif isinstance(like, Decimal):
            made = _Number(like)
        elif isinstance(like, int):
            made = _Whole(like)
        elif isinstance(like, date):
            made = _Day(like.year, like.month, like.day)
        if made is not None:
            made.maker = self
        return made
