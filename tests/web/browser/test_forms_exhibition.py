"""Exhibitions through their life: locked fields, print-outs by state, returned with a reason, changed, deleted."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.filing import (
    EXHIBIT,
    EXHIBITION,
    approved,
    control,
    declare,
    draft,
    field,
    fill,
    sign,
    state,
    to_be_returned,
)
from tests.web.conftest import Login
from tests.web.stack import Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")
PRINTS = [re.compile("核对单$"), re.compile("清单$"), re.compile("展览会备案申请表$")]


@pytest.mark.requirement("W3", "W11", "W21")
@pytest.mark.parametrize("slug", ["exhibition", "extension"])
def test_what_the_system_fills_in_is_locked(page: Page, login: Login, slug: str) -> None:
    """申报地海关 stays empty; 录入单位, 操作员, 海关十位编码, 填报日期 are there; none can be typed into."""
    login(page, "wang")
    page.goto(f"/forms/{slug}")
    expect(field(page, "Head/DclCusCd")).to_be_empty()
    expect(field(page, "Head/InputEtpsNm")).to_have_text("华东会展发展有限公司")
    expect(field(page, "Head/OperatorNm")).to_have_text("王琳")
    expect(field(page, "OperCusRegCode")).to_have_text("310173A546")
    expect(field(page, "Head/DclDate")).to_have_text(re.compile(r"^\d{4}-\d{2}-\d{2}$"))
    for path in ("Head/DclCusCd", "Head/InputEtpsNm", "Head/OperatorNm", "Head/DclDate", "Head/SeqNo"):
        assert field(page, path).evaluate("each => each.tagName") == "OUTPUT", path
    if slug == "extension":
        expect(field(page, "Head/DclEtpsNm")).to_have_text("华东会展发展有限公司")
        assert field(page, "Head/DclEtpsNm").evaluate("each => each.tagName") == "OUTPUT"


@pytest.mark.requirement("W12", "W13")
def test_print_outs_follow_the_state(page: Page, login: Login, stack: Stack) -> None:
    """Until approval only the check sheet, then list and application form too; all are PDFs with pages."""
    login(page, "wang")
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    page.goto(f"/declarations/{seq_no}")
    expect(page.locator("#print-menu a")).to_have_text(PRINTS[:1])
    assert page.request.get(f"/declarations/{seq_no}/print/application-form.pdf").status == 404
    declare(page, stack, seq_no)
    expect(field(page, "Head/ExhibitionNo")).to_have_text(re.compile(r"^ZH\d{12}$"))
    expect(page.locator("#print-menu a")).to_have_text(PRINTS)
    for link in page.locator("#print-menu a").all():
        answer = page.request.get(link.get_attribute("href") or "")
        assert answer.headers["content-type"] == "application/pdf"
        assert len(pikepdf.open(BytesIO(answer.body())).pages) >= 1


@pytest.mark.requirement("W24")
def test_a_returned_one_shows_why_is_corrected_and_declared_again(page: Page, login: Login, stack: Stack) -> None:
    """Read-only under way; returned: the reason leads to its field with the declared value, and 申报 works again."""
    login(page, "wang")
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    to_be_returned(stack, seq_no, "Head/EndDate", "展期与批件不符")
    declare(page, stack, seq_no, "审核不通过")
    reasons = page.locator("#reasons")
    expect(reasons).to_contain_text("展期与批件不符")
    expect(reasons).to_contain_text("2027-03-22")
    reasons.get_by_role("link", name="展期结束日期").click()
    expect(field(page, "Head/EndDate")).to_be_focused()
    for button in ("#save-button", "#declare-button"):
        expect(page.locator(button)).to_be_enabled()
    fill(page, {"Head/EndDate": "2027-03-24"})
    page.locator("#save-button").click()
    expect(reasons).to_contain_text("2027-03-24")
    expect(reasons.locator("del")).to_have_text("2027-03-22")
    page.locator("#declare-button").click()
    sign(page)
    expect(state(page)).to_have_text("审核通过", timeout=30_000)
    expect(reasons).to_have_count(0)


@pytest.mark.requirement("W24")
def test_what_is_under_way_can_only_be_read(page: Page, login: Login, stack: Stack) -> None:
    """Declared and in manual review: no input, no 暂存, no 申报, no 删除; the officer's approval lights the rest live."""
    login(page, "wang")
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    control(stack, "POST", "/control/decide", {"outcome": {"name": "manual"}, "seq_no": seq_no})
    declare(page, stack, seq_no, "转人工")
    for button in ("#save-button", "#declare-button", "#delete-button"):
        expect(page.locator(button)).to_be_disabled()
    expect(page.locator("#form input:not([type=hidden]):visible, #form select, #form textarea:visible")).to_have_count(
        0
    )
    expect(field(page, "Head/HallNm")).to_have_text("东岸会展中心5.1馆")
    control(stack, "POST", f"/control/cases/{seq_no}/decision?officer=officer", {"decision": "approve"})
    expect(state(page)).to_have_text("审核通过", timeout=30_000)
    expect(page.locator("#change-button")).to_be_visible()


@pytest.mark.requirement("W25")
def test_a_change_shows_before_and_after_and_is_declared(page: Page, login: Login, stack: Stack) -> None:
    """变更 opens the form as a change; what differs stands side by side; it is declared as a change with its reason."""
    login(page, "wang")
    _, customs_no = approved(page, stack)
    page.locator("#change-button").click()
    expect(page.locator("h1")).to_contain_text("第 1 次变更")
    for button in ("#save-button", "#declare-button"):
        expect(page.locator(button)).to_be_enabled()
    expect(page.locator("#new-button")).to_be_visible()
    fill(page, {"Head/HallNm": "东岸会展中心6.1馆", "Head/ModReason": "展馆调整"})
    page.locator("#save-button").click()
    row = page.locator("#before-after tr", has_text="展馆")
    expect(row).to_contain_text("东岸会展中心5.1馆")
    expect(row).to_contain_text("东岸会展中心6.1馆")
    page.locator("#declare-button").click()
    sign(page)
    expect(state(page)).to_have_text("审核通过", timeout=30_000)
    expect(page.locator("#customs-no")).to_have_text(customs_no)
    expect(field(page, "Head/DclTypeCd")).to_have_text("2 变更")
    expect(field(page, "Head/HallNm")).to_have_text("东岸会展中心6.1馆")


@pytest.mark.requirement("W25")
def test_a_change_begun_can_be_taken_back(page: Page, login: Login, stack: Stack) -> None:
    """撤回: what was approved stands alone again."""
    login(page, "wang")
    approved(page, stack)
    page.locator("#change-button").click()
    fill(page, {"Head/HallNm": "别处"})
    page.locator("#save-button").click()
    page.locator("#withdraw-button").click()
    page.locator("#withdraw-yes").click()
    expect(state(page)).to_have_text("审核通过")
    expect(field(page, "Head/HallNm")).to_have_text("东岸会展中心5.1馆")


@pytest.mark.requirement("W26")
def test_an_unused_exhibition_is_deleted_with_a_reason(page: Page, login: Login, stack: Stack) -> None:
    """备案删除 asks for the reason, changes nothing else, is declared, and ends as 已删除."""
    login(page, "wang")
    approved(page, stack)
    page.locator("#deletion-button").click()
    dialog = page.locator("#deletion-dialog")
    dialog.locator("#reason").fill("展会取消")
    dialog.get_by_role("button", name="下一步").click()
    expect(field(page, "Head/DelReason")).to_have_value("展会取消")
    assert field(page, "Head/HallNm").evaluate("each => each.tagName") == "OUTPUT"
    page.locator("#declare-button").click()
    sign(page)
    expect(state(page)).to_have_text("已删除", timeout=30_000)


@pytest.mark.requirement("W26")
def test_a_used_exhibition_says_why_it_cannot_be_deleted(page: Page, login: Login, fair: tuple[str, str]) -> None:
    """Customs entries refer to it: whoever asks for its deletion is told so, and it stays approved."""
    login(page, "wang")
    seq_no, _ = fair
    for _ in range(2):
        # Customs are asked the first time; then it is known, and the dialog says it at once.
        page.goto(f"/declarations/{seq_no}")
        page.locator("#deletion-button").click()
        dialog = page.locator("#deletion-dialog")
        if dialog.locator("#deletion-yes").count():
            dialog.locator("#reason").fill("不办了")
            dialog.locator("#deletion-yes").click()
        expect(page.locator("body")).to_contain_text("已被外借清单或报关单使用")
    expect(dialog.locator("#deletion-yes")).to_have_count(0)
    page.goto(f"/declarations/{seq_no}")
    expect(state(page)).to_have_text("审核通过")
