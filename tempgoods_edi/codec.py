"""Record ⇄ XML.  Writing emits canonical XML by construction, so the digest is taken over the bytes just written.

Three shapes of the same data: the *record* (typed), the *tree* (tags and texts, the JSON form) and the
*markup* (canonical XML text, without namespace declarations, as it stands inside the signed Object).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache
from types import NoneType
from typing import Any

from lxml import etree
from msgspec.structs import astuple

from tempgoods_edi.schema.atoms import FORMAT, PARSE
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec

#: Tags → text, tree, or list of trees.
Tree = dict[str, Any]

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_ESCAPE = re.compile("[&<>\r]")


def escape(text: str) -> str:
    """Text as canonical XML writes it between tags.

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
    """*record* as canonical XML text.

    >>> from tempgoods_edi.schema import reader
    >>> query = reader.message("TMP151").root
    >>> markup(query, from_tree(query, {"ExhibitionNo": "ZH222827000001", "OperCusRegCode": "310173A546"}))[:61]
    '<TmpExhibitionQueryMessage><ExhibitionNo>ZH222827000001</Exhi'
    """
    text, tags = unescaped(group, record)
    # No bracket but those of the tags, no entity, no exponent: the values stand as they must.
    if (
        text.count("<") == tags == text.count(">")
        and "&" not in text
        and "\r" not in text
        and "E+" not in text
        and "E-" not in text
    ):
        return text
    return tree_markup(group, to_tree(group, record))


def unescaped(group: GroupSpec, record: Any) -> tuple[str, int]:
    """*record* as XML text in which nothing is escaped yet, and how many tags were written.

    The quick half of writing.  The text is right exactly when its values hold nothing that XML writes
    otherwise: `markup` looks for that, and so does whoever matches the whole text against its schema *and* counts tags.
    """
    out: list[str] = []
    tags = _writer(group)(record, out)
    return "".join(out), tags


#: Appends the text of a record to a list and returns how many tags it wrote.
_Write = Callable[[Any, list[str]], int]


@cache
def _writer(group: GroupSpec) -> _Write:
    if all(isinstance(child, FieldSpec) for child in group.children):
        return _flat_writer(group)
    parts = [_part_writer(child) for child in group.children]
    opening, closing = f"<{group.tag}>", f"</{group.tag}>"

    def write(record: Any, out: list[str]) -> int:
        tags = 2
        out.append(opening)
        for part, value in zip(parts, astuple(record), strict=True):
            if value is not None:
                tags += part(value, out)
        out.append(closing)
        return tags

    return write


def _part_writer(child: FieldSpec | GroupSpec) -> _Write:
    if isinstance(child, GroupSpec):
        write = _writer(child)
        return (lambda value, out: sum([write(each, out) for each in value])) if child.repeated else write
    opening, closing, form = f"<{child.tag}>", f"</{child.tag}>", FORMAT[child.atom] or str

    def write_leaf(value: Any, out: list[str]) -> int:
        out.append(f"{opening}{form(value)}{closing}")
        return 2

    return write_leaf


def _flat_writer(group: GroupSpec) -> _Write:
    """For groups of leaves only: one format string per *shape* (types of the values), made once and kept."""
    fields = [child for child in group.children if isinstance(child, FieldSpec)]
    shapes: dict[tuple[type, ...], _Shape] = {}

    def write(record: Any, out: list[str]) -> int:
        values = astuple(record)
        kinds = tuple(map(type, values))
        shape = shapes.get(kinds)
        if shape is None:
            shape = shapes[kinds] = _shape(group.tag, fields, kinds)
        template, tags, formed = shape
        texts = [value for value in values if value is not None]
        for at, form in formed:
            texts[at] = form(texts[at])
        out.append(template % tuple(texts))
        return tags

    return write


#: Format string · tags in it · positions of the values that ``%s`` does not write as XML does, with what does.
_Shape = tuple[str, int, list[tuple[int, Callable[[Any], str]]]]

#: Written right by ``%s``.  (A decimal with an exponent is not, but its ``E`` shows.)
_PLAIN = ("string", "decimal", "integer")


def _shape(tag: str, fields: list[FieldSpec], kinds: tuple[type, ...]) -> _Shape:
    present = [field for field, kind in zip(fields, kinds, strict=True) if kind is not NoneType]
    inner = "".join(f"<{field.tag}>%s</{field.tag}>" for field in present)
    formed = [(at, FORMAT[field.atom] or str) for at, field in enumerate(present) if field.atom not in _PLAIN]
    return f"<{tag}>{inner}</{tag}>", 2 * len(present) + 2, formed


def from_element(group: GroupSpec, element: etree._Element) -> Any:
    """The record of a schema-valid element, whatever its namespace.

    :raises ValueError, KeyError: the element is not schema-valid.
    """
    return from_tree(group, tree_of(group, element))


def tree_of(group: GroupSpec, element: etree._Element) -> Tree:
    """Tags and texts of a schema-valid element; white space of numbers is dropped as the schema says."""
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
    """The record of a valid tree.

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
    """The inverse of `from_tree`: tags in schema order, empty lists and absent fields left out."""
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
    """A tree, valid or not, as XML text in schema order: what is unknown to the schema is left out."""
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
