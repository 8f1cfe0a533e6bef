"""The console in a real browser: decisions, switches, keys, live lists, and no barrier for anybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it comes without types
from playwright.sync_api import Browser, Page, expect

from tests.h2018.console import story
from tests.h2018.tenant import fixture

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")

PAGES = ("cases", "journal", "clock", "switches", "deliveries", "tenants", "help", "cases?state=approved", "cases/0")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A customs with its story told."""
    with story.serving() as url:
        story.told(url)
        yield url


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A fresh window; whatever its console complains of fails the test."""
    complaints: list[str] = []
    with browser.new_context(base_url=f"{url}/console/t/default/", viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        yield page
    assert complaints == []


def waiting(url: str, serial: int) -> str:
    """One more declaration that waits; its pre-entry number."""
    story.send(url, story.numbered(fixture("tmp101-full"), f"MANUAL-{serial}", serial))
    return story.cases(url, "manual_review")[0]


def test_an_officer_approves_one(page: Page, url: str) -> None:
    """From the list to the declaration, approve, and its state and receipt are there."""
    seq_no = waiting(url, 101)
    page.goto("cases?state=waiting")
    page.get_by_role("link", name=seq_no).click()
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_role("status")).to_contain_text("已通过")
    expect(page.locator("#summary .state")).to_have_text("审核通过")
    expect(page.locator("#receipts")).to_contain_text("审核通过")


def test_an_officer_returns_one_with_a_reason_on_a_field(page: Page, url: str) -> None:
    """The pencil at a field starts a reason for it; it stands in the receipt."""
    seq_no = waiting(url, 102)
    page.goto(f"cases/{seq_no}")
    page.locator("[id='Head/EndDate'] .choose").click()
    expect(page.locator("#reasons input").first).to_have_value("Head/EndDate")
    page.keyboard.type("展期与批件不符")
    page.get_by_role("button", name="退单", exact=True).click()
    expect(page.locator("#summary .state")).to_have_text("审核不通过")
    expect(page.locator("#receipts")).to_contain_text("展期与批件不符")
    expect(page.locator("#receipts")).to_contain_text("Head/EndDate")


def test_an_officer_asks_again(page: Page, url: str) -> None:
    """The question is in a receipt; the declaration still waits."""
    seq_no = waiting(url, 103)
    page.goto(f"cases/{seq_no}?lang=en")
    page.get_by_label("Ask the declarant again").fill("请补充展位图")
    page.get_by_role("button", name="Ask (it stays in review)").click()
    expect(page.get_by_role("status")).to_contain_text("receipt 2")
    expect(page.locator("#receipts")).to_contain_text("请补充展位图")
    expect(page.locator("#decision")).to_be_visible()


def test_a_fault_is_switched_on(page: Page) -> None:
    """A fault that was off is on after one click, and off after another."""
    page.goto("switches")
    row = page.locator("tr", has_text="入库回执偶尔丢失")
    row.get_by_role("button", name="打开").click()
    expect(page.get_by_role("status")).to_contain_text("开关已更改")
    expect(row.locator("b")).to_have_text("开")
    row.get_by_role("button", name="关闭").click()
    expect(row.locator("b")).to_have_text("关")


def test_the_clock_goes_forward(page: Page) -> None:
    """A day by one click; the header shows it."""
    page.goto("clock")
    before = page.locator("#now time").inner_text()
    page.get_by_role("button", name="+ 1 天").click()
    expect(page.locator("#now time")).not_to_have_text(before)
    assert page.locator("#now time").inner_text()[11:] == before[11:]


def test_the_list_is_live(page: Page, url: str) -> None:
    """A declaration that comes in meanwhile appears without a reload."""
    page.goto("cases")
    page.evaluate("window.stayed = true")
    seq_no = waiting(url, 104)
    expect(page.get_by_role("link", name=seq_no)).to_be_visible(timeout=10_000)
    assert page.evaluate("window.stayed") is True


def test_everything_is_done_without_scripts(browser: Browser, url: str) -> None:
    """With JavaScript off: filter, choose a field, return."""
    seq_no = waiting(url, 105)
    context = browser.new_context(base_url=f"{url}/console/t/default/", java_script_enabled=False)
    page = context.new_page()
    page.goto("cases")
    page.locator("#search").fill("MANUAL-105")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name=seq_no).click()
    page.locator("[id='Head/EndDate'] .choose").click()
    page.locator("#reasons textarea").first.fill("请核对")
    page.get_by_role("button", name="退单", exact=True).click()
    expect(page.locator("#summary .state")).to_have_text("审核不通过")
    context.close()


def test_the_keys_do_what_the_help_says(page: Page, url: str) -> None:
    """Keys go to pages, rows and fields; they decide nothing, type into fields as usual, and can be switched off."""
    seq_no = waiting(url, 106)
    page.goto("help")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/cases?state=waiting")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{seq_no}")
    page.keyboard.press("a")
    expect(page.locator("#approve")).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.type("ajk/?")
    expect(page.locator("#reasons textarea").first).to_have_value("ajk/?")
    page.goto("help")
    page.get_by_role("button", name="关闭快捷键").click()
    page.locator("h1").click()
    page.keyboard.press("l")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_has_a_barrier(page: Page, url: str, lang: str) -> None:
    """axe finds nothing on any page, in either language, wide or narrow."""
    axe, seq_no = Axe(), waiting(url, 107 if lang == "zh" else 108)
    many = story.cases(url, "manual_review")[-1]
    one = f"cases/{seq_no}?reason=Head%2FEndDate"
    page.goto(f"cases?lang={lang}")
    for width, addresses in ((1440, (*PAGES, one, f"cases/{many}", "records/1", "receipts/1")), (420, ("cases", one))):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            found = axe.run(page)
            assert [each["id"] for each in found.response["violations"]] == [], (address, found.generate_report())
