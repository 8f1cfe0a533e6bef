"""What tests of the forms and of the lists have in common: an exhibition that goods came for."""

from __future__ import annotations

from contextlib import closing

import httpx
import pytest
from playwright.sync_api import Browser

from h2018.demo import registry_file
from tests.web.browser.filing import ENTRY, EXHIBITION, approved
from tests.web.conftest import DESK
from tests.web.stack import Stack

_DEMO_ENTRY, _DEMO_FAIR = "222520271147491038", "2027上海国际智能机床展览会"
FAIR = "2027浦江智能装备展览会"


@pytest.fixture(scope="session")
def fair(stack: Stack, browser: Browser) -> tuple[str, str]:
    """Pre-entry number and customs number of an exhibition that the entry `filing.ENTRY` with forty lines came for."""
    header, *lines = registry_file().read_text("utf-8").splitlines()
    own = [line.replace(_DEMO_ENTRY, ENTRY).replace(_DEMO_FAIR, FAIR) for line in lines if line.startswith(_DEMO_ENTRY)]
    sheet = "\n".join((header, *own)).encode()
    answer = httpx.post(f"{stack.customs_url}/control/entries", content=sheet, headers={"Content-Type": "text/csv"})
    assert answer.is_success, answer.text
    with browser.new_context(base_url=stack.url, viewport=DESK) as context:
        with closing(stack.logged_in("wang")) as client:
            found = [{"name": each.name, "value": each.value or "", "url": stack.url} for each in client.cookies.jar]
        context.add_cookies(found)  # type: ignore[arg-type]  # name, value, url: what it needs
        return approved(context.new_page(), stack, {**EXHIBITION, "Head/ExhibitionNm": FAIR})
