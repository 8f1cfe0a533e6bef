"""The JSON form of a message: the same tags and texts as in XML, so that every address is the same in both.

::

    {"message": "TMP151", "flag": "1",
     "envelope": {"sender_id": "…", "receiver_id": "…", "message_id": "…", "send_time": "…", "file_name": "…"},
     "document": {"ExhibitionNo": "ZH222827000001", "OperCusRegCode": "310173A546"}}

All values are texts, exactly as they will be signed: a JSON number would lose its scale.  A repeated element is
a list.  (Between a tree like ``document`` and a record: `codec.from_tree` and `codec.to_tree`.)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from msgspec import Struct

from tempgoods_edi import codec
from tempgoods_edi.bounded import Doubled, Unfit, read_json
from tempgoods_edi.codec import Tree
from tempgoods_edi.envelope.message import Message, info_group, pocket_group
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.faults import character_faults
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.texts import NotText, decoded
from tempgoods_edi.values import Basis, Bilingual, Finding, Problem, Source, bounded_findings

_JSON = Source(Basis.PUBLISHED, "RFC 8259")
_FORM = Source(Basis.ASSUMED, "JSON form")

NOT_JSON = Problem(
    id="TG-JSON-001",
    text=Bilingual("不是可读的JSON：{why}", "not JSON that can be read: {why}"),
    source=_JSON,
    fix=Bilingual("请在所示位置更正", "correct it at the place shown"),
)
UNKNOWN_KEY = Problem(
    id="TG-JSON-002",
    text=Bilingual("不认识的键“{value}”", "unknown key “{value}”"),
    source=_FORM,
    fix=Bilingual("可用的键：{known}", "known keys: {known}"),
)
NOT_TEXT = Problem(
    id="TG-JSON-003",
    text=Bilingual("值须为文本，而不是 {value}", "the value must be a text, not {value}"),
    source=_FORM,
    fix=Bilingual(
        '请加引号，按报文原样填写，如 "12.50"', 'put it in quotes as it stands in the message, such as "12.50"'
    ),
)
NOT_A_GROUP = Problem(
    id="TG-JSON-004",
    text=Bilingual("须为{wanted}", "this must be {wanted}"),
    source=_FORM,
    fix=Bilingual("请参照 tempgoods-edi explain {code}", "see tempgoods-edi explain {code}"),
)
UNKNOWN_CODE = Problem(
    id="TG-JSON-005",
    text=Bilingual("未知报文类型“{value}”", "unknown message type “{value}”"),
    source=_FORM,
    fix=Bilingual("可用：{known}", "known: {known}"),
)

TWICE = Problem(
    id="TG-JSON-006",
    text=Bilingual("键“{value}”出现两次，其中一个的内容会丢失", "the key “{value}” is given twice: what one of them holds would be lost"),
    source=_JSON,
    fix=Bilingual("合并为一个，或删除多余的一个", "make them one, or remove the one that is too many"),
)

PROBLEMS: tuple[Problem, ...] = (NOT_JSON, UNKNOWN_KEY, NOT_TEXT, NOT_A_GROUP, UNKNOWN_CODE, TWICE)

_OBJECT, _LIST = Bilingual("对象 {…}", "an object {…}"), Bilingual("列表 […]", "a list […]")
_TOP = ("message", "flag", "envelope", "document", "facts")


class Sheet(Struct, frozen=True, kw_only=True):
    """A message read from JSON, before schema and rules judge it.

    :ivar package: canonical XML text of the package (of the bare answer, for a message that has no package);
        None when the JSON could not be understood.
    :ivar document: the document's tree, as far as the JSON holds one, for those who judge what is not whole.
    :ivar message_id: of the envelope, filled in or given.
    :ivar declared: it is to be declared, not only to be kept as a draft.
    """

    findings: tuple[Finding, ...]
    spec: MessageSpec | None = None
    package: str | None = None
    document: Tree | None = None
    message_id: str = ""
    declared: bool = True


def read(data: bytes, defaults: Mapping[str, str]) -> Sheet:
    """Read a message from its JSON form.

    :param defaults: texts for elements of the envelope that the JSON does not give, by tag.
    """
    try:
        found = read_json(decoded(data, "JSON"))
    except NotText as error:
        return Sheet(findings=(NOT_JSON.at(why=error.text),))
    except Unfit as error:
        unfit = NOT_JSON.at(why=error.text).placed(line=error.line, column=error.column, label=None)
        return Sheet(findings=(unfit,))
    return read_tree(found.tree, defaults, found.doubled)


def read_tree(tree: Any, defaults: Mapping[str, str], doubled: Iterable[Doubled] = ()) -> Sheet:
    """Read a message from JSON that is already parsed.

    :param doubled: keys that it gives twice.
    """
    if not isinstance(tree, dict):
        return Sheet(findings=(NOT_A_GROUP.at(wanted=_OBJECT, code=""),))
    codes = [m.code for m in reader.messages()]
    code = tree.get("message")
    twice = [TWICE.at(_address(each), value=each.key) for each in doubled]
    if code not in codes:
        return Sheet(findings=bounded_findings((*twice, UNKNOWN_CODE.at("message", value=code, known=", ".join(codes)))))
    spec = reader.message(code)
    given = {} if spec.direction == "answer" else tree.get("envelope", {})
    envelope = {**defaults, **given} if isinstance(given, dict) else given
    document = tree.get("document")
    flag = str(tree.get("flag", "1"))
    findings = bounded_findings(
        chain(
            twice,
            (UNKNOWN_KEY.at(str(key), value=key, known=", ".join(_TOP)) for key in tree if key not in _TOP),
            character_faults(flag, "flag"),
            _shape(_envelope_group(), envelope, "", spec.code),
            _shape(spec.root, document, "", spec.code),
        )
    )
    kept = document if isinstance(document, dict) else None
    if findings or not isinstance(envelope, dict) or kept is None:
        return Sheet(findings=findings, spec=spec, document=kept, declared=flag == "1")
    package = _package(spec, envelope, kept, flag)
    message_id = str(envelope.get("message_id", ""))
    return Sheet(findings=(), spec=spec, package=package, document=kept, message_id=message_id, declared=flag == "1")


def _address(doubled: Doubled) -> str:
    """Where the key stands, as addresses are written: relative to the document or the envelope."""
    path = f"{doubled.path}/{doubled.key}" if doubled.path else doubled.key
    return path.removeprefix("document/").removeprefix("envelope/")


def _package(spec: MessageSpec, envelope: Tree, document: Tree, flag: str) -> str:
    if spec.direction == "answer":
        return codec.tree_markup(spec.root, document)
    pocket = {"pocket_id": envelope.get("message_id", ""), "total_pocket_qty": "1", "cur_pocket_no": "1", **envelope}
    info = {"version": "1.0", "message_type": spec.code, **envelope}
    tail = f"<DelcareFlag>{codec.escape(flag)}</DelcareFlag>" if spec.direction == "out" else ""
    return "".join(
        (
            "<Package>",
            codec.tree_markup(info_group(), info),
            "<DataInfo>",
            codec.tree_markup(pocket_group(), pocket),
            "<BussinessData>",
            codec.tree_markup(spec.root, document),
            tail,
            "</BussinessData></DataInfo></Package>",
        )
    )


def _envelope_group() -> tuple[FieldSpec | GroupSpec, ...]:
    return (*info_group().children, *pocket_group().children)


def _shape(
    group: GroupSpec | tuple[FieldSpec | GroupSpec, ...], tree: Any, prefix: str, code: str
) -> Iterator[Finding]:
    children = group.children if isinstance(group, GroupSpec) else group
    if not isinstance(tree, dict):
        yield NOT_A_GROUP.at(prefix.rstrip("/"), value=_shown(tree), wanted=_OBJECT, code=code)
        return
    specs = {child.tag: child for child in children}
    for tag, value in tree.items():
        spec, path = specs.get(tag), f"{prefix}{tag}"
        if spec is None:
            yield UNKNOWN_KEY.at(path, value=tag, known=", ".join(specs))
        elif isinstance(spec, FieldSpec):
            if isinstance(value, str):
                yield from character_faults(value, path)
            elif value is not None:
                yield NOT_TEXT.at(path, value=_shown(value))
        elif not spec.repeated:
            yield from _shape(spec, value, f"{path}/", code)
        elif not isinstance(value, list):
            yield NOT_A_GROUP.at(path, value=_shown(value), wanted=_LIST, code=code)
        else:
            for number, each in enumerate(value, 1):
                yield from _shape(spec, each, f"{path}[{number}]/", code)


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return ("{…}" if value else "{}") if isinstance(value, dict) else "[…]" if value else "[]"
    return json.dumps(value, ensure_ascii=False)[:64]


def write(message: Message) -> bytes:
    """Write *message* in its JSON form, which `read` turns back into the same package."""
    tree: Tree = {"message": message.spec.code}
    if message.flag is not None:
        tree["flag"] = message.flag
    tree["envelope"] = {
        **codec.to_tree(info_group(), message.info),
        **codec.to_tree(pocket_group(), message.pocket),
    }
    tree["document"] = codec.to_tree(message.spec.root, message.document)
    return json.dumps(tree, ensure_ascii=False, indent=1).encode() + b"\n"


def json_schema(spec: MessageSpec) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one message's document, derived from its spec tree."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{spec.code} {spec.title.en}",
        "description": spec.title.zh,
        **_group_schema(spec.root),
    }


def _group_schema(group: GroupSpec) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [child.tag for child in group.children if child.required],
        "properties": {child.tag: _node_schema(child) for child in group.children},
    }


def _node_schema(node: FieldSpec | GroupSpec) -> dict[str, Any]:
    about = {"title": node.label.en, "description": node.label.zh}
    if isinstance(node, FieldSpec):
        return {**about, **_leaf_schema(node)}
    if not node.repeated:
        return {**about, **_group_schema(node)}
    limits: dict[str, Any] = {"minItems": node.min_occurs}
    if node.max_occurs is not None:
        limits["maxItems"] = node.max_occurs
    return {**about, "type": "array", **limits, "items": _group_schema(node)}


def _leaf_schema(field: FieldSpec) -> dict[str, Any]:
    facets, schema = field.facets, {"type": "string"}
    found: dict[str, Any] = dict(schema)
    if facets.options:
        found["enum"] = list(facets.values)
    if facets.pattern is not None:
        found["pattern"] = f"^({facets.pattern})$"
    elif field.atom == "decimal":
        found["pattern"] = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"
    elif field.atom == "integer":
        found["pattern"] = r"^[+-]?[0-9]+$"
    if facets.min_length is not None:
        found["minLength"] = facets.min_length
    if facets.max_length is not None:
        found["maxLength"] = facets.max_length
    return found
