"""Reads XSD schemas of the house profile into spec trees.

The profile: named types; ``xs:sequence`` of elements and references to named groups of elements; no
attributes; restrictions with a short list of facets; patterns in the subset shared with `re`; labels in
two languages and a source clause on every element.  Anything else is a `ProfileError`, with file and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NoReturn, cast, get_args

from lxml import etree
from msgspec import Struct

from tempgoods_edi._resources import xsd_dir
from tempgoods_edi.errors import ProfileError
from tempgoods_edi.schema.declared import NoDeclaration, declaration
from tempgoods_edi.schema.patterns import is_shared
from tempgoods_edi.schema.spec import Atom, Direction, Facets, FieldSpec, GroupSpec, MessageSpec, Need, Option, snake
from tempgoods_edi.values import Basis, Bilingual, Source

XS = "{http://www.w3.org/2001/XMLSchema}"
TG = "{urn:tempgoods-edi:field}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_MESSAGE = b"<tg:message "
_LONGEST_TAG = 128

_ATOMS: Mapping[str, Atom] = {"xs:string": "string", "xs:decimal": "decimal", "xs:integer": "integer"}
_COUNTS = {
    "minLength": "min_length", "maxLength": "max_length",
    "totalDigits": "total_digits", "fractionDigits": "fraction_digits",
}  # fmt: skip
_BOUNDS = {"minInclusive": "min_inclusive", "maxInclusive": "max_inclusive", "minExclusive": "min_exclusive"}


class _Library(Struct, frozen=True):
    """The named components one schema file can see, with the stem of the file that defines each."""

    types: Mapping[str, tuple[etree._Element, str]]
    groups: Mapping[str, etree._Element]
    elements: tuple[etree._Element, ...]


@cache
def read_schema(path: Path) -> MessageSpec:
    """Read the message that the schema at *path* declares as its one global element.

    :raises ProfileError: the schema leaves the house profile.
    """
    library = _load(path)
    if len(library.elements) != 1:
        _refuse(path.name, None, "恰好一个全局元素", "exactly one global element")
    (element,) = library.elements
    about = _appinfo(element, "message")
    root = _element(element, library)
    if about is None or not isinstance(root, GroupSpec):
        _refuse(
            path.name,
            element,
            "全局元素须有 tg:message 且为复合类型",
            "the global element needs tg:message and children",
        )
    direction = about.get("direction", "")
    if direction not in get_args(Direction):
        _refuse(path.name, element, "direction 须为 out、in 或 answer", "direction must be out, in or answer")
    try:
        declared = declaration({str(name): str(text) for name, text in about.attrib.items()}, root)
    except NoDeclaration as error:
        _refuse(path.name, element, error.text.zh, error.text.en)
    return MessageSpec(
        code=about.get("code", ""),
        title=_labels(element),
        direction=cast(Direction, direction),
        source=_source(about, element),
        schema=path.name,
        root=root,
        answers=about.get("answers"),
        declaration=declared,
    )


@lru_cache(maxsize=64)
def message(code: str) -> MessageSpec:
    """The message type with that code, from the product's own schemas.

    :raises KeyError: no schema declares it.
    """
    stem = "common_response" if code == "COMMON" else code.lower()
    path = xsd_dir() / f"{stem}.xsd"
    if not path.is_file():
        raise KeyError(code)
    return read_schema(path)


@cache
def messages() -> tuple[MessageSpec, ...]:
    """Every message type of the family, by code."""
    return tuple(read_schema(path) for path in _files() if declares_message(path))


def rooted(tag: str) -> MessageSpec | None:
    """The message type with the document element *tag*; None when there is none.  Reads no other schema."""
    return _rooted(tag) if len(tag) <= _LONGEST_TAG else None


@lru_cache(maxsize=256)
def _rooted(tag: str) -> MessageSpec | None:
    name = f'"{tag}"'.encode()
    candidates = (read_schema(path) for path in _files() if name in _bytes(path) and declares_message(path))
    return next((spec for spec in candidates if spec.root.tag == tag), None)


@cache
def _files() -> tuple[Path, ...]:
    return tuple(sorted(xsd_dir().glob("*.xsd")))


@cache
def _bytes(path: Path) -> bytes:
    return path.read_bytes()


def declares_message(path: Path) -> bool:
    """True for a schema with a message in it, false for the shared and the envelope ones."""
    return _MESSAGE in _bytes(path)


@cache
def record_group(file: str, type_name: str, tag: str) -> GroupSpec:
    """A complex type of a shared schema as a group *tag*; for the envelope's own parts."""
    path = xsd_dir() / file
    library = _load(path)
    return _complex(tag, type_name, 1, 1, Bilingual(tag, tag), Source(Basis.PUBLISHED, "envelope"), library)


@cache
def leaf(file: str, type_name: str, tag: str) -> FieldSpec:
    """A simple type of a shared schema as a required leaf, with the type's label; for the envelope's own parts."""
    definition, _ = _load(xsd_dir() / file).types[type_name]
    simple = _simple(definition)
    source = Source(Basis.PUBLISHED, "envelope")
    return FieldSpec(
        tag=tag,
        name=snake(tag),
        type_name=type_name,
        atom=simple.atom,
        required=True,
        label=simple.label,
        type_label=simple.label,
        source=source,
        facets=simple.facets,
        number=simple.number,
    )


@cache
def shared_group(file: str, name: str) -> tuple[FieldSpec | GroupSpec, ...]:
    """The elements of one named group, for the typed view that all records with them share."""
    library = _load(xsd_dir() / file)
    return tuple(_children(library.groups[name], library))


@cache
def component_names(path: Path, kind: str) -> tuple[str, ...]:
    """Names of the ``complexType`` or ``group`` components that *path* itself defines, in order."""
    return tuple(e.get("name", "") for e in _parse(path) if e.tag == XS + kind)


@cache
def _parse(path: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return etree.parse(str(path), parser).getroot()


@cache
def _load(path: Path) -> _Library:
    types: dict[str, tuple[etree._Element, str]] = {}
    groups: dict[str, etree._Element] = {}
    elements: list[etree._Element] = []
    for node in _parse(path):
        name = node.get("name", "")
        if node.tag == XS + "include":
            inner = _load(path.parent / node.get("schemaLocation", ""))
            types.update(inner.types)
            groups.update(inner.groups)
        elif node.tag in (XS + "simpleType", XS + "complexType"):
            types[name] = (node, path.stem)
        elif node.tag == XS + "group":
            groups[name] = node
        elif node.tag == XS + "element":
            elements.append(node)
        elif node.tag != XS + "annotation":
            _refuse(path.name, node, "不允许的结构", "a construct outside the profile")
    return _Library(types, groups, tuple(elements))


def _element(node: etree._Element, library: _Library) -> FieldSpec | GroupSpec:
    tag, type_name = node.get("name"), node.get("type")
    if tag is None or type_name is None:
        _refuse("", node, "元素须有 name 和具名类型", "an element needs a name and a named type")
    low, high = int(node.get("minOccurs", "1")), node.get("maxOccurs", "1")
    if type_name not in library.types:
        _refuse("", node, f"未知类型 {type_name}", f"unknown type {type_name}")
    definition, _ = library.types[type_name]
    about = _appinfo(node, "field")
    if about is None:
        about = _appinfo(node, "message")
    if about is None:
        _refuse("", node, "元素须有 tg:field", "an element needs tg:field")
    source = _source(about, node)
    if definition.tag == XS + "complexType":
        return _complex(tag, type_name, low, None if high == "unbounded" else int(high), _labels(node), source, library)
    if high != "1":
        _refuse("", node, "叶元素不得重复", "a leaf may not repeat")
    simple = _simple(definition)
    need = about.get("need")
    return FieldSpec(
        tag=tag,
        name=snake(tag),
        type_name=type_name,
        atom=simple.atom,
        required=low > 0,
        label=_labels(node),
        type_label=simple.label,
        source=source,
        facets=simple.facets,
        need=cast(Need, need) if need else None,
        auto=about.get("auto") == "true",
        codelist=about.get("codelist"),
        number=simple.number,
        widget=about.get("widget"),
        lookup=about.get("lookup"),
        change_only=about.get("change") == "true",
    )


def _complex(
    tag: str, type_name: str, low: int, high: int | None, label: Bilingual, source: Source, library: _Library
) -> GroupSpec:
    definition, module = library.types[type_name]
    return GroupSpec(
        tag=tag,
        name=snake(tag),
        type_name=type_name,
        module=module,
        min_occurs=low,
        max_occurs=high,
        label=label,
        source=source,
        children=tuple(_children(definition, library)),
    )


def _children(holder: etree._Element, library: _Library) -> Iterator[FieldSpec | GroupSpec]:
    bodies = [n for n in holder if n.tag != XS + "annotation"]
    if len(bodies) != 1 or bodies[0].tag != XS + "sequence" or bodies[0].attrib:
        _refuse("", holder, "只允许一个 xs:sequence", "only one xs:sequence is allowed")
    for node in bodies[0]:
        if node.tag == XS + "element":
            yield _element(node, library)
        elif node.tag == XS + "group" and node.get("ref") in library.groups:
            yield from _children(library.groups[node.get("ref", "")], library)
        else:
            _refuse("", node, "序列中只允许元素和组引用", "only elements and group references are allowed here")


class _Simple(Struct, frozen=True):
    """What a simple type says of every leaf that is of it."""

    atom: Atom
    facets: Facets
    number: str | None
    label: Bilingual


@cache
def _simple(definition: etree._Element) -> _Simple:
    restriction = definition.find(XS + "restriction")
    if restriction is None or restriction.get("base") not in _ATOMS:
        _refuse("", definition, "简单类型须直接限制内置类型", "a simple type must restrict a built-in directly")
    found: dict[str, object] = {}
    options: list[Option] = []
    for facet in restriction:
        name, value = etree.QName(facet).localname, facet.get("value", "")
        if name == "enumeration":
            options.append(Option(value, _labels(facet)))
        elif name in _COUNTS:
            found[_COUNTS[name]] = int(value)
        elif name in _BOUNDS:
            found[_BOUNDS[name]] = value
        elif name == "pattern" and "pattern" not in found and is_shared(value):
            found["pattern"] = value
        else:
            _refuse("", facet, f"不允许的限制 {name}={value}", f"a facet outside the profile: {name}={value}")
    if found.get("pattern") and (len(found) > 1 or options):
        _refuse("", definition, "模式不得与其他限制并用", "a pattern stands alone")
    about = _appinfo(definition, "type")
    atom = _ATOMS[restriction.get("base", "")]
    if about is not None and about.get("atom"):
        atom = cast(Atom, about.get("atom"))
    facets = Facets(options=tuple(options), **found)  # type: ignore[arg-type]  # keys come from the two tables above
    return _Simple(atom, facets, None if about is None else about.get("number"), _labels(definition))


def _annotations(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The elements *tag* in the annotation of *node*.  Hundreds are asked for: a path would take longer than all else."""
    for annotation in node.iterchildren(XS + "annotation"):
        yield from annotation.iterchildren(tag)


def _appinfo(node: etree._Element, kind: str) -> etree._Element | None:
    return next((each for info in _annotations(node, XS + "appinfo") for each in info.iterchildren(TG + kind)), None)


def _source(about: etree._Element, node: etree._Element) -> Source:
    basis, clause = about.get("basis"), about.get("source")
    if basis is None or not clause:
        _refuse("", node, "须注明来源", "a source clause is needed")
    return Source(Basis(basis), clause)


def _labels(node: etree._Element) -> Bilingual:
    texts = {d.get(LANG): d.text for d in _annotations(node, XS + "documentation")}
    if not texts.get("zh") or not texts.get("en"):
        _refuse("", node, "须有中英文名称", "labels in zh and en are needed")
    return Bilingual(texts["zh"] or "", texts["en"] or "")


def _refuse(file: str, node: etree._Element | None, zh: str, en: str) -> NoReturn:
    if node is not None:
        file = file or (node.base or "").rpartition("/")[2]
        file = f"{file}:{node.sourceline}"
    raise ProfileError(Bilingual(f"{file}：{zh}", f"{file}: {en}"))
