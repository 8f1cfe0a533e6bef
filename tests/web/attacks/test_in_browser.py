"""Values that mean something to scripts, in a real browser: they are shown as what they are."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Login

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")

#: What every object of a script has without having been given it.
INHERITED = {"DclUnitCd": "__proto__", "CurrCd": "constructor", "NatCd": "toString", "Gdecd": "hasOwnProperty"}
MARKUP = "<img src=x onerror=\"document.title='taken'\"></textarea></script>"


def test_a_line_of_words_that_scripts_know_is_shown_as_typed(page: Page, login: Login) -> None:
    """Codes such as “constructor” have no name, whatever objects inherit; markup is text in table, totals and panel."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    line = json.dumps([{**INHERITED, "GdsNm": MARKUP, "DclQty": "1", "TotalPrice": "2"}])
    goods = f'{line[:-2]}, "__proto__": "polluted"}}]'
    page.evaluate("([line]) => { document.getElementById('goods-json').value = line; }", [goods])
    with page.expect_navigation():
        page.evaluate("() => document.getElementById('form').submit()")
    row = page.locator("#grid-body tr")
    expect(row).to_have_count(1)
    for word in (*INHERITED.values(), MARKUP):
        expect(row).to_contain_text(word)
    for place in (row, page.locator("#totals")):
        expect(place).not_to_contain_text("native code")
        expect(place).not_to_contain_text("[object")
    page.locator("[data-edit='1']").click()
    expect(page.locator("[id='row/GdsNm']")).to_have_value(MARKUP)
    expect(page.locator("img[src=x]")).to_have_count(0)
    assert "taken" not in page.title()
    assert page.evaluate("() => ({}).polluted === undefined && ![].some.call(document.images, (each) => each.src.endsWith('/x'))")
