"""Marks each goods line of a change as added, changed, deleted or kept since the version in force (修改标志)."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import Any

from tempgoods_edi.codec import Tree
from tempgoods_edi.schema.spec import GroupSpec

#: What numbers the rows of a list; a row is the same wherever it stands.
NUMBERS = ("GdsSeqNo", "DocSeqNo")
_CHANGE = "2"
_MARK, _UNCHANGED, _CHANGED, _DELETED, _ADDED = "ModfMarkCd", "0", "1", "2", "3"


def mark(goods: GroupSpec, made: Tree, in_force: Tree | None) -> None:
    """Set the change mark of each line against *in_force*; lines of anything but a change have no mark."""
    rows = made.get(goods.tag)
    if goods.at(_MARK) is None or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return
    head = made.get("Head")
    if in_force is None or not isinstance(head, dict) or head.get("DclTypeCd") != _CHANGE:
        for row in rows:
            row.pop(_MARK, None)
        return
    for row, found in zip(rows, _marks(rows, in_force.get(goods.tag, [])), strict=True):
        # Only a person can say that a line which is still there is to go.
        if row.get(_MARK) != _DELETED:
            row[_MARK] = found


def _marks(rows: Sequence[Tree], before: Sequence[Tree]) -> Iterator[str]:
    """What became of each line: one that stands where an unmatched old one stood is that one changed."""
    places: dict[frozenset[tuple[str, Any]], deque[int]] = defaultdict(deque)
    for place, old in enumerate(before):
        places[_content(old)].append(place)
    same = [found.popleft() if (found := places.get(_content(row))) else -1 for row in rows]
    left = set(range(len(before))).difference(same)
    last = -1
    for place in same:
        if place >= 0:
            last = place
            yield _UNCHANGED
        elif last + 1 in left:
            last += 1
            left.remove(last)
            yield _CHANGED
        else:
            yield _ADDED


def _content(row: Tree) -> frozenset[tuple[str, Any]]:
    return frozenset((tag, str(value)) for tag, value in row.items() if tag not in (*NUMBERS, _MARK))
