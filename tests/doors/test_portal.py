"""The doors of the portal: its API for programs, its forms, its uploads.  A real process, as for customs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial

import httpx
import pytest
from msgspec import Struct

from tests.costs import Costs, only_linux
from tests.doors.inputs import (
    DEAREST,
    MESSAGES,
    PAPERS,
    SHEETS,
    document,
    documents,
    every_value_wrong,
    largest,
    lines,
)
from tests.doors.measuring import costs_of
from tests.h2018.tenant import TOP
from tests.web.forms.submitting import submitted
from tests.web.program import Program
from tests.web.stack import Stack

pytestmark = only_linux

PAGE = {"Accept": "text/html"}
LIST = TOP / "fixtures" / "cases" / "book-fair" / "展览品清单.xlsx"


class Portal(Struct, frozen=True):
    """It, with a program and a browser that are logged in."""

    costs: Costs
    program: httpx.Client
    browser: httpx.Client
    form: Mapping[str, str]
    seq_no: str

    def check(self, data: bytes) -> None:
        """Have a message judged by the API."""
        media = "application/zip" if data.startswith(b"PK") else "application/xml"
        _answered(self.program.post("check", content=data, headers={"Content-Type": media}))

    def declare_signed(self, data: bytes) -> None:
        """Declare a signed message by the API."""
        media = "application/zip" if data.startswith(b"PK") else "application/xml"
        _answered(self.program.post("declarations/signed", content=data, headers={"Content-Type": media}))

    def judge(self, address: str, data: bytes) -> None:
        """Hand JSON to an address of the API; only the key that it knows is left in."""
        left_out = b'"kind": "exhibition", ' if address == "build" else b'"message": "TMP101", '
        media = {"Content-Type": "application/json"}
        _answered(self.program.post(address, content=data.replace(left_out, b"", 1), headers=media))

    def attach(self, data: bytes) -> None:
        """Upload a paper by the API."""
        address, name = f"declarations/{self.seq_no}/documents", {"name": "a.pdf", "type": "00000002"}
        _answered(self.program.post(address, content=data, params=name, headers={"Content-Type": "application/pdf"}))

    def upload(self, data: bytes) -> None:
        """Upload a paper on the page."""
        fields = {"document-type": "00000002"}
        files = {"document-file": ("a.pdf", data)}
        _answered(self.browser.post(f"/declarations/{self.seq_no}/documents", data=fields, files=files))

    def sheet(self, name: str, data: bytes) -> None:
        """Take goods from a sheet over into the form."""
        _answered(self._form("import", files={"goods-file": (name, data)}))

    def save(self, **typed: str) -> None:
        """Save a form with that typed."""
        _answered(self._form("save", typed, files={"document-file": ("", b"")}))

    def _form(self, button: str, typed: Mapping[str, str] | None = None, **more: object) -> httpx.Response:
        fields = {**self.form, **(typed or {}), "action": button}
        return self.browser.post("/forms/exhibition", data=fields, headers=PAGE, **more)  # type: ignore[arg-type]  # as httpx has it


def _answered(answer: httpx.Response) -> None:
    assert answer.status_code in (200, 201, 202, 303, 400, 409, 413, 415, 422), (answer.status_code, answer.text[:500])


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One for all of them, with a draft."""
    stack = Stack(tmp_path_factory.mktemp("portal"))
    with ExitStack() as closes:
        closes.callback(stack.close)
        stack.start("web")
        process = stack.parts["web"].process
        assert process is not None
        program = closes.enter_context(closing(Program(stack)))
        browser = closes.enter_context(closing(stack.logged_in()))
        browser.timeout = program.client.timeout = httpx.Timeout(300)
        page = browser.get("/forms/exhibition", headers=PAGE).text
        seq_no = program.saved(document(lines()[:1]))
        yield Portal(Costs(process.pid), program.client, browser, dict(submitted(page)), seq_no)


def _made(hand: Callable[..., None], make: Callable[[], bytes]) -> None:
    hand(make())


def test_messages_at_the_api(portal: Portal) -> None:
    """Judged, or declared as they are: five times the CPU of 5,000 lines, 150 MB more memory; each is answered."""
    checked = {name: partial(_made, portal.check, make) for name, make in MESSAGES.items()}
    assert costs_of(portal.costs, partial(portal.check, largest(50)), checked) == {}
    dear = {name: partial(_made, portal.declare_signed, MESSAGES[name]) for name in DEAREST[1:]}
    assert costs_of(portal.costs, partial(portal.declare_signed, largest(50)), dear) == {}


@pytest.mark.parametrize("address", ["check", "declarations", "build"])
def test_documents_at_the_api(portal: Portal, address: str) -> None:
    """JSON to be judged, saved, or made a message of: likewise, beside a document of 5,000 lines."""
    valid = json.dumps({"message": "TMP101", "kind": "exhibition", "document": document(lines())}).encode()
    # What is saved is read as what is judged: of the many that are refused by then some do.
    names = (
        ("keys in the document", "keys twice", "every value wrong") if address == "declarations" else tuple(documents())
    )
    hostile = {name: partial(portal.judge, address, documents()[name]) for name in names}
    assert costs_of(portal.costs, partial(portal.judge, address, valid), hostile) == {}


def test_forms(portal: Portal) -> None:
    """What is typed into a form, goods and fields: likewise."""
    goods = json.dumps(lines())
    hostile = {
        "every value wrong": partial(portal.save, goods=json.dumps(every_value_wrong())),
        "lines of nothing": partial(portal.save, goods="[" + ",".join(["{}"] * 200_000) + "]"),
        "a long value": partial(portal.save, **{"Head/HallNm": "x" * 4_000_000}),
    }
    assert costs_of(portal.costs, partial(portal.save, goods=goods), hostile) == {}


def test_uploads(portal: Portal) -> None:
    """Sheets of goods, and papers by page and by API: likewise, beside the largest list; what opens them counts too."""
    valid = partial(portal.sheet, "a.xlsx", LIST.read_bytes())
    sheets = {name: partial(_made, partial(portal.sheet, file), make) for name, (file, make) in SHEETS.items()}
    papers = {
        f"{hand.__name__}: {name}": partial(_made, hand, make)
        for hand in (portal.attach, portal.upload)
        for name, make in PAPERS.items()
    }
    assert costs_of(portal.costs, valid, {**sheets, **papers}) == {}


def test_others_are_served_meanwhile(portal: Portal) -> None:
    """The dearest message and the dearest form at once: somebody who asks after them is answered first."""
    with ThreadPoolExecutor(2) as pool:
        dear = [
            pool.submit(portal.check, MESSAGES["every line wrong"]()),
            pool.submit(portal.save, goods=json.dumps(every_value_wrong())),
        ]
        while not any(each.running() for each in dear):
            pass
        assert portal.program.get("declarations?kind=exhibition").is_success
        assert not all(each.done() for each in dear)
        for each in dear:
            each.result()
