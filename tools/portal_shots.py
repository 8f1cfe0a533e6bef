"""Takes the pictures of the portal in ``docs/images`` with a real Chromium, from the demonstration's own records.

``python -m tools.portal_shots`` from the top of the project, with ``simulator`` on the Python path.  With a folder as
argument it puts them there, of every page at a desk's and a telephone's width, for looking at.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tempgoods_edi.cli.demo.cards import CARDS
from tools.outside import CHROMIUM

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
_DONE, _PORTAL = "demonstration records: done", "portal"

#: Picture → page, as somebody of the first enterprise sees it; a number in braces is a record's pre-entry number.
PAGES = {
    "start": "/",
    "exhibitions": "/queries/exhibition",
    "exhibition": "/declarations/{YS-EAST-01}",
    "rejected": "/declarations/{YS-EAST-02}",
    "draft": "/declarations/{YS-EAST-03}",
    "new-confirmation": "/forms/confirmation",
    "loan-list": "/declarations/{YS-EAST-22}",
    "extension": "/declarations/{YS-EAST-31}",
    "history": "/declarations/{YS-EAST-02}/history",
    "write-off": "/queries/write-off?original=222520271000000101",
    "declarants": "/declarants",
    "tokens": "/tokens",
    "help": "/help",
}
#: Those that the documentation shows.
SHOWN = ("login", "start", "exhibitions", "rejected", "draft", "history")


def main(arguments: list[str]) -> None:
    """Take them all."""
    folder = Path(arguments[0]) if arguments else None
    (folder or IMAGES).mkdir(parents=True, exist_ok=True)
    with running() as (url, numbers), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        if folder is None:
            for name, page in taken(browser, url, numbers, DESK, "zh-CN"):
                if name in SHOWN:
                    page.screenshot(path=IMAGES / f"portal-{name}.png")
                if name == "exhibition":
                    printed(page.request.get(f"{PAGES[name].format_map(numbers)}/print/application-form.pdf").body())
        else:
            for suffix, size in (("desk", DESK), ("phone", PHONE)):
                for name, page in taken(browser, url, numbers, size, "zh-CN"):
                    page.screenshot(path=folder / f"{name}-{suffix}.png", full_page=True)
        browser.close()


def taken(
    browser: Browser, url: str, numbers: dict[str, str], size: dict[str, int], locale: str
) -> Iterator[tuple[str, Page]]:
    """Every page with its name, one after the other, in a window of *size*."""
    with browser.new_context(base_url=url, viewport=size, locale=locale) as context:  # type: ignore[arg-type]  # playwright's own dict type
        page = context.new_page()
        page.goto("/login")
        option = page.locator("#card option", has_text=CARDS[0].holder.ic_card_no)
        expect(option).to_have_count(1)
        page.locator("#card").select_option(option.get_attribute("value"))
        yield "login", page
        page.get_by_label("卡密码", exact=True).fill(CARDS[0].pin)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page).to_have_url(f"{url}/")
        for name, address in PAGES.items():
            page.goto(address.format_map(numbers))
            expect(page.locator("h1")).to_be_visible()
            yield name, page


def printed(pdf: bytes) -> None:
    """A picture of the first page of *pdf*."""
    command = ["pdftoppm", "-r", "80", "-png", "-l", "1", "-singlefile", "-", str(IMAGES / "portal-print-form")]
    subprocess.run(command, input=pdf, check=True)


@contextmanager
def running() -> Iterator[tuple[str, dict[str, str]]]:
    """The demonstration in a folder of its own; the portal's address, and the records' pre-entry numbers."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tempgoods_edi.cli", "up", folder, "--port", "0"]
        process = subprocess.Popen(
            [*command, "--portal-port", "0", "--agent-port", "0"], stdout=subprocess.PIPE, encoding="utf-8"
        )
        try:
            url = ""
            for line in process.stdout or ():
                if line.startswith("http") and line.rstrip().endswith(_PORTAL):
                    url = line.split()[0]
                if _DONE in line:
                    break
            yield url, _numbers(Path(folder))
        finally:
            process.terminate()
            process.communicate()


def _numbers(folder: Path) -> dict[str, str]:
    import sqlite3

    database = sqlite3.connect(folder / "portal.sqlite3")
    try:
        return dict(database.execute("SELECT in_house, seq_no FROM declarations").fetchall())
    finally:
        database.close()


if __name__ == "__main__":
    main(sys.argv[1:])
