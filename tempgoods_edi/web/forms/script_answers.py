"""Answers the form's scripts while somebody types: field checks, code lists, imported goods, facts from customs."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from msgspec import Struct
from starlette.datastructures import UploadFile

from tempgoods_edi.bounded import Unfit, single
from tempgoods_edi.codelists import code_list, names
from tempgoods_edi.declarant import sheets
from tempgoods_edi.declarant.errors import NotFound, Unreachable
from tempgoods_edi.interchange import sheet
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.forms import form_actions, posting, texts
from tempgoods_edi.web.forms.form_pages import shape_of
from tempgoods_edi.web.forms.form_requests import Session, kind_of
from tempgoods_edi.web.forms.goods import finding_json
from tempgoods_edi.web.forms.model import FILLED_BY
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.files import attachment_headers
from tempgoods_edi.web.shell.language import language

router = APIRouter()
_NO_LIST = Bilingual("没有这个代码表", "there is no such code list")
_NOT_READ = Bilingual("内容无法读取", "it cannot be read")
#: Codes offered at once.
_OFFERED = 30


class FieldCheck(Struct):
    """The request of a field check: the head, and the goods line that is open.

    :ivar seq_no: of a stored declaration; None for a new one.
    :ivar line: number of the open line; None when none is open.
    """

    head: dict[str, str]
    seq_no: str | None = None
    row: dict[str, str] | None = None
    line: int | None = None


async def body(request: Request) -> bytes:
    """Dependency: the bytes of the request body."""
    return await request.body()


@router.post("/check/{slug}")
def check(request: Request, session: Session, slug: str, sent: Annotated[bytes, Depends(body)]) -> Response:
    """Check the head and the open line; findings in the summary's words (W6); nothing is saved."""
    services, actor, kind = context(request), session.actor, kind_of(slug)
    try:
        asked = msgspec.convert(single(sent), FieldCheck)
    except (msgspec.MsgspecError, Unfit):
        return JSONResponse({"error": _NOT_READ.in_(language(request))}, 400)
    stored = services.filing.get(actor, asked.seq_no) if asked.seq_no else None
    shape = shape_of(kind, stored, form_actions.offered(services, actor))
    base = services.filing.new(actor, kind) if stored is None else stored.tree
    tree = posting.head_tree(shape, asked.head, base)
    tree.pop(shape.goods.tag, None)
    if asked.row is not None:
        lines: list[Any] = []
        row = {f"{posting.ROW}{tag}": text for tag, text in asked.row.items()}
        posting.put_line(shape, lines, 1, posting.row_tree(shape, row))
        tree = posting.with_lines(shape, tree, lines)
    completed = services.filing.complete(actor, kind, tree, base)
    assessed = services.filing.judge(actor, kind, completed, declared=False, seq_no=asked.seq_no)
    lang, first = language(request), f"{shape.goods.tag}[1]"
    found = []
    for each in assessed.findings:
        finding = finding_json(each, lang)
        if each.path.startswith(first):
            finding["path"] = f"row{each.path.removeprefix(first)}"
        found.append(finding)
    filled = _filled(shape, completed, asked)
    return JSONResponse({"findings": found, "row": filled})


def _filled(shape: Any, completed: dict[str, Any], asked: FieldCheck) -> dict[str, str]:
    """What the system fills into the open line, such as the tariff's units."""
    lines = completed.get(shape.goods.tag) or ()
    if asked.row is None or not lines:
        return {}
    line = lines[0]
    return {spec.tag: line.get(spec.tag) or "" for spec in shape.columns[1:] if not shape.editable(spec)}


@router.get("/codes/{name}")
def codes(request: Request, session: Session, name: str, q: str = "", code: str = "") -> Response:
    """The rows of a code list that match *q*; or the names of exactly these codes (separated by commas)."""
    if name not in names():
        raise NotFound(_NO_LIST)
    rows, lang = code_list(name), language(request)
    if code:
        wanted = code[:20_000].split(",")
        return JSONResponse({each: row.name.in_(lang) for each in wanted if (row := rows.get(each)) is not None})
    found = rows.search(q[:64], _OFFERED)
    if not q.strip():
        found = tuple(row for each in rows.codes()[:_OFFERED] if (row := rows.get(each)) is not None)
    return JSONResponse([{"code": row.code, "name": row.name.in_(lang)} for row in found])


@router.post("/goods/{slug}/import")
def import_goods(request: Request, session: Session, slug: str, fields: Fields) -> Response:
    """The goods lines of a sheet or of pasted text, and the cells that cannot be read (W10); nothing is saved."""
    kind, file, text = kind_of(slug), fields.get("goods-file"), fields.get("text")
    if isinstance(file, UploadFile) and file.filename:
        read = sheets.read_goods(session.actor, kind.goods, file.filename, file.file.read())
    elif isinstance(text, str) and text.strip():
        read = sheet.pasted(kind.goods, text)
    else:
        return JSONResponse({"rows": [], "findings": [], "text": texts.NO_FILE.in_(language(request))}, 422)
    lang = language(request)
    found = [{**finding_json(each, lang), "row": each.line} for each in read.findings]
    said = texts.IMPORTED.format(n=len(read.rows), errors=len(found)).in_(lang)
    return JSONResponse({"rows": list(read.rows), "findings": found, "text": said})


@router.get("/goods/{slug}/template.xlsx")
def template(request: Request, session: Session, slug: str) -> Response:
    """An empty sheet with the columns of a goods line."""
    kind, lang = kind_of(slug), language(request)
    return Response(
        sheet.template(kind.goods, lang),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers=attachment_headers(f"{kind.goods.label.in_(lang)}.xlsx"),
    )


@router.get("/lookup/exhibition")
def exhibition(request: Request, session: Session, no: str = "") -> Response:
    """Ask customs whether they know the exhibition, and its name (W14)."""
    services, lang = context(request), language(request)
    if services.customs_queries is None:
        return JSONResponse({"known": None})
    try:
        found = services.customs_queries.exhibition(session.actor, no[:32])
    except Unreachable as why:
        return JSONResponse({"known": None, "text": texts.EXHIBITION_NOT_ASKED.format(why=why.text).in_(lang)})
    if found is None:
        return JSONResponse({"known": False, "text": texts.EXHIBITION_UNKNOWN.format(no=no[:32]).in_(lang)})
    fills = {tag: getattr(found, name) for tag, name in FILLED_BY["exhibition"].items()}
    return JSONResponse({"known": True, "fills": fills})
