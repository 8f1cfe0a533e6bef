"""Differences between a change and the version in force, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

import msgspec
from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import Bilingual

#: What every version has of its own, and what only counts lines.
_FORMALITIES = frozenset(
    {"DclTypeCd", "ChgTmsCnt", "OperatorNm", "IcCardNo", "DclDate", "ModReason", "DelReason", "GdsSeqNo", "ModfMarkCd",
     "DocSeqNo", "ExhibitionNo"}
)  # fmt: skip


class Difference(Struct, frozen=True):
    """One value that differs between two versions.

    :ivar path: where it is now; for a line that is gone, where it was.
    :ivar before: None when there was none; for a whole line, what it said.
    :ivar after: None when there is none any more.
    """

    path: str
    label: Bilingual
    before: str | None
    after: str | None


def before_after(stored: Stored) -> tuple[Difference, ...]:
    """The differences between the version in work and the version in force; empty for a first filing."""
    approved = stored.in_force
    if approved is None or approved.number == stored.version.number:
        return ()
    return differences(stored.kind.spec.root, approved.content, stored.version.content)


def differences(root: GroupSpec, before: Tree, after: Tree) -> tuple[Difference, ...]:
    """The places where *after* differs from *before*, in the order of the schema."""
    return tuple(_group(root, before, after, ""))


def _group(group: GroupSpec, before: Tree, after: Tree, prefix: str) -> Iterator[Difference]:
    for child in group.children:
        old, new = before.get(child.tag), after.get(child.tag)
        path = f"{prefix}{child.tag}"
        if isinstance(child, FieldSpec):
            if old != new and child.tag not in _FORMALITIES:
                yield Difference(path, child.label, old, new)
        elif child.repeated:
            yield from _lines(child, old or [], new or [], path)
        else:
            yield from _group(child, old or {}, new or {}, f"{path}/")


def _lines(group: GroupSpec, before: list[Tree], after: list[Tree], path: str) -> Iterator[Difference]:
    old, new = [_content(line) for line in before], [_content(line) for line in after]
    if len(old) == len(new):
        for position, (was, now) in enumerate(zip(old, new, strict=True)):
            if was != now:
                yield from _group(group, before[position], after[position], f"{path}[{position + 1}]/")
        return
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        both = min(b - a, d - c)
        for step in range(both):
            yield from _group(group, before[a + step], after[c + step], f"{path}[{c + step + 1}]/")
        for position in range(a + both, b):
            yield Difference(f"{path}[{position + 1}]", group.label, _said(group, before[position]), None)
        for position in range(c + both, d):
            yield Difference(f"{path}[{position + 1}]", group.label, None, _said(group, after[position]))


def _content(line: Tree) -> bytes:
    return msgspec.json.encode([(tag, line[tag]) for tag in sorted(line) if tag not in _FORMALITIES])


def _said(group: GroupSpec, line: Tree) -> str:
    texts: list[Any] = [line.get(child.tag) for child in group.children if child.tag not in _FORMALITIES]
    return " · ".join(str(text) for text in texts if text is not None)
