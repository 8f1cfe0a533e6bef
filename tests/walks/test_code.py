"""The three walks of docs/index.md are the code's own: each is taken, and goes through the functions that it names, in order."""

from __future__ import annotations

import ast
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any

import pytest
from cryptography import x509
from msgspec import Struct
from msgspec.structs import replace
from twisted.internet.defer import Deferred, succeed

from h2018.push.attempts import Result
from h2018.push.http_post import Agents
from tempgoods_edi.cli.application import run
from tempgoods_edi.declarant.actors import Actor, actor_of
from tempgoods_edi.declarant.gateway.gateway import Gateway
from tempgoods_edi.declarant.gateway.stored_outbox import StoredOutbox
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.signing.x509_reading import identity_of
from tests.declarant.gateway.channels import CONFIG as CUSTOMS
from tests.declarant.gateway.channels import in_memory
from tests.h2018.http.web import serving
from tests.h2018.samples import changed, fixture
from tests.h2018.tenant import signed
from tests.walks.pages import TOP, page
from tests.web.browser.filing import EXHIBIT, EXHIBITION
from tests.web.forms.test_declaring import signed as signed_by_card
from tests.web.portal import START, Portal, TestClient, log_in, portal, signer, token

_STEP = re.compile(r"^\d+\. \[[^]]+\]\(\.\./([^)]+)\) `([\w.]+)`: \S", re.MULTILINE)
_NUMBERED = re.compile(r"^\d+\. ", re.MULTILINE)
FORM, PUSH, CHECK = "From a form to a state", "From a message to a pushed receipt", "From a file to a report"
TEN_MINUTES = 600


class Step(Struct, frozen=True):
    """A function on the way: its file below the project's folder, and its name in there."""

    path: str
    name: str


def walk(title: str) -> tuple[Step, ...]:
    """The steps below that heading of docs/index.md."""
    section = page("docs/index.md").partition(f"### {title}\n")[2].partition("\n### ")[0]
    steps = tuple(Step(*found) for found in _STEP.findall(section))
    assert len(steps) == len(_NUMBERED.findall(section)) > 0, "every numbered line names a file and a function"
    return steps


class Calls:
    """Notes each call of a function that is a step, in this thread and those begun meanwhile."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._names = {step.name for step in steps}
        self._steps, self._known = set(steps), dict[CodeType, Step | None]()
        self.seen: list[Step] = []

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Profile, as `sys.setprofile` has it."""
        if event == "call":
            step = self._of(frame.f_code)
            if step is not None:
                self.seen.append(step)

    def _of(self, code: CodeType) -> Step | None:
        if code.co_qualname not in self._names:
            return None
        if code not in self._known:
            path = Path(code.co_filename).as_posix()
            named = (each for each in self._steps if each.name == code.co_qualname)
            same = (each for each in named if path.endswith(f"/{each.path.removeprefix('simulator/')}"))
            self._known[code] = next(same, None)
        return self._known[code]


@contextmanager
def watched(title: str) -> Iterator[None]:
    """What is done meanwhile goes through the steps of that walk, in their order."""
    steps = walk(title)
    calls, before = Calls(steps), sys.getprofile()
    threading.setprofile(calls)
    sys.setprofile(calls)
    try:
        yield
    finally:
        sys.setprofile(before)
        threading.setprofile(before)
    left = list(steps)
    for seen in calls.seen:
        if left and seen == left[0]:
            left.pop(0)
    assert left == [], f"the walk stops before {left[:1]}"


@pytest.mark.parametrize("title", [FORM, PUSH, CHECK])
def test_every_step_names_a_function_that_is_there(title: str) -> None:
    """The file is there, and has a function or method of that name."""
    assert [step for step in walk(title) if step.name not in _functions(TOP / step.path)] == []


def test_a_walk_that_leaves_its_way_is_noticed() -> None:
    """The tests below can fail: of the three walks, none goes through the steps of another."""
    with pytest.raises(AssertionError, match="the walk stops before"), watched(CHECK):
        walk(PUSH)


def test_a_form_becomes_a_state(tmp_path: Path) -> None:
    """Filled in, signed with a card, handed over, received, approved: over HTTP, the database and the gateway."""
    with (
        portal(tmp_path) as office,
        in_memory(tmp_path, replace(CUSTOMS, trust=(tmp_path / "ca.pem",), starts_at=START)) as channel,
    ):
        browser, actor = sitting(office)
        store = office.app.state.context.store
        gateway = Gateway(StoredOutbox(store), channel.transport, Random(1), seconds=lambda: office.seconds)
        with watched(FORM):
            goods = json.dumps([dict(EXHIBIT)])
            saved = browser.post("/forms/exhibition", data={**EXHIBITION, "goods": goods, "action": "declare"})
            to_sign = saved.headers["location"]
            given = signed_by_card(browser.get(to_sign).text, signer("wang"))
            assert browser.post(to_sign, data=given).status_code == 303
            gateway.turn(office.now)
            channel.customs.control.advance(TEN_MINUTES)
            turn_until(gateway, office, lambda: state(office, actor, to_sign) is State.APPROVED)


def sitting(office: Portal) -> tuple[TestClient, Actor]:
    """A browser that somebody is logged in with, and who it is."""
    browser = log_in(office.browser(), "wang")
    browser.headers["X-CSRF"] = token(browser)
    browser.headers["Accept"] = "text/html"
    return browser, actor_of(identity_of(x509.load_der_x509_certificate(signer("wang").certificate_der)))


def state(office: Portal, actor: Actor, address: str) -> State:
    """How the declaration at that address stands."""
    found: State = office.app.state.context.filing.get(actor, address.split("/")[2]).state
    return found


def turn_until(gateway: Gateway, office: Portal, done: Callable[[], bool]) -> None:
    """Let the gateway take its turns, a few at most."""
    for _ in range(50):
        if done():
            return
        office.later(seconds=1)
        gateway.turn(office.now)
    pytest.fail("it never came to that")


def test_a_message_becomes_a_pushed_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Posted over HTTP, decided on, stored, and the receipt posted to the callback; only the network is left out."""
    pushed: list[bytes] = []

    def posted(_: Agents, __: object, data: bytes, *___: object) -> Deferred[Result]:
        pushed.append(data)
        return succeed(Result(status=200))

    monkeypatch.setattr(Agents, "_posted", posted)
    with serving() as web:
        callback = {"url": "http://127.0.0.1:9/in", "recipient": "DXPENT0000012345"}
        assert web.ask("PUT", "/v1/callbacks/one", callback).code == 200
        with watched(PUSH):
            assert web.ask("POST", "/v1/messages", signed(fixture("tmp101-minimal"), 1)).code == 200
            web.settle()
            for _ in range(10):
                web.time.advance(1)
        assert pushed[:1] == [web.tenant.store.receipts()[0].data]


def test_a_file_becomes_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` of a file in which a rule is broken: its report names the rule."""
    path = tmp_path / "message.xml"
    wrong = changed(fixture("tmp101-minimal"), {"Head/EndDate": "20260101"})
    path.write_bytes(signed(wrong, 1))
    trusted = ["--trust", str(TOP / "fixtures" / "keys" / "ca.pem"), "--today", "2026-11-22"]
    with watched(CHECK):
        code = run(["check", *trusted, "--lang", "en", str(path)])
    assert code == 1
    assert "TG-EXH-" in capsys.readouterr().out


def _functions(path: Path) -> set[str]:
    """Functions of a module by their names, methods behind their class's."""
    found = set[str]()

    def look(nodes: Sequence[Any], before: str) -> None:
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                look(node.body, f"{before}{node.name}.")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(f"{before}{node.name}")

    look(ast.parse(path.read_bytes()).body, "")
    return found
