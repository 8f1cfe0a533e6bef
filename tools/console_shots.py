"""Takes the pictures of the console in ``docs/images`` with a real Chromium, from a story told to a fresh server.

``python -m tools.console_shots`` from the top of the project, with ``simulator`` on the Python path.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.h2018.console import story
from tools.outside import CHROMIUM

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"


def main() -> None:
    """Take them all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with story.serving() as url, sync_playwright() as playwright:
        story.told(url)
        many, *_, one = story.cases(url, "manual_review")[::-1]
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        context = browser.new_context(base_url=f"{url}/console/t/default/", viewport={"width": 1360, "height": 850})
        page = context.new_page()
        shots = {
            "list-zh": "cases?lang=zh",
            "case-zh": f"cases/{one}?reason=Head%2FEndDate&lang=zh",
            "goods-zh": f"cases/{many}?list=ExhibitList&page=2&lang=zh#list-ExhibitList",
            "journal-zh": "journal?lang=zh",
            "clock-zh": "clock?lang=zh",
            "switches-zh": "switches?lang=zh",
            "list-en": "cases?lang=en",
            "case-en": f"cases/{one}?lang=en",
            "switches-en": "switches?lang=en",
            "tenants-en": "tenants?lang=en",
            "help-en": "help?lang=en",
        }
        for name, address in shots.items():
            page.goto(address)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"console-{name}.png")
        page.goto(f"cases/{one}?lang=zh")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1000, "height": 1400})
        page.screenshot(path=IMAGES / "console-print-zh.png")
        browser.close()


if __name__ == "__main__":
    main()
