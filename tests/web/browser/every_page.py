"""Every page there is in every state that looks different, and how one gets there: for looking at and measuring all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from msgspec import Struct
from playwright.sync_api import Page, expect

from tests.declarant import desk
from tests.web.browser.filing import CONFIRMATION, EXTENSION, control, field, to_be_returned
from tests.web.program import Program
from tests.web.stack import TOP, Stack

#: How long a page may take on a machine with much else to do.
PATIENCE = 30_000
#: As long as names are.
LONG = "2027年春季长三角国际精密机械与智能装备及零部件加工技术展览会（第三十二届，国家会展中心上海馆）"


class PortalRecords(Struct, frozen=True):
    """What there is to be seen: pre-entry numbers by name, and whose they are."""

    stack: Stack
    numbers: Mapping[str, str]


Opening = Callable[[Page, PortalRecords], object]


class Place(Struct, frozen=True):
    """One page in one state.

    :ivar route: its address as the routes have it.
    :ivar open: leads a window there, in which the holder of *card* is logged in (nobody, for None).
    """

    route: str
    open: Opening
    card: str | None = "wang"


def made(stack: Stack) -> PortalRecords:
    """Fill an empty portal: one of each kind in each state."""
    with closing(stack.logged_in("wang")) as client:
        for no, name in (("2210031017301", "周敏"), ("2210031017302", "欧阳慧玲")):
            client.post("/declarants", data={"no": no, "name": name})
    with closing(Program(stack)) as program:
        numbers = {"draft": program.saved(_exhibition("KJ-01"))}
        program.attached(numbers["draft"])
        numbers["bare"] = program.saved({"Head": {"ExhibitionNm": "待补充的展览会", "MasterCusCd": "2225", "ImpExpMarkCd": "I"}})
        numbers["many"] = program.saved(_exhibition("KJ-02", lines=230))
        numbers["confirmation"] = program.saved(_head_of(CONFIRMATION), "confirmation")
        numbers["extension"] = program.saved(_head_of(EXTENSION), "extension")
        numbers |= _declared(stack, program)
        numbers["loan"] = program.saved(_loan(stack, program, numbers["used"]), "loan-list")
        program.declared(numbers["loan"])
        program.comes_to(numbers["loan"], "approved")
    with closing(stack.logged_in("wang")) as client:
        answer = client.get(f"/declarations/{numbers['rejected']}/history", headers={"Accept": "text/html"})
        numbers["receipt"] = answer.text.partition("/receipts/")[2].partition('"')[0].partition(".")[0]
    return PortalRecords(stack, numbers)


def _declared(stack: Stack, program: Program) -> dict[str, str]:
    found = {}
    outcomes = dict.fromkeys(("approved", "used", "change"), "approved") | {"rejected": "rejected", "review": "manual_review"}
    for name, final in outcomes.items():
        title = "2027上海国际智能机床展览会" if name == "used" else LONG
        seq_no = found[name] = program.saved(_exhibition(f"KJ-{name}", title))
        if final == "rejected":
            to_be_returned(stack, seq_no, "Head/EndDate", "展期与批准文件所载不符，请核对后连同更正的批准文件再次申报")
        if final == "manual_review":
            control(stack, "POST", "/control/decide", {"outcome": {"name": "manual"}, "seq_no": seq_no})
        program.declared(seq_no)
        program.comes_to(seq_no, final)
    changed = program.asked("POST", f"declarations/{found['change']}/change")
    document = changed["document"]
    document["Head"] |= {"HallNm": "国家会展中心（上海）6.2馆", "ModReason": "展馆调整"}
    program.asked("PUT", f"declarations/{found['change']}", json={"document": document})
    return found


def _exhibition(number: str, title: str = LONG, lines: int = 3) -> Any:
    document = desk.tree(ExhibitionNm=title, EtpsPreentNo=number)
    document["ExhibitList"] = [
        {**document["ExhibitList"][0], "GdsNm": f"五轴联动立式加工中心 {n}", "GdsSpcfModelDesc": f"VX-{n}|样机|序列号{n:08}"}
        for n in range(1, lines + 1)
    ]
    return document


def _head_of(typed: Mapping[str, str]) -> Any:
    return {"Head": {path.removeprefix("Head/"): value.replace("-", "") for path, value in typed.items()}}


def _loan(stack: Stack, program: Program, used: str) -> Any:
    document = json.loads((TOP / "fixtures" / "cases" / "lent-to-institute" / "message.json").read_bytes())["document"]
    number = program.asked("GET", f"declarations/{used}/status")["customs_no"]
    document["Head"] |= {"ExhibitionNo": number, "LoanStartDate": "20270311", "LoanEndDate": "20270312"}
    return document


def _to(address: str) -> Opening:
    """By the address alone; a number in braces is a declaration's."""

    def go(page: Page, records: PortalRecords) -> None:
        page.goto(address.format_map(records.numbers))

    return go


def _no_control(page: Page, records: PortalRecords) -> None:
    page.route_web_socket(re.compile("."), lambda line: line.close())
    page.goto("/login")
    expect(page.locator("#login-problem")).not_to_be_empty(timeout=PATIENCE)


def _after(address: str, *presses: str) -> Opening:
    """And then press what the selectors say."""

    def go(page: Page, records: PortalRecords) -> None:
        page.goto(address.format_map(records.numbers))
        for each in presses:
            page.locator(each).first.click()

    return go


def _refused(page: Page, records: PortalRecords) -> None:
    page.goto("/forms/exhibition")
    field(page, "Head/ExhibitionNm").fill("有错的展览会")
    field(page, "Head/MasterCusCd").fill("99")
    field(page, "Head/BoothArea").fill("很多")
    page.locator("#save-button").click()
    expect(page.locator("#summary")).to_be_visible(timeout=PATIENCE)


def _not_declared(page: Page, records: PortalRecords) -> None:
    page.goto(f"/declarations/{records.numbers['bare']}")
    page.locator("#declare-button").click()
    expect(page.locator("#summary")).to_be_visible(timeout=PATIENCE)


def _stale(page: Page, records: PortalRecords) -> None:
    page.goto(f"/declarations/{records.numbers['draft']}")
    page.locator("#revision").evaluate("each => { each.value = '0'; }")
    field(page, "Head/HallNm").fill("别处")
    page.locator("#save-button").click()
    expect(page.locator("#conflict")).to_be_visible(timeout=PATIENCE)


def _resume(page: Page, records: PortalRecords) -> None:
    page.goto("/forms/exhibition")
    field(page, "Head/ExhibitionNm").fill("没有丢失的展览会")
    page.locator("#form [name=csrf]").evaluate("each => { each.value = 'old'; }")
    page.locator("#save-button").click()
    expect(page.locator("h1")).to_be_visible(timeout=PATIENCE)
    page.wait_for_load_state()


def _entry_goods(page: Page, records: PortalRecords) -> None:
    page.goto("/forms/extension")
    page.locator("[data-row=entry]").click()
    page.locator("#ask-entry").fill("222520271147491038")
    page.locator("#ask-go").click()
    expect(page.locator("#entry-lines tbody tr").first).to_be_visible(timeout=PATIENCE)


def _upload_refused(page: Page, records: PortalRecords) -> None:
    page.goto(f"/declarations/{records.numbers['draft']}")
    page.locator("#document-file").set_input_files(TOP / "pyproject.toml")
    page.locator("#upload-button").click()
    expect(page.locator("#upload-said .error").first).to_be_visible(timeout=PATIENCE)


def _import_errors(page: Page, records: PortalRecords) -> None:
    page.goto("/forms/exhibition")
    page.locator("[data-row=paste]").click()
    page.locator("#paste-text").fill("商品编码\t商品名称\t申报数量\n8457101000\t立式加工中心\t很多\n99\t\t-1\n")
    page.locator("#paste-go").click()
    expect(page.locator("#import-errors li").first).to_be_visible(timeout=PATIENCE)


def _type_ahead(page: Page, records: PortalRecords) -> None:
    page.goto("/forms/exhibition")
    field(page, "Head/MasterCusCd").press_sequentially("22")
    expect(page.locator(".choices li").first).to_be_visible(timeout=PATIENCE)


def _token_made(page: Page, records: PortalRecords) -> None:
    page.goto("/tokens")
    page.locator("#name").fill("报关系统接口")
    page.locator("#make-button").click()
    expect(page.locator(".token")).to_be_visible(timeout=PATIENCE)


_FORM, _STORED = "/forms/{slug}", "/declarations/{seq_no}"
_LIST, _WRITE_OFF = "/queries/{slug}", "/queries/write-off"

#: All of them by the name that their pictures have.
PLACES: Mapping[str, Place] = {
    "login": Place("/login", _to("/login"), None),
    "login-problem": Place("/login", _no_control, None),
    "login-signed": Place("/login/signed", _to("/login/signed?signature=AAAA&algorithm=x&certificate=AAAA"), None),
    "help-outside": Place("/help", _to("/help"), None),
    "help": Place("/help", _to("/help")),
    "error-404": Place("/help", _to("/nothing-here")),
    "error-404-declaration": Place(_STORED, _to("/declarations/202700000000000000")),
    "start": Place("/", _to("/")),
    "start-empty": Place("/", _to("/"), "li"),
    "new-exhibition": Place(_FORM, _to("/forms/exhibition")),
    "new-loan-list": Place(_FORM, _to("/forms/loan-list")),
    "new-confirmation": Place(_FORM, _to("/forms/confirmation")),
    "new-extension": Place(_FORM, _to("/forms/extension")),
    "draft": Place(_STORED, _to("/declarations/{draft}")),
    "draft-line-open": Place(_STORED, _after("/declarations/{draft}", "[data-edit='2']")),
    "draft-import-menu": Place(_STORED, _after("/declarations/{draft}", "#import-menu summary")),
    "draft-paste": Place(_STORED, _after("/declarations/{draft}", "[data-row=paste]")),
    "draft-print-menu": Place(_STORED, _after("/declarations/{draft}", "#print-button")),
    "draft-delete": Place(_STORED, _after("/declarations/{draft}", "#delete-button")),
    "draft-delete-page": Place("/declarations/{seq_no}/delete", _to("/declarations/{draft}/delete")),
    "draft-many-lines": Place(_STORED, _to("/declarations/{many}?page=2")),
    "draft-confirmation": Place(_STORED, _to("/declarations/{confirmation}")),
    "draft-extension": Place(_STORED, _to("/declarations/{extension}")),
    "not-saved": Place(_FORM, _refused),
    "not-declared": Place(_STORED, _not_declared),
    "stale": Place(_STORED, _stale),
    "resume": Place(_FORM, _resume),
    "entry-goods": Place(_FORM, _entry_goods),
    "upload-refused": Place(_STORED, _upload_refused),
    "import-errors": Place(_FORM, _import_errors),
    "type-ahead": Place(_FORM, _type_ahead),
    "declare": Place("/declarations/{seq_no}/declare", _to("/declarations/{draft}/declare")),
    "signed": Place("/declarations/{seq_no}/signed", _to("/declarations/{draft}/signed?signature=AAAA&algorithm=x&certificate=AAAA")),
    "review": Place(_STORED, _to("/declarations/{review}")),
    "rejected": Place(_STORED, _to("/declarations/{rejected}")),
    "approved": Place(_STORED, _to("/declarations/{approved}")),
    "loan-approved": Place(_STORED, _to("/declarations/{loan}")),
    "change": Place(_STORED, _to("/declarations/{change}")),
    "withdraw": Place(_STORED, _after("/declarations/{change}", "#withdraw-button")),
    "withdraw-page": Place("/declarations/{seq_no}/withdraw", _to("/declarations/{change}/withdraw")),
    "deletion": Place(_STORED, _after("/declarations/{approved}", "#deletion-button")),
    "deletion-page": Place("/declarations/{seq_no}/deletion", _to("/declarations/{approved}/deletion")),
    "deletion-used": Place(_STORED, _after("/declarations/{used}", "#deletion-button")),
    "history": Place("/declarations/{seq_no}/history", _to("/declarations/{change}/history")),
    "history-rejected": Place("/declarations/{seq_no}/history", _to("/declarations/{rejected}/history")),
    "receipt": Place("/declarations/{seq_no}/receipts/{receipt}", _to("/declarations/{rejected}/receipts/{receipt}")),
    "query-exhibition": Place(_LIST, _to("/queries/exhibition")),
    "query-loan-list": Place(_LIST, _to("/queries/loan-list")),
    "query-confirmation": Place(_LIST, _to("/queries/confirmation")),
    "query-extension": Place(_LIST, _to("/queries/extension")),
    "query-nothing": Place(_LIST, _to("/queries/exhibition?title=没有这样的展览会")),
    "query-wrong": Place(_LIST, _to("/queries/exhibition?start_date_from=morgen&seq_no=x")),
    "query-empty": Place(_LIST, _to("/queries/exhibition"), "li"),
    "write-off-blank": Place(_WRITE_OFF, _to("/queries/write-off")),
    "write-off": Place(_WRITE_OFF, _to("/queries/write-off?original=222520271147491038")),
    "write-off-none": Place(_WRITE_OFF, _to("/queries/write-off?original=222520271147491039")),
    "write-off-wrong": Place(_WRITE_OFF, _to("/queries/write-off?original=12")),
    "declarants": Place("/declarants", _to("/declarants")),
    "declarants-none": Place("/declarants", _to("/declarants"), "li"),
    "tokens": Place("/tokens", _to("/tokens")),
    "token-made": Place("/tokens", _token_made),
    "api-docs": Place("/api/v1/docs", _to("/api/v1/docs")),
}
