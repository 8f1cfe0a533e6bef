"""The query of a list page: conditions, order and page number, read from a URL and written into one again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.queries import texts
from tempgoods_edi.web.queries.list_columns import ListColumn, columns, conditions

#: Rows a page may have.
SIZES = (20, 50, 100)
_LAST_PAGE = 1_000_000
#: Newest first, unless somebody asks for another order.
_SORT = "updated_at"


class Condition(Struct, frozen=True, kw_only=True):
    """One condition control above a list.

    :ivar name: the name in the address: the column's, with ``_from`` or ``_to`` for the ends of a span of days.
    :ivar typed: as it was typed; days with hyphens.
    :ivar value: as it is looked for; None for no condition, or a wrong one.
    """

    column: ListColumn
    name: str
    typed: str = ""
    value: str | None = None
    wrong: Bilingual | None = None


class ListQuery(Struct, frozen=True, kw_only=True):
    """The query of a list page.

    :ivar sort: name of the column it is ordered by.
    """

    kind: Kind
    conditions: tuple[Condition, ...]
    sort: str = _SORT
    descending: bool = True
    page: int = 1
    size: int = SIZES[0]

    @property
    def right(self) -> bool:
        """True when none of the conditions is wrong."""
        return all(each.wrong is None for each in self.conditions)

    @property
    def narrowed(self) -> bool:
        """True when there is at least one condition."""
        return any(each.value is not None for each in self.conditions)

    @property
    def values(self) -> dict[str, str]:
        """The conditions by name, in the store's form."""
        return {each.name: each.value for each in self.conditions if each.value is not None}

    def pairs(self, **other: Any) -> Iterator[tuple[str, str]]:
        """The URL's query parameters, with those in *other* replaced; defaults are left out."""
        for each in self.conditions:
            if each.typed:
                yield each.name, each.typed
        said = {"sort": self.sort, "order": "desc" if self.descending else "asc", "size": self.size, "page": self.page}
        usual = {"sort": _SORT, "order": "desc", "size": SIZES[0], "page": 1}
        for name, value in (said | other).items():
            if value != usual[name] or (name == "order" and (said | other)["sort"] != _SORT):
                yield name, str(value)

    def query(self, **other: Any) -> str:
        """The URL's query with its question mark, with those in *other* replaced; empty when all are defaults."""
        written = urlencode(list(self.pairs(**other)))
        return f"?{written}" if written else ""

    def sorted_by(self, column: ListColumn) -> str:
        """The URL's query with *column* as the order: reversed when it is the order already."""
        down = not self.descending if column.name == self.sort else False
        return self.query(sort=column.name, order="desc" if down else "asc", page=1)


def asked(kind: Kind, given: Mapping[str, str]) -> ListQuery:
    """Read the query of a URL; a wrong condition is reported, a wrong order or page becomes the default."""
    sortable = {column.name for column in columns(kind) if column.sortable}
    sort = given.get("sort", _SORT)
    size = _number(given.get("size"), SIZES[0])
    return ListQuery(
        kind=kind,
        conditions=tuple(_with_right_spans(list(_conditions(kind, given)))),
        sort=sort if sort in sortable else _SORT,
        descending=given.get("order", "desc" if sort == _SORT else "asc") != "asc",
        page=min(max(_number(given.get("page"), 1), 1), _LAST_PAGE),
        size=size if size in SIZES else SIZES[0],
    )


def _conditions(kind: Kind, given: Mapping[str, str]) -> Iterator[Condition]:
    for column in conditions(kind):
        ends = ("_from", "_to") if column.form == "day" else ("",)
        for end in ends:
            name = column.name + end
            yield _condition(column, name, given.get(name, "").strip())


def _condition(column: ListColumn, name: str, typed: str) -> Condition:
    wrong = _wrong(column, typed) if typed else None
    if column.form == "day":
        value = _day(typed)
    else:
        value = typed.partition(" ")[0] if column.form == "code" else typed
    return Condition(
        column=column, name=name, typed=typed, value=value if typed and wrong is None else None, wrong=wrong
    )


def _wrong(column: ListColumn, typed: str) -> Bilingual | None:
    if not typed.isprintable():
        return texts.UNREADABLE
    if column.form == "day":
        return None if _day(typed) else texts.WRONG_DAY.format(value=typed)
    if column.form in ("choice", "state"):
        known = {choice.value for choice in column.choices}
        return None if typed in known else texts.WRONG_CHOICE.format(value=typed)
    if len(typed) > column.longest:
        return texts.TOO_LONG.format(most=column.longest)
    return None


def _with_right_spans(found: list[Condition]) -> Iterator[Condition]:
    """The conditions; the end of a span that is before its beginning is wrong."""
    by_name = {each.name: each for each in found}
    for each in found:
        start = by_name.get(each.name.removesuffix("_to") + "_from") if each.name.endswith("_to") else None
        if start is not None and start.value and each.value and start.value > each.value:
            yield Condition(column=each.column, name=each.name, typed=each.typed, wrong=texts.WRONG_RANGE)
        else:
            yield each


def _day(typed: str) -> str | None:
    """``2027-03-21`` or ``20270321`` as messages have it; None for what is no day."""
    try:
        return f"{date.fromisoformat(typed):%Y%m%d}" if len(typed) in (8, 10) and typed.isascii() else None
    except ValueError:
        return None


def _number(text: str | None, usual: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else usual
