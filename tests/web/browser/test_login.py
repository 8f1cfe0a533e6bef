"""Log in with a card, log out, and what goes wrong with cards, as people meet it in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it comes without types
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.conftest import DESK, PHONE, Login, by_card, choose
from tests.web.stack import PIN, SPARE, STRANGER, Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")


@pytest.fixture
def spare(stack: Stack) -> Iterator[str]:
    """A card that a test may block; gone afterwards."""
    card = stack.new_card("spare", SPARE)
    yield card.name
    shutil.rmtree(card.folder)


@pytest.mark.requirement("W1")
def test_a_card_and_its_password_let_in(page: Page, stack: Stack) -> None:
    """Card in the reader, password typed, 登录 pressed: the start page is there; the password went to no server."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    by_card(page, stack, "wang")
    page.wait_for_url(f"{stack.url}/")
    assert not any(PIN in each for each in sent)


@pytest.mark.requirement("W1")
def test_a_wrong_password_says_how_many_tries_are_left_and_a_blocked_card_says_so(
    page: Page, stack: Stack, spare: str
) -> None:
    """Two tries left, one left, blocked; then even the right password does not help."""
    problem = page.locator("#login-problem")
    by_card(page, stack, spare, "000000")
    expect(problem).to_contain_text("2")
    expect(page.get_by_label("卡密码", exact=True)).to_have_value("")
    for said in ("1", "锁定"):
        page.get_by_label("卡密码", exact=True).fill("000000")
        page.get_by_role("button", name="登录", exact=True).click()
        expect(problem).to_contain_text(said)
    by_card(page, stack, spare)
    expect(problem).to_contain_text("锁定")
    expect(page).to_have_url(f"{stack.url}/login")


@pytest.mark.requirement("W2")
def test_log_out_ends_it_on_the_server_and_in_every_tab(page: Page, stack: Stack, login: Login) -> None:
    """After 退出 the old cookie opens nothing, the other tab goes to the log-in page, and “back” shows nothing."""
    login(page, "wang")
    page.goto("/help")
    other = page.context.new_page()
    other.goto("/help")
    expect(other.locator("#who-operator")).to_have_text("王琳")
    cookies = page.context.cookies()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("status")).to_contain_text("已安全退出")
    expect(other).to_have_url(f"{stack.url}/login?reason=out", timeout=10_000)
    page.go_back()
    expect(page.locator("#who-operator")).to_have_count(0)
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # what a browser gives it takes
    page.goto("/")
    expect(page).to_have_url(f"{stack.url}/login")


@pytest.mark.requirement("W3")
def test_company_operator_and_code_are_the_cards(page: Page, stack: Stack) -> None:
    """The top bar shows who is logged in as the certificate says."""
    by_card(page, stack, "zhang")
    page.wait_for_url(f"{stack.url}/")
    expect(page.locator("#who-enterprise")).to_have_text("华东会展发展有限公司")
    expect(page.locator("#who-code")).to_have_text("310173A546")
    expect(page.locator("#who-operator")).to_have_text("张敏")


@pytest.mark.requirement("W4")
def test_no_control_no_reader_no_card_each_say_what_to_do(page: Page, stack: Stack) -> None:
    """A text of its own for each, with what to do."""
    problem = page.locator("#login-problem")
    away = stack.folder / "away"
    stack.readers.rename(away)
    try:
        stack.readers.mkdir()
        page.goto("/login")
        expect(problem).to_contain_text("没有 IC 卡")
        expect(problem).to_contain_text("插入")
        stack.readers.rmdir()
        page.get_by_role("button", name="重新读卡").click()
        expect(problem).to_contain_text("没有找到读卡器")
        stack.kill("agent")
        page.get_by_role("button", name="重新读卡").click()
        expect(problem).to_contain_text("没有连上 IC 卡控件")
        expect(problem).to_contain_text("启动")
    finally:
        away.rename(stack.readers)
        stack.restart("agent")
    page.get_by_role("button", name="重新读卡").click()
    choose(page, stack, "wang")
    expect(problem).to_be_empty()


def test_a_card_of_an_unknown_ca_is_refused_in_words(page: Page, stack: Stack) -> None:
    """The portal trusts only its CAs, whatever the card signs."""
    card = stack.new_card("stranger", STRANGER, trusted=False)
    try:
        by_card(page, stack, "stranger")
        expect(page.locator("#login-problem")).not_to_be_empty()
        expect(page).to_have_url(f"{stack.url}/login")
    finally:
        shutil.rmtree(card.folder)


def test_log_in_leads_to_the_page_that_was_asked_for(page: Page, stack: Stack) -> None:
    """Somebody who came for one page gets it after the log-in."""
    page.goto("/events/since?after=0")
    expect(page).to_have_url(f"{stack.url}/login?next=%2Fevents%2Fsince%3Fafter%3D0")
    choose(page, stack, "wang")
    page.get_by_label("卡密码", exact=True).fill(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{stack.url}/events/since?after=0")


def test_without_scripts_the_controls_own_page_asks_for_the_password(plain_page: Page, stack: Stack) -> None:
    """Portal, control's page, back, confirm: logged in."""
    page = plain_page
    page.goto("/login?next=/help")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".signed-text")).to_contain_text(f"origin: {stack.url}")
    page.get_by_role("button", name="前往 IC 卡控件").click()
    expect(page).to_have_url(f"{stack.agent_url}/login")
    option = page.locator("option", has_text=stack.cards["li"].holder.ic_card_no)
    page.get_by_label("使用的卡").select_option(option.get_attribute("value"))
    page.get_by_label("卡密码").fill(PIN)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name="返回并登录").click()
    page.get_by_role("button", name="确认登录").click()
    expect(page).to_have_url(f"{stack.url}/help")
    expect(page.locator("#who-operator")).to_have_text("李文")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("status")).to_contain_text("已安全退出")


def test_the_language_is_changed_and_kept(page: Page) -> None:
    """English by a button, on the same page; the page says which language it is in."""
    page.goto("/help")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url("/help")
    page.goto("/login")
    expect(page.get_by_role("heading", name="Log in with your IC card")).to_be_visible()


@pytest.mark.requirement("W31")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_shells_pages_have_no_barrier_and_fit(page: Page, login: Login, lang: str) -> None:
    """axe finds nothing, wide and narrow, and nothing sticks out to the side."""
    axe = Axe()
    page.goto("/login")
    if lang == "en":
        page.get_by_role("button", name="English").click()
    for address in ("/login", "/help", "/nothing-here", "/login/signed"):
        _judged(axe, page, address)
    login(page, "wang")
    for address in ("/help", "/nothing-here"):
        _judged(axe, page, address)


def _judged(axe: Axe, page: Page, address: str) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.goto(address)
        found = axe.run(page)
        assert [each["id"] for each in found.response["violations"]] == [], (address, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, size)


def test_the_menu_folds_on_a_narrow_screen(page: Page, login: Login) -> None:
    """At 390 px the menu is behind one line; opened, it leads on."""
    page.set_viewport_size(PHONE)
    login(page, "wang")
    page.goto("/help")
    link = page.get_by_role("link", name="展览会备案", exact=True)
    expect(link).to_be_hidden()
    page.locator("summary", has_text="菜单").click()
    expect(link).to_be_visible()


def test_a_keyboard_alone_reaches_everything(page: Page, login: Login) -> None:
    """The first Tab offers to skip to the content; the focus can be seen."""
    login(page, "wang")
    page.goto("/help")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_a_password_manager_or_history_keeps_no_card_password(
    context: BrowserContext, page: Page, stack: Stack
) -> None:
    """The field has no name and asks not to be remembered."""
    page.goto("/login")
    field = page.get_by_label("卡密码", exact=True)
    expect(field).to_have_attribute("autocomplete", "off")
    assert field.get_attribute("name") is None
