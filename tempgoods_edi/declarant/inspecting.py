"""Judges an uploaded file without trusting the reader that opens it: another process does, with little time and memory.

A reader that hangs, runs out of memory or dies has met a file nobody can vouch for: such a file is refused.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from threading import BoundedSemaphore
from typing import Any

from msgspec import Struct, structs

from tempgoods_edi import attachments
from tempgoods_edi.attachments import DAMAGED, OVERSIZED
from tempgoods_edi.declarant.kinds import KINDS
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.records.parts import Document
from tempgoods_edi.rules import Attachment, Facts, judge
from tempgoods_edi.schema.faults import value_faults
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Finding

#: What the opening process may use.
SECONDS = 5
MEMORY = 512 * 1024 * 1024
#: Opened at the same time; the others wait.
_AT_ONCE = BoundedSemaphore(2)

_READER = (sys.executable, "-m", "tempgoods_edi.declarant.inspector")
#: What a reader may find, so that one taken over by its file cannot put words of its own into our texts.
_DANGERS = frozenset((*attachments.DANGERS, DAMAGED, OVERSIZED))


def inspect(
    name: str, data: bytes, *, seconds: int = SECONDS, memory: int = MEMORY, reader: Sequence[str] = _READER
) -> Attachment:
    """What the file *name* with content *data* is: `attachments.inspect`, opened by a process of its own.

    Never raises, whatever the bytes.  A file that takes longer than *seconds* is `OVERSIZED`, one that more than *memory*
    bytes do not suffice for, or that kills its reader, `DAMAGED`; either is an error by the rules on documents.
    """

    def look(opened: bytes) -> tuple[bool, frozenset[str]]:
        command = (*reader, str(seconds), str(memory))
        try:
            with _AT_ONCE:
                ended = subprocess.run(command, input=opened, capture_output=True, timeout=seconds, check=True)
        except subprocess.TimeoutExpired:
            return False, frozenset({OVERSIZED})
        except (subprocess.CalledProcessError, OSError):
            return False, frozenset({DAMAGED})
        encrypted, *dangers = ended.stdout.decode("ascii", "replace").split() or ["?"]
        is_answer = encrypted in ("0", "1") and _DANGERS.issuperset(dangers)
        return encrypted == "1", frozenset(dangers) if is_answer else frozenset({DAMAGED})

    return attachments.inspect(name, data, look)


class _Alone(Struct, frozen=True):
    """A declaration of nothing but its list of documents."""

    documents: tuple[Document, ...]


def findings(attachment: Attachment, position: int = 1) -> tuple[Finding, ...]:
    """What is wrong with one file, in the words of the rules on documents (``TG-DOC``) and of the schema.

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
