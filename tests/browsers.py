"""The one Chromium of a test process: Playwright cannot be started a second time where it runs already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tools.outside import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ARGUMENTS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser; each test opens windows of its own in it."""
    from playwright.sync_api import expect, sync_playwright

    # What is awaited comes at once on an idle machine; a busy one may take its time.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        yield started
        started.close()
