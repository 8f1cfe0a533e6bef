"""Text that is taken for a sheet of goods: bounded in width, length and time, and what is wrong with it is told shortly."""

from __future__ import annotations

import pytest

from tempgoods_edi.interchange.sheet import pasted, read_sheet
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import GroupSpec
from tempgoods_edi.values import MORE, MOST_FINDINGS
from tests.properties.pumping import STEEPEST, growth

HEADINGS = "商品编码,品名,数量,单位,单价,币制\n"


def _goods() -> GroupSpec:
    found = reader.message("TMP101").root.at("ExhibitList")
    assert isinstance(found, GroupSpec)
    return found


@pytest.mark.parametrize("unit", [",", ",\n", '"\n",', '"', '""', "a", "\t", ";", "\n", "\r", '",\n', "x,y,z\n"])
@pytest.mark.parametrize("begin", ["", HEADINGS, '"'])
def test_time_for_text_grows_with_it(unit: str, begin: str) -> None:
    """Commas, quotes, line ends without end: four times the text takes about four times as long."""
    goods = _goods()
    assert growth(lambda text: pasted(goods, text), lambda length: begin + unit * (length // len(unit))) <= STEEPEST


@pytest.mark.parametrize("text", ["," * 2_000_000, '"\n",' * 500_000, HEADINGS + "a" + "," * 5_000])
def test_a_row_without_end_is_told(text: str) -> None:
    """More columns than any sheet has, in one line or over many."""
    found = read_sheet(_goods(), "list.csv", text.encode())
    assert not found.rows
    assert any("200" in each.text.en for each in found.findings)


def test_faults_without_end_are_told_shortly() -> None:
    """Every cell of thousands of lines is wrong: the first faults, and one that says there are more."""
    found = read_sheet(_goods(), "list.csv", (HEADINGS + "x,y,z,q,w,r\n" * 5_000).encode())
    assert len(found.rows) == 5_000
    assert [found.findings[-1].rule, len(found.findings)] == [MORE.id, MOST_FINDINGS + 1]
