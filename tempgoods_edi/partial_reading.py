"""Reads a document that may be invalid: its record with gaps, and the schema's findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from lxml import etree
from msgspec import Struct, structs

from tempgoods_edi import codec, recogniser
from tempgoods_edi.codec import Tree
from tempgoods_edi.schema import problems
from tempgoods_edi.schema.atoms import PARSE
from tempgoods_edi.schema.faults import NOT_XML, character_faults, children_by_tag, is_fit, text_of, value_faults
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import MOST_FINDINGS, Finding, Problem


class ReadFaults(Struct):
    """The findings of one tolerant reading of a tree.

    :ivar faults: the first of them, in document order: no more are made than can be told.
    :ivar refused: the paths of all.
    :ivar most: how many are made.
    :ivar unsure: something is neither recognised nor has a fault known to us: libxml2 has the last word.
    :ivar whole: records of the parts that are right, by path: nobody need look at them again.
    """

    faults: list[Finding] = []
    refused: set[str] = set()
    most: int = MOST_FINDINGS + 1
    unsure: bool = False
    whole: dict[str, Any] = {}

    def refuse(self, problem: Problem, path: str, **about: Any) -> None:
        """Note that something is wrong at *path*."""
        self.refused.add(path)
        if len(self.faults) < self.most:
            self.faults.append(problem.at(path, **about))

    def keep(self, faults: Iterable[Finding]) -> bool:
        """Add possible faults; True when there are any."""
        is_wrong = False
        for each in faults:
            is_wrong = True
            self.refused.add(each.path)
            self.faults.append(each)
        return is_wrong


def read_tolerantly(group: GroupSpec, tree: Any, prefix: str, seen: ReadFaults) -> Any:
    """Read the record of *tree*, with None where a value is refused; faults go to *seen* in document order."""
    if prefix in seen.whole:
        return seen.whole[prefix]
    if not isinstance(tree, dict):
        seen.refuse(problems.STRAY_TEXT, prefix.rstrip("/"), value=str(tree)[:64])
        tree = {}
    elif _is_flat(group):
        record = _recognised(group, tree)
        if record is not None:
            seen.whole[prefix] = record
            return record
    before = len(seen.refused)
    values = {}
    for child in group.children:
        given, path = tree.get(child.tag), f"{prefix}{child.tag}"
        if isinstance(child, FieldSpec):
            values[child.name] = _read_leaf(child, given, path, seen)
        elif child.repeated:
            values[child.name] = tuple(_read_rows(child, given, path, seen))
        else:
            if given is None and child.required:
                seen.refuse(problems.MISSING, path, label=child.label)
            is_there = given is not None or child.required
            values[child.name] = (
                read_tolerantly(child, given or {}, f"{path}/", _quiet(seen, given)) if is_there else None
            )
    _refuse_unknown(group, tree, prefix, seen)
    seen.unsure = seen.unsure or (_is_flat(group) and len(seen.refused) == before)
    return codec.record_class(group)(**values)


def _quiet(seen: ReadFaults, given: Any) -> ReadFaults:
    """Of a part that is missing as a whole, its single fields are not told."""
    return structs.replace(seen, faults=[], refused=set(), most=0) if given is None else seen


def _read_rows(group: GroupSpec, given: Any, path: str, seen: ReadFaults) -> Iterator[Any]:
    rows = [] if given is None else given if isinstance(given, list) else [given]
    if not rows and group.required:
        seen.refuse(problems.MISSING, f"{path}[1]", label=group.label)
    for number, row in enumerate(rows, 1):
        if group.max_occurs is not None and number > group.max_occurs:
            seen.refuse(problems.TOO_MANY, f"{path}[{number}]", label=group.label, limit=group.max_occurs)
        else:
            yield read_tolerantly(group, row, f"{path}[{number}]/", seen)


def _read_leaf(field: FieldSpec, given: Any, path: str, seen: ReadFaults) -> Any:
    if given is None and not field.required:
        return None
    if _is_wrong(field, given, path, seen):
        return None
    text = given if field.atom == "string" else given.strip(" \t\r\n")
    parse = PARSE[field.atom]
    return text if parse is None else parse(text)


def _is_wrong(field: FieldSpec, given: Any, path: str, seen: ReadFaults) -> bool:
    if len(seen.faults) < seen.most:
        return seen.keep(_leaf_faults(field, given, path))
    # Enough is told: what is wrong need only be known.
    if isinstance(given, str) and is_fit(field, given):
        return False
    seen.refused.add(path)
    return True


def _leaf_faults(field: FieldSpec, given: Any, path: str) -> Iterator[Finding]:
    if given is None:
        yield problems.MISSING.at(path, label=field.label)
    elif isinstance(given, dict | list):
        yield problems.CHILD_IN_VALUE.at(path, value=next(iter(given), ""))
    elif not isinstance(given, str):
        yield problems.WRONG_FORM.at(path, value=str(given), expected=field.type_label, form=field.type_label)
    elif NOT_XML.search(given):
        yield from character_faults(given, path)
    else:
        yield from value_faults(field, given, path)


_NAME = re.compile(r"[\w.-]{1,64}")


def _refuse_unknown(group: GroupSpec, tree: Tree, prefix: str, seen: ReadFaults) -> None:
    known = places_in(group)
    for tag in tree:
        if tag not in known:
            name = str(tag)
            path = f"{prefix}{name}" if _NAME.fullmatch(name) else prefix.rstrip("/")
            seen.refuse(problems.UNKNOWN_ELEMENT, path, value=NOT_XML.sub("\ufffd", name[:64]))


def _recognised(group: GroupSpec, tree: Tree) -> Any | None:
    """The record of a part that is right; None for *don't know*."""
    read = recogniser.reader(group)
    if read is None or not tree.keys() <= places_in(group).keys() or not all(type(v) is str for v in tree.values()):
        return None
    text = codec.tree_markup(group, tree)
    found = read(text, 0)
    return found[0] if found is not None and found[1] == len(text) else None


@cache
def _is_flat(group: GroupSpec) -> bool:
    return all(isinstance(child, FieldSpec) for child in group.children)


def tree_of(group: GroupSpec, element: etree._Element, namespace: str = "") -> Tree:
    """Tags and texts of *element*, valid or not; elements unknown to the schema are left out.

    A value that holds elements, and one that stands there twice, is no text: nobody knows which is meant.
    """
    known = children_by_tag(group, namespace)
    found: Tree = {}
    for child in element.iterchildren(tag=etree.Element):
        _, spec = known.get(str(child.tag), (0, None))
        if spec is None:
            continue
        if isinstance(spec, GroupSpec) and spec.repeated:
            found.setdefault(spec.tag, []).append(tree_of(spec, child, namespace))
        elif spec.tag in found:
            found[spec.tag] = {}
        elif isinstance(spec, GroupSpec):
            found[spec.tag] = tree_of(spec, child, namespace)
        else:
            text = text_of(child)
            found[spec.tag] = {} if text is None else text if spec.atom == "string" else text.strip(" \t\r\n")
    return found


@cache
def places_in(group: GroupSpec) -> dict[str, int]:
    """The position of each child of *group*, by tag."""
    return {child.tag: at for at, child in enumerate(group.children)}
