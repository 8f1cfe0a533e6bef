"""Whole stories in a real browser: from the card in the reader to what customs have the last word on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tempgoods_edi.demo_ca import Holder
from tests.web.browser.filing import control, field, state
from tests.web.conftest import by_card
from tests.web.stack import Stack
from tests.web.story.telling import (
    CASES,
    PATIENCE,
    becomes,
    bring_in,
    content,
    declare,
    look_into_line,
    officer,
    press,
    printed,
    save,
    type_in,
    upload,
)

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright", "pdftotext")

SHOW = CASES / "machine-tool-show"
#: Lines whose second unit is neither the declared one nor a weight: nobody but the declarant knows the quantity.
BY_HAND = (23, 37, 39, 77)
NAME, ENTRY = "2027上海国际智能机床展览会", "222520271147491038"

#: Who the other two cases are about.
ZHAO = Holder("赵川", "西部轨道交通装备有限公司", "5101086060", "915101040MG9TH774D", "2100000510108")
CHEN = Holder("陈嘉仪", "珠江文化演艺有限公司", "4401353966", "914401062NA7M03C0Y", "2100000440135")


@pytest.mark.requirement(
    "W1", "W5", "W7", "W9", "W10", "W12", "W13", "W14", "W15", "W16", "W17", "W19", "W24", "W25", "W26"
)
def test_an_exhibition_from_its_first_draft_to_its_loan(page: Page, stack: Stack) -> None:
    """A trade fair is filed, returned by an officer, corrected, approved, printed, lent from, changed, and not deleted."""
    case = content("machine-tool-show")
    by_card(page, stack, "wang")
    page.wait_for_url(f"{stack.url}/")

    # 展览会备案: 新增, type what the papers say, 暂存; the pre-entry number comes back.
    page.get_by_role("link", name="展览会备案", exact=True).click()
    expect(page.locator("#delete-button")).to_be_disabled()
    type_in(page, case["Head"])
    seq_no = save(page)
    assert re.fullmatch(r"\d{18}", seq_no)
    expect(state(page)).to_have_text("暂存")
    expect(page.locator("#delete-button")).to_have_attribute("href", f"/declarations/{seq_no}/delete")

    # 86 lines from Excel; four of them want a quantity that only people know.
    expect(bring_in(page, SHOW / "展览品清单.xlsx", 86)).to_contain_text("已读入 86 行，0 处有误")
    save(page)
    upload(page, SHOW / "展会批准文件.pdf")
    press(page, "申报")
    expect(page.locator("#summary")).to_contain_text("不能申报")
    for line in BY_HAND:
        expect(page.locator("#summary")).to_contain_text(f"第 {line} 行")
    expect(page.locator("#summary li")).to_have_count(len(BY_HAND))
    for line in BY_HAND:
        page.locator(f"#summary a[data-line='{line}']").click()
        expect(field(page, "row/SecdLawfQty")).to_be_focused()
        page.keyboard.type(case["ExhibitList"][line - 1]["SecdLawfQty"])
        page.keyboard.press("Enter")
    save(page)
    look_into_line(page, 77)
    expect(field(page, "row/SecdLawfQty")).to_have_value("1")
    page.locator("[data-row=cancel]").click()

    # 申报 with the card; an officer looks at it, and returns it for a reason at a field.
    control(stack, "PATCH", "/control/config", {"progression": "manual", "review_seconds": 5})
    declare(page)
    becomes(page, "海关入库成功")
    expect(page.locator("#save-button")).to_be_disabled()
    becomes(page, "转人工")
    desk = officer(page, stack, seq_no)
    desk.locator("[id='Head/EndDate'] .choose").click()
    desk.keyboard.type("展期与批准文件不符")
    desk.get_by_role("button", name="退单", exact=True).click()
    expect(desk.locator("#summary .state")).to_have_text("审核不通过")

    # The page learns of it by itself; the reason leads to its field.
    becomes(page, "审核不通过")
    reasons = page.locator("#reasons")
    expect(reasons).to_contain_text("展期与批准文件不符")
    expect(reasons).to_contain_text("2027-03-23")
    reasons.get_by_role("link", name="展期结束日期").click()
    expect(field(page, "Head/EndDate")).to_be_focused()
    field(page, "Head/EndDate").fill("2027-03-22")
    declare(page)
    becomes(page, "转人工")
    desk.goto(f"{stack.customs_url}/console/t/default/cases/{seq_no}")
    desk.get_by_role("button", name="通过").click()
    desk.close()
    becomes(page, "审核通过")
    expect(page.locator("#customs-no")).to_have_text(re.compile(r"^ZH\d{12}$"))
    number = page.locator("#customs-no").inner_text()
    expect(field(page, "Head/ExhibitionNo")).to_have_text(number)
    expect(page.locator("#change-button")).to_be_visible()
    control(stack, "PATCH", "/control/config", {"progression": "timed", "review_seconds": 0.1})

    # Three print-outs, each with the number, the names, and Chinese that can be taken out.
    for title in ("展览会备案核对单", "展览品清单", "展览会备案申请表"):
        text = printed(page, title)
        assert number in text, title
        assert ("曝光表" if title == "展览品清单" else NAME) in text, title

    # 外借展品清单 on its entry: the number brings the name, the entry's goods are ticked and taken over.
    loan = content("lent-to-institute")
    page.goto("/declarants")
    page.locator("#no").fill(loan["Head"]["DeclarantNo"])
    page.locator("#name").fill(loan["Head"]["DeclarantNm"])
    page.locator("#add-button").click()
    page.goto("/forms/loan-list")
    field(page, "Head/ExhibitionNo").fill(number)
    field(page, "Head/ExhibitionNo").blur()
    expect(field(page, "Head/ExhibitionNm")).to_have_text(NAME, timeout=PATIENCE)
    type_in(page, {**loan["Head"], "ExhibitionNo": number, "LoanEndDate": "20270322"})
    page.locator("[data-row=entry]").click()
    page.locator("#ask-go").click()
    # Of the show all that can still be lent; of one entry every line, the three that went home too.
    expect(page.locator("#entry-lines tbody tr")).to_have_count(37, timeout=PATIENCE)
    page.locator("#ask-entry").fill(ENTRY)
    page.locator("#ask-go").click()
    lines = page.locator("#entry-lines tbody tr")
    expect(lines).to_have_count(40, timeout=PATIENCE)
    for wanted in loan["LoanGoods"]:
        lines.filter(has_text=wanted["GdsSpcfModelDesc"]).get_by_role("checkbox").check()
    page.locator("#entry-take").click()
    expect(page.locator("#line-count")).to_have_text("共 3 行")
    for at in (1, 2, 3):
        look_into_line(page, at)
        field(page, "row/LoanQty").fill("1")
        page.locator("[data-row=done]").click()
    loan_no = save(page)
    assert loan_no != seq_no
    declare(page)
    becomes(page, "审核通过")

    # 变更: before and after stand side by side; approved under the same number.
    page.goto(f"/declarations/{seq_no}")
    press(page, "变更")
    expect(page.locator("h1")).to_contain_text("第 1 次变更")
    type_in(page, {"HallNm": "国家会展中心（上海）6.1馆", "ModReason": "展馆调整"})
    save(page)
    row = page.locator("#before-after tr", has_text="展馆")
    expect(row.first).to_contain_text("国家会展中心（上海）5.1馆")
    expect(row.first).to_contain_text("国家会展中心（上海）6.1馆")
    declare(page)
    becomes(page, "审核通过")
    expect(page.locator("#customs-no")).to_have_text(number)
    expect(field(page, "Head/HallNm")).to_have_text("国家会展中心（上海）6.1馆")

    # 备案删除: it is used, and the page says so.
    page.locator("#deletion-button").click()
    expect(page.locator("#deletion-dialog")).to_be_visible()
    expect(page.locator("#deletion-dialog")).to_contain_text("不能申请备案删除")

    # And customs have one exhibition and one loan list, no more.
    cases = control(stack, "GET", "/control/cases")
    assert sorted(each["code"] for each in cases) == ["TMP101", "TMP111"]


@pytest.mark.requirement("W9", "W18", "W19", "W20", "W13")
def test_a_confirmation_with_its_papers(page: Page, stack: Stack) -> None:
    """An orchestra's instruments: typed, imported, its letter of invitation uploaded, declared, approved, printed."""
    stack.new_card("chen", CHEN)
    case = content("orchestra-tour")
    by_card(page, stack, "chen")
    page.wait_for_url(f"{stack.url}/")
    page.goto("/forms/confirmation")
    expect(page.locator("#documents")).to_contain_text("暂存后方可上传")
    expect(page.locator("#row-panel")).to_be_hidden()
    type_in(page, case["Head"])
    save(page)
    bring_in(page, CASES / "orchestra-tour" / "货物清单.xlsx", len(case["Goods"]))
    # The list of the instruments does not say what becomes of them, nor some quantities that only people know.
    for at, line in enumerate(case["Goods"], start=1):
        look_into_line(page, at)
        field(page, "row/DisposalCd").select_option(line["DisposalCd"])
        if "SecdLawfQty" in line and not field(page, "row/SecdLawfQty").input_value():
            field(page, "row/SecdLawfQty").fill(line["SecdLawfQty"])
        page.locator("[data-row=done]").click()
    save(page)
    for each in case["Documents"]:
        upload(page, CASES / "orchestra-tour" / each["DocNm"], each["DocTypeCd"])
    declare(page)
    becomes(page, "审核通过")
    number = page.locator("#customs-no").inner_text()
    expect(page.locator("#save-button")).to_be_disabled()
    for link in page.locator("#print-menu a").all():
        text = printed(page, (link.text_content() or "").strip())
        assert number in text
        assert CHEN.enterprise_name in text or case["Goods"][0]["GdsNm"] in text


@pytest.mark.requirement("W9", "W21", "W22")
def test_an_extension_of_an_entry_of_ones_own(page: Page, stack: Stack) -> None:
    """Test equipment stays longer: the entry's lines are looked up, ticked, taken over; declared and approved."""
    stack.new_card("zhao", ZHAO)
    case = content("rail-test-equipment")
    entry = case["Head"]["EntryNo"]
    by_card(page, stack, "zhao")
    page.wait_for_url(f"{stack.url}/")
    page.goto("/forms/extension")
    expect(field(page, "Head/DclEtpsNm")).to_have_text(ZHAO.enterprise_name)
    type_in(page, case["Head"])
    page.locator("[data-row=entry]").click()
    page.locator("#ask-entry").fill(entry)
    page.locator("#ask-go").click()
    lines = page.locator("#entry-lines tbody tr")
    expect(lines).to_have_count(9, timeout=PATIENCE)
    for box in lines.get_by_role("checkbox").all():
        box.check()
    page.locator("#entry-take").click()
    expect(page.locator("#line-count")).to_have_text("共 9 行")
    for at, line in enumerate(case["Goods"], start=1):
        look_into_line(page, at)
        field(page, "row/ExtQty").fill(line["ExtQty"])
        page.locator("[data-row=done]").click()
    save(page)
    declare(page)
    becomes(page, "审核通过")
    assert page.locator("#customs-no").inner_text() not in ("", "–")
    # 核注 of it, for its own enterprise: the new deadline.
    page.goto(f"/queries/write-off?original={entry}")
    expect(page.locator("main")).to_contain_text("2027-10-12")
