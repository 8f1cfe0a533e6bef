"""API routes for what belongs to a declaration: receipts, attached documents, print-outs."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from tempgoods_edi.declarant.errors import no_document
from tempgoods_edi.declarant.printing import offered, render
from tempgoods_edi.web.api import answers, bodies
from tempgoods_edi.web.api.access import Caller
from tempgoods_edi.web.api.answering import answered
from tempgoods_edi.web.api.describing import PDF, XML, described
from tempgoods_edi.web.api.filing import SeqNo
from tempgoods_edi.web.queries.receipts import receipt_id
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.files import attachment_headers

router = APIRouter(prefix="/declarations/{seq_no}", tags=["papers"])
Number = Annotated[str, Path(description="单证序号 / number of the document")]


@router.get("/receipts", **described("海关回执列表", "Receipts", {200: answers.ReceiptList}))
def receipts(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """The receipts from customs, oldest first, with their results."""
    found = context(request).filing.history(actor, seq_no).receipts
    return answered(answers.ReceiptList(tuple(answers.receipt_of(each) for each in found)))


@router.get("/receipts/{receipt}", **described("回执原文", "A receipt as it came", {200: XML}))
def receipt(request: Request, actor: Caller, seq_no: SeqNo, receipt: str) -> Response:
    """The bytes of one receipt."""
    data = context(request).filing.receipt(actor, seq_no, receipt_id(seq_no, receipt))
    return Response(data, media_type=XML, headers=attachment_headers(f"receipt-{seq_no}-{receipt}.xml"))


@router.get("/documents", **described("随附单证列表", "Documents", {200: answers.DocumentList}))
def documents(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """The documents attached to the declaration."""
    return answered(answers.documents_of(context(request).filing.get(actor, seq_no)))


@router.post(
    "/documents", **described("上传随附单证", "Add a document", {201: answers.DocumentList}, body=((PDF, None),))
)
def attach(
    request: Request,
    actor: Caller,
    data: bodies.Raw,
    seq_no: SeqNo,
    name: Annotated[str, Query(description="文件名 / file name", max_length=255)],
    type: Annotated[str, Query(description="单证类别 / type, of the code list attachment_types", max_length=20)],
) -> Response:
    """Attaches a PDF (judged by its content) of at most 4 MB; a refusal gives the reasons."""
    filing = context(request).filing
    filing.get(actor, seq_no)
    bodies.media_type(request, PDF)
    return answered(answers.documents_of(filing.attach(actor, seq_no, name, type, data)), 201)


@router.get("/documents/{number}", **described("下载随附单证", "A document", {200: PDF}))
def document(request: Request, actor: Caller, seq_no: SeqNo, number: Number) -> Response:
    """The bytes of one attached document."""
    name, data = context(request).filing.attachment(actor, seq_no, _number(number))
    return Response(data, media_type=PDF, headers=attachment_headers(name))


@router.delete("/documents/{number}", **described("删除随附单证", "Remove a document", {200: answers.DocumentList}, fails=(409,)))
def detach(request: Request, actor: Caller, seq_no: SeqNo, number: Number) -> Response:
    """Removes an attached document; the others are renumbered."""
    return answered(answers.documents_of(context(request).filing.detach(actor, seq_no, _number(number))))


@router.get("/prints", **described("可打印的单据", "Print-outs there are now", {200: answers.PrintList}))
def prints(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """The print-outs that are available now; before approval only the check sheet."""
    stored = context(request).filing.get(actor, seq_no)
    return answered(answers.PrintList(tuple(answers.Print(sheet.what, sheet.title) for sheet in offered(stored))))


@router.get("/prints/{what}.pdf", **described("打印", "A print-out", {200: PDF}))
def printed(
    request: Request,
    actor: Caller,
    seq_no: SeqNo,
    what: Annotated[str, Path(description="check-sheet · list · application-form")],
    lang: Annotated[Literal["zh", "en"], Query(description="zh · en")] = "zh",
) -> Response:
    """The print-out as PDF."""
    services = context(request)
    stored = services.filing.get(actor, seq_no)
    findings = services.filing.judge(actor, stored.kind, stored.tree, declared=True, seq_no=seq_no).findings
    data = render(stored, what, lang, services.now(), findings)
    return Response(data, media_type=PDF, headers=attachment_headers(f"{what}-{seq_no}.pdf", inline=True))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise no_document(0)
    return int(text)
