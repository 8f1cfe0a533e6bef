"""`explain`: every id and every field has its page; who mistypes is helped."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Line


def test_an_id_is_explained_in_the_language_asked_for(line: Line) -> None:
    """Text, fix, place and source of a rule."""
    ran = line("explain", "tg-exh-001")
    assert ran.code == 0
    assert ran.out.startswith("# TG-EXH-001\n\nThe show ends on {value}")
    assert "TMP101 `Head/EndDate` (Last day of the show)" in ran.out
    assert "展期结束日期 {value} 早于开始日期 {start}" in line("explain", "TG-EXH-001", "--lang", "zh").out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((), "tempgoods-edi explain lifecycle"),
        (("TMP101",), "`ExhibitList[]/DclQty`"),
        (("TmpExhibitionMessage",), "`ExhibitList[]/DclQty`"),
        (("EndDate",), "`Head/EndDate`"),
        (("Head/EndDate",), "`Head/EndDate`"),
        (("ExhibitList[3]/DclQty",), "`ExhibitList[]/DclQty`"),
        (("TMP101/Head/EndDate",), "`Head/EndDate`"),
        (("message_id",), "`EnvelopInfo/message_id`"),
        (("envelope",), "`DelcareFlag`"),
        (("codes",), "`units`"),
        (("codes", "units"), "| 035 | kilogram |"),
        (("codes", "units", "035"), "| 035 | kilogram |"),
        (("codes", "customs_offices", "上海海关"), "2200"),
        (("codes", "hs_codes", "8457101000"), "8457101000"),
        (("lifecycle",), "stateDiagram-v2"),
        (("rules",), "TG-EXH-001"),
        (("errors",), "TG-XML-001"),
        (("fidelity",), "assumed"),
        (("TG-CUS-001",), "simulated customs"),
    ],
)
def test_what_can_be_explained_is(line: Line, words: tuple[str, ...], text: str) -> None:
    """Topics, messages, fields by tag or address, code lists, ids."""
    for lang in ("en", "zh"):
        ran = line("explain", *words, "--lang", lang)
        assert (ran.code, ran.err) == (0, "")
        if lang == "en":
            assert text in ran.out


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("TG-EHX-001",), "TG-EXH-001"),
        (("EndDat",), "EndDate"),
        (("TMP11",), "TMP111"),
        (("codes", "unit"), "codes units"),
        (("lifecicle",), "lifecycle"),
    ],
)
def test_a_slip_is_answered_with_what_comes_nearest(line: Line, words: tuple[str, ...], near: str) -> None:
    """Exit 2, and the right name among the suggestions."""
    ran = line("explain", *words)
    assert (ran.code, ran.out) == (2, "")
    assert near in ran.err


def test_what_is_near_nothing_leads_to_the_list(line: Line) -> None:
    """A word that resembles nothing is answered with the way to what there is."""
    ran = line("explain", "qqqqqqqq")
    assert (ran.code, "lists what there is" in ran.err) == (2, True)
