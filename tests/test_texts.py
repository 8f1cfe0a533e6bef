"""Text that people made is read in whatever Windows saved it, or refused by name; it is never guessed."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.texts import NotText, decoded, read_text

CHINESE = "口令,展会名称,上海国际机床展览会（2027）\r\n金额：12.50 元；单位：台\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gbk", "gb18030"])
def test_what_windows_saves_is_read_as_what_it_is(encoding: str) -> None:
    """Each encoding that Notepad and Excel offer gives the same text."""
    assert decoded(CHINESE.encode(encoding)) == CHINESE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark_where_letters_show_it(encoding: str) -> None:
    """The zeros of ASCII letters tell which way round it is."""
    assert decoded("secret-2027".encode(encoding)) == "secret-2027"


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_utf_8_is_always_itself(text: str) -> None:
    """No text in UTF-8 is taken for anything else, nor with a mark before it."""
    assert decoded(text.encode()) == text
    assert decoded(text.encode("utf-8-sig")) == text


@pytest.mark.parametrize(
    "data",
    [
        "Müller & Söhne, Besançon, Málaga".encode("latin-1"),
        "Выставка станков".encode("cp1251"),
        "展示会の承認文書、東京".encode("shift_jis"),
        b"\xff\xff\xff",
        "口令".encode("utf-16-le") + b"\0",
    ],
    ids=["western", "cyrillic", "japanese", "no text", "half a character"],
)
def test_what_could_be_read_in_two_ways_is_told_by_name(data: bytes) -> None:
    """A wrong guess would be a wrong name on a declaration; the error names the file and the remedy."""
    with pytest.raises(NotText) as told:
        decoded(data, "口令.txt")
    for text in (told.value.text.zh, told.value.text.en):
        assert "口令.txt" in text
        assert "UTF-8" in text


@given(data=st.binary(max_size=300))
def test_no_bytes_make_it_raise_anything_else(data: bytes) -> None:
    """Text, or `NotText`."""
    with contextlib.suppress(NotText):
        assert isinstance(decoded(data), str)


def test_a_file_is_read_no_further_than_its_limit(tmp_path: Path) -> None:
    """A device without end is as good as a large file."""
    (tmp_path / "large.txt").write_bytes(b"x" * 11)
    with pytest.raises(NotText, match=r"large\.txt"):
        read_text(tmp_path / "large.txt", 10)
    assert read_text(tmp_path / "large.txt", 11) == "x" * 11
