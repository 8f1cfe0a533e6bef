"""Tables of a message's fields: address, name, form, when to fill it in, code list, source."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from tempgoods_edi.codelists import code_list
from tempgoods_edi.envelope.message import flag_field, info_group, pocket_group
from tempgoods_edi.explain.markdown import Langs, code, items, page, say, table
from tempgoods_edi.explain.sources import say_source
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.values import Bilingual

_ALWAYS = Bilingual("必填", "always")
_TO_DECLARE = Bilingual("申报必填", "to declare")
_OPTIONAL = Bilingual("选填", "optional")
_BY_SYSTEM = Bilingual("系统填写", "by the system")
_ON_CHANGE = Bilingual("仅变更", "changes only")
_TIMES = Bilingual("{low}至{high}次", "{low} to {high} times")
_UNBOUNDED = Bilingual("不限", "any number of")
_ROWS = Bilingual("分组", "group")
_ENVELOPE = Bilingual("信封", "envelope")
_AROUND = Bilingual(
    "每份报文的 Package 中，EnvelopInfo 在前，PocketInfo 和报文在 DataInfo 中，DelcareFlag 在报文之后。",
    "In the Package of every message EnvelopInfo stands first, PocketInfo and the message in DataInfo, DelcareFlag after "
    "the message.",
)

#: The word for what stands around a message.
ENVELOPE = "envelope"

PATH, NAME, FORM, NEED = (
    Bilingual("元素", "element"),
    Bilingual("名称", "name"),
    Bilingual("格式", "form"),
    Bilingual("填写", "needed"),
)
CODES, SOURCE = Bilingual("代码表", "code list"), Bilingual("来源", "source")
_MESSAGE, _LENGTH, _OPTIONS = (
    Bilingual("报文", "message"),
    Bilingual("类型", "type"),
    Bilingual("可选值", "values"),
)
_DIRECTION = Bilingual("方向", "direction")
_ANSWERED_BY = Bilingual("回执", "answered by")
_ROOT = Bilingual("根元素", "root element")
_SCHEMA = Bilingual("报文规范", "schema")
_DIRECTIONS = {
    "out": Bilingual("企业发往海关，须签名", "from the enterprise to customs, signed"),
    "in": Bilingual("海关发往企业", "from customs to the enterprise"),
    "answer": Bilingual("技术回执，无信封", "technical answer, without an envelope"),
}


class FieldRow(Struct, frozen=True):
    """One node of a message with its address.

    :ivar path: template of its address, such as ``ExhibitList[]/DclQty``.
    """

    path: str
    node: FieldSpec | GroupSpec


def fields(spec: MessageSpec) -> tuple[FieldRow, ...]:
    """Every group and field of *spec*, in the order of the message.

    >>> [row.path for row in fields(reader.message("TMP151"))]
    ['ExhibitionNo', 'OperCusRegCode']
    """
    return tuple(FieldRow(path, node) for path, node in spec.root.walk())


class Holder(Struct, frozen=True):
    """A thing with fields: a message, or the envelope around every message.

    :ivar names: what people call it, the first one in the pages.
    """

    names: tuple[str, ...]
    title: Bilingual
    rows: tuple[FieldRow, ...]


@cache
def holders() -> tuple[Holder, ...]:
    """Every message, then the envelope."""
    groups = (info_group(), pocket_group())
    around = [FieldRow(f"{group.tag}/{path}", node) for group in groups for path, node in group.walk()]
    envelope = Holder((ENVELOPE, "Package"), _ENVELOPE, (*around, FieldRow(flag_field().tag, flag_field())))
    return (*(Holder((spec.code, spec.root.tag), spec.title, fields(spec)) for spec in reader.messages()), envelope)


def fields_called(name: str) -> Iterator[tuple[Holder, FieldRow]]:
    """The fields that *name* means: a tag, a path, or a path after a message code; positions are ignored."""
    wanted = _plain(name)
    for holder in holders():
        for row in holder.rows:
            path = _plain(row.path)
            if wanted in (path, path.rpartition("/")[2], *(f"{each.lower()}/{path}" for each in holder.names)):
                yield holder, row


def _plain(path: str) -> str:
    return "/".join(step.partition("[")[0] for step in path.strip("/").split("/")).lower()


def need(node: FieldSpec | GroupSpec) -> Bilingual:
    """When the field must be filled in, in words."""
    if isinstance(node, GroupSpec):
        if not node.repeated:
            return _ALWAYS if node.required else _OPTIONAL
        high = _UNBOUNDED if node.max_occurs is None else node.max_occurs
        return _TIMES.format(low=node.min_occurs, high=high)
    when = _TO_DECLARE if node.need == "declare" else _ALWAYS if node.required or node.need == "draft" else _OPTIONAL
    marks = [when, *([_BY_SYSTEM] if node.auto else []), *([_ON_CHANGE] if node.change_only else [])]
    return Bilingual("，".join(m.zh for m in marks), ", ".join(m.en for m in marks))


def form(node: FieldSpec | GroupSpec) -> Bilingual:
    """The values that the field may have, in words; those of an enumeration are listed."""
    if isinstance(node, GroupSpec):
        return _ROWS
    options = node.facets.options
    if not options:
        return node.type_label
    return Bilingual(
        "；".join(f"{o.value} {o.label.zh}" for o in options), "; ".join(f"{o.value} {o.label.en}" for o in options)
    )


def message_page(spec: MessageSpec, langs: Langs) -> str:
    """The page of one message: its purpose and the table of its fields."""
    about = items(
        [
            (_DIRECTION, say(_DIRECTIONS[spec.direction], langs)),
            (_ROOT, code(spec.root.tag)),
            (_ANSWERED_BY, spec.answers or ""),
            (_SCHEMA, code(f"xsd/{spec.schema}")),
            (SOURCE, say_source(spec.source, langs)),
        ],
        langs,
    )
    return page(f"# {spec.code} {say(spec.title, langs)}", about, _fields_table(fields(spec), langs))


def envelope_page(langs: Langs) -> str:
    """The page of the envelope around every message, except bare technical answers."""
    return page(f"# {say(_ENVELOPE, langs)}", say(_AROUND, langs), _fields_table(holders()[-1].rows, langs))


def _fields_table(rows: tuple[FieldRow, ...], langs: Langs) -> str:
    cells = (
        [
            code(row.path),
            say(row.node.label, langs),
            say(form(row.node), langs),
            say(need(row.node), langs),
            code(row.node.codelist or "") if isinstance(row.node, FieldSpec) else "",
            say_source(row.node.source, langs),
        ]
        for row in rows
    )
    return table((PATH, NAME, FORM, NEED, CODES, SOURCE), cells, langs)


def messages_table(langs: Langs) -> str:
    """The table of all messages, one row each."""
    header = (_MESSAGE, NAME, _ROOT, _DIRECTION, _ANSWERED_BY)
    rows = (
        [m.code, say(m.title, langs), code(m.root.tag), say(_DIRECTIONS[m.direction], langs), m.answers or ""]
        for m in reader.messages()
    )
    return table(header, rows, langs)


def field_page(holder: Holder, row: FieldRow, langs: Langs) -> str:
    """The page of one field of one message."""
    node = row.node
    facts = [(_MESSAGE, f"{holder.names[0]} {say(holder.title, langs)}"), (NEED, say(need(node), langs))]
    if isinstance(node, FieldSpec):
        facts.append((_LENGTH, say(node.type_label, langs)))
        facts.append((_OPTIONS, say(form(node), langs) if node.facets.options else ""))
        if node.codelist:
            title = say(code_list(node.codelist).title, langs)
            facts.append((CODES, f"{title} (`explain codes {node.codelist}`)"))
    facts.append((SOURCE, say_source(node.source, langs)))
    return page(f"## {code(row.path)} {say(node.label, langs)}", items(facts, langs))
