"""Set-up files: all that is wrong is said at once, with file, line, table and what was meant; nothing is raised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2018.faults import problems as fault_problems
from h2018.setup_files import problems, tables
from h2018.setup_files.table_reading import TableReading
from h2018.steering import problems as steering_problems
from tempgoods_edi.values import MORE, MOST_FINDINGS

TEXT = """
[[thing]]
name = "first"   # a comment
colour = "gren"
count = 3

[[ thing ]]
name = "first"
colur = "red"
"""


def read(reading: TableReading) -> object:
    """A table with a name, a colour and a count of at most two."""
    reading.text("name")
    reading.choice("colour", ["red", "green"])
    reading.whole("count", 0, 2)
    reading.finish()
    return reading


def test_every_problem_is_told_with_its_place() -> None:
    """Unknown value, value out of bounds, name given twice, unknown key: each names file, line, number and name."""
    found = tables.from_toml(TEXT, "thing", "things.toml")
    _, findings = tables.read_all(found, read)
    first, second = (reading.findings for reading in found.tables)
    assert findings == (*first, *second)
    assert [(each.rule, each.path, each.line) for each in findings] == [
        ("TG-SIM-007", "thing[1]/colour", 2),
        ("TG-SIM-006", "thing[1]/count", 2),
        ("TG-SIM-004", "thing[2]/colur", 7),
        ("TG-SIM-008", "thing[2]/name", 7),
    ]
    assert first[0].text.en == (
        "things.toml, line 2, thing 1 “first”: colour is “gren”, which is not known, did you mean green?"
    )
    assert first[0].text.zh == "things.toml第2行 第1个thing“first”：colour 的值“gren”未知，是否为 green？"
    assert "did you mean colour" in second[0].text.en


def test_an_unreadable_file_is_one_finding() -> None:
    """What is no TOML, or no JSON, says where it breaks."""
    for found in (tables.from_toml("[[thing]\n", "thing", "x.toml"), tables.from_json("{", "thing", "x.json")):
        assert [each.rule for each in found.findings] == ["TG-SIM-001"]
        assert "line 1" in found.findings[0].text.en


def test_a_file_of_something_else_is_told() -> None:
    """A list that is no list of tables, and a table of another name."""
    assert [each.rule for each in tables.from_toml("thing = 3", "thing", "x").findings] == ["TG-SIM-002"]
    assert [each.rule for each in tables.from_json("[]", "thing", "x").findings] == ["TG-SIM-002"]
    other = tables.from_toml('[[thong]]\nname="a"', "thing", "x").findings
    assert [each.rule for each in other] == ["TG-SIM-003"]
    assert "did you mean thing" in other[0].text.en


@given(st.text(max_size=200))
def test_no_text_is_too_bad_to_read(text: str) -> None:
    """Reading never raises, whatever the file holds."""
    for found in (tables.from_toml(text, "thing", "x"), tables.from_json(text, "thing", "x")):
        for reading in found.tables:
            read(reading)


any_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(any_value)
def test_every_look_at_any_value_gives_its_type_or_a_finding(value: object) -> None:
    """A value that is there is either given back in its type, or noted."""
    looks = (
        TableReading.text, TableReading.switch, TableReading.duration, TableReading.instant, TableReading.table,
    )  # fmt: skip
    for look in looks:
        (reading,) = tables.from_data({"thing": [{"key": value}]}, "thing", "x").tables
        given_back = look(reading, "key")
        assert (given_back is None) is (value is None or bool(reading.findings))


def test_problem_ids_are_unique_and_in_both_languages() -> None:
    """No id is used twice, and each problem has its texts."""
    listed = (*problems.PROBLEMS, *steering_problems.PROBLEMS, *fault_problems.PROBLEMS)
    assert len({each.id for each in listed}) == len(listed)
    for each in listed:
        assert each.text.zh
        assert each.text.en
        assert each.text.zh != each.text.en
        assert each.fix.zh
        assert each.fix.en


@pytest.mark.parametrize("table", ["{}", '{"name": "a", "x1": 1, "x2": 1}', '{"colour": 3, "count": 99}'])
def test_tables_without_end_are_told_shortly(table: str) -> None:
    """Ever more tables with faults: the first ones, and one finding that says there are more."""
    found = tables.from_json('{"thing": [' + ",".join([table] * 20_000) + "]}", "thing", "things.json")
    made, findings = tables.read_all(found, lambda reading: read(reading) if reading.required("name") else None)
    assert findings[-1].rule == MORE.id
    assert len(findings) == MOST_FINDINGS + 1
    assert len(made) < 20_000


def test_keys_without_end_are_told_shortly() -> None:
    """The same for keys that nobody knows, of a table and beside the tables."""
    many = ",".join(f'"k{number}": 1' for number in range(100_000))
    for text in (f'{{"thing": [{{"name": "a", {many}}}]}}', f"{{{many}}}"):
        _, findings = tables.read_all(tables.from_json(text, "thing", "things.json"), read)
        assert len(findings) == MOST_FINDINGS + 1


@pytest.mark.parametrize(
    "text", ["thing" + ".a" * 40_000 + " = 1", "thing = " + "[" * 9000, "thing = " + "9" * 9000, "a" * 300_000, "thing = 1\n\\"]
)
def test_toml_beyond_a_bound_is_told(text: str) -> None:
    """Long keys, depth, numbers, size: one finding, in both languages, with nothing of our machinery in it."""
    (finding,) = tables.from_toml(text, "thing", "things.toml").findings
    assert finding.rule in ("TG-SIM-001", "TG-SIM-002")
    assert "sys." not in finding.text.en
    assert len(finding.text.en) < 1000
