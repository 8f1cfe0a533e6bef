"""Files beside a declaration: judged by content, bound by digest, numbered without gaps."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tempgoods_edi.declarant.errors import NotAllowed, NotFound, RefusedContents
from tempgoods_edi.declarant.store.tables import ATTACHMENTS
from tests.declarant.desk import EXHIBITION, Desk, tree
from tests.declarant.pdf import a_pdf

CONTRACT = "00000001"


def kept(at: Desk) -> int:
    """How many files the store holds."""
    with at.store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(ATTACHMENTS)).scalar_one())


def test_files_are_listed_and_read_back(at: Desk) -> None:
    """In order, by number, byte for byte; saving the form does not lose them; taking one away numbers the others anew."""
    seq_no = at.saved().seq_no
    for number in (1, 2, 3):
        listed = at.filing.attach(at.ours.actor, seq_no, f"{number}.pdf", CONTRACT, a_pdf(200 + number))
    assert [(each["DocSeqNo"], each["DocNm"]) for each in listed.tree["Documents"]] == [
        ("1", "1.pdf"), ("2", "2.pdf"), ("3", "3.pdf"),
    ]  # fmt: skip
    at.filing.save(at.ours.actor, EXHIBITION, tree(HallNm="x"), seq_no=seq_no)
    at.filing.detach(at.ours.actor, seq_no, 2)
    assert at.filing.attachment(at.ours.actor, seq_no, 2) == ("3.pdf", a_pdf(203))
    assert kept(at) == 2
    with pytest.raises(NotFound):
        at.filing.attachment(at.ours.actor, seq_no, 3)


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("a.pdf", b"MZ", "TG-DOC-"),
        ("a.pdf", b"", "TG-DOC-"),
        ("a.exe", a_pdf(), "TG-DOC-011"),
        ("../a.pdf", a_pdf(), "TG-DOC-012"),
        ("a.pdf", a_pdf()[:200], "TG-DOC-"),
        ("a.pdf", a_pdf() + b"\0" * (4 << 20), "TG-DOC-007"),
    ],
)
def test_what_customs_would_refuse_is_not_kept(at: Desk, name: str, data: bytes, rule: str) -> None:
    """Refused with the rule it breaks, nothing stored, the list as it was."""
    seq_no = at.saved().seq_no
    with pytest.raises(RefusedContents) as refused:
        at.filing.attach(at.ours.actor, seq_no, name, CONTRACT, data)
    assert any(found.rule.startswith(rule) for found in refused.value.findings)
    assert kept(at) == 0
    assert "Documents" not in at.filing.get(at.ours.actor, seq_no).tree


def test_a_name_is_used_once(at: Desk) -> None:
    """The name is what binds list and file."""
    seq_no = at.saved().seq_no
    at.filing.attach(at.ours.actor, seq_no, "a.pdf", CONTRACT, a_pdf())
    with pytest.raises(RefusedContents):
        at.filing.attach(at.ours.actor, seq_no, "a.pdf", CONTRACT, a_pdf(300))


def test_files_of_what_is_declared_stay(at: Desk) -> None:
    """While customs look at it nothing is added or taken away; a change that drops a file leaves the approved version's."""
    seq_no = at.filing.attach(at.ours.actor, at.saved().seq_no, "a.pdf", CONTRACT, a_pdf()).seq_no
    at.declared(seq_no)
    with pytest.raises(NotAllowed):
        at.filing.attach(at.ours.actor, seq_no, "b.pdf", CONTRACT, a_pdf(300))
    with pytest.raises(NotAllowed):
        at.filing.detach(at.ours.actor, seq_no, 1)
    at.told(seq_no, "1", business_id="ZH222826000001")
    at.filing.change(at.ours.actor, seq_no)
    at.filing.detach(at.ours.actor, seq_no, 1)
    assert kept(at) == 1
    at.filing.withdraw(at.ours.actor, seq_no)
    assert at.filing.attachment(at.ours.actor, seq_no, 1) == ("a.pdf", a_pdf())
