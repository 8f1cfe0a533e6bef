"""Fills the spec tree of a message with valid texts: decided values are kept, the rest is derived from the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import writer
from tempgoods_edi.testing.patterns import Sampler

#: What `Shape.fill` is counted in.
FULL = 8


class Shape(Struct, frozen=True, kw_only=True):
    """The structure of a message, which Hypothesis draws and shrinks.

    :ivar lines: how many elements each list of the document has, as far as its schema allows.
    :ivar documents: how many accompanying documents.
    :ivar fill: how much of what may be left out is there: 0 nothing, `FULL` everything.
    :ivar declared: to be declared; False is a draft, which may lack what only declaring needs.
    :ivar seed: decides every value; 0 takes the plainest ones.
    """

    lines: int = 1
    documents: int = 0
    fill: int = 0
    declared: bool = True
    seed: int = 0

    def has(self, c: Choices) -> bool:
        """True when an optional part is to be there."""
        return c.below(FULL) < self.fill


def filled(group: GroupSpec, given: Mapping[str, Any], shape: Shape, c: Choices) -> Tree:
    """Fill *group* with valid texts.

    :param given: by tag what is decided already: a text, a mapping, a list of mappings, or None for *left out*.
    """
    tree: Tree = {}
    fill = shape.fill
    for tag, needed, always, write, below in _steps(group):
        if tag in given:
            decided = given[tag]
            if decided is None:
                continue
            if below is None:
                tree[tag] = decided
            elif isinstance(decided, list):
                tree[tag] = [filled(below, each, shape, c) for each in decided]
            else:
                tree[tag] = filled(below, decided, shape, c)
        elif write is not None:
            if always or (needed and shape.declared) or c.below(FULL) < fill:
                tree[tag] = write(c)
        elif below is not None:
            _add_group(tree, below, shape, c)
    return tree


def _add_group(tree: Tree, group: GroupSpec, shape: Shape, c: Choices) -> None:
    if not group.repeated:
        if group.required or shape.has(c):
            tree[group.tag] = filled(group, {}, shape, c)
        return
    count = max(group.min_occurs, shape.lines)
    if group.max_occurs is not None:
        count = min(count, group.max_occurs)
    inner = Shape(lines=c.below(min(shape.lines, 3) + 1), fill=shape.fill, declared=shape.declared)
    if count:
        tree[group.tag] = [filled(group, {}, inner, c) for _ in range(count)]


@cache
def _steps(group: GroupSpec) -> tuple[tuple[str, bool, bool, Sampler | None, GroupSpec | None], ...]:
    """Tag, needed to declare, always there, what writes the leaf, the group below."""
    return tuple(_plan_of(group))


def _plan_of(group: GroupSpec) -> Iterator[tuple[str, bool, bool, Sampler | None, GroupSpec | None]]:
    for child in group.children:
        if isinstance(child, FieldSpec):
            yield child.tag, child.need == "declare", child.required or child.need == "draft", writer(child), None
        else:
            yield child.tag, False, child.required, None, child


@cache
def tags(group: GroupSpec) -> frozenset[str]:
    """The tags of a group's children."""
    return frozenset(child.tag for child in group.children)
