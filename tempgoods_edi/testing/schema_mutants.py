"""Mutants that the schema must refuse: every facet of every field and every structure, violated once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache

from lxml import etree
from msgspec import Struct

from tempgoods_edi import codec
from tempgoods_edi.codec import Tree
from tempgoods_edi.schema import problems
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.testing.cases import case
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.facet_faults import facet_faults
from tempgoods_edi.testing.fields import writer
from tempgoods_edi.testing.mutants import Mutant
from tempgoods_edi.testing.trees import Shape
from tempgoods_edi.values import Problem

#: Changes an element below the root, found by position.
Edit = Callable[[etree._Element], None]

_FOREIGN = "{urn:example:other}"


class ElementPlace(Struct, frozen=True):
    """An element of a full tree.

    :ivar path: as findings name it.
    :ivar steps: positions among the children, from the root.
    """

    node: FieldSpec | GroupSpec
    path: str
    steps: tuple[int, ...]

    def of(self, root: etree._Element) -> etree._Element:
        """The element at this place below *root*."""
        for step in self.steps:
            root = root[step]
        return root


class SchemaFault(Struct, frozen=True):
    """One change to a valid element that makes it faulty."""

    name: str
    problem: Problem
    path: str
    edit: Edit


def full_tree(group: GroupSpec) -> Tree:
    """A tree of *group* with all optional parts and two of each repeated one; valid by the schema only."""
    plainest = Choices(0)
    tree: Tree = {}
    for child in group.children:
        if isinstance(child, FieldSpec):
            tree[child.tag] = writer(child)(plainest)
        else:
            tree[child.tag] = [full_tree(child), full_tree(child)] if child.repeated else full_tree(child)
    return tree


def schema_mutants(spec: MessageSpec, tree: Tree | None = None) -> Iterator[Mutant]:
    """Every schema mutant of the document of *spec*.

    :param tree: the valid document to break; by default one with everything in it.
    """
    before, after = _around(spec)
    top = "" if spec.direction == "answer" else spec.root.tag
    for fault, part in part_mutants(spec.root, tree or full_tree(spec.root), top, ""):
        data = b"".join((before, part.encode(), after))
        yield Mutant(name=fault.name, rule=fault.problem.id, path=fault.path, data=data, part=part)


def part_mutants(group: GroupSpec, tree: Tree, top: str, prefix: str) -> Iterator[tuple[SchemaFault, str]]:
    """Each fault of an element of *group*, with the element's text.

    :param top: path of the element itself.
    :param prefix: path of what is in it, before the tag.
    """
    right = etree.fromstring(codec.tree_markup(group, tree))
    places = [ElementPlace(group, top, ()), *_places(group, tree, prefix, ())]
    for place in places:
        for fault in _faults(place, prefix if not place.steps else f"{place.path}/"):
            broken = deepcopy(right)
            fault.edit(place.of(broken))
            yield fault, etree.tostring(broken, encoding="unicode")


@cache
def _around(spec: MessageSpec) -> tuple[bytes, bytes]:
    """The bytes of a valid message of *spec* before and after its document."""
    made = case(spec, Shape())
    before, document, after = made.data.partition(codec.markup(spec.root, made.document).encode())
    assert document
    return before, after


def _places(group: GroupSpec, tree: Tree, prefix: str, steps: tuple[int, ...]) -> Iterator[ElementPlace]:
    """Every element below; of a list only its last, so that positions in paths are put to the test."""
    at = 0
    for child in group.children:
        given = tree.get(child.tag)
        if given is None:
            continue
        rows = given if isinstance(given, list) else [given]
        at += len(rows)
        number = f"[{len(rows)}]" if isinstance(given, list) else ""
        if rows:
            place = ElementPlace(child, f"{prefix}{child.tag}{number}", (*steps, at - 1))
            yield place
            if isinstance(child, GroupSpec):
                yield from _places(child, rows[-1], f"{place.path}/", place.steps)


def _faults(place: ElementPlace, prefix: str) -> Iterator[SchemaFault]:
    node, path = place.node, place.path
    yield SchemaFault(f"{path}: attribute", problems.STRAY_ATTRIBUTE, path, lambda e: e.set("note", "1"))
    if isinstance(node, FieldSpec):
        for broken in facet_faults(node):
            yield SchemaFault(f"{path}: {broken.facet} {_shown(broken.text)}", broken.problem, path, _text(broken.text))
        yield SchemaFault(f"{path}: element in the value", problems.CHILD_IN_VALUE, path, _append("b"))
    else:
        yield from _structure_faults(node, path, prefix)
    if place.steps:
        yield from _place_faults(node, path)


def _structure_faults(group: GroupSpec, path: str, prefix: str) -> Iterator[SchemaFault]:
    yield SchemaFault(f"{path}: text between elements", problems.STRAY_TEXT, path, _stray)
    yield SchemaFault(f"{path}: text after an element", problems.STRAY_TEXT, path, _stray_tail)
    yield SchemaFault(f"{prefix}Unknown: added", problems.UNKNOWN_ELEMENT, f"{prefix}Unknown", _append("Unknown"))
    for first, second in zip(group.children, group.children[1:], strict=False):
        yield from _order_fault(first, second, prefix)
    for child in group.children:
        if isinstance(child, GroupSpec) and child.max_occurs is not None and child.repeated:
            too_many = f"{prefix}{child.tag}[{child.max_occurs + 1}]"
            yield SchemaFault(f"{too_many}: one too many", problems.TOO_MANY, too_many, _fill_up(child))


def _order_fault(first: FieldSpec | GroupSpec, second: FieldSpec | GroupSpec, prefix: str) -> Iterator[SchemaFault]:
    """*first* moved behind the first *second*."""
    number = "[2]" if isinstance(first, GroupSpec) and first.repeated else ""
    path = f"{prefix}{first.tag}{number}"

    def edit(element: etree._Element) -> None:
        moved, target = element.findall(first.tag)[-1], element.find(second.tag)
        assert target is not None
        target.addnext(moved)

    yield SchemaFault(f"{path}: after {second.tag}", problems.MISPLACED, path, edit)


def _place_faults(node: FieldSpec | GroupSpec, path: str) -> Iterator[SchemaFault]:
    repeated = isinstance(node, GroupSpec) and node.repeated
    if not repeated:
        yield SchemaFault(f"{path}: twice", problems.MISPLACED, path, lambda e: e.addnext(deepcopy(e)))
    if node.required:
        missing = f"{path.rpartition('[')[0]}[1]" if repeated else path
        yield SchemaFault(f"{missing}: missing", problems.MISSING, missing, _remove_all)
    else:
        above = path.rpartition("/")[0]
        for tag in (f"{node.tag}X", node.tag.swapcase()):
            wrong = f"{above}/{tag}" if above else tag
            yield SchemaFault(f"{wrong}: misspelt", problems.UNKNOWN_ELEMENT, wrong, _rename(tag))
        plain = f"{above}/{node.tag}" if above else node.tag
        yield SchemaFault(
            f"{plain}: in another namespace", problems.UNKNOWN_ELEMENT, plain, _rename(f"{_FOREIGN}{node.tag}")
        )


def _shown(text: str) -> str:
    return repr(text) if len(text) <= 48 else f"{text[:24]!r} … {text[-6:]!r} ({len(text)})"


def _text(text: str) -> Edit:
    def edit(element: etree._Element) -> None:
        element.text = text

    return edit


def _append(tag: str) -> Edit:
    return lambda element: element.append(etree.Element(tag))


def _rename(tag: str) -> Edit:
    def edit(element: etree._Element) -> None:
        element.tag = tag

    return edit


def _stray(element: etree._Element) -> None:
    element.text = "x"


def _stray_tail(element: etree._Element) -> None:
    element[-1].tail = "字"


def _remove_all(element: etree._Element) -> None:
    """Take *element* and its like out."""
    above = element.getparent()
    assert above is not None
    for each in above.findall(str(element.tag)):
        above.remove(each)


def _fill_up(group: GroupSpec) -> Edit:
    """Repeat the first of *group*, cut down to what the schema needs, until there is one too many."""

    def edit(element: etree._Element) -> None:
        rows = element.findall(group.tag)
        assert group.max_occurs is not None
        least = deepcopy(rows[0])
        needed = {child.tag for child in group.children if child.required}
        for child in list(least):
            if child.tag not in needed:
                least.remove(child)
        at = list(element).index(rows[-1]) + 1
        element[at:at] = [deepcopy(least) for _ in range(group.max_occurs + 1 - len(rows))]

    return edit
