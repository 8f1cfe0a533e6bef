"""The goods grid: its columns, pages, totals, and its lines as JSON.

The lines travel as JSON in one hidden part of the form; a script pages and edits them in the browser, and without
scripts buttons do the same by way of the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec import Struct

from tempgoods_edi.codelists import code_list, names
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual, Finding, Lang, steps
from tempgoods_edi.web.forms.fields import mark, named, readable, widget
from tempgoods_edi.web.forms.model import Shape, Tree

#: Lines on one page of the table.
PAGE = 100

#: What is added up under the table, and by which unit or currency.
TOTALS = (
    ("DclQty", "DclUnitCd"),
    ("LoanQty", "EntryUnitCd"),
    ("ExtQty", "DclUnitCd"),
    ("TotalPrice", "CurrCd"),
    ("GrossWt", None),
    ("NetWt", None),
)

_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Total(Struct, frozen=True):
    """One total under the goods table."""

    label: Bilingual
    amounts: tuple[tuple[str, Bilingual], ...]


class GoodsRow(Struct, frozen=True):
    """One goods line as the table shows it.

    :ivar cells: text, and findings, of each column.
    """

    number: int
    cells: tuple[tuple[Bilingual, tuple[Finding, ...]], ...]
    findings: tuple[Finding, ...]


def safe_json(value: object) -> Markup:
    """*value* as JSON that cannot end the HTML element around it: neither ``script`` nor ``textarea``.

    >>> print(safe_json(["</script>", "a&b"]))
    ["\\u003c/script\\u003e","a\\u0026b"]
    """
    text = msgspec.json.encode(value).decode()
    for sign, escape in _UNSAFE.items():  # a hundred times as fast as `translate` where hardly any is there
        text = text.replace(sign, escape)
    return Markup(text)  # noqa: S704 - no bracket, ampersand or apostrophe is left in it


def pages(count: int) -> int:
    """The number of pages for that many lines; an empty table has one.

    >>> pages(0), pages(100), pages(101)
    (1, 1, 2)
    """
    return max(1, -(-count // PAGE))


def rows(shape: Shape, lines: Sequence[Tree], page: int, findings: Iterable[Finding] = ()) -> tuple[GoodsRow, ...]:
    """The lines of one *page* as the goods table shows them."""
    start = (page - 1) * PAGE
    by_line = _by_line(shape, findings)
    return tuple(
        _row(shape, number, line, by_line.get(number, ()))
        for number, line in enumerate(lines[start : start + PAGE], start=start + 1)
    )


def totals(shape: Shape, lines: Sequence[Tree]) -> tuple[Total, ...]:
    """The totals under the goods table; texts that are no numbers count as nothing."""
    columns = {spec.tag: spec for spec in shape.columns}
    found = []
    for tag, by in TOTALS:
        if tag in columns and (by is None or by in columns):
            found.append(Total(columns[tag].label, _sums(lines, tag, columns[by] if by else None)))
    return tuple(total for total in found if total.amounts)


def grid_spec(shape: Shape, lang: Lang) -> dict[str, Any]:
    """The specification of the grid for its script: columns with labels, controls and lists, and which have totals."""
    columns = [_column(shape, spec, lang) for spec in shape.columns]
    tags = {spec.tag for spec in shape.columns}
    return {
        "group": shape.goods.tag,
        "page": PAGE,
        "most": shape.goods.max_occurs,
        "open": shape.goods_open,
        "number": shape.columns[0].tag if shape.columns and shape.columns[0].auto else None,
        "columns": columns,
        "totals": [[tag, by] for tag, by in TOTALS if tag in tags and (by is None or by in tags)],
        "names": _names(shape, lang),
    }


def line_findings(shape: Shape, findings: Iterable[Finding], lang: Lang) -> list[dict[str, Any]]:
    """The findings on goods lines in the script's form."""
    return [finding_json(each, lang) for each in findings if each.path.startswith(f"{shape.goods.tag}[")]


def finding_json(finding: Finding, lang: Lang) -> dict[str, Any]:
    """One finding as JSON, in the words that all pages use."""
    return {
        "path": finding.path,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "label": finding.label.in_(lang) if finding.label else "",
        "text": finding.text.in_(lang),
        "fix": finding.fix.in_(lang),
    }


def entry_tags(shape: Shape) -> tuple[str, str] | None:
    """The goods fields that name an entry and its line, when customs can be asked about them (W16, W22)."""
    tags = [spec.tag for spec in shape.columns]
    asked = next((spec.tag for spec in shape.columns if spec.lookup == "entry"), None)
    if asked is None:
        return None
    return asked, tags[tags.index(asked) + 1]


def _by_line(shape: Shape, findings: Iterable[Finding]) -> Mapping[int, list[Finding]]:
    found: dict[int, list[Finding]] = {}
    for each in findings:
        first = next(steps(each.path), None)
        if first is not None and first[0] == shape.goods.tag and first[1] is not None:
            found.setdefault(first[1], []).append(each)
    return found


def _row(shape: Shape, number: int, line: Tree, findings: Sequence[Finding]) -> GoodsRow:
    at: dict[str, list[Finding]] = {}
    for each in findings:
        at.setdefault(each.path.rpartition("/")[2] if "/" in each.path else "", []).append(each)
    numbered = shape.columns[0]
    cells = []
    for spec in shape.columns:
        text = Bilingual(str(number), str(number)) if spec is numbered else readable(spec, line.get(spec.tag) or "")
        cells.append((text, tuple(at.get(spec.tag, ()))))
    return GoodsRow(number, tuple(cells), tuple(findings))


def _column(shape: Shape, spec: FieldSpec, lang: Lang) -> dict[str, Any]:
    editable = shape.goods_open and shape.editable(spec)
    column: dict[str, Any] = {
        "tag": spec.tag,
        "label": spec.label.in_(lang),
        "atom": spec.atom,
        "widget": widget(spec, "", editable=editable),
        "mark": mark(spec) if editable else "",
    }
    if spec.facets.options:
        column["options"] = {option.value: option.label.in_(lang) for option in spec.facets.options}
    if spec.codelist in names():
        column["codelist"] = spec.codelist
    if spec.lookup:
        column["lookup"] = spec.lookup
    return column


#: Code lists up to this size are given to the script whole, so that it names codes without asking.
_WHOLE = 300


def _names(shape: Shape, lang: Lang) -> dict[str, dict[str, str]]:
    lists = {spec.codelist for spec in shape.columns if spec.codelist in names()}
    return {
        name: {code: row.name.in_(lang) for code in rows_.codes() if (row := rows_.get(code)) is not None}
        for name in sorted(filter(None, lists))
        if len(rows_ := code_list(name)) <= _WHOLE
    }


def _sums(lines: Sequence[Tree], tag: str, by: FieldSpec | None) -> tuple[tuple[str, Bilingual], ...]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        amount = _amount(line.get(tag))
        if amount is not None:
            unit = (line.get(by.tag) or "") if by else ""
            sums[unit] = sums.get(unit, Decimal(0)) + amount
    return tuple(
        (f"{amount:,f}", (named(by, unit) or Bilingual(unit, unit)) if by else Bilingual("", ""))
        for unit, amount in sums.items()
    )


def _amount(text: str | None) -> Decimal | None:
    if not text or len(text) > 40:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount.adjusted()) < 40 else None
