"""The pages: complete, well-formed Markdown, the same as in the docs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tempgoods_edi.codelists import code_list, names
from tempgoods_edi.explain import code_pages, docs, field_tables, markdown, readable, topics
from tempgoods_edi.fidelity import ledger
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import LANGS, Bilingual


def test_every_field_is_in_the_table_of_its_message() -> None:
    """Path, label and source of each field, in both languages."""
    for spec in reader.messages():
        page = field_tables.message_page(spec, LANGS)
        for path, field in spec.root.fields():
            row = next(line for line in page.splitlines() if line.startswith(f"| `{path}` |"))
            assert field.label.zh in row
            assert field.label.en.replace("|", "\\|") in row
            assert field.source.clause in row


def test_fields_are_found_by_tag_path_and_message() -> None:
    """However people name a field, they get it; another message's namesake too."""
    for spec in reader.messages():
        for row in field_tables.fields(spec):
            for name in (row.node.tag, row.path, row.path.replace("[]", "[7]"), f"{spec.code}/{row.path}".lower()):
                assert (spec.code, row) in [(holder.names[0], r) for holder, r in field_tables.fields_called(name)]


@pytest.mark.parametrize("lang", LANGS)
def test_when_a_field_is_needed_is_said_in_words(lang: str) -> None:
    """A field of each kind: always, to declare, optional, filled by the system."""
    head = reader.message("TMP101").root.at("Head")
    assert not isinstance(head, FieldSpec)
    assert head is not None
    told = {child.tag: field_tables.need(child).in_("zh" if lang == "zh" else "en") for child in head.children}
    words = {
        "zh": ("必填，系统填写", "申报必填", "选填"),
        "en": ("always, by the system", "to declare", "optional"),
    }[lang]
    assert (told["DclTypeCd"], told["EndDate"], told["HallAddr"]) == words


def test_every_code_list_says_how_old_it_is() -> None:
    """Title, vintage, number of codes and source of each list."""
    page = code_pages.lists_page(LANGS)
    for name in names():
        codes = code_list(name)
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        for text in (codes.title.zh, str(codes.vintage), str(len(codes)), codes.source.clause):
            assert text in row


def test_every_code_list_is_used_by_a_field_or_the_rules() -> None:
    """The page of a list names the fields that take its codes."""
    assert "TMP101 ExhibitList[]/DclUnitCd" in code_pages.uses("units")


def test_every_state_is_on_the_page_of_the_life_cycle() -> None:
    """In both languages."""
    page = topics.explained(["lifecycle"], LANGS)
    assert page is not None
    for state in State:
        assert state.label.zh in page
        assert state.label.en in page


def test_every_behaviour_of_the_ledger_is_shown_with_what_it_rests_on() -> None:
    """The fidelity page has a row for each, and each id a page."""
    page = topics.explained(["fidelity"], LANGS)
    assert page is not None
    for behaviour in ledger():
        row = next(line for line in page.splitlines() if line.startswith(f"| {behaviour.id} |"))
        assert behaviour.source.clause.replace("|", "\\|") in row
        assert behaviour.source.basis.value in row
        assert behaviour.id in (topics.explained([behaviour.id], ("zh",)) or "")


def test_a_page_of_one_language_says_in_it_what_a_field_rests_on() -> None:
    """The basis is a word of that language; the clause stays as it is cited."""
    assert "来源: 法规: 令233号" in (topics.explained(["Head/EndDate"], ("zh",)) or "")
    assert "source: regulation: 令233号" in (topics.explained(["Head/EndDate"], ("en",)) or "")


def test_tables_survive_any_text() -> None:
    """A bar or a line break in a cell does not break the row."""
    text = markdown.table((Bilingual("甲", "a"),), [["x|y\nz"]], ("en",))
    assert text.splitlines() == ["| a |", "|---|", "| x\\|y z |"]


@pytest.mark.parametrize("name", [path.name for path, _ in docs.generated()])
def test_every_table_row_has_the_cells_of_its_header(name: str) -> None:
    """No page has a broken table."""
    text = next(text for path, text in docs.generated() if path.name == name)
    width = 0
    for line in text.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = line.replace("\\|", "").count("|")
        width = width or cells
        assert cells == width, line


def test_the_docs_are_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    """`docs/reference` is up to date."""
    assert docs.main(["--check"]) == 0, capsys.readouterr().out


def test_pages_are_the_same_each_time() -> None:
    """Nothing in them depends on the moment."""
    assert list(docs.generated()) == list(docs.generated())


def test_stale_docs_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` names each page that is out of date and changes none."""
    monkeypatch.setattr(docs, "REFERENCE", tmp_path)
    assert docs.main(["--check"]) == 1
    assert "out of date: errors.md" in capsys.readouterr().out
    assert docs.main([]) == 0
    assert docs.main(["--check"]) == 0


def test_a_value_is_shown_with_its_meaning() -> None:
    """Options and codes with their names, dates with dashes, anything else as it is."""

    def shown(path: str, text: str) -> str:
        field = reader.message("TMP101").root.at(path)
        assert isinstance(field, FieldSpec)
        return readable.meaning(field, text, "en")

    check: Callable[[str, str], str] = shown
    assert check("Head/EndDate", "20270313") == "2027-03-13"
    assert check("Head/EndDate", "soon") == "soon"
    assert check("Head/ImpExpMarkCd", "I") == "I inward"
    assert check("ExhibitList/DclUnitCd", "035") == "035 kilogram"
    assert check("ExhibitList/DclUnitCd", "999") == "999"
    assert check("Head/ExhibitionNm", "展") == "展"
