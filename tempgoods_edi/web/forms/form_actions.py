"""The actions of a form's buttons: save, declare, upload, edit goods lines; whatever the result, typed values stay.

Decisions are `declarant.filing`'s; here a post becomes a tree, and an outcome a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from msgspec import structs
from starlette.datastructures import FormData, UploadFile

from tempgoods_edi.declarant import sheets
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.differences import differences
from tempgoods_edi.declarant.errors import NotAllowed, NotFound, RefusedContents, Stale, Unreachable
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.sections import leaves
from tempgoods_edi.drafting import Assessed
from tempgoods_edi.interchange import sheet
from tempgoods_edi.values import Bilingual, Finding
from tempgoods_edi.web.forms import entry_goods, posting, texts
from tempgoods_edi.web.forms.fields import Choice
from tempgoods_edi.web.forms.form_pages import EditConflict, FormPage, compared, form_page, shape_of, shown_reasons
from tempgoods_edi.web.forms.model import FILLED_BY, Shape, Tree, set_text, value_at
from tempgoods_edi.web.forms.plain_grid import operate
from tempgoods_edi.web.forms.posting import Posted, with_lines
from tempgoods_edi.web.shell.context import Context, context
from tempgoods_edi.web.shell.flash import flash

if TYPE_CHECKING:
    from tempgoods_edi.declarant.stored import Stored

_ENTRY_BUTTONS = frozenset({"entry-open", "entry-ask", "entry-take"})


def offered(services: Context, actor: Actor) -> dict[str, tuple[Choice, ...]]:
    """The choices that the enterprise maintains itself: its declarants (W15)."""
    return {
        "DeclarantNo": tuple(
            Choice(person.no, Bilingual(person.name, person.name)) for person in services.filing.declarants(actor)
        )
    }


def judged(
    services: Context, actor: Actor, kind: Kind, tree: Tree, base: Tree, *, declared: bool = False, seq_no: str | None
) -> Assessed:
    """Judge *tree* with its automatic fields filled, as saving and declaring will.

    :param base: what is stored, or a new document.
    """
    completed = services.filing.complete(actor, kind, tree, base)
    return services.filing.judge(actor, kind, completed, declared=declared, seq_no=seq_no)


def open_page(request: Request, actor: Actor, kind: Kind, stored: Stored | None, page: int = 1) -> Response:
    """The form of a new or stored declaration, with findings about it."""
    services = context(request)
    shape = shape_of(kind, stored, offered(services, actor))
    if stored is None:
        return form_page(request, FormPage(kind=kind, shape=shape, tree=services.filing.new(actor, kind), page=page))
    findings: tuple[Finding, ...] = ()
    if shape.open:
        findings = judged(services, actor, kind, stored.tree, stored.tree, seq_no=stored.seq_no).findings
    return form_page(request, _stored_shown(services, shape, stored, findings=findings, page=page))


def act(request: Request, actor: Actor, kind: Kind, stored: Stored | None, fields: FormData) -> Response:
    """Do the action of the pressed button."""
    services = context(request)
    shape = shape_of(kind, stored, offered(services, actor))
    base = services.filing.new(actor, kind) if stored is None else stored.tree
    told = {name: value for name, value in fields.items() if isinstance(value, str)}
    posted = posting.read_post(shape, told, base, [each for each in fields.getlist("pick") if isinstance(each, str)])
    shown = FormPage(
        kind=kind,
        shape=shape,
        tree=posted.tree,
        stored=stored,
        revision=posted.revision,
        page=posted.page,
        open_line=posted.open_line,
        dirty=True,
        document_type=told.get("document-type", ""),
    )
    if posted.action == "import":
        return form_page(request, _imported(services, actor, shown, fields))
    if posted.action in _ENTRY_BUTTONS:
        return form_page(request, _entry_goods(services, actor, shown, posted.action, fields))
    rows = operate(shape, posted)
    if rows is not None:
        shown = structs.replace(shown, tree=rows.tree, open_line=rows.open_line, page=rows.page)
        return form_page(request, _with_wrong_values(services, actor, shown, base))
    return _saved(request, services, actor, shown, posted, base, fields)


def refused_page(request: Request, actor: Actor, stored: Stored, findings: Iterable[Finding]) -> Response:
    """The form of a stored declaration that cannot be declared, with the findings."""
    services = context(request)
    shape = shape_of(stored.kind, stored, offered(services, actor))
    shown = _stored_shown(services, shape, stored, findings=tuple(findings))
    return form_page(request, structs.replace(shown, declaring=True), status=422)


def _saved(
    request: Request, services: Context, actor: Actor, shown: FormPage, posted: Posted, base: Tree, fields: FormData
) -> Response:
    """Save; then declare or upload when that was the button."""
    filing, kind = services.filing, shown.kind
    seq_no = shown.stored.seq_no if shown.stored else None
    tree, minded = _looked_up(services, actor, shown.shape, posted.tree, base)
    shown = structs.replace(shown, tree=tree, open_line=None)
    try:
        stored = filing.save(actor, kind, tree, seq_no=seq_no, revision=posted.revision)
    except RefusedContents as refused:
        return form_page(request, _refused(services, actor, shown, base, refused), status=422)
    except (Stale, NotAllowed) as late:
        return form_page(request, _conflict(services, actor, shown, late), status=409)
    if posted.action == "declare":
        assessed = judged(services, actor, kind, stored.tree, stored.tree, declared=True, seq_no=stored.seq_no)
        if any(each.is_error for each in assessed.findings):
            return refused_page(request, actor, stored, assessed.findings)
        return RedirectResponse(f"/declarations/{stored.seq_no}/declare", 303)
    if posted.action == "upload":
        return _uploaded(request, services, actor, shown, stored, fields)
    if posted.action == "detach" and posted.argument.isdecimal():
        filing.detach(actor, stored.seq_no, int(posted.argument))
        return _back(services, stored.seq_no, texts.DETACHED, anchor="#documents")
    said = texts.SAVED.format(seq_no=stored.seq_no)
    if minded is not None:
        both = Bilingual(f"{said.zh}。{minded.zh}", f"{said.en}. {minded.en}")
        return _back(services, stored.seq_no, both, mood="warning")
    return _back(services, stored.seq_no, said)


def _back(services: Context, seq_no: str, said: Bilingual, *, anchor: str = "", mood: str = "success") -> Response:
    response = RedirectResponse(f"/declarations/{seq_no}{anchor}", 303)
    flash(response, said, "warning" if mood == "warning" else "success", secure=services.settings.secure)
    return response


def _stored_shown(
    services: Context, shape: Shape, stored: Stored, *, findings: tuple[Finding, ...] = (), page: int = 1
) -> FormPage:
    filing = services.filing
    return FormPage(
        kind=stored.kind,
        shape=shape,
        tree=stored.tree,
        stored=stored,
        revision=stored.revision,
        findings=findings,
        page=page,
        reasons=shown_reasons(shape, filing.reasons(stored)),
        differences=tuple(compared(shape, each.path, each.before, each.after) for each in filing.before_after(stored)),
    )


def _refused(services: Context, actor: Actor, shown: FormPage, base: Tree, refused: RefusedContents) -> FormPage:
    """Everything found, what keeps it from being saved first; *refused* alone when nothing is malformed."""
    assessed = judged(services, actor, shown.kind, shown.tree, base, seq_no=_seq_no(shown))
    findings = assessed.findings if assessed.malformed else refused.findings
    malformed = assessed.malformed or frozenset(each.path for each in refused.findings if each.is_error)
    return structs.replace(shown, findings=tuple(findings), malformed=malformed)


def _conflict(services: Context, actor: Actor, shown: FormPage, late: Stale | NotAllowed) -> FormPage:
    """Theirs and mine side by side; saving again, with their revision, keeps mine (when the state lets it)."""
    if shown.stored is None:
        raise late
    theirs = services.filing.get(actor, shown.stored.seq_no)
    found = differences(shown.kind.spec.root, theirs.tree, shown.tree)
    text = (
        texts.STALE_HINT.format(who=theirs.updated_by, at=f"{theirs.updated_at:%Y-%m-%d %H:%M:%S}")
        if isinstance(late, Stale)
        else late.text
    )
    conflict = EditConflict(text, tuple(compared(shown.shape, each.path, each.before, each.after) for each in found))
    return structs.replace(shown, stored=theirs, revision=theirs.revision, conflict=conflict)


def _with_wrong_values(services: Context, actor: Actor, shown: FormPage, base: Tree) -> FormPage:
    """With what is wrong in fields that have something in them: what is still empty is not complained of yet."""
    assessed = judged(services, actor, shown.kind, shown.tree, base, seq_no=_seq_no(shown))
    return structs.replace(
        shown, findings=tuple(each for each in assessed.findings if each.value is not None and each.path)
    )


def _seq_no(shown: FormPage) -> str | None:
    return shown.stored.seq_no if shown.stored else None


def _looked_up(services: Context, actor: Actor, shape: Shape, tree: Tree, base: Tree) -> tuple[Tree, Bilingual | None]:
    """Fill in what customs says about what was typed (W14), when it is new; and what is to be minded."""
    minded: Bilingual | None = None
    for path, spec in leaves(shape.spec):
        number = value_at(tree, path)
        filled = FILLED_BY.get(spec.lookup or "")
        if filled is None or not shape.editable(spec) or not number or services.customs_queries is None:
            continue
        prefix = path.rpartition("/")[0]
        if number == value_at(base, path) and all(value_at(tree, f"{prefix}/{tag}") for tag in filled):
            continue
        try:
            found = services.customs_queries.exhibition(actor, number)
        except Unreachable as why:
            minded = texts.EXHIBITION_NOT_ASKED.format(why=why.text)
            continue
        if found is None:
            minded = texts.EXHIBITION_UNKNOWN.format(no=number)
        for tag, name in filled.items():
            set_text(tree, f"{prefix}/{tag}", None if found is None else getattr(found, name))
    return tree, minded


def _imported(services: Context, actor: Actor, shown: FormPage, fields: FormData) -> FormPage:
    """The goods of an uploaded sheet, behind those there are or in their place, with what cannot be read."""
    file = fields.get("goods-file")
    if not isinstance(file, UploadFile) or not file.filename:
        return structs.replace(shown, import_said=texts.NO_FILE, import_errors=(texts.NO_FILE,))
    tag = shown.shape.goods.tag
    before = [] if fields.get("import-mode") == "replace" else list(shown.tree.get(tag) or ())
    read = sheets.read_goods(actor, shown.shape.goods, file.filename, file.file.read())
    tree = with_lines(shown.shape, shown.tree, [*before, *read.rows])
    said = texts.IMPORTED.format(n=len(read.rows), errors=len(read.findings))
    lines = tuple(_told(each) for each in read.findings[:100])
    shown = structs.replace(shown, tree=tree, import_said=said, import_errors=lines or (said,), open_line=None)
    return _with_wrong_values(services, actor, shown, tree)


def _entry_goods(services: Context, actor: Actor, shown: FormPage, action: str, fields: FormData) -> FormPage:
    """Ask customs about goods of entries, or take over the ticked ones (W16, W22, without scripts)."""
    if action == "entry-open" or not shown.shape.goods_open:
        return structs.replace(shown, entry_lines=entry_goods.Found())
    given = {name: str(fields.get(name) or "")[:32] for name in ("ask-entry", "ask-item")}
    exhibition = entry_goods.asked_from(shown.shape, shown.tree)
    found = entry_goods.look_up(services, actor, shown.shape, exhibition, given["ask-entry"], given["ask-item"])
    if action == "entry-ask":
        return structs.replace(shown, entry_lines=found)
    lines = entry_goods.taken(found, [str(each) for each in fields.getlist("take")])
    there = list(shown.tree.get(shown.shape.goods.tag) or ())
    return structs.replace(shown, tree=with_lines(shown.shape, shown.tree, [*there, *lines]), open_line=None)


def _told(finding: Finding) -> Bilingual:
    label, cell = finding.label or Bilingual("", ""), sheet.cell_name(finding)
    return Bilingual(
        " ".join(filter(None, (cell, label.zh))) + f"：{finding.text.zh}",
        " ".join(filter(None, (cell, label.en))) + f": {finding.text.en}",
    )


def _uploaded(
    request: Request, services: Context, actor: Actor, shown: FormPage, stored: Stored, fields: FormData
) -> Response:
    """Attach the chosen file to what was just saved (W19, without scripts)."""
    file = fields.get("document-file")
    shape = shape_of(stored.kind, stored, dict(shown.shape.offered))
    after = structs.replace(_stored_shown(services, shape, stored), document_type=shown.document_type)
    if not isinstance(file, UploadFile) or not file.filename:
        return form_page(request, structs.replace(after, notice=texts.NO_FILE), status=422)
    try:
        services.filing.attach(actor, stored.seq_no, file.filename, shown.document_type, file.file.read())
    except RefusedContents as refused:
        said = texts.NOT_UPLOADED.format(name=file.filename)
        after = structs.replace(after, upload_errors=refused.findings, notice=said, notice_mood="danger")
        return form_page(request, after, status=422)
    except NotFound:
        raise
    return _back(services, stored.seq_no, texts.UPLOADED.format(name=file.filename), anchor="#documents")
