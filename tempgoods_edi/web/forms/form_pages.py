"""Prepares a form page for its template: the form, the enabled buttons, the findings, the differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from msgspec import Struct

from tempgoods_edi.codelists import names
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.printing import offered
from tempgoods_edi.declarant.sections import leaves
from tempgoods_edi.lifecycle.states import Action, State
from tempgoods_edi.lifecycle.table import allowed
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual, Finding, steps
from tempgoods_edi.web.forms import goods, texts
from tempgoods_edi.web.forms.fields import Choice, readable, short_list
from tempgoods_edi.web.forms.model import Form, Shape, Tree, form_of, place, row_fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.language import language
from tempgoods_edi.web.shell.pages import page

if TYPE_CHECKING:
    from tempgoods_edi.declarant.stored import Stored


class Compared(Struct, frozen=True):
    """One field with two values, for people."""

    label: Bilingual
    before: Bilingual
    after: Bilingual


class ShownReason(Struct, frozen=True, kw_only=True):
    """One of customs' reasons, with the link to its field."""

    text: Bilingual
    label: Bilingual | None
    href: str
    line: int | None
    tag: str
    old: Bilingual
    new: Bilingual


class EditConflict(Struct, frozen=True):
    """Somebody else saved in the meantime: their values against the typed ones."""

    text: Bilingual
    differences: tuple[Compared, ...]


class FormPage(Struct, frozen=True, kw_only=True):
    """One form page, to be rendered by `form_page`.

    :ivar stored: what is stored; None for a document never saved.
    :ivar tree: what the inputs hold.
    :ivar revision: what saving will be compared with.
    :ivar declaring: findings are those of declaring.
    :ivar dirty: the inputs hold what is not saved.
    """

    kind: Kind
    shape: Shape
    tree: Tree
    stored: Stored | None = None
    revision: int | None = None
    findings: tuple[Finding, ...] = ()
    malformed: frozenset[str] = frozenset()
    declaring: bool = False
    dirty: bool = False
    page: int = 1
    open_line: int | None = None
    open_row: Tree | None = None
    conflict: EditConflict | None = None
    notice: Bilingual | None = None
    notice_mood: str = "warning"
    import_said: Bilingual | None = None
    import_errors: tuple[Bilingual, ...] = ()
    upload_errors: tuple[Finding, ...] = ()
    document_type: str = ""
    entry_lines: Any = None
    reasons: tuple[ShownReason, ...] = ()
    differences: tuple[Compared, ...] = ()


def form_page(request: Request, shown: FormPage, *, status: int = 200) -> HTMLResponse:
    """Render the page of *shown*."""
    form = form_of(shown.shape, shown.tree, shown.findings, shown.malformed)
    lang, services = language(request), context(request)
    count = goods.pages(len(form.lines))
    number = min(max(1, shown.page), count)
    actions = allowed(State.NEW) if shown.stored is None else shown.stored.actions
    return page(
        request,
        "forms/form.html",
        status=status,
        texts=texts,
        kind=shown.kind,
        stored=shown.stored,
        form=form,
        action=f"/declarations/{shown.stored.seq_no}" if shown.stored else f"/forms/{shown.kind.slug}",
        revision=shown.revision,
        dirty=shown.dirty,
        can=buttons(actions, shown.shape),
        prints=() if shown.stored is None or not services.settings.printing else offered(shown.stored),
        lists=_lists(shown.shape),
        document_types=short_list("attachment_types"),
        document_type=shown.document_type,
        summary_head=_summary_head(form, shown),
        rows=goods.rows(shown.shape, form.lines, number, shown.findings),
        page=number,
        page_count=count,
        totals=goods.totals(shown.shape, form.lines),
        goods_json=goods.safe_json(form.lines),
        script_data=goods.safe_json(_script_data(shown, form, request)),
        entry_tags=goods.entry_tags(shown.shape) if shown.shape.goods_open else None,
        open_line=shown.open_line,
        row_fields=_open_row(shown, form),
        conflict=shown.conflict,
        notice=shown.notice,
        notice_mood=shown.notice_mood,
        reasons=shown.reasons,
        differences=shown.differences,
        import_said=shown.import_said,
        import_errors=shown.import_errors,
        upload_errors=shown.upload_errors,
        entry_lines=shown.entry_lines,
        why_not=None,
        own_lang=lang,
    )


def shape_of(kind: Kind, stored: Stored | None, offered: dict[str, tuple[Choice, ...]]) -> Shape:
    """The shape of the form of *stored*, or of a new document of *kind*."""
    return Shape(
        spec=kind.spec,
        goods=kind.goods,
        number_tag=kind.number_tag,
        version=VersionKind.FILING if stored is None else stored.declaration.current.kind,
        open=stored is None or Action.SAVE in stored.actions,
        offered=offered,
    )


def buttons(actions: frozenset[Action], shape: Shape) -> dict[str, bool]:
    """The enabled buttons.  Who may change may also ask why a deletion is impossible (W26)."""
    return {
        "save": Action.SAVE in actions,
        "declare": Action.DECLARE in actions,
        "delete": Action.DELETE_DRAFT in actions,
        "change": Action.CHANGE in actions,
        "apply_deletion": Action.APPLY_DELETION in actions,
    }


def compared(shape: Shape, path: str, before: str | None, after: str | None) -> Compared:
    """One difference for people; a missing value is shown as a dash."""
    node = shape.spec.root.at(path)
    label = node.label if node is not None else Bilingual(path, path)
    line = next((index for _, index in steps(path) if index is not None), None)
    if line is not None:
        at = texts.AT_LINE.format(n=line)
        label = at if node is not None and not isinstance(node, FieldSpec) else _joined(at, label)
    return Compared(label, value_shown(shape, path, before), value_shown(shape, path, after))


def value_shown(shape: Shape, path: str, text: str | None) -> Bilingual:
    """*text* of the field at *path*, for people."""
    node = shape.spec.root.at(path)
    if not text:
        return Bilingual("–", "–")
    return readable(node, text) if isinstance(node, FieldSpec) else Bilingual(text, text)


def shown_reasons(shape: Shape, reasons: Iterable[Any]) -> tuple[ShownReason, ...]:
    """The reasons of customs, each linked to its field (W24)."""
    return tuple(_reason(shape, each) for each in reasons)


def _reason(shape: Shape, reason: Any) -> ShownReason:
    path = reason.path or ""
    at = place(shape, Finding(rule="", path=path, text=reason.text, fix=reason.text))
    label = reason.label or at.label
    if at.line is not None and label is not None:
        label = _joined(texts.AT_LINE.format(n=at.line), label)
    return ShownReason(
        text=reason.text,
        label=label,
        href=at.href,
        line=at.line,
        tag=path.rpartition("/")[2],
        old=value_shown(shape, path, reason.old) if reason.old else Bilingual("", ""),
        new=value_shown(shape, path, reason.new) if reason.new else Bilingual("", ""),
    )


def _joined(first: Bilingual, second: Bilingual) -> Bilingual:
    return Bilingual(f"{first.zh} {second.zh}", f"{first.en} {second.en}")


def _summary_head(form: Form, shown: FormPage) -> Bilingual:
    if form.blocking:
        return texts.NOT_SAVED_SUMMARY.format(n=len(form.blocking))
    errors = sum(1 for each in form.findings if each.finding.is_error)
    if not errors:
        return texts.TO_NOTICE.format(n=len(form.findings))
    return (texts.NOT_DECLARED if shown.declaring else texts.TO_CORRECT).format(n=errors)


def _open_row(shown: FormPage, form: Form) -> tuple[Any, ...]:
    """The inputs of the line that is open; without one they are there too, closed, for the script to fill."""
    if not shown.shape.goods_open:
        return ()
    number = shown.open_line or 0
    row = shown.open_row if shown.open_row is not None else _line(form.lines, number)
    prefix = f"{shown.shape.goods.tag}[{number}]/"
    return row_fields(shown.shape, row, [each for each in shown.findings if each.path.startswith(prefix)])


def _line(lines: Sequence[Tree], number: int) -> Tree:
    return lines[number - 1] if 0 < number <= len(lines) else {}


def _lists(shape: Shape) -> dict[str, tuple[Choice, ...]]:
    """The short code lists, for browsers without scripts."""
    used = {spec.codelist for _, spec in leaves(shape.spec)} | {spec.codelist for spec in shape.columns}
    return {name: short_list(name) for name in names() if name in used}


def _script_data(shown: FormPage, form: Form, request: Request) -> dict[str, Any]:
    lang = language(request)
    return {
        "slug": shown.kind.slug,
        "seqNo": shown.stored.seq_no if shown.stored else None,
        "state": shown.stored.state.value if shown.stored else "new",
        "lang": lang,
        "dirty": shown.dirty,
        "openLine": shown.open_line,
        "grid": goods.grid_spec(shown.shape, lang),
        "findings": goods.line_findings(shown.shape, shown.findings, lang),
        "texts": {
            name: getattr(texts, name).in_(lang)
            for name in (
                "LINE_IS_NEW", "AT_LINE", "LINES", "PAGE_OF", "NO_LINES", "LINE_EDIT", "IMPORTED", "EXHIBITION_UNKNOWN",
                "NOTHING_FOUND", "NOTHING_TO_ASK", "LEAVE_HINT", "NO_FILE", "UPLOADING", "PICK", "MORE_FINDINGS", "REFRESH",
            )
        },
    }  # fmt: skip
