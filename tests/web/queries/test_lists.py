"""W23: the lists: conditions narrow, headings sort, pages turn, and the workbook holds what the list does."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from lxml import html
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from tempgoods_edi.declarant.kinds import KINDS, Kind
from tempgoods_edi.web.queries.list_columns import columns, conditions, page_columns
from tempgoods_edi.web.queries.list_query import asked
from tests.web.portal import token
from tests.web.queries.filled import FORMULA, HOSTILE, Filled

pytestmark = pytest.mark.requirement("W23")


def rows(client: TestClient, address: str) -> list[str]:
    """The pre-entry numbers of a list's rows, in order."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return [str(each) for each in html.fromstring(answer.text).xpath("//tr[@data-row]/@data-row")]


def sheet(client: TestClient, address: str) -> list[list[Any]]:
    """The rows of a workbook, its heading first."""
    answer = client.get(address)
    assert answer.status_code == 200
    found: list[list[Any]] = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_every_condition_and_column_is_a_field_of_the_kind(kind: Kind) -> None:
    """Labels are the schema's; numbers, state and days can be asked for in every list; names are never said twice."""
    found = columns(kind)
    names = [column.name for column in found]
    assert len(set(names)) == len(names)
    assert {"seq_no", "customs_no", "in_house", "state", "dcl_date", "office"} <= {each.name for each in conditions(kind)}
    for column in found:
        if column.field is not None:
            assert column.label == column.field.label
    assert set(page_columns(kind)) < set(found)


def test_no_condition_gives_all_of_ours(filled: Filled, wang: TestClient) -> None:
    """Newest first, every state, nobody else's."""
    ours = [filled.saved().seq_no, filled.rejected("x"), filled.saved(ExhibitionNm="乙").seq_no]
    filled.saved(card="li")
    assert sorted(rows(wang, "/queries/exhibition")) == sorted(ours)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("title=机床", {"a"}),
        ("in_house=HX-2", {"b"}),
        ("state=rejected", {"b"}),
        ("seq_no={a}", {"a"}),
        ("customs_no=ZH2228", {"c"}),
        ("office=2228", {"a", "b", "c"}),
        ("office=2228+%E6%B2%AA%E4%BC%9A%E5%B1%95%E5%85%B3", {"a", "b", "c"}),
        ("imp_exp=E", set()),
        ("start_date_from=2027-03-10&start_date_to=20270310", {"a", "b", "c"}),
        ("start_date_from=2027-03-11", set()),
        ("title=机床&state=rejected", set()),
        ("title=%25", set()),
        ("title=_", set()),
    ],
)
def test_conditions_narrow(filled: Filled, wang: TestClient, query: str, found: set[str]) -> None:
    """Each of them, together, as typed; what looks like a pattern is a text."""
    numbers = {
        "a": filled.saved(ExhibitionNm="上海机床展", EtpsPreentNo="HX-1").seq_no,
        "b": filled.rejected("x", ExhibitionNm="车展", EtpsPreentNo="HX-2"),
        "c": filled.approved(ExhibitionNm="书展", EtpsPreentNo="SZ-1"),
    }
    assert set(rows(wang, "/queries/exhibition?" + query.format(**numbers))) == {numbers[each] for each in found}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("dcl_date_from=2027-02-30", "不是日期"),
        ("dcl_date_from=2027-02-02&dcl_date_to=2027-02-01", "起始日期晚于截止日期"),
        ("state=nix", "这个选项"),
        ("title=a%00b", "不能识别的字符"),
        ("title=" + "x" * 2000, "最多"),
    ],
)
def test_a_wrong_condition_is_told_at_its_field_and_finds_nothing(filled: Filled, wang: TestClient, query: str, said: str) -> None:
    """What was typed stays, nothing is searched, and the words stand at the field."""
    filled.saved()
    answer = wang.get(f"/queries/exhibition?{query}&in_house=ABC")
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert said in "".join(page.xpath("//*[contains(@class, 'field-error')]/text()"))
    assert page.xpath("//input[@name='in_house']/@value") == ["ABC"]
    assert not page.xpath("//tr[@data-row]")


def test_pages_turn_and_headings_sort(filled: Filled, wang: TestClient) -> None:
    """All rows once over the pages, in the order of the heading, which says so to screen readers too."""
    made = [filled.saved(ExhibitionNm=f"展 {number:02}", EtpsPreentNo=f"N{99 - number}").seq_no for number in range(45)]
    seen = [row for page in (1, 2, 3) for row in rows(wang, f"/queries/exhibition?sort=title&order=asc&page={page}")]
    assert seen == made
    assert rows(wang, "/queries/exhibition?sort=in_house&order=asc&size=50") == made[::-1]
    page = html.fromstring(wang.get("/queries/exhibition?sort=title&order=asc").text)
    assert page.xpath("//th[@aria-sort]/@aria-sort") == ["ascending"]
    assert "order=desc" in page.xpath("//a[@id='sort-title']/@href")[0]
    assert "共 45 条，第 1–20 条" in page.text_content()
    assert rows(wang, "/queries/exhibition?page=9") == []
    assert rows(wang, "/queries/exhibition?page=x&size=7&sort=nix")[:1]


def test_an_address_says_all_that_was_asked() -> None:
    """Conditions, order, size and page survive the way into an address and back; what is usual is left out."""
    from urllib.parse import parse_qsl

    kind = KINDS[0]
    assert asked(kind, {}).query() == ""
    wanted = asked(kind, {"title": "a&b=c", "start_date_from": "2027-03-01", "sort": "title", "order": "asc", "size": "50", "page": "3"})
    assert asked(kind, dict(parse_qsl(wanted.query()[1:]))) == wanted


def test_the_workbook_holds_what_the_list_does(filled: Filled, wang: TestClient) -> None:
    """All pages of it, in its order, days as days, numbers whole, codes with their names."""
    made = [filled.saved(ExhibitionNm=f"展 {number:02}").seq_no for number in range(30)]
    filled.saved(ExhibitionNm="别的")
    heading, *found = sheet(wang, "/queries/exhibition.xlsx?title=展+&sort=title&order=asc")
    assert [row[heading.index("预录入编号")] for row in found] == made
    assert found[0][heading.index("展期开始日期")] == date(2027, 3, 10)
    assert found[0][heading.index("主管海关")] == "2228 沪会展关"
    assert found[0][heading.index("货物行数")] == 1


def test_no_text_becomes_a_formula_in_the_workbook(filled: Filled, wang: TestClient) -> None:
    """Whatever a name begins with, the cell is a text, marked so that editing it leaves it one."""
    for text in (FORMULA, "+1+1", "-1", "@SUM(A1)", "\u20131", HOSTILE):
        filled.saved(ExhibitionNm=text)
    answer = wang.get("/queries/exhibition.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "<f>" not in cells
    assert "hyperlink" not in cells
    assert 'quotePrefix="1"' in styles
    heading, *found = sheet(wang, "/queries/exhibition.xlsx")
    assert FORMULA in [row[heading.index("展览会名称")] for row in found]


def test_what_somebody_typed_stays_a_text_on_every_page(filled: Filled, wang: TestClient) -> None:
    """Scripts in stored fields, in conditions and in receipts are shown, never run."""
    seq_no = filled.rejected(HOSTILE, ExhibitionNm=HOSTILE, EtpsPreentNo="<b>x</b>")
    receipt = filled.filing.history(filled.actor(), seq_no).receipts[0].id
    pages = ["/", "/queries/exhibition", f"/declarations/{seq_no}/history", f"/declarations/{seq_no}/receipts/{receipt}"]
    for address in (*pages, f"/queries/exhibition?title={HOSTILE[:20]}", f"/queries/write-off?original={HOSTILE[:30]}"):
        answer = wang.get(address)
        assert "<script>alert" not in answer.text, address
        assert "<img src=x" not in answer.text
        assert "<b>x</b>" not in answer.text
        page = html.fromstring(answer.text)
        assert not page.xpath("//img")
        assert "alert('1')" in page.text_content() or "?" in address


@pytest.mark.requirement("W24", "W25", "W26")
def test_the_buttons_lead_on_for_the_chosen_row(filled: Filled, wang: TestClient) -> None:
    """View opens it; a change begins only where it may; deletion goes to its page; without a row one is asked for."""
    approved, draft = filled.approved(), filled.saved().seq_no

    def pressed(row: str, do: str) -> Any:
        return wang.post("/queries/exhibition/open", data={"csrf": token(wang), "row": row, "do": do, "back": "/queries/exhibition?page=1"})

    assert pressed(draft, "view").headers["location"] == f"/declarations/{draft}"
    assert pressed(draft, "change").status_code == 409
    begun = pressed(approved, "change")
    assert (begun.status_code, begun.headers["location"]) == (307, f"/declarations/{approved}/change")
    assert pressed(approved, "deletion").headers["location"] == f"/declarations/{approved}/deletion"
    asked_for = pressed("", "view")
    assert asked_for.headers["location"] == "/queries/exhibition?page=1"
    assert "请先在列表中选中一条数据" in wang.get("/queries/exhibition").text
    shown = html.fromstring(wang.get("/queries/exhibition").text).xpath("//tr[@data-row]")
    offers = {row.get("data-row"): row.get("data-offers") for row in shown}
    assert offers == {approved: "view change deletion", draft: "view"}


def test_unknown_lists_are_not_there(wang: TestClient) -> None:
    """A kind that does not exist is an unknown address."""
    for address in ("/queries/nothing", "/queries/nothing.xlsx", "/queries/", "/queries/TMP101"):
        assert wang.get(address).status_code == 404
