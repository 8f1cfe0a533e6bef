"""Accompanying documents: only after the first save, PDFs only, with progress; what is refused says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.filing import CONFIRMATION, PERMIT, SHEET, draft, field, fill
from tests.web.conftest import Login
from tests.web.stack import Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")


@pytest.mark.requirement("W19")
def test_documents_are_uploaded_after_the_first_save(page: Page, login: Login, stack: Stack) -> None:
    """Closed before; then a PDF is uploaded with progress, listed, viewed, deleted; the form saves on afterwards."""
    login(page, "wang")
    page.goto("/forms/confirmation")
    expect(page.locator("#documents")).to_contain_text("暂存后方可上传")
    expect(page.locator("#document-file")).to_have_count(0)
    seq_no = draft(stack, "confirmation", CONFIRMATION)
    page.goto(f"/declarations/{seq_no}")
    fill(page, {"Head/Purpose": "还没有暂存的内容"})
    page.locator("#document-file").set_input_files(PERMIT)
    page.locator("#upload-button").click()
    row = page.locator("#document-list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("展会批准文件.pdf")
    expect(page.locator("#upload-said")).to_contain_text("已上传")
    expect(field(page, "Head/Purpose")).to_have_value("还没有暂存的内容")
    answer = page.request.get(row.get_by_role("link", name="查看").get_attribute("href") or "")
    assert answer.body() == PERMIT.read_bytes()
    assert answer.headers["x-content-type-options"] == "nosniff"
    page.locator("#save-button").click()
    expect(page.locator("#flash")).to_contain_text("已暂存")
    expect(field(page, "Head/Purpose")).to_have_value("还没有暂存的内容")
    expect(row).to_have_count(1)
    row.get_by_role("button", name="删除").click()
    expect(page.locator("#document-list")).to_contain_text("还没有单证")


@pytest.mark.requirement("W19")
def test_what_is_refused_says_why(page: Page, login: Login, stack: Stack, tmp_path: Path) -> None:
    """A sheet named .pdf, one that is too large, a truncated one: each is refused in words, and nothing is listed."""
    large, false, cut = tmp_path / "大.pdf", tmp_path / "清单.pdf", tmp_path / "断.pdf"
    large.write_bytes(PERMIT.read_bytes() + b" " * (4 * 1024 * 1024))
    false.write_bytes(SHEET.read_bytes())
    cut.write_bytes(PERMIT.read_bytes()[:600])
    seq_no = draft(stack, "confirmation", CONFIRMATION)
    login(page, "wang")
    page.goto(f"/declarations/{seq_no}")
    for file, why in ((false, "PDF"), (large, "4"), (cut, "损坏")):
        page.locator("#document-file").set_input_files(file)
        page.locator("#upload-button").click()
        expect(page.locator("#upload-said .error")).to_contain_text(why)
        expect(page.locator("#document-list tbody tr")).to_have_count(0)
    page.locator("#document-file").set_input_files([])
    page.locator("#upload-button").click()
    expect(page.locator("#upload-said")).to_contain_text("请选择文件")
