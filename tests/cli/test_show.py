"""`show`: any message of the family as people read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempgoods_edi.cli.layout import aligned
from tempgoods_edi.visible import width
from tests.cli.conftest import FIXTURES, Line

EVERY = sorted(p.name for p in (FIXTURES / "valid").glob("*.xml"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", EVERY)
def test_every_message_can_be_shown(line: Line, name: str, lang: str) -> None:
    """Nothing in a valid message is unknown, in either language."""
    ran = line("show", FIXTURES / "valid" / name, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert "(unknown)" not in ran.out
    assert "不认识" not in ran.out


def test_codes_are_shown_with_their_names(line: Line) -> None:
    """Options, code lists and dates are told as people say them."""
    out = line("show", FIXTURES / "valid" / "tmp101-minimal.xml", "--lang", "zh").out
    assert "signed" not in out
    assert "TMP101 展览会备案\n签名正确 · 证书自称：顾念慈" in out
    for text in ("1 备案/新申报", "2228 沪会展关", "2027-03-13", "I 进境", "8479501000", "001 台", "DEU 德国"):
        assert text in out


def test_long_lists_are_cut_unless_all_is_asked_for(line: Line) -> None:
    """86 lines of goods show the first 20, and how many there are more."""
    case = FIXTURES / "cases" / "machine-tool-show" / "message.xml"
    few, every = line("show", case).out, line("show", case, "--all").out
    assert "… 66 more lines" in few
    assert "more lines" not in every
    assert len(every.splitlines()) > len(few.splitlines()) + 60


def test_an_invalid_message_is_shown_too(line: Line, tmp_path: Path) -> None:
    """What the schema does not know is shown by its tag, and the signature is not vouched for."""
    text = (FIXTURES / "valid" / "tmp101-minimal.xml").read_text("utf-8").replace("HallNm>", "HalNm>")
    path = tmp_path / "x.xml"
    path.write_text(text, "utf-8")
    ran = line("show", path)
    assert ran.code == 0
    assert "HalNm (unknown)" in ran.out
    assert "do not rely on the content" in ran.out


def test_a_zip_shows_its_attachments(line: Line) -> None:
    """The message is shown, then names and sizes of the files beside it."""
    out = line("show", FIXTURES / "cases" / "machine-tool-show" / "message.zip").out
    assert "展会批准文件.pdf (16978 bytes)" in out


def test_what_is_no_message_is_told(line: Line, tmp_path: Path) -> None:
    """Exit 2 with the reason."""
    path = tmp_path / "x.xml"
    path.write_text("<html/>")
    assert line("show", path).code == 2
    path.write_text("nothing")
    ran = line("show", path)
    assert (ran.code, "is not readable XML" in ran.err) == (2, True)


def test_columns_line_up_whatever_the_script() -> None:
    """A Chinese character counts for two columns."""
    rows = aligned([("序号", "x"), ("1", "y"), ("long text", "z")])
    assert len({width(row[: row.index(last)]) for row, last in zip(rows, "xyz", strict=True)}) == 1
