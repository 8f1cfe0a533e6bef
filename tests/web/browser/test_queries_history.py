"""The history of a declaration (W30): versions, receipts raw and readable, who did what when, what was sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.filing import EXHIBIT, EXHIBITION, approved, declare, draft, field, to_be_returned
from tests.web.conftest import Login
from tests.web.stack import Stack

pytestmark = [pytest.mark.needs("chromium", "chinese-font", "playwright"), pytest.mark.requirement("W30")]


def test_everything_that_happened_is_there(page: Page, login: Login, stack: Stack) -> None:
    """Saved, declared, sent, rejected, declared again, approved: in order, with who did it and the receipt behind it."""
    login(page, "wang")
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": "历史展"}, [EXHIBIT])
    to_be_returned(stack, seq_no, "Head/EndDate", "展期与批件不符")
    declare(page, stack, seq_no, "审核不通过")
    declare(page, stack, seq_no)
    page.get_by_role("link", name="历史").click()
    events = page.locator("#timeline strong").all_inner_texts()
    assert events[0] == "回执 1 通过"
    assert events[-1] == "暂存"
    assert events.count("申报") == 2
    assert "回执 3 退单" in events
    expect(page.locator("#timeline li").last).to_contain_text("王琳")
    expect(page.locator("#messages tbody tr")).to_have_count(2)
    expect(page.locator("#receipts")).to_contain_text("展期与批件不符")


def test_a_receipt_is_read_in_words_and_had_as_it_came(page: Page, login: Login, stack: Stack, tmp_path: Path) -> None:
    """查看 shows labels and meanings, and the XML; 下载 gives the bytes."""
    login(page, "wang")
    seq_no, number = approved(page, stack, {**EXHIBITION, "Head/ExhibitionNm": "回执展"})
    page.goto(f"/declarations/{seq_no}/history")
    page.locator("#receipts").get_by_role("link", name="查看").first.click()
    expect(page.locator(".facts").first).to_contain_text(number)
    expect(page.locator(".facts").first).to_contain_text("1 通过")
    expect(page.locator("#xml")).to_contain_text("<manageResult>1</manageResult>")
    with page.expect_download() as downloading:
        page.locator("#download-button").click()
    data = downloading.value.path().read_bytes()
    assert data.startswith(b"<?xml")
    assert number.encode() in data


def test_a_change_is_shown_before_and_after(page: Page, login: Login, stack: Stack) -> None:
    """The version that changes has the fields that differ, with both values; versions are numbered."""
    login(page, "wang")
    seq_no, _ = approved(page, stack, {**EXHIBITION, "Head/ExhibitionNm": "前后展"})
    page.locator("#change-button").click()
    field(page, "Head/HallNm").fill("西岸会展中心2馆")
    page.locator("#save-button").click()
    expect(page.locator("#before-after")).to_contain_text("西岸会展中心2馆")
    page.goto(f"/declarations/{seq_no}/history")
    version = page.locator("#versions li").first
    expect(version).to_contain_text("第 1 次变更")
    expect(version.locator("del")).to_have_text(EXHIBITION["Head/HallNm"])
    expect(version.locator("ins")).to_have_text("西岸会展中心2馆")


def test_a_history_follows_what_happens(page: Page, login: Login, stack: Stack) -> None:
    """An open history shows customs' receipts as they come."""
    login(page, "wang")
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": "随看历史展"}, [EXHIBIT])
    page.goto(f"/declarations/{seq_no}/history")
    other = page.context.new_page()
    declare(other, stack, seq_no)
    expect(page.locator("#timeline")).to_contain_text("回执 1 通过", timeout=10_000)


def test_it_needs_no_scripts(plain_page: Page, login: Login, stack: Stack) -> None:
    """The history of a draft without JavaScript."""
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": "无脚本历史展"})
    login(plain_page, "wang")
    plain_page.goto(f"/declarations/{seq_no}/history")
    expect(plain_page.locator("#timeline li")).to_have_count(1)
