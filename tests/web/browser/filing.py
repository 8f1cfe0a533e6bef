"""What the tests of the forms type, and what they do again and again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.web.stack import PIN, Stack

Values = Mapping[str, str]

#: Everything an exhibition needs to be declared, as it is typed.
EXHIBITION: Values = {
    "Head/ExhibitionNm": "2027春季国际精密机械展",
    "Head/MasterCusCd": "2228",
    "Head/ImpExpMarkCd": "I",
    "Head/HallNm": "东岸会展中心5.1馆",
    "Head/StartDate": "2027-03-18",
    "Head/EndDate": "2027-03-22",
    "Head/OrganizerNm": "东岸国际展览发展有限公司",
    "Head/PlannedIEDate": "2027-02-21",
    "Head/PlannedReturnDate": "2027-04-22",
    "Head/GuaranteeTypeCd": "5",
    "Head/LinkMan": "王琳",
    "Head/LinkTel": "021-62880011",
}
#: One exhibit.
EXHIBIT: Values = {
    "Gdecd": "8457101000",
    "GdsNm": "立式加工中心",
    "GdsSpcfModelDesc": "VX-800|样机",
    "DclQty": "1",
    "DclUnitCd": "001",
    "LawfQty": "1",
    "SecdLawfQty": "7850",
    "UnitPrice": "186500",
    "TotalPrice": "186500",
    "CurrCd": "EUR",
    "NatCd": "DEU",
    "DisposalCd": "1",
}
#: The entry whose goods the fixture `fair` is about.
ENTRY = "222520271947491001"
CONFIRMATION: Values = {"Head/MasterCusCd": "2228", "Head/ImpExpMarkCd": "I"}
EXTENSION: Values = {"Head/MasterCusCd": "2228"}

#: A fair whose goods are in a sheet and whose permit is a PDF.
FAIR = Path(__file__).resolve().parents[3] / "fixtures" / "cases" / "machine-tool-show"
SHEET, PERMIT = FAIR / "展览品清单.xlsx", FAIR / "展会批准文件.pdf"


def field(page: Page, path: str) -> Locator:
    """The input at an address."""
    return page.locator(f"[id='{path}']")


def said(page: Page, path: str) -> Locator:
    """What stands at the right of the input at an address."""
    return page.locator(f"[id='{path}-said']")


def fill(page: Page, values: Values) -> None:
    """Type *values* into the inputs at their addresses."""
    for path, value in values.items():
        place = field(page, path)
        if place.evaluate("each => each.tagName") == "SELECT":
            place.select_option(value)
        else:
            place.fill(value)


def new_line(page: Page, values: Values) -> None:
    """新增, type, 确定."""
    page.locator("#goods [data-row=new]").click()
    fill(page, {f"row/{tag}": value for tag, value in values.items()})
    page.locator("[data-row=done]").click()


def draft(stack: Stack, slug: str, head: Values, lines: Sequence[Values] = (), card: str = "wang") -> str:
    """A draft, saved without a browser; its pre-entry number."""
    with closing(stack.logged_in(card)) as client:
        return saved(client, slug, head, lines)


def saved(client: httpx.Client, slug: str, head: Values, lines: Sequence[Values] = ()) -> str:
    """The same for somebody who is logged in."""
    posted = {**head, "goods": json.dumps([dict(line) for line in lines]), "action": "save"}
    # As a browser sends it: in parts.
    answer = client.post(f"/forms/{slug}", files={name: (None, value) for name, value in posted.items()})
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"].rpartition("/")[2])


def state(page: Page) -> Locator:
    """The state in the state line."""
    return page.locator("#state-line .state")


def sign(page: Page, pin: str = PIN) -> None:
    """On the page that asks for it, type the card's password and sign."""
    page.locator("#pin").fill(pin)
    page.locator("#sign-button").click()


def declare(page: Page, stack: Stack, seq_no: str, final: str = "审核通过") -> None:
    """Declare a draft with the card, and wait for what becomes of it."""
    page.goto(f"/declarations/{seq_no}/declare")
    sign(page)
    page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))
    expect(state(page)).to_have_text(final, timeout=30_000)


def approved(
    page: Page, stack: Stack, head: Values = EXHIBITION, lines: Sequence[Values] = (EXHIBIT,)
) -> tuple[str, str]:
    """An exhibition that customs approved: its pre-entry number and its customs number; its page is open."""
    seq_no = draft(stack, "exhibition", head, lines)
    declare(page, stack, seq_no)
    return seq_no, page.locator("#customs-no").inner_text()


def control(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    """Steer simulated customs."""
    answer = httpx.request(method, f"{stack.customs_url}{path}", json=body, timeout=30)
    assert answer.is_success, answer.text
    return answer.json()


def to_be_returned(stack: Stack, seq_no: str, path: str, note: str) -> None:
    """Have customs return what comes for *seq_no*, for a reason at a field."""
    control(
        stack, "POST", "/control/decide", {"outcome": {"name": "reject", "path": path, "note": note}, "seq_no": seq_no}
    )
