"""What holds for every form: yellow marks, red texts, numbers, buttons, unsaved changes, signing, live states."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from playwright.sync_api import Dialog, Page, expect

from tempgoods_edi.declarant.kinds import KINDS
from tests.web.browser.filing import CONFIRMATION, EXHIBIT, EXHIBITION, draft, field, fill, new_line, said, sign, state
from tests.web.conftest import Login
from tests.web.stack import PIN, Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")
SLUGS = [kind.slug for kind in KINDS]


@pytest.mark.requirement("W5")
@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_needed_is_yellow(page: Page, login: Login, slug: str) -> None:
    """Needed to declare: yellow; needed to save: yellow with *; all other inputs are white."""
    login(page, "wang")
    page.goto(f"/forms/{slug}")
    yellow = "rgb(255, 243, 168)"
    office, phone = field(page, "Head/MasterCusCd"), field(page, "Head/LinkTel")
    expect(office).to_have_css("background-color", yellow)
    expect(page.locator("label", has_text="主管海关").locator(".star")).to_have_text("*")
    expect(phone).to_have_css("background-color", yellow)
    expect(page.locator("label", has_text="联系电话").locator(".star")).to_have_count(0)
    expect(field(page, "Head/Rmk")).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.requirement("W6")
def test_a_wrong_value_is_told_at_its_field_as_soon_as_it_is_left(page: Page, login: Login) -> None:
    """A red text at the right of the field, the words of the summary later; right again, it is gone."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    fill(page, {"Head/StartDate": "2027-03-25", "Head/EndDate": "2027-03-21"})
    field(page, "Head/BoothArea").fill("很大")
    field(page, "Head/LinkMan").focus()
    expect(said(page, "Head/BoothArea")).to_contain_text("不是数字")
    expect(said(page, "Head/EndDate")).to_contain_text("早于开始日期")
    expect(said(page, "Head/EndDate").locator("p")).to_have_css("color", "rgb(176, 0, 32)")
    expect(field(page, "Head/BoothArea")).to_have_attribute("aria-invalid", "true")
    input_box, said_box = field(page, "Head/BoothArea").bounding_box(), said(page, "Head/BoothArea").bounding_box()
    assert input_box
    assert said_box
    assert said_box["x"] >= input_box["x"] + input_box["width"]
    words = said(page, "Head/BoothArea").inner_text()
    field(page, "Head/EndDate").fill("2027-03-27")
    field(page, "Head/LinkMan").focus()
    expect(said(page, "Head/EndDate")).to_be_empty()
    fill(page, {"Head/LinkMan": "王琳"})
    page.locator("#save-button").click()
    summary = page.locator("#summary")
    expect(summary).to_contain_text("未能暂存")
    expect(summary).to_contain_text(words)
    expect(field(page, "Head/BoothArea")).to_have_value("很大")
    expect(field(page, "Head/LinkMan")).to_have_value("王琳")
    summary.get_by_role("link", name="展出面积").click()
    expect(field(page, "Head/BoothArea")).to_be_focused()


@pytest.mark.requirement("W7", "W12", "W17", "W20", "W21")
@pytest.mark.parametrize("slug", SLUGS)
def test_the_first_save_gives_the_number_and_lights_the_buttons(
    page: Page, login: Login, stack: Stack, slug: str
) -> None:
    """Dark before; after 暂存 the pre-entry number is there, 删除 asks first, 打印 offers the check sheet."""
    login(page, "wang")
    page.goto(f"/forms/{slug}")
    expect(page.locator("#delete-button")).to_be_disabled()
    expect(page.locator("#print-button")).to_be_disabled()
    expect(field(page, "Head/SeqNo")).to_be_empty()
    needed = {
        "Head/MasterCusCd": "2228",
        "Head/ExhibitionNm": "展",
        "Head/ImpExpMarkCd": "I",
        "Head/ExhibitionNo": "ZH222827000099",
    }
    editable = {path: value for path, value in needed.items() if page.locator(f"[name='{path}']").count()}
    fill(page, editable)
    field(page, "Head/MasterCusCd").focus()
    dialog = page.locator("#alert-dialog")
    if slug == "loan-list":
        expect(dialog).to_be_visible(timeout=15_000)
        dialog.get_by_role("button", name="关闭").click()
    page.locator("#save-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    number = page.url.rpartition("/")[2]
    expect(field(page, "Head/SeqNo")).to_have_text(number)
    expect(state(page)).to_have_text("暂存")
    page.locator("#print-button").click()
    expect(page.locator("#print-menu a")).to_have_text([re.compile("核对单$")])
    page.keyboard.press("Escape")
    page.locator("#delete-button").click()
    asked = page.locator("#delete-dialog")
    expect(asked).to_contain_text("确定删除")
    asked.get_by_text("取消").click()
    expect(asked).to_be_hidden()
    page.locator("#delete-button").click()
    asked.get_by_role("button", name="确定删除").click()
    expect(page).to_have_url(re.compile(rf"/queries/{slug}"))
    expect(page.locator("#flash")).to_contain_text(f"已删除 {number}")


@pytest.mark.requirement("W8")
def test_new_asks_before_it_empties_and_leaving_warns(page: Page, login: Login) -> None:
    """新增 with unsaved changes asks; staying keeps them; leaving by another way warns; without changes nothing asks."""
    login(page, "wang")
    page.goto("/forms/confirmation")
    page.locator("#new-button").click()
    expect(page.locator("#leave-dialog")).to_be_hidden()
    fill(page, {"Head/Purpose": "演出"})
    page.locator("#new-button").click()
    page.locator("#leave-dialog").get_by_role("button", name="留在此页").click()
    expect(field(page, "Head/Purpose")).to_have_value("演出")
    warned: list[str] = []

    def stay(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="帮助").click(no_wait_after=True)
    expect(field(page, "Head/Purpose")).to_have_value("演出")
    page.locator("#new-button").click()
    page.locator("#leave-dialog").get_by_role("button", name="放弃修改").click()
    expect(field(page, "Head/Purpose")).to_have_value("")
    assert warned == ["beforeunload"]
    page.get_by_role("link", name="帮助").click()
    expect(page).to_have_url(re.compile("/help"))


@pytest.mark.requirement("W9")
def test_declaring_saves_signs_with_the_card_and_follows_live(page: Page, login: Login, stack: Stack) -> None:
    """申报 → what is signed, the password → 审核通过 and the customs number, without a reload; the password stays here."""
    login(page, "wang")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    page.goto("/forms/exhibition")
    fill(page, EXHIBITION)
    new_line(page, EXHIBIT)
    page.locator("#declare-button").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}/declare$"))
    expect(page.locator("#content")).to_contain_text("2027春季国际精密机械展")
    expect(page.locator("#content")).to_contain_text("立式加工中心")
    page.get_by_text("将要签名的报文原文").click()
    expect(page.locator("#package")).to_have_value(re.compile("<TmpExhibitionMessage>"))
    sign(page, "000000")
    expect(page.locator("#sign-said")).to_contain_text("还可以试 2 次")
    sign(page)
    page.wait_for_url(re.compile(r"/declarations/\d{18}$"))
    page.evaluate("window.stayed = true")
    expect(state(page)).to_have_text("审核通过", timeout=30_000)
    expect(field(page, "Head/ExhibitionNo")).to_have_text(re.compile(r"^ZH\d{12}$"))
    expect(page.locator("#change-button")).to_be_visible()
    assert page.evaluate("window.stayed") is True
    assert not any(PIN in each for each in sent)


@pytest.mark.requirement("W9")
def test_what_lacks_something_is_saved_and_not_declared(page: Page, login: Login) -> None:
    """The summary says what declaring needs; each line leads to its field; goods lines open."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    fill(page, {path: value for path, value in EXHIBITION.items() if path != "Head/LinkMan"})
    new_line(page, {"GdsNm": "机床"})
    page.locator("#declare-button").click()
    summary = page.locator("#summary")
    expect(summary).to_contain_text("不能申报")
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    expect(state(page)).to_have_text("暂存")
    summary.get_by_role("link", name="联系人", exact=True).click()
    expect(field(page, "Head/LinkMan")).to_be_focused()
    summary.get_by_role("link", name="第 1 行 商品编码").first.click()
    expect(field(page, "row/Gdecd")).to_be_focused()
    expect(said(page, "row/Gdecd")).to_contain_text("商品编码")


def test_a_code_is_found_by_typing(page: Page, login: Login) -> None:
    """A part of a name brings the codes with their names; the keyboard chooses; the name stands beside."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    office = field(page, "Head/MasterCusCd")
    office.press_sequentially("沪会展")
    expect(page.get_by_role("option", name="2228 沪会展关")).to_be_visible()
    office.press("ArrowDown")
    office.press("Enter")
    expect(office).to_have_value("2228")
    expect(page.locator("[id='Head/MasterCusCd-named']")).to_have_text("沪会展关")
    field(page, "Head/CountryCd").fill("CHN")
    office.focus()
    expect(page.locator("[id='Head/CountryCd-named']")).to_have_text("中国")


def test_a_colleagues_save_loses_nothing(page: Page, login: Login, stack: Stack) -> None:
    """Saved by another operator meanwhile: both are shown, mine stays typed, and saving again keeps mine."""
    seq_no = draft(stack, "confirmation", {**CONFIRMATION, "Head/LinkMan": "甲"})
    login(page, "wang")
    page.goto(f"/declarations/{seq_no}")
    fill(page, {"Head/LinkMan": "丙"})
    with closing(stack.logged_in("zhang")) as client:
        client.post(f"/declarations/{seq_no}", data={"Head/LinkMan": "乙", "action": "save"})
    page.locator("#save-button").click()
    conflict = page.locator("#conflict")
    expect(conflict).to_contain_text("张敏")
    expect(conflict).to_contain_text("乙")
    expect(conflict).to_contain_text("丙")
    expect(field(page, "Head/LinkMan")).to_have_value("丙")
    page.locator("#save-button").click()
    expect(page.locator("#flash")).to_contain_text("已暂存")
    expect(field(page, "Head/LinkMan")).to_have_value("丙")


def test_a_session_that_ended_loses_nothing(page: Page, login: Login, stack: Stack) -> None:
    """暂存 after the session has ended: log in in another window, submit again, and what was typed is saved."""
    login(page, "wang")
    page.goto("/forms/confirmation")
    fill(page, {**CONFIRMATION, "Head/Purpose": "打了很久的内容"})
    new_line(page, {"GdsNm": "提琴"})
    page.context.clear_cookies(name="tempgoods_session")
    page.locator("#save-button").click()
    expect(page.get_by_role("alert")).to_contain_text("登录已过期")
    other = page.context.new_page()
    login(other, "wang")
    for _ in range(2):
        # The first one finds that the page is older than the log-in, and asks again.
        if page.url.endswith("/forms/confirmation"):
            page.get_by_role("button", name="再次提交").click()
    expect(page).to_have_url(re.compile(r"/declarations/\d{18}$"))
    expect(field(page, "Head/Purpose")).to_have_value("打了很久的内容")
    expect(page.locator("#grid-body")).to_contain_text("提琴")


@pytest.mark.requirement("W4", "W9")
def test_without_the_card_control_nothing_is_declared(page: Page, login: Login, stack: Stack) -> None:
    """It is said what is missing and what to do; the draft stays, and signing works once the control runs again."""
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    login(page, "wang")
    page.goto(f"/declarations/{seq_no}/declare")
    stack.kill("agent")
    try:
        sign(page)
        expect(page.locator("#sign-said.error")).to_contain_text("控件", timeout=15_000)
    finally:
        stack.start("agent")
    sign(page)
    page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))
    expect(state(page)).to_have_text("审核通过", timeout=30_000)
