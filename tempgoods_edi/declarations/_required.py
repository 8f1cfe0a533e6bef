"""Rules on required fields, derived from the schema for every message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any

from msgspec import Struct

from tempgoods_edi.declarations import _plan
from tempgoods_edi.declarations._sources import manual, regulation
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual


class _Needed(Struct, frozen=True):
    """The fields of one part that must be filled to declare, fetched together."""

    part: _plan.Part
    fields: tuple[FieldSpec, ...]
    get: Callable[[Any], tuple[Any, ...]]
    texts: Callable[[Any], tuple[Any, ...]]

    def complete(self, rows: Sequence[Any]) -> bool:
        """True when it is plain that nothing is missing; a zero makes it doubtful."""
        return all(map(all, map(self.get, rows))) and not any(
            map(str.isspace, chain.from_iterable(map(self.texts, rows)))
        )


@cache
def _needed(record: type) -> tuple[_Needed, ...]:
    found = []
    for part in _plan.parts(record):
        fields = tuple(field for field in part.fields if field.need == "declare")
        if fields:
            found.append(_Needed(part, fields, _together(fields), _together(filter(_is_free_text, fields))))
    return tuple(found)


def _together(fields: Iterable[FieldSpec]) -> Callable[[Any], tuple[Any, ...]]:
    names = [field.name for field in fields]
    if len(names) > 1:
        return attrgetter(*names)
    gets = [attrgetter(name) for name in names]
    return lambda row: tuple(get(row) for get in gets)


def _is_free_text(field: FieldSpec) -> bool:
    return field.atom == "string" and field.facets.pattern is None and not field.facets.options


def _is_free_text_not_needed(field: FieldSpec) -> bool:
    return _is_free_text(field) and field.need != "declare"


@rule(
    "TG-HEAD-001",
    at="",
    zh="{label}为申报必填项，现为空",
    en="{label} is needed to declare and is empty",
    fix=Bilingual("填写{label}；资料不全时可先暂存", "Fill in {label}; while it is not known, save a draft instead"),
    source=manual("第三篇 关于界面：黄色底色的字段为必填项"),
    declare_only=True,
)
def what_declaring_needs_is_filled_in(doc: Any, facts: Facts) -> Iterator[Hit]:
    """Every field that the schema marks ``need="declare"`` is filled in."""
    for needed in _needed(doc.__class__):
        rows = needed.part.rows(doc)
        if needed.complete(rows):
            continue
        for row, record in enumerate(rows):
            for field, value in zip(needed.fields, needed.get(record), strict=True):
                if value is None or (isinstance(value, str) and not value.strip()):
                    yield needed.part.hit(field, row, value)


@cache
def _goods(record: type) -> _plan.Part:
    """The first repeated part: the goods a declaration is about."""
    return next(part for part in _plan.parts(record) if part.group.repeated)


@rule(
    "TG-HEAD-002",
    at="",
    zh="{label}中没有一行商品",
    en="{label} has not a single line",
    fix=Bilingual("申报前至少录入一行商品", "Enter at least one line of goods before declaring"),
    source=regulation("海关总署令第233号第七条、第十七条：货物（展览品）清单"),
    declare_only=True,
)
def there_are_goods_to_declare(doc: Any, facts: Facts) -> Iterator[Hit]:
    """A declaration has goods lines, except for a deletion."""
    goods = _goods(doc.__class__)
    if not goods.rows(doc) and doc.head.dcl_type_cd != "3":
        yield Hit(path=goods.group.tag, params={"label": goods.group.label})


@rule(
    "TG-HEAD-003",
    at="",
    zh="{label}只有空白字符",
    en="{label} holds nothing but blanks",
    fix=Bilingual("填写内容，或删除该项", "Write something there, or leave the element out"),
    source=regulation("海关总署公告2018年第60号 报关单填制规范：各栏目应如实填写"),
)
def texts_are_not_blank(doc: Any, facts: Facts) -> Iterator[Hit]:
    """A free text is not blank, unless the rule on required fields already checks it."""
    for column in _plan.columns(doc.__class__, _is_free_text_not_needed):
        if any(map(str.isspace, filter(None, column.values(doc)))):
            yield from column.hits(doc, str.isspace)


DECLARED = (what_declaring_needs_is_filled_in, there_are_goods_to_declare)
