"""Receipts opened for reading: in words where they can be read, as they came where not, and never a failure."""

from __future__ import annotations

import pytest

from tempgoods_edi.declarant.received_message import opened
from tests.declarant.desk import START, receipt


def test_a_receipt_is_read_in_words() -> None:
    """Title, labels, what codes mean; the XML one element a line."""
    paper = opened(receipt("202611220930000001", "3", START, notes=("请核对 <b>",)), "zh")
    assert paper.title is not None
    assert paper.title.zh == "展览会备案回执"
    shown = str(paper.sections)
    assert "3 退单" in shown
    assert "请核对 <b>" in shown
    assert "\n      <TMP201>" in paper.xml
    assert paper.whole


@pytest.mark.parametrize(
    "data", [b"", b"\xff\x00\x01", b"<a>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a/>", b"x" * 500_000]
)
def test_what_cannot_be_read_is_shown_as_it_came(data: bytes) -> None:
    """No failure, no control character a page cannot hold, and no more than a page can show."""
    paper = opened(data, "en")
    assert paper.title is None
    assert all(sign >= " " or sign in "\t\n\r" for sign in paper.xml)
    assert len(paper.xml) <= 200_000
    assert paper.whole is (len(data) <= 200_000)
