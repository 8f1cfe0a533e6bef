"""The print-outs of a declaration and their layout: from its schema, and from the print-out settings of its entry.

A tag that a kind does not have, or that is not filled in, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

from msgspec import Struct

from tempgoods_edi.declarant.sections import sections
from tempgoods_edi.declarations import Paper, PrintColumn
from tempgoods_edi.lifecycle.states import Action
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.values import Bilingual

__all__ = ["PrintColumn", "PrintedKind", "Sheet", "sheets"]

Layout = Literal["check-sheet", "list", "form"]

#: Under the title of a list: whose goods they are.
_WHOSE = ("ExhibitionNm", "ApplicantNm", "DclEtpsNm")
_NO_EVIDENCE = Bilingual("核对单 不作为凭证", "Check sheet — no evidence of anything")
_TRUTH = Bilingual(
    "本单位保证以上所填内容及随附单证真实、准确、完整，并按期将货物复运出境或复运进境；如有不实，愿承担相应法律责任。",
    "We warrant that the above and the accompanying documents are true, accurate and complete, and that the goods will "
    "be taken back over the border in time; we answer for any untruth.",
)
_CHECK_SHEET = Bilingual("{title}核对单", "{title}: check sheet")
_LIST = Bilingual("{goods}清单", "{goods}: list")
_FORM = Bilingual("{title}申请表", "{title}: application")

#: Columns of a table of goods whose paper names none, and what each takes of the width.
_COLUMNS = 7
_NUMBERED, _SHORT, _NAMED = 1.1, 2.6, 6.0
#: A field that may be so long gets a wide column, or a row of its own on a form.
_LONG = 60


class PrintedKind(Protocol):
    """The protocol of a kind of declaration that is printed."""

    @property
    def slug(self) -> str:
        """The kind's name in addresses."""

    @property
    def spec(self) -> MessageSpec:
        """The specification of the kind's message."""

    @property
    def goods(self) -> GroupSpec:
        """The group of the kind's goods lines."""

    @property
    def number_tag(self) -> str:
        """The field of the head that holds customs' number."""

    @property
    def paper(self) -> Paper:
        """The print-out settings of the kind, beyond what follows from its schema."""


class Sheet(Struct, frozen=True):
    """One print-out of a kind of declaration.

    :ivar what: its name in addresses.
    :ivar action: what must be allowed for it to be printed.
    :ivar remark: stands under the title.
    :ivar under: of a list: tags of the head whose values stand under the title.
    :ivar rows: of a form: tags of the head, as they stand in each row.
    :ivar statement: of a form: what the applicant declares by sealing it.
    :ivar office: of a form: the title of the part that customs fill in.
    """

    what: str
    action: Action
    layout: Layout
    title: Bilingual
    remark: Bilingual | None = None
    columns: tuple[PrintColumn, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    statement: Bilingual | None = None
    office: Bilingual | None = None
    under: tuple[str, ...] = ()


def sheets(kind: PrintedKind) -> tuple[Sheet, ...]:
    """The print-outs of *kind*, in the order of a menu."""
    paper, title = kind.paper, kind.spec.title
    return (
        Sheet(
            "check-sheet",
            Action.PRINT_CHECK_SHEET,
            "check-sheet",
            _CHECK_SHEET.format(title=title),
            _NO_EVIDENCE,
            paper.checked or _columns(kind.goods),
        ),
        Sheet(
            "list",
            Action.PRINT_LIST,
            "list",
            paper.list_title or _list_title(kind.goods),
            columns=paper.listed or _columns(kind.goods),
            under=_WHOSE,
        ),
        Sheet(
            "application-form",
            Action.PRINT_APPLICATION_FORM,
            "form",
            paper.form_title or _FORM.format(title=title),
            rows=paper.rows or tuple(_rows(kind)),
            statement=_TRUTH,
            office=paper.office,
        ),
    )


def _list_title(goods: GroupSpec) -> Bilingual:
    return goods.label if goods.label.zh.endswith("清单") else _LIST.format(goods=goods.label)


def _columns(goods: GroupSpec) -> tuple[PrintColumn, ...]:
    """The first fields of a line; what has no column stands under the name of the goods."""
    fields = [child for child in goods.children if isinstance(child, FieldSpec) and not child.change_only]
    return tuple(
        PrintColumn(((field.tag,),), _width(field), right=field.atom in ("decimal", "integer") and not field.auto)
        for field in fields[:_COLUMNS]
    )


def _width(field: FieldSpec) -> float:
    if field.auto:
        return _NUMBERED
    return _NAMED if _is_long(field) else _SHORT


def _rows(kind: PrintedKind) -> Iterator[tuple[str, ...]]:
    """What a declarant fills in of the head, in the form's order: two short fields in a row, a long one in its own."""
    half: str | None = None
    for field in _filled_in(kind):
        if not _is_long(field):
            if half is None:
                half = field.tag
            else:
                yield half, field.tag
                half = None
            continue
        if half is not None:
            yield (half,)
            half = None
        yield (field.tag,)
    if half is not None:
        yield (half,)


def _filled_in(kind: PrintedKind) -> Iterable[FieldSpec]:
    for _, fields in sections(kind.spec, kind.number_tag):
        for path, field in fields:
            if path.startswith("Head/") and not field.auto and not field.change_only:
                yield field


def _is_long(field: FieldSpec) -> bool:
    return (field.facets.max_length or 0) > _LONG
