"""Stored declarations to print, made of the sample cases, and PDF documents read back by poppler."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from tempgoods_edi.declarant.kinds import Kind, by_slug
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.lifecycle.states import Action, Event, State
from tempgoods_edi.lifecycle.table import allowed
from tempgoods_edi.lifecycle.versions import filed, happened
from tempgoods_edi.numbers import CHINA_TIME

CASES = Path(__file__).resolve().parents[3] / "fixtures" / "cases"
NOW = datetime(2027, 1, 10, 9, 30, tzinfo=CHINA_TIME)
SEQ_NO = "202700000000000123"
#: Kind, case, and the number customs would give.
APPROVED = (
    ("exhibition", "machine-tool-show", "ZH222827000001"),
    ("loan-list", "lent-to-institute", "WJ222827000002"),
    ("confirmation", "orchestra-tour", "QR514127000003"),
    ("extension", "rail-test-equipment", "YQ790127000004"),
)


def document(case: str) -> dict[str, Any]:
    """The document of a sample case."""
    made: dict[str, Any] = json.loads((CASES / case / "message.json").read_text("utf-8"))["document"]
    return made


def kind_of(slug: str) -> Kind:
    """The kind named *slug*."""
    kind = by_slug(slug)
    assert kind is not None
    return kind


def stored(slug: str, tree: dict[str, Any], number: str | None = None) -> Stored:
    """*tree* as it lies in the portal: a draft, or approved under *number*."""
    kind = kind_of(slug)
    declaration = filed(tree, SEQ_NO)
    actions = allowed(State.DRAFT)
    if number is not None:
        for event in (Event.DECLARE, Event.HAND_OVER, Event.RECEIPT_APPROVED):
            declaration = happened(declaration, event)
        actions = allowed(State.APPROVED, changeable=kind.changeable)
    return Stored(
        kind=kind, seq_no=SEQ_NO, declaration=declaration, customs_no=number, revision=1, created_at=NOW,
        updated_at=NOW, updated_by="王琳", actions=actions, used=False,
    )  # fmt: skip


def printed(action: Action) -> bool:
    """True for the actions that print."""
    return action.value.startswith("print")


def run(*command: str, data: bytes) -> str:
    """What an outside program says of the PDF *data* on its standard input."""
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def text(pdf: bytes) -> str:
    """The text of *pdf*, without any blank or line end."""
    return "".join(run("pdftotext", "-raw", "-", "-", data=pdf).split())
