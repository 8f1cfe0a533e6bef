"""The start page: what waits for somebody, each thing a click away (W29); and that no page of ours shuts anybody out (W31)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it comes without types
from playwright.sync_api import Locator, Page, expect

from tests.web.browser.filing import EXHIBIT, EXHIBITION, approved, control, declare, draft, to_be_returned
from tests.web.conftest import DESK, PHONE, Login
from tests.web.stack import Stack, eventually

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")

#: Days before the exhibition's goods must be back, and what is said on each.
NEARER = (("2027-03-25", "30天内到期"), ("2027-04-13", "10天内到期"), ("2027-04-20", "3天内到期"), ("2027-04-24", "已超期"))
WHY = "展期与批件不符，请核对"


@pytest.fixture
def no_customs(stack: Stack) -> Iterator[None]:
    """Customs do not answer for the time of a test."""
    stack.stop("customs")
    yield
    stack.start("customs")


def rejected(page: Page, stack: Stack, name: str) -> str:
    """A declaration that customs gave back for a reason at a field."""
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": name}, [EXHIBIT])
    to_be_returned(stack, seq_no, "Head/EndDate", WHY)
    declare(page, stack, seq_no, "审核不通过")
    return seq_no


def shown(page: Page, place: Locator, address: str = "/") -> bool:
    """Whether a page, opened anew, has it."""
    page.goto(address)
    return place.count() > 0


@pytest.mark.requirement("W29")
def test_what_customs_gave_back_waits_with_its_reasons(page: Page, login: Login, stack: Stack) -> None:
    """Rejected: the reason stands on the start page, and leads to its field."""
    login(page, "wang")
    seq_no = rejected(page, stack, "退回展")
    page.goto("/")
    item = page.locator("#rejected li", has_text=seq_no).first
    expect(item).to_contain_text(WHY)
    item.get_by_role("link", name="展期结束日期").click()
    page.wait_for_url(re.compile(rf"/declarations/{seq_no}#Head/EndDate$"))


@pytest.mark.requirement("W29")
def test_it_changes_as_customs_answer(page: Page, login: Login, stack: Stack) -> None:
    """A declaration that is given back while the page is open appears there without a reload."""
    login(page, "zhang")
    other = page.context.new_page()
    seq_no = rejected(other, stack, "随到随看展")
    expect(page.locator("#rejected")).to_contain_text(seq_no, timeout=10_000)


@pytest.mark.requirement("W29")
def test_drafts_and_shortcuts(page: Page, login: Login, stack: Stack) -> None:
    """Drafts are listed; each kind can be begun from here; the officers' desk is linked for demonstrations."""
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": "草稿展"})
    login(page, "wang")
    expect(page.locator("#drafts")).to_contain_text(seq_no)
    expect(page.locator(".quick a")).to_have_count(5)
    page.get_by_role("link", name="新增展览会备案").click()
    page.wait_for_url(re.compile("/forms/exhibition$"))
    assert page.locator("header").get_by_role("link", name=re.compile("模拟海关")).count() == 1


@pytest.mark.requirement("W29")
def test_deadlines_press_as_they_come_nearer(page: Page, login: Login, stack: Stack) -> None:
    """An approved exhibition's goods: not listed long before; 30 days before, 10, 3, and over, each said so."""
    login(page, "wang")
    home = str(control(stack, "GET", "/control/clock")["now"])
    _, number = approved(page, stack, {**EXHIBITION, "Head/ExhibitionNm": "到期展"})
    page.goto("/")
    expect(page.locator("#deadlines")).not_to_contain_text(number)
    item = page.locator("#deadlines li", has_text=number)
    try:
        for day, said in NEARER:
            control(stack, "PUT", "/control/clock", {"mode": "manual", "instant": f"{day}T09:00:00+08:00"})
            eventually(partial(shown, page, item.filter(has_text=said)))
    finally:
        control(stack, "PUT", "/control/clock", {"mode": "live", "instant": home})
        # The portal follows a moment later; what comes next is declared on the old day.
        eventually(partial(shown, page, page.locator("output", has_text=home[:10]), "/forms/exhibition"))


@pytest.mark.requirement("W29")
def test_a_channel_that_is_down_is_said(page: Page, login: Login, stack: Stack, no_customs: None) -> None:
    """With customs away the start page says so, and that what is declared goes out later."""
    login(page, "wang")
    eventually(partial(shown, page, page.locator("#channel", has_text="海关通道")), 60)
    expect(page.locator("#channel")).to_contain_text("自动发出")


@pytest.mark.requirement("W29")
def test_the_start_page_needs_no_scripts(plain_page: Page, login: Login, stack: Stack) -> None:
    """All of it is there without JavaScript."""
    seq_no = draft(stack, "exhibition", {**EXHIBITION, "Head/ExhibitionNm": "无脚本展"})
    login(plain_page, "wang")
    expect(plain_page.locator("#drafts")).to_contain_text(seq_no)


@pytest.mark.requirement("W31")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_of_ours_shuts_anybody_out(page: Page, login: Login, stack: Stack, size: dict[str, int]) -> None:
    """axe finds nothing serious on any query page, in either language, and nothing is wider than the screen."""
    page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict serves
    login(page, "wang")
    seq_no = rejected(page, stack, "无障碍展")
    page.goto(f"/declarations/{seq_no}/history")
    receipt = page.locator("#receipts a").first.get_attribute("href")
    addresses = ["/", "/queries/exhibition", "/queries/extension?state=x", "/queries/write-off?original=222520271147491038"]
    addresses += [f"/declarations/{seq_no}/history", str(receipt), "/declarants", "/tokens", "/api/v1/docs"]
    for address in addresses:
        page.goto(address)
        found = Axe().run(page).response["violations"]
        serious = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in ("serious", "critical")]
        assert serious == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
