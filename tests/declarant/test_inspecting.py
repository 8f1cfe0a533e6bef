"""Properties of judging the files that enterprises send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from msgspec import Struct
from pikepdf import Dictionary, Encryption, Name, Pdf

from tempgoods_edi import attachments
from tempgoods_edi.apart.line import Busy
from tempgoods_edi.dangers import MAX_BYTES
from tempgoods_edi.declarant import inspecting
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.records.parts import Document
from tempgoods_edi.rules import Attachment, Facts, judge

CASES = Path(__file__).parents[2] / "fixtures" / "cases"


def _pdf(change: Callable[[Pdf], object] = lambda pdf: None, encryption: Encryption | None = None) -> bytes:
    pdf, out = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    change(pdf)
    pdf.save(out, encryption=encryption or False)
    return out.getvalue()


def _script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _launch(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F="calc.exe")


def _file(pdf: Pdf) -> None:
    pdf.attachments["a.exe"] = b"MZ"


def inspect(name: str, data: bytes) -> Attachment:
    """What one file is."""
    return inspecting.inspect("3101010001", {name: data})[name]


class _Alone(Struct, frozen=True):
    """A declaration of nothing but its list of documents."""

    documents: tuple[Document, ...]


def _told(name: str, data: bytes) -> list[str]:
    """The rules on documents that one file breaks."""
    found = inspect(name, data)
    document = Document(
        doc_seq_no=1,
        doc_type_cd="",
        doc_nm=name,
        doc_size=found.size,
        doc_hash_alg="SHA-256",
        doc_hash=found.hashes["SHA-256"],
    )
    rules = tuple(rule for rule in BY_CODE["TMP101"].rules if rule.id.startswith("TG-DOC-"))
    judged = judge(rules, _Alone((document,)), Facts(today=date.min, attachments={name: found}), declared=True)
    return [each.rule for each in judged.findings]


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*.pdf")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_proper_paper_is_taken(path: Path) -> None:
    """The papers of the cases have nothing against them, and are seen as they are without a process."""
    data = path.read_bytes()
    assert _told(path.name, data) == []
    assert inspect(path.name, data) == attachments.inspect(path.name, data)


@pytest.mark.parametrize(
    ("name", "data", "rules"),
    [
        ("a.pdf", _pdf(_script), ["TG-DOC-005"]),
        ("a.pdf", _pdf(_launch), ["TG-DOC-005"]),
        ("a.pdf", _pdf(_file), ["TG-DOC-005"]),
        ("a.pdf", _pdf(encryption=Encryption(user="secret", owner="x")), ["TG-DOC-004"]),
        ("a.pdf", _pdf()[:-40], ["TG-DOC-006"]),
        ("a.pdf", b"PK\x03\x04" + _pdf(), ["TG-DOC-018"]),
        ("a.pdf", b"", ["TG-DOC-014"]),
        ("a.pdf", _pdf() + b" " * MAX_BYTES, ["TG-DOC-007"]),
        ("a.exe", _pdf(), ["TG-DOC-011"]),
        ("../a.pdf", _pdf(), ["TG-DOC-012"]),
        ("a\r\nX: y.pdf", _pdf(), ["TG-DOC-012"]),
    ],
    ids=["script", "launch", "file", "encrypted", "cut", "zip", "empty", "large", "exe", "path", "header"],
)
def test_what_cannot_be_sent_is_refused_with_the_reason(name: str, data: bytes, rules: list[str]) -> None:
    """Each fault leads to its own rule, and it alone."""
    assert _told(name, data) == rules


def test_few_files_of_one_enterprise_are_opened_at_a_time() -> None:
    """The next is told to come back; another enterprise's is opened meanwhile."""
    with inspecting.LINE.place("3101010001"), inspecting.LINE.place("3101010001"), inspecting.LINE.place("3101010001"):
        with pytest.raises(Busy) as told:
            inspect("a.pdf", _pdf())
        assert told.value.seconds > 0
        assert inspecting.inspect("3101010002", {"a.pdf": _pdf()})["a.pdf"].dangers == ()
    assert inspect("a.pdf", _pdf()).dangers == ()
