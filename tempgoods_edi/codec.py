"""Converts records to XML and back.  XML is written in canonical form, so the digest is taken over the written bytes.

Three shapes of the same data: the *record* (typed), the *tree* (tags and texts, the JSON form) and the
*markup* (canonical XML text, without namespace declarations, as it stands inside the signed Object).
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

from lxml import etree
from msgspec.structs import astuple

from tempgoods_edi import shorthand
from tempgoods_edi.schema.atoms import FORMAT, PARSE
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec

#: Tags → text, tree, or list of trees.
Tree = dict[str, Any]

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_ESCAPE = re.compile("[&<>\r]")
#: What a value may hold that XML writes in another way; a decimal's exponent too.
_ODD = (*_ESCAPES, "E+", "E-")


def escape(text: str) -> str:
    """Escape text as canonical XML does between tags.

    >>> escape("Harrow & Vale <Ltd>")
    'Harrow &amp; Vale &lt;Ltd&gt;'
    """
    return _ESCAPE.sub(lambda m: _ESCAPES[m[0]], text)


@cache
def record_class(group: GroupSpec) -> type[Any]:
    """The generated record class of a group."""
    module = importlib.import_module(f"tempgoods_edi.records.{group.module}")
    found: type[Any] = getattr(module, group.class_name)
    return found


def markup(group: GroupSpec, record: Any) -> str:
    """Write *record* as canonical XML text.

    >>> from tempgoods_edi.schema import reader
    >>> query = reader.message("TMP151").root
    >>> markup(query, from_tree(query, {"ExhibitionNo": "ZH222827000001", "OperCusRegCode": "310173A546"}))[:61]
    '<TmpExhibitionQueryMessage><ExhibitionNo>ZH222827000001</Exhi'
    """
    text, values, _ = shorthand.writer(group)(record)
    # No bracket, no entity, no exponent in the values: they stand as they must.
    if not any(odd in values for odd in _ODD):
        return text
    return tree_markup(group, to_tree(group, record))


def from_element(group: GroupSpec, element: etree._Element) -> Any:
    """Make the record of a schema-valid element, whatever its namespace.

    :raises ValueError, KeyError: the element is not schema-valid.
    """
    return from_tree(group, tree_of(group, element))


def tree_of(group: GroupSpec, element: etree._Element) -> Tree:
    """Tags and texts of a schema-valid element; white space in numbers is dropped as the schema says."""
    specs = _by_tag(group)
    found: Tree = {}
    for child in element.iterchildren(tag=etree.Element):
        tag = str(child.tag).rpartition("}")[2]
        spec = specs[tag]
        if isinstance(spec, FieldSpec):
            text = "".join(child.itertext(tag=etree.Element))  # comments and PIs inside split the text
            found[tag] = text if spec.atom == "string" else text.strip(" \t\r\n")
        elif spec.repeated:
            found.setdefault(tag, []).append(tree_of(spec, child))
        else:
            found[tag] = tree_of(spec, child)
    return found


def from_tree(group: GroupSpec, tree: Tree) -> Any:
    """Make the record of a valid tree.

    :raises ValueError, KeyError, TypeError: the tree is not schema-valid.
    """
    values: dict[str, Any] = {}
    for child in group.children:
        given = tree.get(child.tag)
        if given is None:
            continue
        if isinstance(child, FieldSpec):
            parse = PARSE[child.atom]
            values[child.name] = given if parse is None else parse(given)
        elif child.repeated:
            values[child.name] = tuple([from_tree(child, each) for each in given])
        else:
            values[child.name] = from_tree(child, given)
    return record_class(group)(**values)


def to_tree(group: GroupSpec, record: Any) -> Tree:
    """Make the tree of a record, the inverse of `from_tree`: schema order, without empty lists and absent fields."""
    tree: Tree = {}
    for child, value in zip(group.children, astuple(record), strict=True):
        if value is None or value == ():
            continue
        if isinstance(child, FieldSpec):
            form = FORMAT[child.atom]
            tree[child.tag] = value if form is None else form(value)
        elif child.repeated:
            tree[child.tag] = [to_tree(child, each) for each in value]
        else:
            tree[child.tag] = to_tree(child, value)
    return tree


def tree_markup(group: GroupSpec, tree: Tree) -> str:
    """Write a tree, valid or not, as XML text in schema order; tags unknown to the schema are left out."""
    out = [f"<{group.tag}>"]
    for child in group.children:
        given = tree.get(child.tag)
        if given is None:
            continue
        if isinstance(child, FieldSpec):
            out.append(f"<{child.tag}>{escape(str(given))}</{child.tag}>")
        else:
            out.extend(tree_markup(child, each) for each in (given if isinstance(given, list) else [given]))
    out.append(f"</{group.tag}>")
    return "".join(out)


@cache
def _by_tag(group: GroupSpec) -> dict[str, FieldSpec | GroupSpec]:
    return {child.tag: child for child in group.children}
