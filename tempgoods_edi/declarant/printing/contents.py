"""The contents of a print-out as plain data: templates only lay them out, and no value is ever markup.

Every text arrives as `Pieces`, which the template joins with places where a line may be broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from msgspec import Struct

from tempgoods_edi.declarant.printing import barcode
from tempgoods_edi.declarant.printing.sheets import PrintColumn, PrintedKind, Sheet
from tempgoods_edi.declarant.printing.shown import Pieces, pieces, value
from tempgoods_edi.declarant.sections import sections
from tempgoods_edi.lifecycle.states import Action, State
from tempgoods_edi.lifecycle.versions import Declaration
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.values import Bilingual, Finding, Lang

Row = Mapping[str, Any]

#: What fits into a cell, in sizes of its type: a whole row, half a row, a document's or a finding's cell, the small print.
_ROW, _HALF, _DOCUMENT, _FINDING, _SMALL = 38, 14, 4, 10, 12
#: A value so long gets a row of its own where its field may be long.
_LONG, _MAY_BE_LONG = 13, 60
#: Width of a goods table (points) and what each cell loses at its sides; size of its type.
_TABLE, _SIDES, _TYPE = {"check-sheet": 504, "list": 773}, 5.2, 7.5
_DOCUMENTS = "Documents"
_SUMS = ("TotalPrice", "GrossWt", "NetWt")


class Printed(Protocol):
    """The protocol of a stored declaration that is printed."""

    @property
    def kind(self) -> PrintedKind:
        """The kind of the declaration."""

    @property
    def seq_no(self) -> str:
        """The pre-entry number of the declaration."""

    @property
    def customs_no(self) -> str | None:
        """The number issued by customs."""

    @property
    def declaration(self) -> Declaration[Any]:
        """All versions of the declaration."""

    @property
    def tree(self) -> Mapping[str, Any]:
        """The contents of the current version."""

    @property
    def state(self) -> State:
        """The state of the current version."""

    @property
    def actions(self) -> frozenset[Action]:
        """The actions that are allowed now."""


class Words(Struct, frozen=True):
    """The fixed texts of a print-out in its language."""

    lang: Lang

    def __call__(self, text: Bilingual) -> str:
        """*text* in this language."""
        return text.in_(self.lang)


_W = Bilingual
_NUMBER = _W("海关编号", "Customs number")
_SEQ_NO = _W("预录入编号", "Pre-entry number")
_STATE = _W("状态", "State")
_VERSION = _W("变更次数", "Changes")
_PRINTED = _W("打印时间", "Printed")
_EMPTY = _W("（无）", "(none)")
_FINDINGS = _W("校验结果", "Findings")
_NO_FINDINGS = _W("未发现问题", "nothing found")
_NOTES = _W("海关回执", "Receipts of customs")
_SUMMARY = _W("货物合计", "Goods")
_LINES = _W("共 {n} 项", "{n} lines")
_SIGNING = (
    _W("申请单位（盖章）", "Applicant (seal)"),
    _W("经办人（签名）", "In charge (signature)"),
    _W("日期", "Date"),
)
_OFFICE = (_W("海关（盖章）", "Customs (seal)"), _W("经办关员", "Officer"), _W("日期", "Date"))
_FIELD, _PROBLEM, _REMEDY = _W("栏目", "Field"), _W("问题", "What is wrong"), _W("处理办法", "What to do")


def contents(stored: Printed, sheet: Sheet, lang: Lang, now: datetime, findings: Sequence[Finding]) -> dict[str, Any]:
    """The contents of *sheet* for *stored*, printed at *now* (aware)."""
    say, spec = Words(lang), stored.kind.spec
    number = stored.customs_no or stored.seq_no
    head = stored.tree.get("Head") or {}
    lines: Sequence[Row] = stored.tree.get(stored.kind.goods.tag) or ()
    data: dict[str, Any] = {
        "lang": lang,
        "layout": sheet.layout,
        "title": say(sheet.title),
        "remark": say(sheet.remark) if sheet.remark else "",
        "whose": _whose(sheet, head),
        "number": number,
        "barcode": barcode.svg(number),
        "marks": [
            [say(label), text]
            for label, text in (
                (_NUMBER, stored.customs_no),
                (_SEQ_NO, stored.seq_no),
                (_STATE, say(stored.state.label)),
                (_VERSION, str(stored.declaration.current.number)),
            )
            if text
        ],
        "footer": f"{say(_PRINTED)} {now.astimezone(CHINA_TIME):%Y-%m-%d %H:%M}",
        "summary": _summary(lines, say),
        "summary_title": say(_SUMMARY),
    }
    if sheet.columns:
        data["goods"] = _goods(stored.kind.goods, lines, sheet, lang)
    if sheet.layout == "check-sheet":
        data["sections"] = list(_sections(stored, lang))
        data["documents"] = _documents(spec, stored.tree, lang)
        data["findings"] = _findings(findings, say)
        data["notes"] = {"title": say(_NOTES), "rows": [[note] for note in _notes(stored)]}
    if sheet.layout == "form":
        group = _group(spec, "Head")
        data["rows"] = [_form_row(group, head, tags, lang) for tags in sheet.rows]
        data["statement"] = say(sheet.statement) if sheet.statement else ""
        data["signing"] = [say(text) for text in _SIGNING]
        data["office"] = say(sheet.office) if sheet.office else ""
        data["office_signing"] = [say(text) for text in _OFFICE]
        data["decision"] = say(stored.state.label)
        data["documents"] = _documents(spec, stored.tree, lang)
    return data


def _group(spec: MessageSpec, tag: str) -> GroupSpec:
    found = spec.root.at(tag)
    assert isinstance(found, GroupSpec)  # noqa: S101 - every declaration has a head, documents and goods
    return found


def _sections(stored: Printed, lang: Lang) -> Iterator[dict[str, Any]]:
    """The filled fields of the head, section by section."""
    for title, fields in sections(stored.kind.spec, stored.kind.number_tag):
        rows = []
        for path, field in fields:
            text = _at(stored.tree, path)
            if text:
                text = value(field, text, lang)
                wide = len(text) > _LONG and (field.facets.max_length or 0) > _MAY_BE_LONG
                shown = pieces(text, _ROW if wide else _HALF)
                rows.append({"label": field.label.in_(lang), "value": shown, "wide": wide})
        if rows:
            yield {"title": title.in_(lang), "rows": rows}


def _at(tree: Mapping[str, Any], path: str) -> str | None:
    node: Any = tree
    for tag in path.split("/"):
        node = node.get(tag) if isinstance(node, Mapping) else None
    return None if node is None else str(node)


def _whose(sheet: Sheet, head: Mapping[str, str]) -> Pieces:
    """What the sheet is about and whose it is, each name once."""
    return pieces(" · ".join(dict.fromkeys(head[tag] for tag in sheet.under if head.get(tag))), _HALF)


def _form_row(group: GroupSpec, head: Mapping[str, str], tags: Sequence[str], lang: Lang) -> list[dict[str, Any]]:
    """One row of a form; what is not filled in stays an empty box, as on paper."""
    row = []
    for tag in tags:
        field = group.at(tag)
        if isinstance(field, FieldSpec):
            text = value(field, head[tag], lang, brief=bool(field.facets.options)) if head.get(tag) else ""
            row.append({"label": field.label.in_(lang), "value": pieces(text, _ROW if len(tags) == 1 else _HALF)})
    return row


def _goods(group: GroupSpec, lines: Sequence[Row], sheet: Sheet, lang: Lang) -> dict[str, Any]:
    """The goods table: titles, widths, and the cells of each line; what has no column stands under the name."""
    columns = sheet.columns
    unit = _TABLE[sheet.layout] / sum(column.width for column in columns)
    fits = [(unit * column.width - _SIDES) / _TYPE for column in columns]
    fields = {field.tag: field for field in group.children if isinstance(field, FieldSpec)}
    placed = {tag for column in columns for tags in column.tags for tag in tags}
    rest = [field for tag, field in fields.items() if tag not in placed]
    titles = [
        column.title.in_(lang) if column.title else fields[column.tags[0][0]].label.in_(lang) for column in columns
    ]
    return {
        "title": group.label.in_(lang),
        "titles": titles,
        "widths": [column.width for column in columns],
        "right": [column.right for column in columns],
        "named": _named(columns),
        "rows": [list(_cells(line, columns, fits, fields, lang)) for line in lines],
        "more": [_more(line, rest, lang) for line in lines],
        "empty": _EMPTY.in_(lang),
    }


def _named(columns: Sequence[PrintColumn]) -> int:
    """The column that says what the goods are, under which stands what has no column: the name, else the widest."""
    names = [at for at, column in enumerate(columns) if column.tags == (("GdsNm",),)]
    return names[0] if names else max(range(len(columns)), key=lambda at: columns[at].width)


def _cells(
    line: Row, columns: Iterable[PrintColumn], fits: Iterable[float], fields: Mapping[str, FieldSpec], lang: Lang
) -> Iterator[Pieces]:
    for column, widest in zip(columns, fits, strict=True):
        rows = (
            " ".join(value(fields[tag], line[tag], lang, brief=True) for tag in tags if line.get(tag))
            for tags in column.tags
        )
        yield pieces("\n".join(filter(None, rows)), widest)


def _more(line: Row, rest: Iterable[FieldSpec], lang: Lang) -> Pieces:
    texts = [
        f"{field.label.in_(lang)}：{value(field, line[field.tag], lang, brief=True)}"
        for field in rest
        if line.get(field.tag)
    ]
    return pieces("；".join(texts), _SMALL)


def _documents(spec: MessageSpec, tree: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    group = _group(spec, _DOCUMENTS)
    fields = [field for field in group.children if isinstance(field, FieldSpec)]
    rows = [
        [pieces(value(field, row[field.tag], lang) if row.get(field.tag) else "", _DOCUMENT) for field in fields]
        for row in tree.get(_DOCUMENTS) or ()
    ]
    return {
        "title": group.label.in_(lang),
        "titles": [field.label.in_(lang) for field in fields],
        "rows": rows,
        "empty": _EMPTY.in_(lang),
    }


def _findings(findings: Iterable[Finding], say: Words) -> dict[str, Any]:
    rows = [
        [
            pieces(text, _FINDING)
            for text in (say(each.label) if each.label else each.path, say(each.text), say(each.fix))
        ]
        for each in findings
    ]
    titles = [say(text) for text in (_FIELD, _PROBLEM, _REMEDY)]
    return {"title": say(_FINDINGS), "titles": titles, "rows": rows, "empty": say(_NO_FINDINGS)}


def _notes(stored: Printed) -> Iterator[Pieces]:
    for kept in stored.declaration.current.progress.kept:
        for note in kept.receipt.notes:
            yield pieces(note, _ROW)


def _summary(lines: Sequence[Row], say: Words) -> str:
    """How many lines, their value in each currency and their weight."""
    if not lines:
        return say(_LINES.format(n=0))
    sums: dict[str, Decimal] = {}
    for line in lines:
        for tag in _SUMS:
            key = line.get("CurrCd", "") if tag == "TotalPrice" else tag
            amount = _number(line.get(tag))
            if amount is not None:
                sums[key] = sums.get(key, Decimal(0)) + amount
    labels = {"GrossWt": _W("毛重 {n} 千克", "gross {n} kg"), "NetWt": _W("净重 {n} 千克", "net {n} kg")}
    money = [f"{key} {sums[key]:,f}" for key in sorted(sums) if key not in labels]
    weights = [say(text).format(n=f"{sums[key]:,f}") for key, text in labels.items() if key in sums]
    return "　".join([say(_LINES.format(n=len(lines))), *money, *weights])


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
