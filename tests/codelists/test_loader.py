"""The code tables are whole, dated and quick to ask."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from tempgoods_edi import codelists
from tempgoods_edi.codelists import CodeList, code_list, names, tariff
from tempgoods_edi.codelists.loader import _Table

DATA = Path(codelists.__file__).parent / "data"
ALL = pytest.mark.parametrize("name", names())


def test_every_table_is_described_and_every_description_has_a_table() -> None:
    """lists.json and the CSV files name the same lists, once each."""
    assert sorted(names()) == sorted(path.stem for path in DATA.glob("*.csv"))


@ALL
def test_a_list_says_what_it_is(name: str) -> None:
    """Each list has a title in both languages, a date in the past and a source clause."""
    listed = code_list(name)
    assert listed.name == name
    assert listed.title.zh
    assert listed.title.en
    assert date(2018, 1, 1) <= listed.vintage <= date(2027, 1, 1)
    assert listed.source.clause


@ALL
def test_rows_read_as_a_csv_reader_reads_them(name: str) -> None:
    """Looking a code up gives the same cells as reading the whole file as CSV, quoted commas included."""
    listed = code_list(name)
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert listed.codes() == tuple(row["code"] for row in rows)
    assert len(listed) == len({row["code"] for row in rows})
    for row in rows:
        found = listed.get(row["code"])
        assert found is not None
        english = {"name_en": found.name.en} if "name_en" in row else {}
        assert {"code": found.code, "name": found.name.zh, **english, **found.extra} == row


@ALL
def test_a_table_answers_alike_searched_and_taken_to_pieces(name: str) -> None:
    """What the bytes are searched for is what the lines by code say, for codes and for what only resembles one."""
    data = (DATA / f"{name}.csv").read_bytes()
    pieces = _Table(data)
    first, last = (list(pieces.lines)[at] for at in (0, -1))
    for code in (first, last, first[:-1], last[1:], f"{first},", f"\n{last}", "code", "", "中", "no such"):
        searched = _Table(data)
        assert searched.line(code) == pieces.lines.get(code)
        for codes in ([code], [None, first, code], [*pieces.lines, code]):
            assert _Table(data).has_all(codes) is (code in pieces.lines)
    assert [pieces.line(code) for code in pieces.lines] == list(pieces.lines.values())


@ALL
def test_every_code_has_the_form_and_a_chinese_name(name: str) -> None:
    """Every code matches the form its list states, every row is named, and no cell is padded."""
    listed = code_list(name)
    assert [code for code in listed.codes() if not re.fullmatch(listed.form, code)] == []
    rows = [listed.get(code) for code in listed.codes()]
    assert all(row and row.name.zh and row.name.zh.strip() == row.name.zh for row in rows)


@pytest.mark.parametrize(
    "name", ["units", "currencies", "countries", "attachment_types", "temp_goods_categories", "transport_modes"]
)
def test_the_lists_declarants_choose_from_have_english_names(name: str) -> None:
    """No row of a choosable list lacks its English name, and no two codes share one."""
    english = [row.name.en for code in code_list(name).codes() if (row := code_list(name).get(code))]
    assert all(english)
    assert len(set(english)) == len(english)


def test_a_list_without_english_shows_the_chinese_name() -> None:
    """Offices have no English names; both languages then show the Chinese one."""
    office = code_list("customs_offices").get("2228")
    assert office is not None
    assert (office.name.en, office.name.in_("en"), office.name.bilingual().en) == (None, "沪会展关", "沪会展关")


def test_an_office_says_its_level_and_parent() -> None:
    """The extra columns of an office carry its place in the hierarchy, and every parent exists."""
    offices = code_list("customs_offices")
    office = offices.get("2228")
    assert office is not None
    assert office.extra == {"level": "office", "parent": "2200"}
    parents = {row.extra["parent"] for code in offices.codes() if (row := offices.get(code))}
    assert parents - {""} <= set(offices.codes())


def test_an_unknown_code_is_none_and_not_in_the_list() -> None:
    """A code outside the table is told apart without an exception."""
    assert code_list("units").get("999") is None
    assert "999" not in code_list("units")
    assert tariff("0000000000") is None


def test_only_the_categories_of_the_regulation_are_closed() -> None:
    """Tables that customs re-issue are open; the thirteen categories of the decree are closed."""
    assert [name for name in names() if code_list(name).closed] == ["temp_goods_categories"]
    assert code_list("temp_goods_categories").codes() == tuple(str(n) for n in range(1, 14))


def test_there_is_no_list_of_that_name() -> None:
    """Asking for a list that does not exist is a mistake of the program."""
    with pytest.raises(KeyError):
        code_list("colours")


def test_the_tariff_names_both_legal_units() -> None:
    """A tariff line gives its units, None for a missing second one, and a name with commas or quotes whole."""
    horse = tariff("0101210010")
    assert horse is not None
    assert (horse.name, horse.first_unit, horse.second_unit) == ("改良种用濒危野马", "035", "009")
    card = tariff("8523521000")
    assert card is not None
    assert (card.name, card.first_unit, card.second_unit) == ('未录制的"智能卡"', "007", "035")
    gizzard = tariff("0504002100")
    assert gizzard is not None
    assert (gizzard.name, gizzard.second_unit) == ("冷,冻的鸡胗", None)


def test_every_legal_unit_is_a_unit() -> None:
    """The tariff's units are codes of the list of units; every line has at least the first."""
    lines = [line for code in code_list("hs_codes").codes() if (line := tariff(code))]
    assert {line.first_unit for line in lines} <= set(code_list("units").codes())
    assert {line.second_unit for line in lines} - {None} <= set(code_list("units").codes())


def found(listed: CodeList, text: str, limit: int = 20) -> list[str]:
    """The codes a search finds."""
    return [row.code for row in listed.search(text, limit)]


def test_a_search_finds_codes_by_their_beginning_first() -> None:
    """Codes that begin with the text come before names that hold it."""
    assert found(code_list("customs_offices"), "222", 3) == ["2220", "2221", "2222"]
    assert found(code_list("countries"), "che", 1) == ["CHE"]
    assert "CZE" not in found(code_list("countries"), "che", 1)


def test_a_search_finds_names_in_both_languages() -> None:
    """A part of the Chinese or of the English name finds the row, whatever the case."""
    assert "035" in found(code_list("units"), "千克")
    assert "035" in found(code_list("units"), "KILOGRAM")
    assert found(code_list("hs_codes"), '"智能卡"') == ["8523521000"]
    assert "0504002100" in found(code_list("hs_codes"), "冷,冻")


@pytest.mark.parametrize(("text", "limit", "count"), [("", 20, 0), ("  ", 20, 0), ("机", 7, 7), ("机", 0, 0)])
def test_a_search_never_gives_more_than_asked_for(text: str, limit: int, count: int) -> None:
    """The limit holds; an empty text finds nothing."""
    assert len(code_list("hs_codes").search(text, limit)) == count


def test_a_search_looks_at_names_only() -> None:
    """A text that stands only in the extra columns finds nothing."""
    assert found(code_list("temp_goods_categories"), "recalled") == []


def test_a_list_is_loaded_once() -> None:
    """Asking again gives the very same list."""
    assert code_list("units") is code_list("units")
