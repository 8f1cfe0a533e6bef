"""What the stories do with a page, in the manual's words: type what a case says, 暂存, 导入, 上传, 申报, 打印."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.web.browser.filing import field, sign, state
from tests.web.stack import TOP, Stack

CASES = TOP / "fixtures" / "cases"

#: How long customs, gateway and a busy machine may take over one declaration.
PATIENCE = 60_000


def content(case: str) -> Any:
    """The document that a sample case leads to."""
    return json.loads((CASES / case / "message.json").read_bytes())["document"]


def type_in(page: Page, values: Mapping[str, str], prefix: str = "Head/") -> None:
    """Type a group's values where there is something to type into; what fills itself stays as it is."""
    for tag, value in values.items():
        place = field(page, f"{prefix}{tag}")
        kind = place.evaluate("each => each.type ?? each.tagName")
        if kind == "select-one":
            place.select_option(value)
        elif kind == "date":
            place.fill(f"{value[:4]}-{value[4:6]}-{value[6:]}")
        elif kind != "output":
            place.fill(value)


def press(page: Page, name: str) -> None:
    """Press a button of the bar by its name."""
    page.locator("#buttons").get_by_role("button", name=name, exact=True).click()


def save(page: Page) -> str:
    """暂存; the pre-entry number that it has then."""
    press(page, "暂存")
    expect(page.locator("#flash")).to_contain_text("已暂存")
    return page.locator("#seq-no").inner_text()


def bring_in(page: Page, sheet: Path, lines: int) -> Locator:
    """导入 Excel; what the page says about it."""
    page.locator("#import-menu summary").click()
    page.locator("#goods-file").set_input_files(sheet)
    page.locator("#import-menu [data-row=import]").click()
    expect(page.locator("#line-count")).to_have_text(f"共 {lines} 行")
    return page.locator("#import-errors")


def upload(page: Page, file: Path, kind: str | None = None) -> None:
    """上传 a PDF."""
    if kind is not None:
        page.locator("#document-type").select_option(kind)
    page.locator("#document-file").set_input_files(file)
    page.locator("#upload-button").click()
    expect(page.locator("#document-list tbody")).to_contain_text(file.name)


def look_into_line(page: Page, number: int) -> None:
    """Open a line of the goods for editing."""
    page.locator(f"[data-edit='{number}']").click()
    expect(page.locator("#row-legend")).to_contain_text(f"第 {number} 行")


def declare(page: Page) -> None:
    """申报, and the card's password."""
    press(page, "申报")
    expect(page.locator("#sign-form")).to_be_visible()
    sign(page)
    page.wait_for_url(re.compile(r"/declarations/\d+$"))


def becomes(page: Page, *states: str) -> None:
    """The state line comes to one of *states*, without a reload."""
    expect(state(page)).to_have_text(re.compile("|".join(states)), timeout=PATIENCE)


def printed(page: Page, title: str) -> str:
    """打印 the sheet called so; the text that can be taken out of its PDF."""
    page.locator("#print-button").click()
    address = page.locator("#print-menu").get_by_role("link", name=title, exact=True).get_attribute("href")
    answer = page.request.get(address or "", timeout=PATIENCE)
    assert answer.ok, answer.status_text
    page.keyboard.press("Escape")
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.body(), capture_output=True, check=True)
    return told.stdout.decode()


def officer(page: Page, stack: Stack, seq_no: str) -> Page:
    """A window on the officer's desk with that declaration."""
    desk = page.context.new_page()
    desk.goto(f"{stack.customs_url}/console/")
    desk.goto(f"{stack.customs_url}/console/t/default/cases?state=waiting")
    desk.get_by_role("link", name=seq_no).click()
    return desk
