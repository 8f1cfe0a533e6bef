"""W28 as people meet it: two enterprises at two browsers, and nothing of the one on any page of the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.filing import EXHIBITION, draft
from tests.web.conftest import Login
from tests.web.stack import HOLDERS, Stack

pytestmark = [pytest.mark.needs("chromium", "chinese-font", "playwright"), pytest.mark.requirement("W28")]


def test_one_enterprise_never_sees_anothers(page: Page, login: Login, stack: Stack) -> None:
    """Lists, searches, addresses typed by hand: another's draft is nowhere, in the words of what does not exist."""
    name = "京华独家书展"
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": name}, card="li")
    login(page, "wang")
    for address in ("/", "/queries/exhibition", f"/queries/exhibition?seq_no={seq_no}", f"/queries/exhibition?title={name[:4]}"):
        page.goto(address)
        expect(page.locator("main")).not_to_contain_text(name)
    words = []
    for number in (seq_no, "209912319999999999"):
        for tail in ("", "/history", "/declare", "/delete", "/print/check-sheet.pdf", "/receipts/1"):
            answer = page.goto(f"/declarations/{number}{tail}")
            assert answer is not None
            assert answer.status == 404
            words.append(page.locator("main").inner_text().replace(number, ""))
    assert words[:6] == words[6:]


def test_operators_of_one_enterprise_share_its_data(page: Page, login: Login, stack: Stack, browser: Browser) -> None:
    """What 王琳 saved, 张敏 of the same enterprise finds, with who saved it."""
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": "同企业展"}, card="wang")
    login(page, "zhang")
    page.goto(f"/queries/exhibition?seq_no={seq_no}")
    expect(page.locator("#total")).to_contain_text("共 1 条")
    page.goto(f"/declarations/{seq_no}/history")
    expect(page.locator("#timeline")).to_contain_text(HOLDERS["wang"].operator_name)
