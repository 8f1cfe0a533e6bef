"""Inspects the files that an enterprise uploads, in another process, a few per enterprise at a time.

A reader that hangs, runs out of memory or dies has met a file nobody can vouch for: such a file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct, structs

from tempgoods_edi.apart.line import Line
from tempgoods_edi.attachments import inspect_apart
from tempgoods_edi.declarant.kinds import KINDS
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.records.parts import Document
from tempgoods_edi.rules import Attachment, Facts, judge
from tempgoods_edi.schema.faults import value_faults
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Finding

#: Requests whose files are being opened, or wait for it: each keeps a thread of the portal.
LINE = Line(most=12, each=3)


def inspect(enterprise_no: str, files: Mapping[str, bytes]) -> Mapping[str, Attachment]:
    """Inspect *files* in another process: `attachments.inspect_apart`; raises `apart.line.Busy`."""
    with LINE.place(enterprise_no):
        return inspect_apart(files)


class _Alone(Struct, frozen=True):
    """A declaration of nothing but its list of documents."""

    documents: tuple[Document, ...]


def findings(attachment: Attachment, position: int = 1) -> tuple[Finding, ...]:
    """The findings about one file, in the words of the rules on documents (``TG-DOC``) and of the schema.

    :param position: of the file in the list of documents.
    """
    document = Document(
        doc_seq_no=1,
        doc_type_cd="",
        doc_nm=attachment.name,
        doc_size=attachment.size,
        doc_hash_alg="SHA-256",
        doc_hash=attachment.hashes["SHA-256"],
    )
    place, label = f"Documents[{position}]", _name_field().label
    facts = Facts(today=date.min, attachments={attachment.name: attachment})
    found = [
        *value_faults(_name_field(), attachment.name, "Documents[1]/DocNm"),
        *judge(_rules(), _Alone((document,)), facts, declared=True).findings,
    ]
    return tuple(
        structs.replace(each, path=each.path.replace("Documents[1]", place), label=each.label or label)
        for each in found
    )


def _name_field() -> FieldSpec:
    field = KINDS[0].spec.root.at("Documents[]/DocNm")
    assert isinstance(field, FieldSpec)  # noqa: S101 - for the type checker: every declaration has documents
    return field


def _rules() -> tuple[Any, ...]:
    return tuple(rule for rule in BY_CODE[KINDS[0].code].rules if rule.id.startswith("TG-DOC-"))
