"""The help page's test of control, site, reader, card, certificate and clock; and what the card control asks itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it comes without types
from playwright.sync_api import Page, expect

from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.card.soft import SoftCard
from tempgoods_edi.numbers import CHINA_TIME
from tests.web.browser.checking import step, tried_out
from tests.web.browser.filing import EXHIBIT, EXHIBITION, draft, sign, state
from tests.web.conftest import DESK, PHONE, Login, by_card
from tests.web.stack import PIN, SPARE, STRANGER, Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")


@pytest.fixture
def page(page: Page) -> Page:
    """The help page, nobody logged in."""
    page.goto("/help")
    return page


@contextmanager
def agent(stack: Stack, *more: str, origin: str | None = None) -> Iterator[None]:
    """The card control started in another way."""
    command = stack.parts["agent"].command
    usual = list(command)
    command.extend(more)
    if origin is not None:
        command[command.index("--origin") + 1] = origin
    try:
        stack.restart("agent")
        yield
    finally:
        command[:] = usual
        stack.restart("agent")


@pytest.mark.requirement("W4")
def test_all_is_well(page: Page, stack: Stack) -> None:
    """Everything there: each step says so, with version, readers, holders, days that are left, and seconds apart."""
    tried_out(page)
    step(page, "control", "正常", "版本", stack.agent_url.removeprefix("http"))
    step(page, "site", stack.url)
    step(page, "reader", "wang", "li")
    step(page, "card", "王琳", "华东会展发展有限公司", "2100000310173", "soft")
    step(page, "certificate", "2100000310173", "2126-01-01", "还有", "Test CA")
    step(page, "clock", "相差 0 秒")
    expect(page.locator("#check-outcome")).to_contain_text("可以登录")


@pytest.mark.requirement("W4")
def test_no_control_no_reader_no_card_are_told_apart_and_mended_without_a_reload(page: Page, stack: Stack) -> None:
    """Each at its own step with what to do; what depends on it was not tried_out; at last all is well."""
    away = stack.folder / "away"
    stack.kill("agent")
    stack.readers.rename(away)
    after = dict.fromkeys(("reader", "card", "certificate"), "none")
    try:
        tried_out(page, **{**after, "control": "bad", "site": "none"})
        step(page, "control", "有问题", "没有连上 IC 卡控件", "启动", stack.agent_url.removeprefix("http"))
        step(page, "card", "未检测", "先解决上面的问题")
        stack.start("agent")
        tried_out(page, **{**after, "reader": "bad"})
        step(page, "reader", "没有找到读卡器", "接好读卡器")
        stack.readers.mkdir()
        tried_out(page, card="bad", certificate="none")
        step(page, "card", "没有 IC 卡", "插入")
        stack.readers.rmdir()
    finally:
        away.rename(stack.readers)
        stack.restart("agent")
    tried_out(page)


@pytest.mark.requirement("W4")
def test_a_certificate_that_has_ended_or_is_of_another_issuer(page: Page, stack: Stack) -> None:
    """Which card, why, and what to do; the cards that are good are said to be."""
    ended = stack.new_card("ended", SPARE, until=datetime(2026, 2, 1, tzinfo=CHINA_TIME))
    stranger = stack.new_card("stranger", STRANGER, trusted=False)
    try:
        tried_out(page, certificate="bad")
        step(page, "certificate", "2100000440135：有效期 2026-01-01 至 2026-02-01", "过期", "2100000310173")
        assert page.locator("[data-step=certificate] li[data-mood=bad]").count() == 2
        expect(page.locator("[data-step=certificate] li[data-mood=bad] .fix").first).not_to_be_empty()
        expect(page.locator("#check-outcome")).to_contain_text("有问题")
    finally:
        for each in (ended, stranger):
            shutil.rmtree(each.folder)


def test_a_certificate_that_ends_soon_a_card_with_few_tries_and_a_blocked_one(page: Page, stack: Stack) -> None:
    """Attention where one can still log in, wrong where one cannot."""
    soon = stack.new_card("soon", SPARE, until=datetime.now(CHINA_TIME) + timedelta(days=10, hours=1))
    try:
        card = SoftCard(soon.folder, "soon")
        with pytest.raises(CardError):
            card.verify(Pin("000000"))
        tried_out(page, card="attention", certificate="attention")
        step(page, "card", "注意", "2 次机会", "核实密码")
        step(page, "certificate", "还有 10 天到期", "申请新证书")
        for _ in range(2):
            with pytest.raises(CardError):
                card.verify(Pin("000000"))
        tried_out(page, card="bad", certificate="attention")
        step(page, "card", "已锁定", "PUK")
    finally:
        shutil.rmtree(soon.folder)


@pytest.mark.requirement("W4")
@pytest.mark.parametrize(
    ("seconds", "mood", "said"),
    [
        (-45, "bad", "慢 45 秒"),
        (-20, "attention", "慢 20 秒"),
        (80, "attention", "快 80 秒"),
        (300, "bad", "快 300 秒"),
    ],
)
def test_a_clock_that_is_wrong(page: Page, seconds: int, mood: str, said: str) -> None:
    """By how many seconds, which way, and how many are too many; everything else is well."""
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(seconds=seconds))
    page.reload()
    tried_out(page, clock=mood)
    words = page.locator("[data-step=clock]").inner_text()
    apart = re.search(r"[慢快] (\d+) 秒", words)
    # The test itself may take some seconds between setting the clock and reading it.
    assert apart is not None, words
    assert abs(int(apart[1]) - abs(seconds)) <= 8, words
    assert said[0] in words
    step(page, "clock", "自动设置时间")


@pytest.mark.requirement("W4")
def test_a_site_that_the_control_does_not_serve(page: Page, stack: Stack) -> None:
    """The control is there, and says that this site is not on its list, and how to put it there."""
    with agent(stack, origin="http://other.example"):
        tried_out(page, site="bad", **dict.fromkeys(("reader", "card", "certificate"), "none"))
        step(page, "site", stack.url, "--origin")


def test_the_log_in_page_leads_to_the_test_which_then_runs(page: Page) -> None:
    """“Problems with your card?” opens the page and tests at once."""
    page.goto("/login")
    page.get_by_role("link", name="登录遇到问题").click()
    expect(page.locator("#check-outcome")).to_contain_text("可以登录")


def test_without_scripts_the_words_remain(plain_page: Page) -> None:
    """No button that does nothing; what to do about each trouble is there."""
    plain_page.goto("/help")
    expect(plain_page.locator("#check")).to_be_hidden()
    expect(plain_page.get_by_role("heading", name="没有读卡器")).to_be_visible()


@pytest.mark.requirement("W31")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_test_shuts_nobody_out(page: Page, stack: Stack, lang: str) -> None:
    """With good and bad on it: axe finds nothing, nothing sticks out, and each language is one."""
    if lang == "en":
        page.get_by_role("button", name="English").click()
    stranger = stack.new_card("stranger", STRANGER, trusted=False)
    try:
        tried_out(page, certificate="bad")
    finally:
        shutil.rmtree(stranger.folder)
    if lang == "en":
        assert not re.search("[，。：（）]", page.locator("[data-step=certificate]").inner_text())
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        found = Axe().run(page)
        assert [each["id"] for each in found.response["violations"]] == [], found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size


def test_a_control_that_asks_itself_shows_what_is_signed(page: Page, stack: Stack) -> None:
    """card-agent --confirm: log in as ever; to declare, on to the control's page, which shows it; and back: approved."""
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    with agent(stack, "--confirm"):
        by_card(page, stack, "wang")
        page.wait_for_url(f"{stack.url}/")
        page.goto(f"/declarations/{seq_no}/declare")
        expect(page.locator("#sign-form")).to_be_hidden()
        page.get_by_role("button", name="通过 IC 卡控件签名").click()
        expect(page).to_have_url(f"{stack.agent_url}/sign")
        expect(page.get_by_role("main")).to_contain_text(EXHIBITION["Head/ExhibitionNm"])
        expect(page.get_by_role("main")).to_contain_text(EXHIBIT["GdsNm"])
        option = page.locator("option", has_text=stack.cards["wang"].holder.ic_card_no)
        page.get_by_label("使用的卡").select_option(option.get_attribute("value"))
        page.get_by_label("卡密码").fill(PIN)
        page.get_by_role("button", name="签名", exact=True).click()
        page.get_by_role("button", name="返回并申报").click()
        page.get_by_role("button", name="申报", exact=True).click()
        page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))
        expect(state(page)).to_have_text("审核通过", timeout=30_000)


def test_a_control_that_is_told_to_ask_meanwhile_leads_on_too(page: Page, stack: Stack, login: Login) -> None:
    """The page was open before: signing there is refused in words, and the way to the control's page is shown."""
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    login(page, "wang")
    page.goto(f"/declarations/{seq_no}/declare")
    expect(page.locator("#sign-form")).to_be_visible()
    with agent(stack, "--confirm"):
        sign(page)
        expect(page.locator("#sign-said")).to_contain_text("卡控件自己的网页")
        expect(page.locator("#sign-form")).to_be_hidden()
        expect(page.get_by_role("button", name="通过 IC 卡控件签名")).to_be_focused()


def test_a_control_that_asks_for_log_ins_itself_is_led_to(page: Page, stack: Stack) -> None:
    """Told by the control to go there, the log-in page does as it does without scripts."""
    page.goto("/login")
    refusal = "{code: 'confirm', zh: '', en: '', fix: {zh: '', en: ''}}"
    page.evaluate(f"() => {{ window.card.login = () => Promise.reject({refusal}); }}")
    expect(page.locator("#card")).to_be_enabled()
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name="前往 IC 卡控件").click()
    expect(page).to_have_url(f"{stack.agent_url}/login")


def test_only_the_card_that_is_logged_in_declares(page: Page, stack: Stack, login: Login) -> None:
    """With it gone and a colleague's there, the control says which card is missing; nobody else's signs."""
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    login(page, "wang")
    page.goto(f"/declarations/{seq_no}/declare")
    card, away = stack.cards["wang"], stack.folder / "wang-away"
    card.folder.rename(away)
    try:
        sign(page)
        said = page.locator("#sign-said")
        expect(said).to_contain_text(f"没有卡号为 {card.holder.ic_card_no} 的卡")
        expect(said).to_contain_text("插入登录时所用的卡")
    finally:
        away.rename(card.folder)
    sign(page)
    page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))
