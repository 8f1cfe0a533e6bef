"""Breaks the XSD schema in a message from customs, in one of four ways, following the spec tree.

The element that is broken is the first that can be: always the same one for the same kind of message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from lxml import etree

from h2018.faults.kinds import Breach
from tempgoods_edi.envelope.message import by_root
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec

#: An element that no message knows.
STRANGER = "SimulatedFault"
#: No field of a closed list, a number or a date can be this.
IMPOSSIBLE = "~"


def breached(root: etree._Element, breach: Breach) -> bool:
    """Break the document within *root*, in place; False when there is no document, or nothing to break in that way."""
    for element in root.iter(etree.Element):
        spec = by_root().get(etree.QName(element).localname)
        if spec is not None:
            return _BREACHES[breach](spec.root, element)
    return False


def _add_a_stranger(_group: GroupSpec, document: etree._Element) -> bool:
    namespace = etree.QName(document).namespace
    etree.SubElement(document, STRANGER if namespace is None else f"{{{namespace}}}{STRANGER}")
    return True


def _leave_one_out(group: GroupSpec, document: etree._Element) -> bool:
    for node, element in _nodes(group, document):
        parent = element.getparent()
        if isinstance(node, FieldSpec) and node.required and parent is not None:
            parent.remove(element)
            return True
    return False


def _write_the_impossible(group: GroupSpec, document: etree._Element) -> bool:
    for node, element in _nodes(group, document):
        if isinstance(node, FieldSpec) and (node.facets.options or node.atom != "string" or node.facets.pattern):
            element.text = IMPOSSIBLE
            return True
    return False


def _change_the_order(group: GroupSpec, document: etree._Element) -> bool:
    for holder in (document, *(element for node, element in _nodes(group, document) if isinstance(node, GroupSpec))):
        children = list(holder)
        if children and children[0].tag != children[-1].tag:
            holder.append(children[0])
            return True
    return False


_BREACHES: Mapping[Breach, Callable[[GroupSpec, etree._Element], bool]] = MappingProxyType(
    {
        "unknown": _add_a_stranger,
        "missing": _leave_one_out,
        "value": _write_the_impossible,
        "order": _change_the_order,
    }
)


def _nodes(group: GroupSpec, element: etree._Element) -> Iterator[tuple[FieldSpec | GroupSpec, etree._Element]]:
    """Each element below with its node in the spec tree; strangers are passed over."""
    for child in element.iterchildren(etree.Element):
        node = group.at(etree.QName(child).localname)
        if node is not None:
            yield node, child
            if isinstance(node, GroupSpec):
                yield from _nodes(node, child)
