"""A state that changes is seen on every open page without a reload, in every tab, and after the portal was away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.kinds import by_slug
from tempgoods_edi.declarant.store import Store
from tempgoods_edi.numbers import CHINA_TIME
from tests.web.conftest import Login
from tests.web.stack import HOLDERS, Stack

pytestmark = [pytest.mark.needs("chromium", "chinese-font", "playwright"), pytest.mark.requirement("W9")]

#: A badge for a declaration, as lists and forms show it.
BADGE = """(seq_no) => {
  const badge = document.createElement("span");
  badge.dataset.stateOf = seq_no;
  badge.textContent = "暂存";
  document.getElementById("content").append(badge);
}"""


@pytest.fixture
def draft(stack: Stack) -> Iterator[tuple[str, Callable[[], None]]]:
    """A draft of 王琳's enterprise, and what changes its state behind the pages' back."""
    store = Store.open(str(stack.folder / "portal.sqlite3"))
    holder = HOLDERS["wang"]
    actor = Actor(
        enterprise_no=holder.enterprise_code,
        enterprise_nm=holder.enterprise_name,
        sccd=holder.uscc,
        operator_nm=holder.operator_name,
        ic_card_no=holder.ic_card_no,
        certificate_serial="1",
    )
    filing = Filing(store, lambda: datetime(2027, 1, 10, 9, tzinfo=CHINA_TIME), bytes)
    kind = by_slug("exhibition")
    assert kind is not None
    tree = filing.new(actor, kind)
    head = tree["Head"]
    assert isinstance(head, dict)
    head |= {"ExhibitionNm": "上海国际机床展览会", "MasterCusCd": "2225", "ImpExpMarkCd": "I"}
    seq_no = filing.save(actor, kind, tree).seq_no
    yield seq_no, lambda: filing.delete(actor, seq_no)
    store.close()


def test_every_tab_sees_it(page: Page, login: Login, draft: tuple[str, Callable[[], None]]) -> None:
    """One tab listens for all; each shows the new state, its looks and its name."""
    seq_no, change = draft
    login(page, "wang")
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/help")
        tab.evaluate(BADGE, seq_no)
    change()
    for tab in (page, other):
        badge = tab.locator(f"[data-state-of='{seq_no}']")
        expect(badge).to_have_text("草稿已删除")
        expect(badge).to_have_class("state state-discarded")


def test_another_enterprise_hears_nothing(
    page: Page, stack: Stack, login: Login, draft: tuple[str, Callable[[], None]]
) -> None:
    """Neither on its pages nor when it asks."""
    seq_no, change = draft
    login(page, "li")
    page.goto("/help")
    page.evaluate(BADGE, seq_no)
    change()
    client = stack.logged_in("li")
    assert seq_no not in client.get("/events/since?after=0").text
    client.close()
    expect(page.locator(f"[data-state-of='{seq_no}']")).to_have_text("暂存")


def test_a_tab_that_takes_over_goes_on(page: Page, login: Login, draft: tuple[str, Callable[[], None]]) -> None:
    """When the tab that listens is closed, another one does, and misses nothing."""
    seq_no, change = draft
    login(page, "wang")
    other = page.context.new_page()
    other.goto("/help")
    other.evaluate(BADGE, seq_no)
    page.close()
    change()
    expect(other.locator(f"[data-state-of='{seq_no}']")).to_have_text("草稿已删除", timeout=10_000)


def test_after_the_portal_was_away_the_page_catches_up(
    page: Page, stack: Stack, login: Login, draft: tuple[str, Callable[[], None]]
) -> None:
    """What changed while it was down is shown once it is up, without a reload; the session is still there."""
    seq_no, change = draft
    login(page, "wang")
    page.goto("/help")
    page.evaluate(BADGE, seq_no)
    assert stack.stop("web") == 0  # although a page listens
    change()
    stack.start("web")
    expect(page.locator(f"[data-state-of='{seq_no}']")).to_have_text("草稿已删除", timeout=20_000)
    page.goto("/help")
    expect(page.locator("#who-operator")).to_have_text("王琳")


def test_buttons_stand_still_while_a_page_moves(page: Page, login: Login) -> None:
    """Nothing glides: a press on a button right after a field far below was left meets that button."""
    login(page, "wang")
    page.goto("/forms/exhibition")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
