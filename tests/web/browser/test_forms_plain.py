"""The forms without JavaScript: save, goods, upload, declare through the card agent's page, print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.filing import CONFIRMATION, EXHIBIT, EXHIBITION, PERMIT, SHEET, draft, field, fill, state
from tests.web.conftest import Login
from tests.web.stack import PIN, Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")


@pytest.mark.requirement("W7", "W9", "W10", "W13")
def test_a_whole_filing_without_scripts(plain_page: Page, login: Login, stack: Stack) -> None:
    """Fill, add a line, import a sheet, save, declare through the agent, confirm, and print."""
    page = plain_page
    login(page, "wang")
    page.goto("/forms/exhibition")
    fill(page, EXHIBITION)
    page.locator("#goods [data-row=new]").click()
    expect(field(page, "Head/HallNm")).to_have_value(EXHIBITION["Head/HallNm"])
    fill(page, {f"row/{tag}": value for tag, value in EXHIBIT.items()})
    page.locator("[data-row=done]").click()
    expect(page.locator("#grid-body tr")).to_have_count(1)
    page.locator("#import-menu summary").click()
    page.locator("#goods-file").set_input_files(SHEET)
    page.locator("#import-menu [data-row=import]").click()
    expect(page.locator("#line-count")).to_contain_text("87")
    boxes = page.locator("#grid-body input[name=pick]")
    expect(boxes).to_have_count(87)  # the page may still be coming in when its first lines are there
    for box in boxes.all()[1:]:
        box.check()
    page.locator("[data-row=delete]").click()
    expect(page.locator("#grid-body tr")).to_have_count(1)
    page.locator("#save-button").click()
    expect(page.locator("#flash")).to_contain_text("已暂存")
    page.locator("#declare-button").click()
    page.get_by_role("button", name="通过 IC 卡控件签名").click()
    expect(page).to_have_url(f"{stack.agent_url}/sign")
    card = page.locator("option", has_text=stack.cards["wang"].holder.ic_card_no)
    page.get_by_label("使用的卡").select_option(card.get_attribute("value"))
    page.get_by_label("卡密码").fill(PIN)
    page.get_by_role("button", name="签名", exact=True).click()
    page.get_by_role("button", name=re.compile("返回")).click()
    page.get_by_role("button", name="申报", exact=True).click()
    expect(page.locator("#flash")).to_contain_text("已签名")
    for _ in range(60):
        if state(page).inner_text() == "审核通过":
            break
        page.reload()
    expect(state(page)).to_have_text("审核通过")
    href = page.locator("#print-menu a").last.get_attribute("href") or ""
    assert page.request.get(href).body().startswith(b"%PDF-")


@pytest.mark.requirement("W6", "W19")
def test_a_wrong_save_and_an_upload_without_scripts(plain_page: Page, login: Login, stack: Stack) -> None:
    """What was typed is there again with the reason at its field; an upload saves what is typed too."""
    page = plain_page
    login(page, "wang")
    page.goto("/forms/confirmation")
    fill(page, {"Head/MasterCusCd": "上海", "Head/Purpose": "演出"})
    page.locator("#save-button").click()
    expect(page.locator("#summary")).to_contain_text("未能暂存")
    expect(field(page, "Head/MasterCusCd")).to_have_value("上海")
    expect(field(page, "Head/Purpose")).to_have_value("演出")
    fill(page, CONFIRMATION)
    page.locator("#save-button").click()
    expect(page.locator("#flash")).to_contain_text("已暂存")
    fill(page, {"Head/Purpose": "交流演出"})
    page.locator("#document-file").set_input_files(PERMIT)
    page.locator("#upload-button").click()
    expect(page.locator("#document-list")).to_contain_text("展会批准文件.pdf")
    expect(field(page, "Head/Purpose")).to_have_value("交流演出")


@pytest.mark.requirement("W7")
def test_deleting_asks_without_scripts(plain_page: Page, login: Login, stack: Stack) -> None:
    """删除 is a page that asks."""
    page = plain_page
    login(page, "wang")
    seq_no = draft(stack, "confirmation", CONFIRMATION)
    page.goto(f"/declarations/{seq_no}")
    page.locator("#delete-button").click()
    expect(page.locator("#content")).to_contain_text("确定删除")
    page.locator("#delete-yes").click()
    expect(page.locator("#flash")).to_contain_text("已删除")
