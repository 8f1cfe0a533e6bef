"""A message as a value, and its package as canonical XML.

::

    Package ─┬─ EnvelopInfo
             └─ DataInfo ─┬─ PocketInfo
                          └─ BussinessData ─┬─ the document
                                            └─ DelcareFlag     (outward messages only)

The element names, ``Bussiness`` and ``Delcare`` included, are the family's own (金关二期).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from lxml import etree
from msgspec import Struct

from tempgoods_edi import codec, recogniser, shorthand
from tempgoods_edi.codec import Tree
from tempgoods_edi.records.envelope import EnvelopInfo, PocketInfo
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import Direction, FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.shorthand import END, ODD
from tempgoods_edi.values import Basis, Bilingual, Source

#: ``0`` keep as draft (暂存) · ``1`` declare (申报).
DelcareFlag = Literal["0", "1"]

DSIG = "http://www.w3.org/2000/09/xmldsig#"

_OPEN_DATA, _OPEN_BUSINESS = "<DataInfo>", "<BussinessData>"
_CLOSE = "</BussinessData></DataInfo></Package>"
_FLAGS: dict[str, DelcareFlag] = {"<DelcareFlag>0</DelcareFlag>": "0", "<DelcareFlag>1</DelcareFlag>": "1"}
_FLAG_LENGTH = len("<DelcareFlag>0</DelcareFlag>")


class Message(Struct, frozen=True, kw_only=True):
    """One message: its package and its document.

    :ivar flag: None for what customs sends.
    """

    spec: MessageSpec
    info: EnvelopInfo
    pocket: PocketInfo
    document: Any
    flag: DelcareFlag | None = None


@cache
def info_group() -> GroupSpec:
    """The specification of EnvelopInfo."""
    return _named("EnvelopInfo", "信封", "envelope")


@cache
def pocket_group() -> GroupSpec:
    """The specification of PocketInfo."""
    return _named("PocketInfo", "分包信息", "packet")


def _named(tag: str, zh: str, en: str) -> GroupSpec:
    group = reader.record_group("envelope.xsd", f"{tag}Type", tag)
    return _holder(tag, group.children, Bilingual(zh, en), module=group.module)


@cache
def by_root() -> dict[str, MessageSpec]:
    """Every message of the family by the tag of its document."""
    return {spec.root.tag: spec for spec in reader.messages()}


def package(message: Message) -> str:
    """The package as canonical XML text, ready to be signed or sent."""
    return "".join(_laid_out(message, *(codec.markup(group, record) for group, record in _records(message))))


def unescaped_package(message: Message) -> tuple[str, str, int]:
    """The package before escaping, its shorthand, and the number of values in that: see `shorthand`."""
    info, pocket, document = [shorthand.writer(group)(record) for group, record in _records(message)]
    flagged = message.flag is not None or message.spec.direction == "out"
    flag = f"{message.flag or ODD}{END}" if flagged else ""
    text = "".join(_laid_out(message, info[0], pocket[0], document[0]))
    return text, info[1] + pocket[1] + document[1] + flag, info[2] + pocket[2] + document[2] + flagged


def _records(message: Message) -> tuple[tuple[GroupSpec, Any], ...]:
    return (info_group(), message.info), (pocket_group(), message.pocket), (message.spec.root, message.document)


def _laid_out(message: Message, info: str, pocket: str, document: str) -> tuple[str, ...]:
    flag = "" if message.flag is None else f"<DelcareFlag>{message.flag}</DelcareFlag>"
    return ("<Package>", info, _OPEN_DATA, pocket, _OPEN_BUSINESS, document, flag, _CLOSE)


def plain(message: Message) -> bytes:
    """The bytes of an unsigned message from customs: compact, UTF-8, with XML declaration."""
    return ('<?xml version="1.0" encoding="UTF-8"?>' + package(message)).encode()


def answer(spec: MessageSpec, document: Any) -> bytes:
    """The bytes of a bare technical answer: no package, no namespace."""
    return ('<?xml version="1.0" encoding="UTF-8"?>' + codec.markup(spec.root, document)).encode()


def recognise(text: str, at: int, end: int) -> Message | None:
    """The message whose canonical package is exactly ``text[at:end]``; None for *don't know*."""
    read_info, read_pocket = recogniser.reader(info_group()), recogniser.reader(pocket_group())
    if read_info is None or read_pocket is None or not text.startswith("<Package>", at):
        return None
    info = read_info(text, at + len("<Package>"))
    if info is None or not text.startswith(_OPEN_DATA, info[1]):
        return None
    pocket = read_pocket(text, info[1] + len(_OPEN_DATA))
    if pocket is None or not text.startswith(_OPEN_BUSINESS, pocket[1]):
        return None
    at = pocket[1] + len(_OPEN_BUSINESS)
    spec = reader.rooted(text[at + 1 : text.find(">", at)])
    read_document = None if spec is None else recogniser.reader(spec.root)
    document = None if read_document is None else read_document(text, at)
    if spec is None or document is None:
        return None
    at, flag = document[1], None
    if spec.direction == "out":
        flag = _FLAGS.get(text[at : at + _FLAG_LENGTH])
        if flag is None:
            return None
        at += _FLAG_LENGTH
    if at + len(_CLOSE) != end or not text.startswith(_CLOSE, at):
        return None
    return Message(spec=spec, info=info[0], pocket=pocket[0], document=document[0], flag=flag)


def document_element(package_element: etree._Element) -> etree._Element | None:
    """The first element under BussinessData, whatever it is; None when there is none."""
    for element in package_element.iterfind("{*}DataInfo/{*}BussinessData/*"):
        if isinstance(element.tag, str):
            return element
    return None


def from_element(spec: MessageSpec, package_element: etree._Element) -> Message:
    """Make the message of a schema-valid package.

    :raises ValueError, KeyError, TypeError: it is not schema-valid.
    """
    tree = codec.tree_of(package_group(spec), package_element)
    data: Tree = tree["DataInfo"]
    business: Tree = data["BussinessData"]
    return Message(
        spec=spec,
        info=codec.from_tree(info_group(), tree["EnvelopInfo"]),
        pocket=codec.from_tree(pocket_group(), data["PocketInfo"]),
        document=codec.from_tree(spec.root, business[spec.root.tag]),
        flag=business.get("DelcareFlag"),
    )


@cache
def package_group(spec: MessageSpec) -> GroupSpec:
    """The specification of the whole package around one kind of document."""
    flag: tuple[FieldSpec, ...] = (flag_field(),) if spec.direction == "out" else ()
    business = _holder("BussinessData", (spec.root, *flag), Bilingual("业务数据", "business data"))
    data = _holder("DataInfo", (pocket_group(), business), Bilingual("数据", "data"))
    return _holder("Package", (info_group(), data), Bilingual("数据包", "package"))


@cache
def flag_field() -> FieldSpec:
    """The specification of DelcareFlag."""
    return reader.leaf("types.xsd", "DelcareFlagType", "DelcareFlag")


def _holder(
    tag: str, children: tuple[FieldSpec | GroupSpec, ...], label: Bilingual, module: str = "envelope"
) -> GroupSpec:
    return GroupSpec(
        tag=tag,
        name=tag,
        type_name=f"{tag}Type",
        module=module,
        min_occurs=1,
        max_occurs=1,
        label=label,
        source=Source(Basis.PUBLISHED, "金关二期 HDE_W3C_Common.xsd"),
        children=children,
    )


#: Where the parts of a package stand, longest first, for turning a full path into the address people use.
_PLACES = ("DataInfo/BussinessData/", "DataInfo/")


def address(spec: MessageSpec | None, path: str) -> str:
    """The address of a path within the package: relative to the document, or to the part of the envelope.

    >>> address(reader.message("TMP101"), "DataInfo/BussinessData/TmpExhibitionMessage/Head/EndDate")
    'Head/EndDate'
    >>> address(None, "DataInfo/PocketInfo/total_pocket_qty")
    'PocketInfo/total_pocket_qty'
    """
    for place in _PLACES:
        if path.startswith(place):
            path = path[len(place) :]
            break
    if spec is not None and path.startswith(f"{spec.root.tag}/"):
        return path[len(spec.root.tag) + 1 :]
    return path


def places(direction: Direction, root: str) -> tuple[str, ...]:
    """The root paths that an address in a document of *direction* may have, innermost first: the inverse of `address`."""
    if direction == "answer":
        return (f"{root}/", "")
    top = "Signature/Object/Package/" if direction == "out" else "Package/"
    business = f"{top}DataInfo/BussinessData/"
    return (f"{business}{root}/", business, f"{top}DataInfo/", top, "Signature/", "")
