"""Characters in values that nobody sees: each is told, for what is shown of such a value is not what is signed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from tempgoods_edi.schema import problems
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import Finding
from tempgoods_edi.visible import named, strange

#: So many are told of one message.
_MOST = 50


def strange_values(group: GroupSpec, record: Any, prefix: str = "") -> Iterator[Finding]:
    """A warning for each text in *record* with such a character, at its field; the first `_MOST`."""
    return islice(_within(group, record, prefix), _MOST)


def strange_value(field: FieldSpec, text: str, path: str) -> Iterator[Finding]:
    """A warning when *text* has such a character."""
    met = strange(text)
    if met is not None:
        place, sign = met
        yield problems.STRANGE_CHARACTER.at(path, value=text, label=field.label, place=place, sign=named(sign))


def _within(group: GroupSpec, record: Any, prefix: str) -> Iterator[Finding]:
    for child in group.children:
        held, path = getattr(record, child.name, None), f"{prefix}{child.tag}"
        if held is None:
            continue
        if isinstance(child, FieldSpec):
            if isinstance(held, str):
                yield from strange_value(child, held, path)
        elif child.repeated:
            for number, row in enumerate(held, 1):
                yield from _within(child, row, f"{path}[{number}]/")
        else:
            yield from _within(child, held, f"{path}/")
