"""No page of the portal is cut, overlaps, scrolls sideways, shuts anybody out or prints badly, wide and narrow, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.addresses import all_routes
from tests.web.browser.every_page import PLACES, PortalRecords, made
from tests.web.browser.looking import barriers, faults, faults_on_paper, picture
from tests.web.conftest import DESK, PHONE, Login
from tests.web.portal import portal
from tests.web.stack import Stack, running

pytestmark = [pytest.mark.needs("chromium", "chinese-font", "playwright"), pytest.mark.requirement("W31")]

#: Addresses that give something else than a page of ours: data, files, the stream of changes.
NO_PAGES = re.compile(
    r"/(events|healthz|readyz|codes|lookup)\b|^/help/clock$|\.(pdf|xml|xlsx|json)$|/documents/\{number\}$|^/api/v1/(?!docs$)"
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose records are these tests' alone."""
    with running(tmp_path_factory.mktemp("pages")) as made:
        yield made


@pytest.fixture(scope="module")
def records(stack: Stack) -> PortalRecords:
    """One declaration of each kind in each state."""
    return made(stack)


def test_no_page_is_left_out(tmp_path: Path) -> None:
    """Every address that gives a page is among those looked at."""
    with portal(tmp_path) as running:
        pages = {route.path for route in all_routes(running.app) if route.method == "GET"}
    assert {each for each in pages if not NO_PAGES.search(each)} == {place.route for place in PLACES.values()}


@pytest.mark.parametrize("name", PLACES)
def test_it_looks_right(page: Page, records: PortalRecords, login: Login, name: str) -> None:
    """Nothing cut, nothing over anything else, no sideways scrolling, no barrier; Chinese in Chinese; good on paper."""
    place = PLACES[name]
    if place.card is not None:
        login(page, place.card)
    page.on("dialog", lambda dialog: dialog.accept())
    for lang in ("zh", "en"):
        page.set_viewport_size(DESK)
        place.open(page, records)
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[lang]
        for suffix, size in (("desk", DESK), ("phone", PHONE)):
            page.set_viewport_size(size)
            picture(page, f"{name}-{suffix}" if lang == "zh" else f"{name}-{suffix}-en")
            assert faults(page) == [], (lang, suffix)
            if (lang, suffix) in (("zh", "desk"), ("en", "phone")):
                assert barriers(page) == [], (lang, suffix)
        if lang == "zh":
            assert len(re.findall("[\u4e00-\u9fff]", page.locator("body").inner_text())) > 30
            assert faults_on_paper(page) == []
            token = page.locator("meta[name=csrf]").get_attribute("content") or ""
            page.request.post("/language", form={"csrf": token, "lang": "en", "back": "/help"})
