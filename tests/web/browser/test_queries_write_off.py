"""核注情况查询 (manual 3.5): by the original or the return entry, for those whom it concerns; else no data and no hint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.web.conftest import Login
from tests.web.stack import Stack

pytestmark = [pytest.mark.needs("chromium", "chinese-font", "playwright"), pytest.mark.requirement("W27")]

#: The demonstration's entry of goods for a fair, and the one that some of them went back with.
ENTRY, RETURN = "222520271147491038", "222520270213647924"
#: An entry of somebody else's, and one of nobody's.
FOREIGN, NOBODYS = "790120261159743191", "222520271147491099"


@pytest.fixture
def no_gateway(stack: Stack) -> Iterator[None]:
    """Customs cannot be asked for the time of a test."""
    stack.stop("gateway")
    yield
    stack.start("gateway")


def ask(page: Page, label: str, number: str) -> None:
    """Type a number and press 查询."""
    page.goto("/queries/write-off")
    page.get_by_label(label).fill(number)
    page.locator("#query-button").click()


def test_the_original_entry_shows_what_went_back_and_what_remains(page: Page, login: Login) -> None:
    """By the original entry: every line with returned and remaining quantity, deadline, and its return entries."""
    login(page, "wang")
    ask(page, "原始报关单号", ENTRY)
    expect(page.locator("#total")).to_have_text("共 40 项商品")
    first = page.locator("#results tbody tr").first
    expect(first).to_contain_text("曝光表")
    expect(first).to_contain_text("2027-08-23")
    expect(first).to_contain_text(RETURN)
    expect(page.locator("#results tbody tr").nth(1)).to_contain_text("尚无复运")
    with page.expect_download() as downloading:
        page.locator("#export-button").click()
    heading, *rows = CalamineWorkbook.from_path(str(downloading.value.path())).get_sheet_by_index(0).to_python()
    assert len(rows) == 40
    assert (rows[0][heading.index("已复运")], rows[0][heading.index("剩余")]) == (1, 1)


def test_the_return_entry_shows_what_it_wrote_off(page: Page, login: Login) -> None:
    """By the return entry: just the lines that went back with it."""
    login(page, "wang")
    ask(page, "复运报关单号", RETURN)
    expect(page.locator("#total")).to_have_text("共 14 项商品")


@pytest.mark.requirement("W28")
def test_whoever_has_no_right_sees_the_same_as_for_nothing(page: Page, login: Login) -> None:
    """Another's entry and one that does not exist: the same words, no data, no export."""
    login(page, "li")
    seen = []
    for number in (ENTRY, FOREIGN, NOBODYS):
        ask(page, "原始报关单号", number)
        expect(page.locator("#total")).to_have_text("没有查到核注数据。")
        seen.append(page.locator("main").inner_text().replace(number, ""))
    assert len(set(seen)) == 1


def test_exactly_one_number_is_asked_for(page: Page, login: Login) -> None:
    """Both, none, or something that is no entry number: red words, and what was typed stays."""
    login(page, "wang")
    page.goto("/queries/write-off")
    page.locator("#query-button").click()
    expect(page.locator("#write-off-wrong")).to_contain_text("请填写")
    page.get_by_label("原始报关单号").fill(ENTRY)
    page.get_by_label("复运报关单号").fill(RETURN)
    page.locator("#query-button").click()
    expect(page.locator("#write-off-wrong")).to_have_text("请只填写其中一项。")
    expect(page.get_by_label("复运报关单号")).to_have_value(RETURN)
    ask(page, "原始报关单号", "12-34")
    expect(page.locator("#write-off-wrong")).to_contain_text("18 位数字")


def test_customs_away_is_said_with_what_to_do(page: Page, login: Login, no_gateway: None) -> None:
    """No answer within the time: it is said so, the number is still there, and one may ask again."""
    login(page, "wang")
    ask(page, "原始报关单号", ENTRY)
    expect(page.locator("#unreachable")).to_contain_text("现在无法查询", timeout=15_000)
    expect(page.locator("#unreachable")).to_contain_text("请稍后再查询")
    expect(page.get_by_label("原始报关单号")).to_have_value(ENTRY)


def test_it_works_without_scripts(plain_page: Page, login: Login) -> None:
    """The same answer without JavaScript."""
    login(plain_page, "wang")
    ask(plain_page, "原始报关单号", ENTRY)
    expect(plain_page.locator("#total")).to_have_text("共 40 项商品")
