"""The pages of a receipt from customs: readable, and byte for byte (W30)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from tempgoods_edi.declarant.errors import no_declaration
from tempgoods_edi.declarant.received_message import opened
from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.explain.readable import Grid
from tempgoods_edi.web.queries import texts
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.files import attachment_headers
from tempgoods_edi.web.shell.language import language
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import require

router = APIRouter()
_LONGEST_ID = 18


@router.get("/declarations/{seq_no}/receipts/{receipt}.xml")
def download_receipt(
    request: Request, seq_no: str, receipt: str, session: Annotated[Session, Depends(require)]
) -> Response:
    """Download the exact bytes of a receipt."""
    data = context(request).filing.receipt(session.actor, seq_no, receipt_id(seq_no, receipt))
    # Not shown in the browser: whatever customs' document says, it is not a page of ours.
    headers = attachment_headers(f"receipt-{seq_no}-{receipt}.xml")
    return Response(data, media_type="application/xml", headers=headers)


@router.get("/declarations/{seq_no}/receipts/{receipt}")
def show_receipt(
    request: Request, seq_no: str, receipt: str, session: Annotated[Session, Depends(require)]
) -> HTMLResponse:
    """The page of a receipt: in words, with its XML for reading."""
    data = context(request).filing.receipt(session.actor, seq_no, receipt_id(seq_no, receipt))
    return page(
        request,
        "queries/receipt.html",
        texts=texts,
        seq_no=seq_no,
        receipt=receipt,
        paper=opened(data, language(request)),
        is_grid=lambda section: isinstance(section, Grid),
    )


def receipt_id(seq_no: str, text: str) -> int:
    """Parse a receipt's number; a text that is no number raises the same `NotFound` as an unknown one."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        raise no_declaration(seq_no)
    return int(text)
