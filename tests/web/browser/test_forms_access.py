"""Nobody is kept out: axe finds nothing serious on any form page, wide or narrow, and nothing is cut off."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it comes without types
from playwright.sync_api import Page

from tempgoods_edi.declarant.kinds import KINDS
from tests.web.browser.filing import CONFIRMATION, EXHIBIT, EXHIBITION, draft, fill
from tests.web.conftest import DESK, PHONE, Login
from tests.web.stack import Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")


@pytest.mark.requirement("W31")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_form_has_a_barrier(page: Page, login: Login, stack: Stack, lang: str, size: dict[str, int]) -> None:
    """New, stored, with findings, with an open line, asking, and before signing."""
    login(page, "wang")
    page.context.add_cookies([{"name": "tempgoods_lang", "value": lang, "url": stack.url}])
    page.set_viewport_size(size)  # type: ignore[arg-type]  # width and height
    whole = draft(stack, "exhibition", EXHIBITION, [EXHIBIT, {"GdsNm": "x"}])
    bare = draft(stack, "confirmation", CONFIRMATION)
    pages = [f"/forms/{kind.slug}" for kind in KINDS]
    for address in (*pages, f"/declarations/{whole}", f"/declarations/{whole}/declare", f"/declarations/{bare}/delete"):
        page.goto(address)
        checked(page, address)
    page.goto(f"/declarations/{bare}")
    page.locator("#goods [data-row=new]").click()
    fill(page, {"row/DclQty": "x"})
    page.locator("#save-button").click()
    page.locator("#summary").wait_for()
    checked(page, "with findings")


def checked(page: Page, what: str) -> None:
    """axe finds nothing serious, and the page is no wider than the window."""
    found = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == [], what
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what
