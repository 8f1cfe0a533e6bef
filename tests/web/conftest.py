"""Browser tests of the portal: the stack, Chromium, and log-ins.

``page`` is a fresh window on the portal, nobody logged in; ``login(page, "wang")`` puts somebody behind it (quickly,
without the log-in page; `by_card` goes through it).  Whatever a page's console complains of fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.web.stack import PIN, Stack, running

DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)

Login = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Customs, gateway, portal and card control, running; one for all tests of a worker."""
    with running(tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture
def context(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """A browser of its own for a test: no cookies, 1366×768."""
    with browser.new_context(base_url=stack.url, viewport=DESK, locale="zh-CN") as made:
        yield made


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A window; its script errors and Content-Security-Policy complaints fail the test."""
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    yield context.new_page()
    assert complaints == []


@pytest.fixture
def plain_page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A window without JavaScript."""
    with browser.new_context(base_url=stack.url, viewport=DESK, java_script_enabled=False) as made:
        yield made.new_page()


@pytest.fixture
def login(stack: Stack) -> Login:
    """``login(page, "wang")``: a session of its own for that card's holder, and the start page."""

    def log_in(page: Page, card: str = "wang") -> None:
        with closing(stack.logged_in(card)) as client:
            found = [{"name": each.name, "value": each.value or "", "url": stack.url} for each in client.cookies.jar]
        page.context.add_cookies(found)  # type: ignore[arg-type]  # name, value, url: what it needs
        page.goto("/")

    return log_in


def by_card(page: Page, stack: Stack, card: str, pin: str = PIN) -> None:
    """Log in as people do: choose the card, type the password, press 登录 (without waiting for the outcome)."""
    page.goto("/login")
    choose(page, stack, card)
    page.get_by_label("卡密码", exact=True).fill(pin)
    page.get_by_role("button", name="登录", exact=True).click()


def choose(page: Page, stack: Stack, card: str) -> None:
    """Choose a card among those in the readers."""
    option = page.locator("#card option", has_text=stack.cards[card].holder.ic_card_no)
    expect(option).to_have_count(1)
    page.locator("#card").select_option(option.get_attribute("value"))
