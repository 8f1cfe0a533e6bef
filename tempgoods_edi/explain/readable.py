"""Turns the elements of a message, valid or not, into readable labels, values and meanings of codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from tempgoods_edi._xml import Element
from tempgoods_edi.codelists import code_list, names
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import Bilingual, Lang

_UNKNOWN = Bilingual("{tag}（不认识）", "{tag} (unknown)")


class Facts(Struct, frozen=True):
    """Named values, shown one under the other."""

    title: str
    rows: tuple[tuple[str, str], ...]


class Grid(Struct, frozen=True):
    """Lines of the same kind, shown as a table.

    :ivar left_out: how many lines are not shown.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


Section: TypeAlias = Facts | Grid


def sections(group: GroupSpec, element: Element, lang: Lang, most: int) -> Iterator[Section]:
    """The contents of *element* by the specification *group*; elements unknown to it are shown by their tags.

    :param most: lines of a grid that are shown.
    """
    children = [child for child in element if isinstance(child.tag, str)]
    leaves = [child for child in children if not isinstance(_spec(group, child), GroupSpec)]
    if leaves:
        yield Facts(group.label.in_(lang), tuple(_fact(group, leaf, lang) for leaf in leaves))
    for spec in group.children:
        if isinstance(spec, GroupSpec):
            same = [child for child in children if _tag(child) == spec.tag]
            if spec.repeated and same and _is_flat(spec):
                yield _grid(spec, same, lang, most)
            else:
                for each in same:
                    yield from sections(spec, each, lang, most)


def meaning(field: FieldSpec, text: str, lang: Lang) -> str:
    """*text* for people: a code with its name, a date with dashes."""
    if field.atom == "date" and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    for option in field.facets.options:
        if option.value == text:
            label = option.label.in_(lang)
            return text if label == text else f"{text} {label}"
    if field.codelist in names():
        row = code_list(field.codelist).get(text)
        if row is not None:
            return f"{text} {row.name.in_(lang)}"
    return text


def _grid(spec: GroupSpec, lines: Sequence[Element], lang: Lang, most: int) -> Grid:
    fields = [child for child in spec.children if isinstance(child, FieldSpec)]
    texts = [{_tag(child): _text(child) for child in line if isinstance(child.tag, str)} for line in lines]
    filled = [field for field in fields if any(row.get(field.tag) for row in texts)]
    return Grid(
        f"{spec.label.in_(lang)} ({len(lines)})",
        tuple(field.label.in_(lang) for field in filled),
        tuple(tuple(meaning(field, row.get(field.tag, ""), lang) for field in filled) for row in texts[:most]),
        max(0, len(lines) - most),
    )


def _fact(group: GroupSpec, leaf: Element, lang: Lang) -> tuple[str, str]:
    spec = _spec(group, leaf)
    if not isinstance(spec, FieldSpec):
        return _UNKNOWN.format(tag=_tag(leaf)).in_(lang), _text(leaf)
    return spec.label.in_(lang), meaning(spec, _text(leaf), lang)


def _spec(group: GroupSpec, element: Element) -> FieldSpec | GroupSpec | None:
    return next((child for child in group.children if child.tag == _tag(element)), None)


def _is_flat(spec: GroupSpec) -> bool:
    return all(isinstance(child, FieldSpec) for child in spec.children)


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
