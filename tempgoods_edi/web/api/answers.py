"""The values that the API answers with: both the JSON and its description in the OpenAPI document come from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from tempgoods_edi.declarant.history import HistoryReceipt as KeptReceipt
from tempgoods_edi.declarant.reasons import Reason
from tempgoods_edi.declarant.store.listing import DeclarationRow as FoundRow
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.values import Bilingual, Finding


class Failure(Struct, frozen=True):
    """Why a request failed."""

    status: int
    error: Bilingual
    findings: tuple[Finding, ...] = ()


class Verdict(Struct, frozen=True, kw_only=True):
    """The verdict on a message: valid, invalid or undecided."""

    verdict: str
    message: str | None
    findings: tuple[Finding, ...]
    not_judged: tuple[str, ...]


class Package(Struct, frozen=True, kw_only=True):
    """A package to be signed; the content of the signed Object is exactly the UTF-8 bytes of `package`."""

    message: str
    message_id: str
    object_id: str
    package: str
    unsigned: str
    verdict: str
    findings: tuple[Finding, ...]


class Prepared(Struct, frozen=True, kw_only=True):
    """A declaration prepared for signing; `id` is sent back with the signature."""

    id: str
    object_id: str
    package: str
    findings: tuple[Finding, ...]


class State(Struct, frozen=True, kw_only=True):
    """The state of a declaration, the allowed actions, and the reasons if it came back."""

    seq_no: str
    kind: str
    state: str
    label: Bilingual
    version: int
    revision: int
    customs_no: str | None
    actions: tuple[str, ...]
    updated_at: datetime
    reasons: tuple[Reason, ...] = ()


class Declaration(Struct, frozen=True, kw_only=True):
    """A declaration with its content, and the findings of schema and rules about it."""

    status: State
    document: dict[str, Any]
    findings: tuple[Finding, ...] = ()


class Row(Struct, frozen=True, kw_only=True):
    """One declaration in a list."""

    seq_no: str
    kind: str
    state: str
    label: Bilingual
    customs_no: str | None
    in_house: str | None
    title: str | None
    office: str | None
    imp_exp: str | None
    exhibition_no: str | None
    entry_no: str | None
    dcl_date: str | None
    start_date: str | None
    end_date: str | None
    due: str | None
    lines: int
    actions: tuple[str, ...]
    updated_at: datetime


class Listing(Struct, frozen=True, kw_only=True):
    """One page of a list; total counts all pages."""

    rows: tuple[Row, ...]
    total: int
    page: int
    size: int


class Receipt(Struct, frozen=True, kw_only=True):
    """A receipt from customs; its XML is at receipts/{id}."""

    id: int
    message: str
    result: str
    version: int
    effect: Bilingual | None
    notes: tuple[str, ...]
    managed_at: datetime | None
    received_at: datetime


class ReceiptList(Struct, frozen=True):
    """The receipts of a declaration, oldest first."""

    receipts: tuple[Receipt, ...]


class Document(Struct, frozen=True):
    """One attached document; `digest` is its SHA-256 in Base64."""

    number: int
    name: str
    type: str
    size: int
    digest: str


class DocumentList(Struct, frozen=True):
    """The documents attached to a declaration."""

    documents: tuple[Document, ...]


class Print(Struct, frozen=True):
    """One print-out that is available now; its PDF is at prints/{what}.pdf."""

    what: str
    title: Bilingual


class PrintList(Struct, frozen=True):
    """The print-outs that are available now."""

    prints: tuple[Print, ...]


def state_of(stored: Stored, reasons: tuple[Reason, ...] = ()) -> State:
    """The API's form of the state of *stored*."""
    return State(
        seq_no=stored.seq_no,
        kind=stored.kind.slug,
        state=stored.state.value,
        label=stored.state.label,
        version=stored.version.number,
        revision=stored.revision,
        customs_no=stored.customs_no,
        actions=tuple(sorted(each.value for each in stored.actions)),
        updated_at=stored.updated_at,
        reasons=reasons,
    )


def declaration_of(
    stored: Stored, reasons: tuple[Reason, ...] = (), findings: tuple[Finding, ...] = ()
) -> Declaration:
    """The API's form of *stored* with its content."""
    return Declaration(status=state_of(stored, reasons), document=stored.tree, findings=findings)


def row_of(found: FoundRow) -> Row:
    """The API's form of one line of a list."""
    return Row(
        seq_no=found.seq_no,
        kind=found.kind.slug,
        state=found.state.value,
        label=found.state.label,
        customs_no=found.customs_no,
        in_house=found.in_house,
        title=found.title,
        office=found.office,
        imp_exp=found.imp_exp,
        exhibition_no=found.exhibition_no,
        entry_no=found.entry_no,
        dcl_date=found.dcl_date,
        start_date=found.start_date,
        end_date=found.end_date,
        due=found.due,
        lines=found.lines,
        actions=tuple(sorted(each.value for each in found.actions)),
        updated_at=found.updated_at,
    )


def receipt_of(kept: KeptReceipt) -> Receipt:
    """The API's form of one receipt."""
    return Receipt(
        id=kept.id,
        message=kept.code,
        result=kept.result,
        version=kept.version,
        effect=None if kept.effect is None else kept.effect.label,
        notes=kept.notes,
        managed_at=kept.managed_at,
        received_at=kept.received_at,
    )


def documents_of(stored: Stored) -> DocumentList:
    """The API's form of the documents attached to *stored*."""
    found = stored.tree.get("Documents") or ()
    return DocumentList(
        tuple(
            Document(int(each["DocSeqNo"]), each["DocNm"], each["DocTypeCd"], int(each["DocSize"]), each["DocHash"])
            for each in found
        )
    )

