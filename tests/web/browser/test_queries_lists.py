"""The query pages as a declarant uses them (manual, chapter 3): without and with conditions, sorted, paged, exported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tempgoods_edi.declarant.kinds import KINDS
from tests.web.browser.filing import EXHIBIT, EXHIBITION, approved, declare, draft, saved, to_be_returned
from tests.web.conftest import PHONE, Login
from tests.web.stack import Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")
#: What only the drafts of this module are called.
NAME = "分页书展"


@pytest.fixture(scope="module")
def drafts(stack: Stack) -> Iterator[list[str]]:
    """Drafts enough for two pages."""
    with closing(stack.logged_in("wang")) as client:
        yield [
            saved(client, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": f"{NAME} {n:02}", "Head/EtpsPreentNo": f"FY-{n:02}"})
            for n in range(1, 24)
        ]


def numbers(page: Page) -> list[str]:
    """The pre-entry numbers of the rows that are shown."""
    found: list[str] = page.locator("tr[data-row]").evaluate_all("rows => rows.map((row) => row.dataset.row)")
    return found


def row(page: Page, seq_no: str) -> None:
    """Choose a row by a click on it."""
    page.locator(f"tr[data-row='{seq_no}'] td").nth(3).click()


@pytest.mark.requirement("W23")
def test_without_conditions_all_with_conditions_fewer(page: Page, login: Login, drafts: list[str]) -> None:
    """查询 with nothing typed lists all of ours; a name narrows, without a reload; the address can be kept."""
    login(page, "wang")
    page.get_by_role("link", name="展览会备案查询").first.click()
    expect(page.locator("#total")).to_contain_text("共")
    page.get_by_label("展览会名称").fill(f"{NAME} 07")
    page.evaluate("window.notReloaded = true")
    page.locator("#query-button").click()
    expect(page.locator("#total")).to_contain_text("共 1 条")
    assert numbers(page) == [drafts[6]]
    assert page.evaluate("window.notReloaded")
    page.reload()
    expect(page.get_by_label("展览会名称")).to_have_value(f"{NAME} 07")
    assert numbers(page) == [drafts[6]]
    page.locator("#clear-button").click()
    expect(page.get_by_label("展览会名称")).to_have_value("")


@pytest.mark.requirement("W23")
def test_headings_sort_and_pages_turn(page: Page, login: Login, drafts: list[str]) -> None:
    """A heading sorts, again the other way round; pages hold twenty rows, and together all of them once."""
    login(page, "wang")
    page.goto(f"/queries/exhibition?title={NAME}")
    page.locator("#sort-title").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("展览会名称")
    first = numbers(page)
    assert first == drafts[:20]
    page.locator("#page-next").click()
    expect(page.locator("#total")).to_contain_text("第 21–23 条")
    assert numbers(page) == drafts[20:]
    page.locator("#sort-title").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("展览会名称")
    assert numbers(page)[0] == drafts[-1]
    page.locator("#size").select_option("50")
    page.get_by_role("button", name="应用").click()
    expect(page.locator("tr[data-row]")).to_have_count(23)


@pytest.mark.requirement("W23")
def test_wrong_conditions_are_told_at_their_fields(page: Page, login: Login) -> None:
    """A span of days that ends before it begins: red words at the field, nothing typed is lost."""
    login(page, "wang")
    page.goto("/queries/exhibition")
    page.locator("#dcl_date_from").fill("2027-03-02")
    page.locator("#dcl_date_to").fill("2027-03-01")
    page.get_by_label("企业内部编号").fill("ABC")
    page.locator("#query-button").click()
    expect(page.locator("#dcl_date_to-wrong")).to_have_text("起始日期晚于截止日期")
    expect(page.get_by_label("企业内部编号")).to_have_value("ABC")


@pytest.mark.requirement("W23")
def test_what_was_found_goes_to_excel(page: Page, login: Login, drafts: list[str]) -> None:
    """导出 Excel holds all pages of what was found, under a Chinese name."""
    login(page, "wang")
    page.goto(f"/queries/exhibition?title={NAME}")
    with page.expect_download() as downloading:
        page.locator("#export-button").click()
    file = downloading.value
    assert file.suggested_filename.startswith("展览会备案查询")
    heading, *rows = CalamineWorkbook.from_path(str(file.path())).get_sheet_by_index(0).to_python()
    assert sorted(each[heading.index("预录入编号")] for each in rows) == sorted(drafts)


@pytest.mark.requirement("W24")
def test_view_and_edit_opens_the_chosen_row(page: Page, login: Login, stack: Stack) -> None:
    """选中一条数据, 查看明细/修改: a draft can be changed there; an approved one is read-only, with 变更 and 备案删除."""
    login(page, "wang")
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": "选中书展"}, [EXHIBIT])
    page.goto(f"/queries/exhibition?seq_no={seq_no}")
    expect(page.locator("#view-button")).to_be_disabled()
    row(page, seq_no)
    expect(page.locator("#change-button")).to_be_disabled()
    page.locator("#view-button").click()
    page.wait_for_url(re.compile(f"/declarations/{seq_no}$"))
    expect(page.locator("#save-button")).to_be_enabled()
    declare(page, stack, seq_no)
    page.goto(f"/queries/exhibition?seq_no={seq_no}")
    page.locator(f"#row-{seq_no}").check()
    expect(page.locator("#change-button")).to_be_enabled()
    page.locator("#view-button").click()
    expect(page.locator("#save-button")).to_be_disabled()


@pytest.mark.requirement("W25", "W26")
def test_change_and_deletion_begin_in_the_list(page: Page, login: Login, stack: Stack) -> None:
    """变更 on the chosen approved row opens the change; 备案删除 asks why."""
    login(page, "wang")
    seq_no, _ = approved(page, stack, {**EXHIBITION, "Head/ExhibitionNm": "变更书展"})
    page.goto(f"/queries/exhibition?seq_no={seq_no}")
    row(page, seq_no)
    page.locator("#deletion-button").click()
    page.wait_for_url(re.compile(f"/declarations/{seq_no}/deletion$"))
    page.goto(f"/queries/exhibition?seq_no={seq_no}")
    row(page, seq_no)
    page.locator("#change-button").click()
    page.wait_for_url(re.compile(f"/declarations/{seq_no}$"))
    expect(page.locator("#save-button")).to_be_enabled()


@pytest.mark.requirement("W23", "W24")
def test_states_in_a_list_follow_customs(page: Page, login: Login, stack: Stack) -> None:
    """The list shows the new state, and lights the buttons for it, without anybody reloading it."""
    login(page, "wang")
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": "跟随书展"}, [EXHIBIT])
    to_be_returned(stack, seq_no, "Head/EndDate", "展期与批件不符")
    other = page.context.new_page()
    page.goto(f"/queries/exhibition?seq_no={seq_no}")
    row(page, seq_no)
    declare(other, stack, seq_no, "审核不通过")
    expect(page.locator(f"[data-state-of='{seq_no}']")).to_have_text("审核不通过", timeout=10_000)
    expect(page.locator(f"#row-{seq_no}")).to_be_checked()


@pytest.mark.requirement("W23")
def test_lists_work_without_scripts(plain_page: Page, login: Login, stack: Stack, drafts: list[str]) -> None:
    """Conditions, headings, pages and the buttons for the chosen row, all without JavaScript."""
    login(plain_page, "wang")
    plain_page.goto("/queries/exhibition")
    plain_page.get_by_label("展览会名称").fill(NAME)
    plain_page.locator("#query-button").click()
    expect(plain_page.locator("#total")).to_contain_text("共 23 条")
    plain_page.locator("#sort-title").click()
    plain_page.locator("#page-next").click()
    assert numbers(plain_page) == drafts[20:]
    plain_page.locator("#view-button").click()
    expect(plain_page.locator("#flash")).to_contain_text("请先在列表中选中一条数据")
    plain_page.locator(f"#row-{drafts[21]}").check()
    plain_page.locator("#view-button").click()
    plain_page.wait_for_url(re.compile(f"/declarations/{drafts[21]}$"))


@pytest.mark.requirement("W23")
@pytest.mark.parametrize("slug", [*(kind.slug for kind in KINDS), "write-off"])
def test_no_list_is_wider_than_a_phone(page: Page, login: Login, drafts: list[str], slug: str) -> None:
    """At 390 pixels nothing has to be scrolled sideways."""
    page.set_viewport_size(PHONE)
    login(page, "wang")
    page.goto(f"/queries/{slug}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
