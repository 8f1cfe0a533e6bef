"""The help page's test of the card, run and read."""

from __future__ import annotations

from playwright.sync_api import Page, expect

STEPS = ("control", "site", "reader", "card", "certificate", "clock")


def tried_out(page: Page, **moods: str) -> None:
    """Run the test; each step comes out as said, and as ``good`` when nothing is said of it."""
    page.locator("#check-start").click()
    expect(page.locator("#check-outcome")).not_to_be_empty()
    found = {name: page.locator(f"[data-step={name}]").get_attribute("data-mood") for name in STEPS}
    assert found == {**dict.fromkeys(STEPS, "good"), **moods}


def step(page: Page, name: str, *said: str) -> None:
    """A step says all of *said*."""
    for each in said:
        expect(page.locator(f"[data-step={name}]")).to_contain_text(each)
