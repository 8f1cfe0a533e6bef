"""Warns of invisible characters in values, because what people see of such a value is not what is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from tempgoods_edi.schema import problems
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import Finding
from tempgoods_edi.visible import named, strange

#: So many are told of one message.
_MOST = 50


def strange_values(group: GroupSpec, record: Any, prefix: str = "") -> Iterator[Finding]:
    """A warning for each text in *record* with an invisible character, at its field; at most `_MOST`."""
    return islice(_within(group, record, prefix, _of_record), _MOST)


def strange_texts(group: GroupSpec, tree: Mapping[str, Any]) -> Iterator[Finding]:
    """A warning for each text in a document's *tree* with an invisible character, whatever else is in it."""
    return islice(_within(group, tree, "", _of_tree), _MOST)


def strange_value(field: FieldSpec, text: str, path: str) -> Iterator[Finding]:
    """A warning when *text* has an invisible character."""
    met = strange(text)
    if met is not None:
        place, sign = met
        yield problems.STRANGE_CHARACTER.at(path, value=text, label=field.label, place=place, sign=named(sign))


def _of_record(record: Any, child: FieldSpec | GroupSpec) -> Any:
    return getattr(record, child.name, None)


def _of_tree(tree: Any, child: FieldSpec | GroupSpec) -> Any:
    return tree.get(child.tag) if isinstance(tree, dict) else None


def _within(
    group: GroupSpec, holder: Any, prefix: str, held_in: Callable[[Any, FieldSpec | GroupSpec], Any]
) -> Iterator[Finding]:
    if isinstance(holder, dict) and not _may_be_strange(holder):
        return
    for child in group.children:
        held, path = held_in(holder, child), f"{prefix}{child.tag}"
        if held is None:
            continue
        if isinstance(child, FieldSpec):
            if isinstance(held, str):
                yield from strange_value(child, held, path)
        elif child.repeated:
            for number, row in enumerate(held if isinstance(held, list | tuple) else (), 1):
                yield from _within(child, row, f"{path}[{number}]/", held_in)
        else:
            yield from _within(child, held, f"{path}/", held_in)


def _may_be_strange(tree: Mapping[str, Any]) -> bool:
    """False for a line of texts that can all be seen, as nearly all are: one search for all of them."""
    texts = [text for text in tree.values() if isinstance(text, str)]
    return len(texts) < len(tree) or strange("\n".join(texts)) is not None
