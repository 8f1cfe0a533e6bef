"""Goods lines: typed, copied, pasted, imported, taken over from entries; five thousand of them."""

from __future__ import annotations

import re
from contextlib import closing
from functools import partial

import pytest
from playwright.sync_api import Dialog, Page, Response, Route, expect

from tempgoods_edi.visible import strange, visible
from tests.web.browser.filing import (
    CONFIRMATION,
    ENTRY,
    EXHIBIT,
    EXHIBITION,
    EXTENSION,
    SHEET,
    draft,
    field,
    fill,
    new_line,
    said,
    saved,
)
from tests.web.conftest import Login
from tests.web.stack import Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")


@pytest.fixture
def exhibition(fair: tuple[str, str]) -> str:
    """Customs number of an exhibition that an entry of forty lines came for."""
    return fair[1]


@pytest.mark.requirement("W10", "W18")
@pytest.mark.parametrize("slug", ["exhibition", "confirmation"])
def test_lines_are_opened_edited_copied_and_deleted(page: Page, login: Login, slug: str) -> None:
    """Closed until 新增; then typed, kept, edited, copied, deleted; totals follow; 暂存 keeps them all."""
    login(page, "wang")
    page.goto(f"/forms/{slug}")
    expect(field(page, "row/GdsNm")).to_be_disabled()
    expect(page.locator("#row-panel")).to_be_hidden()
    fill(page, {path: value for path, value in EXHIBITION.items() if page.locator(f"[name='{path}']").count()})
    for number in (1, 2, 3):
        new_line(page, {**EXHIBIT, "GdsNm": f"货{number}"})
    rows = page.locator("#grid-body tr")
    expect(rows).to_have_count(3)
    expect(page.locator("#totals")).to_contain_text("559,500 欧元")
    expect(rows.nth(0)).to_contain_text("001 台")
    page.locator("[data-edit='2']").click()
    expect(field(page, "row/GdsNm")).to_have_value("货2")
    fill(page, {"row/GdsNm": "改过的货2"})
    page.locator("[data-row=done]").click()
    expect(rows.nth(1)).to_contain_text("改过的货2")
    rows.nth(0).get_by_role("checkbox").check()
    page.locator("[data-row=copy]").click()
    expect(rows).to_have_count(4)
    expect(rows.nth(3)).to_contain_text("货1")
    rows.nth(2).get_by_role("checkbox").check()
    page.locator("[data-row=delete]").click()
    expect(rows).to_have_count(3)
    expect(page.locator("#grid-body")).not_to_contain_text("货3")
    page.locator("#save-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("改过的货2")


@pytest.mark.requirement("W10")
def test_an_answer_that_comes_while_a_button_is_pressed_takes_no_press(page: Page, login: Login) -> None:
    """The check of a finished line is answered between the press on another line and its release: that one opens."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    for number in (1, 2):
        new_line(page, {**EXHIBIT, "GdsNm": f"货{number}"})
    held: list[Route] = []
    page.route("**/check/**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    page.locator("[data-edit='1']").click()
    fill(page, {"row/GdsNm": "改过的货1", "row/DclQty": "0"})
    page.locator("[data-row=done]").click()
    expect(page.locator("#row-panel")).to_be_hidden()
    page.locator("[data-edit='2']").hover()
    page.mouse.down()
    for route in held:
        with page.expect_response(partial(_answers, route)) as answer:
            route.continue_()
        answer.value.finished()
    # The page has taken the answers in when it has drawn itself twice.
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    page.unroute("**/check/**")
    page.mouse.up()
    expect(page.locator("#row-legend")).to_contain_text("第 2 行")
    expect(page.locator("#line-1 td.error")).to_have_count(1)


def _answers(route: Route, answer: Response) -> bool:
    return answer.request == route.request


@pytest.mark.requirement("W6", "W10")
def test_a_wrong_cell_is_told_in_the_line_and_in_the_table(page: Page, login: Login) -> None:
    """In the open line at the right of the input, then in the cell; the summary's link opens the line again."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    fill(page, EXHIBITION)
    page.locator("#goods [data-row=new]").click()
    fill(page, {"row/Gdecd": "8457101000", "row/DclQty": "一台"})
    field(page, "row/GdsNm").focus()
    expect(said(page, "row/DclQty")).to_contain_text("不是数字")
    expect(field(page, "row/LawfUnitCd")).to_contain_text("台")
    page.locator("[data-row=done]").click()
    expect(page.locator("#grid-body td.error").first).to_contain_text("不是数字")
    page.locator("#save-button").click()
    page.locator("#summary").get_by_role("link", name="第 1 行 申报数量").click()
    expect(field(page, "row/DclQty")).to_be_focused()
    fill(page, {"row/DclQty": "1"})
    page.locator("#save-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    expect(page.locator("#grid-body tr").first).to_contain_text("8457101000")


@pytest.mark.requirement("W10")
def test_goods_come_from_an_excel_sheet(page: Page, login: Login) -> None:
    """The machine-tool fair's sheet of 86 lines is imported and saved."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    fill(page, EXHIBITION)
    page.locator("#import-menu summary").click()
    page.locator("#goods-file").set_input_files(SHEET)
    page.locator("#import-menu [data-row=import]").click()
    expect(page.locator("#line-count")).to_contain_text("86")
    expect(page.locator("#import-errors")).to_contain_text("86 行")
    page.locator("#save-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    expect(page.locator("#line-count")).to_contain_text("86")


@pytest.mark.requirement("W10")
def test_pasted_goods_show_what_is_wrong_per_cell(page: Page, login: Login) -> None:
    """Pasted out of a sheet: lines are there, the wrong cell is marked with its reason, the list leads to it."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    page.locator("[data-row=paste]").click()
    page.locator("#paste-text").fill("商品编码\t商品名称\t申报数量\n8457101000\t甲\t1\n8457101000\t乙\t两台\n")
    page.locator("#paste-go").click()
    expect(page.locator("#paste-dialog")).to_be_hidden()
    expect(page.locator("#grid-body tr")).to_have_count(2)
    expect(page.locator("#line-2 td.error")).to_contain_text("两台")
    expect(page.locator("#line-2 td.error small")).to_contain_text("不是数字")
    page.locator("#import-errors").get_by_role("link", name="第 2 行").click()
    expect(field(page, "row/DclQty")).to_be_focused()
    expect(field(page, "row/DclQty")).to_have_value("两台")


@pytest.mark.requirement("W10")
def test_five_thousand_lines_stay_usable(page: Page, login: Login, stack: Stack) -> None:
    """Saved and opened while the browser waits; only one page is in the table; paging, editing and saving stay quick."""
    login(page, "wang")
    lines = [{**EXHIBIT, "GdsNm": f"货{number}"} for number in range(1, 5001)]
    seq_no = draft(stack, "exhibition", EXHIBITION, lines)
    page.goto(f"/declarations/{seq_no}")
    expect(page.locator("#line-count")).to_contain_text("5000")
    assert page.locator("#grid-body tr").count() == 100
    page.locator("#pager [data-page='1']").click()
    expect(page.locator("#line-101")).to_contain_text("货101")
    new_line(page, {**EXHIBIT, "GdsNm": "第五千零一"})
    expect(page.locator("#page-of")).to_contain_text("51 / 51")
    page.locator("#line-5001").get_by_role("checkbox").check()
    page.locator("[data-row=delete]").click()
    expect(page.locator("#line-5000")).to_contain_text("货5000")
    page.locator("[data-edit='5000']").click()
    fill(page, {"row/GdsNm": "最后一行"})
    page.locator("#save-button").click()
    expect(page.locator("#flash")).to_contain_text("已暂存", timeout=15_000)
    page.goto(f"/declarations/{seq_no}")
    for _ in range(49):
        page.locator("#pager [data-page='1']").click()
    expect(page.locator("#line-5000")).to_contain_text("最后一行")


@pytest.mark.requirement("W14")
def test_the_exhibition_is_checked_with_customs(page: Page, login: Login, exhibition: str) -> None:
    """A wrong number: a dialog; a right one: its name fills in, and stays after saving."""
    login(page, "wang")
    page.goto("/forms/loan-list")
    fill(page, {"Head/MasterCusCd": "2228", "Head/ExhibitionNo": "ZH222827999999"})
    field(page, "Head/LinkMan").focus()
    dialog = page.locator("#alert-dialog")
    expect(dialog).to_contain_text("ZH222827999999", timeout=15_000)
    dialog.get_by_role("button", name="关闭").click()
    expect(said(page, "Head/ExhibitionNo")).to_contain_text("有误")
    fill(page, {"Head/ExhibitionNo": exhibition})
    field(page, "Head/LinkMan").focus()
    expect(field(page, "Head/ExhibitionNm")).to_have_text("2027浦江智能装备展览会", timeout=15_000)
    page.locator("#save-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    expect(field(page, "Head/ExhibitionNm")).to_have_text("2027浦江智能装备展览会")


@pytest.mark.requirement("W15")
def test_the_declarant_is_chosen_from_the_list(page: Page, login: Login, stack: Stack) -> None:
    """A drop-down of the enterprise's declarants; the name comes with the number; nothing else is taken."""
    with closing(stack.logged_in("wang")) as client:
        client.post("/declarants", data={"no": "31026577", "name": "沈一舟"})
        head = {"Head/MasterCusCd": "2228", "Head/ExhibitionNo": "ZH222827000009"}
        seq_no = saved(client, "loan-list", {**head, "Head/DeclarantNo": "666", "Head/DeclarantNm": "谁"})
    login(page, "wang")
    page.goto(f"/declarations/{seq_no}")
    choice = field(page, "Head/DeclarantNo")
    assert choice.evaluate("each => each.tagName") == "SELECT"
    expect(choice).to_have_value("")
    expect(field(page, "Head/DeclarantNm")).to_be_empty()
    choice.select_option("31026577")
    page.locator("#save-button").click()
    expect(page.locator("#flash")).to_contain_text("已暂存")
    expect(field(page, "Head/DeclarantNo")).to_have_value("31026577")
    expect(field(page, "Head/DeclarantNm")).to_have_text("沈一舟")


@pytest.mark.requirement("W16")
def test_goods_of_the_exhibitions_entries_are_ticked_and_taken_over(page: Page, login: Login, exhibition: str) -> None:
    """No entry number: all lines of the exhibition's entries; with one and an item number: that line; ticked ones go over."""
    login(page, "wang")
    page.goto("/forms/loan-list")
    fill(page, {"Head/MasterCusCd": "2228", "Head/ExhibitionNo": exhibition})
    field(page, "Head/LinkMan").focus()
    expect(field(page, "Head/ExhibitionNm")).not_to_be_empty(timeout=15_000)
    page.locator("[data-row=entry]").click()
    item = page.locator("#ask-item")
    expect(item).to_be_disabled()
    page.locator("#ask-go").click()
    found = page.locator("#entry-lines tbody tr")
    expect(found).to_have_count(40, timeout=15_000)
    page.locator("#ask-entry").fill(ENTRY)
    expect(item).to_be_enabled()
    item.fill("3")
    page.locator("#ask-go").click()
    expect(found).to_have_count(1, timeout=15_000)
    item.fill("")
    page.locator("#ask-go").click()
    expect(found).to_have_count(40, timeout=15_000)
    for number in (0, 4):
        found.nth(number).get_by_role("checkbox").check()
    page.locator("#entry-take").click()
    rows = page.locator("#grid-body tr")
    expect(rows).to_have_count(2)
    page.locator("#save-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    expect(rows.nth(0)).to_contain_text("曝光表")
    expect(rows.nth(1)).to_contain_text("门式装卸桥")


@pytest.mark.requirement("W22")
def test_extension_goods_by_lookup_and_by_hand(page: Page, login: Login) -> None:
    """新增 lights the entry fields; an entry's goods are ticked and taken over; by hand works too; 删除 removes."""
    login(page, "wang")
    page.goto("/forms/extension")
    fill(page, EXTENSION)
    page.locator("#goods [data-row=new]").click()
    expect(field(page, "row/EntryNo")).to_be_focused()
    expect(page.locator(".lit")).to_have_count(2)
    fill(page, {"row/EntryNo": ENTRY})
    page.locator("[data-row=entry]").click()
    expect(page.locator("#ask-entry")).to_have_value(ENTRY)
    page.locator("#ask-go").click()
    found = page.locator("#entry-lines tbody tr")
    expect(found).to_have_count(40, timeout=15_000)
    found.nth(1).get_by_role("checkbox").check()
    page.locator("#entry-take").click()
    rows = page.locator("#grid-body tr")
    expect(page.locator("#grid-body")).to_contain_text("工作电压不超过36伏的接插件")
    new_line(page, {"Gdecd": "9024800000", "GdsNm": "手工录入", "ExtQty": "1", "DclUnitCd": "001"})
    expect(page.locator("#grid-body")).to_contain_text("手工录入")
    count = rows.count()
    rows.filter(has_text="手工录入").get_by_role("checkbox").check()
    page.locator("[data-row=delete]").click()
    expect(rows).to_have_count(count - 1)
    page.locator("#save-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    expect(page.locator("#grid-body")).to_contain_text("工作电压不超过36伏的接插件")


def test_an_open_line_is_saved_too(page: Page, login: Login) -> None:
    """暂存 with a line still open keeps what was typed into it."""
    login(page, "wang")
    page.goto("/forms/confirmation")
    fill(page, CONFIRMATION)
    page.locator("#goods [data-row=new]").click()
    fill(page, {"row/GdsNm": "没有按确定"})
    page.locator("#save-button").click()
    expect(page.locator("#grid-body")).to_contain_text("没有按确定")


def test_hostile_goods_stay_text(page: Page, login: Login, stack: Stack) -> None:
    """Markup in goods, names of files and pasted cells is shown as text by the scripts too."""
    hostile = "<img/src=x/onerror=alert(1)>"
    opened: list[str] = []

    def close(dialog: Dialog) -> None:
        opened.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", close)
    seq_no = draft(
        stack, "confirmation", {**CONFIRMATION, "Head/Purpose": hostile}, [{"GdsNm": hostile, "Rmk": hostile}]
    )
    login(page, "wang")
    page.goto(f"/declarations/{seq_no}")
    expect(page.locator("#grid-body")).to_contain_text(hostile)
    page.locator("[data-edit='1']").click()
    expect(field(page, "row/GdsNm")).to_have_value(hostile)
    page.locator("[data-row=paste]").click()
    page.locator("#paste-text").fill(f"商品名称\t申报数量\n{hostile}\t{hostile}\n")
    page.locator("#paste-go").click()
    expect(page.locator("#import-errors")).to_contain_text(hostile)
    expect(page.locator("main img, dialog img")).to_have_count(0)
    assert opened == []


#: Every character there is, but for halves of pairs.
_ALL = """() => {
  const marked = [];
  for (let code = 0; code < 0x110000; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const sign = String.fromCodePoint(code);
    if (window.tg.visible(sign) !== sign) marked.push([code, window.tg.visible(sign)]);
  }
  return marked;
}"""


def test_what_nobody_sees_is_shown_wherever_a_script_shows_it(page: Page, login: Login) -> None:
    """In the table, in warnings at fields and lines, in lists: the same marks as on the server's pages; what is sent stays."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    every = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    ours = [[ord(sign), visible(sign, "\t\n\r")] for sign in every if visible(sign, "\t\n\r") != sign]
    assert page.evaluate(_ALL) == ours
    fill(page, {**EXHIBITION, "Head/ExhibitionNm": "精密\u202e制造展"})
    field(page, "Head/LinkMan").focus()
    expect(said(page, "Head/ExhibitionNm").locator(".warning")).to_contain_text("第 3 个字符 [U+202E]")
    new_line(page, {**EXHIBIT, "GdsNm": "机\u200b床"})
    cell = page.locator("#grid-body tr").nth(0)
    expect(cell).to_contain_text("机[U+200B]床")
    expect(cell.locator(".warning").first).to_be_visible()
    page.locator("[data-row=paste]").click()
    page.locator("#paste-text").fill("商品名称\t申报数量\n车\u2066床\t两\u202e台\n")
    page.locator("#paste-go").click()
    expect(page.locator("#grid-body tr").nth(1)).to_contain_text("车[U+2066]床")
    expect(page.locator("#import-errors")).to_contain_text("[U+202E]")
    shown = page.evaluate("document.body.innerText")
    assert strange(shown) is None
    page.locator("[data-edit='2']").click()
    field(page, "row/DclQty").fill("2")
    page.locator("[data-row=done]").click()
    page.locator("#save-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    assert "机\u200b床" in page.locator("#goods-json").input_value()
    expect(field(page, "Head/ExhibitionNm")).to_have_value("精密\u202e制造展")
    expect(said(page, "Head/ExhibitionNm").locator(".warning")).to_contain_text("[U+202E]")
