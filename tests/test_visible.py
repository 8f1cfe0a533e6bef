"""What is shown is what is there: nothing invisible, nothing that turns or obeys, at every place that shows values."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tempgoods_edi.declarant.printing import _seen
from tempgoods_edi.desk import Checked, Policy, check
from tempgoods_edi.interchange.sheet_grid import Cell
from tempgoods_edi.interchange.sheet_values import read_cell
from tempgoods_edi.pages.visible_page import visible_page
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.testing import sample
from tempgoods_edi.values import Verdict
from tempgoods_edi.visible import holds_strange, named, strange, visible

TOP = Path(__file__).parents[1]
#: One of each kind that has fooled somebody: turned text, hidden letters, controls, escape sequences, fillers, lost bytes.
SIGNS = ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u009b", "\u0085", "\u3164", "\u2800", "\ufffd",
         "\ufe0f", "\U000e0041", "\ue000", "\u2028", "\u034f"]  # fmt: skip
ODD = st.one_of(st.characters(), st.sampled_from(SIGNS), st.sampled_from("\x1b\x07\x00\n\t"))


@given(st.text(ODD))
@example("\x1b]0;title\x07\x1b[2J")
def test_nothing_invisible_is_left(text: str) -> None:
    """No control, format character, separator of lines, private letter or half of a pair stays; the rest stays as it is."""
    shown = visible(text)
    assert not {unicodedata.category(sign) for sign in shown} & {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
    assert strange(shown) is None
    rest = [sign for sign in text if visible(sign) == sign]
    assert re.sub(r"\[U\+[0-9A-F]{4,6}\]", "", shown) == re.sub(r"\[U\+[0-9A-F]{4,6}\]", "", "".join(rest))


@given(st.text(st.characters(codec="utf-8")))
def test_a_whole_message_is_looked_through_as_its_texts_are(text: str) -> None:
    """The quick look at bytes finds one exactly where the slow look at the text does."""
    assert holds_strange(text.encode()) == (strange(text) is not None)


def test_every_format_character_of_unicode_is_shown() -> None:
    """None of the code points that Unicode calls control, format, separator of lines or private is forgotten."""
    for point in range(0x110000):
        if unicodedata.category(chr(point)) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co"):
            assert visible(chr(point)) == named(chr(point)), hex(point)


def test_ordinary_chinese_is_left_alone() -> None:
    """Full-width blanks and punctuation, rare characters and line breaks where they may be: unchanged."""
    text = "上海　浦东（2027）：“数控机床”—𠮷，100 %\n第二行"
    assert visible(text, "\n") == text
    assert strange(text) is None


@given(st.text(ODD))
def test_a_page_shows_it_and_sends_back_what_it_was(text: str) -> None:
    """Between tags it is made visible; attributes and the text of fields, which are sent back, keep every character."""
    plain = text.replace("<", "").replace(">", "").replace('"', "")
    page = visible_page(f'<p title="{plain}">{plain}</p><textarea>{plain}</textarea>')
    shown = visible(plain, "\t\n\r")
    assert page == f'<p title="{plain}">{shown}</p><textarea>{plain}</textarea>'


def test_every_page_goes_through_it() -> None:
    """No template is rendered but where all of them are: portal, card control and officers' console do not by themselves."""
    for folder in ("tempgoods_edi/web", "tempgoods_edi/card", "simulator/h2018/console"):
        texts = {path: path.read_text("utf-8") for path in (TOP / folder).rglob("*.py")}
        assert any("Templates(" in text for text in texts.values())
        assert [path for path, text in texts.items() if "jinja2" in text or "get_template" in text] == []
    rendering = (TOP / "tempgoods_edi/pages/templates.py").read_text("utf-8")
    assert [line.strip().partition("(")[0] for line in rendering.splitlines() if ".render(" in line] == ["return visible_page"]


def test_a_sheet_of_paper_shows_it() -> None:
    """Every text of a print-out, however deep."""
    assert _seen({"a": [["x\u202ey", 1], {"b": "\u200b\n"}], "c": None}) == {
        "a": [["x[U+202E]y", 1], {"b": "[U+200B]\n"}], "c": None,
    }  # fmt: skip


def _with(value: str) -> Checked:
    made = sample.sample("TMP101")
    assert made.message is not None
    text, _ = sample.signed_sample("TMP101")
    name = made.message.document.head.exhibition_nm
    from tempgoods_edi.signing import object_parts, sign_object, verify

    read_ = verify(text, sample.policy().signature, sample.trust(), sample.policy().now)
    parts = object_parts(read_.signed or b"")
    assert parts is not None
    tag = "<ExhibitionNm>{}</ExhibitionNm>"
    inner = parts[1].replace(tag.format(name).encode(), tag.format(value).encode())
    assert inner != parts[1]
    message = sign_object("M001", inner, sample.signer(), sample.policy().signature)
    return check(message, made.facts, sample.policy())


@pytest.mark.parametrize("sign", SIGNS, ids=named)
def test_a_value_that_has_one_is_told_at_its_field(sign: str) -> None:
    """A warning with field, place and code point, wherever in the value it stands; the message stays what it was."""
    for value, place in ((f"{sign}上海展", 1), (f"上海{sign}展", 3), (f"上海展{sign}", 4)):
        found = [each for each in _with(value).findings if each.rule == "TG-XML-042"]
        assert [(each.path, each.is_error) for each in found] == [("Head/ExhibitionNm", False)]
        assert f"character {place} " in found[0].text.en
        assert named(sign) in found[0].text.zh


def test_at_the_edges_of_a_cell_it_is_told_before_it_is_trimmed() -> None:
    """A no-break or zero-width character that trimming takes away is told all the same."""
    root = reader.message("TMP131").root
    rows = next(each for each in root.children if isinstance(each, GroupSpec) and each.tag == "Goods")
    field = next(each for each in rows.children if isinstance(each, FieldSpec) and each.tag == "GdsNm")
    for text in ("\ufeff数控机床", "数控机床\u200b", "\x85数控机床", "数控机床\u2028"):
        _, findings = read_cell(field, Cell(text), "Goods[1]/GdsNm")
        assert "TG-XML-042" in [each.rule for each in findings], repr(text)


def test_xml_1_1_is_told() -> None:
    """A declaration of version 1.1, under which others read other characters, is a warning; 1.0 is none."""
    data, made = sample.signed_sample("TMP101")
    for version, expected in (("1.1", ["TG-XML-043"]), ("1.0", [])):
        checked = check(f'<?xml version="{version}" encoding="UTF-8"?>'.encode() + data, made.facts, sample.policy())
        assert [each.rule for each in checked.findings] == expected
        assert checked.verdict is Verdict.VALID


def test_a_finding_about_bytes_does_not_raise() -> None:
    """Whatever bytes: the look for such characters never ends a check."""
    policy = Policy(now=datetime(2027, 1, 1, tzinfo=UTC))
    for data in (b"\xff\xfe\x00", "\u202e".encode(), b"<?xml version='1.1'?>"):
        assert check(data, Facts(today=policy.now.date()), policy).verdict is Verdict.INVALID
