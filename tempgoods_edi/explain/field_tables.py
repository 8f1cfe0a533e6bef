"""The fields of a message as people need to know them: address, name, form, when to fill it, code list, source."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tempgoods_edi.codelists import code_list
from tempgoods_edi.explain.markdown import Langs, code, items, page, say, table
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


def fields_called(name: str) -> Iterator[tuple[MessageSpec, FieldRow]]:
    """The fields that people mean by *name*: a tag, a path, or a path after a message code; positions are ignored."""
    wanted = _plain(name)
    for spec in reader.messages():
        for row in fields(spec):
            path = _plain(row.path)
            if wanted in (path, path.rpartition("/")[2], f"{spec.code}/{path}".lower(), f"{spec.root.tag}/{path}".lower()):
                yield spec, row


def _plain(path: str) -> str:
    return "/".join(step.partition("[")[0] for step in path.strip("/").split("/")).lower()


def need(node: FieldSpec | GroupSpec) -> Bilingual:
    """When it must be filled in."""
    if isinstance(node, GroupSpec):
        if not node.repeated:
            return _ALWAYS if node.required else _OPTIONAL
        high = _UNBOUNDED if node.max_occurs is None else node.max_occurs
        return _TIMES.format(low=node.min_occurs, high=high)
    when = _TO_DECLARE if node.need == "declare" else _ALWAYS if node.required or node.need == "draft" else _OPTIONAL
    marks = [when, *([_BY_SYSTEM] if node.auto else []), *([_ON_CHANGE] if node.change_only else [])]
    return Bilingual("，".join(m.zh for m in marks), ", ".join(m.en for m in marks))


def form(node: FieldSpec | GroupSpec) -> Bilingual:
    """What may stand in it; the values of a closed list are told one by one."""
    if isinstance(node, GroupSpec):
        return _ROWS
    options = node.facets.options
    if not options:
        return node.type_label
    return Bilingual(
        "；".join(f"{o.value} {o.label.zh}" for o in options), "; ".join(f"{o.value} {o.label.en}" for o in options)
    )


def message_page(spec: MessageSpec, langs: Langs) -> str:
    """One message: what it is, and the table of its fields."""
    about = items(
        [
            (_DIRECTION, say(_DIRECTIONS[spec.direction], langs)),
            (_ROOT, code(spec.root.tag)),
            (_ANSWERED_BY, spec.answers or ""),
            (_SCHEMA, code(f"xsd/{spec.schema}")),
            (SOURCE, f"{spec.source.basis.value}: {spec.source.clause}"),
        ],
        langs,
    )
    rows = (
        [code(r.path), say(r.node.label, langs), say(form(r.node), langs), say(need(r.node), langs), _list(r.node), _source(r.node)]
        for r in fields(spec)
    )
    header = (PATH, NAME, FORM, NEED, CODES, SOURCE)
    return page(f"# {spec.code} {say(spec.title, langs)}", about, table(header, rows, langs))


def messages_table(langs: Langs) -> str:
    """All messages, one row each."""
    header = (_MESSAGE, NAME, _ROOT, _DIRECTION, _ANSWERED_BY)
    rows = (
        [m.code, say(m.title, langs), code(m.root.tag), say(_DIRECTIONS[m.direction], langs), m.answers or ""]
        for m in reader.messages()
    )
    return table(header, rows, langs)


def field_page(spec: MessageSpec, row: FieldRow, langs: Langs) -> str:
    """One field of one message."""
    node = row.node
    facts = [(_MESSAGE, f"{spec.code} {say(spec.title, langs)}"), (NEED, say(need(node), langs))]
    if isinstance(node, FieldSpec):
        facts.append((_LENGTH, say(node.type_label, langs)))
        facts.append((_OPTIONS, say(form(node), langs) if node.facets.options else ""))
        if node.codelist:
            title = say(code_list(node.codelist).title, langs)
            facts.append((CODES, f"{title} (`explain codes {node.codelist}`)"))
    facts.append((SOURCE, _source(node)))
    return page(f"## {code(row.path)} {say(node.label, langs)}", items(facts, langs))


def _list(node: FieldSpec | GroupSpec) -> str:
    return code(node.codelist or "") if isinstance(node, FieldSpec) else ""


def _source(node: FieldSpec | GroupSpec) -> str:
    return f"{node.source.basis.value}: {node.source.clause}"
