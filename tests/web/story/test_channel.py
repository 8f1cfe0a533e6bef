"""Customs that are down, slow, talk nonsense or die in the middle, as the declarant's page shows it; and nothing twice at customs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.declarant import desk
from tests.web.browser.filing import control, sign, state
from tests.web.conftest import Login
from tests.web.program import Program
from tests.web.stack import Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright")

PATIENCE = 60_000


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose gateway waits less and gives up sooner."""
    made = Stack(tmp_path_factory.mktemp("channel"))
    made.parts["gateway"].command += ["--tries", "4", "--first-wait", "0.2", "--timeout", "2", "--silence", "2"]
    try:
        for name in made.parts:
            made.start(name)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def program(stack: Stack) -> Iterator[Program]:
    """What saves and declares without a browser."""
    with closing(Program(stack)) as made:
        yield made


@pytest.fixture
def seq_no(program: Program, request: pytest.FixtureRequest) -> str:
    """A draft of its own, named after the test."""
    return program.saved(desk.tree(ExhibitionNm=request.node.name[5:60], EtpsPreentNo=request.node.name[-32:]))


@pytest.fixture
def faulty(stack: Stack) -> Iterator[Callable[..., Any]]:
    """``faulty(kind, steps, …)`` puts a fault in force; none is afterwards."""

    def put(kind: str, *steps: str, **more: Any) -> None:
        control(
            stack,
            "PUT",
            "/control/faults",
            {"fault": [{"name": "the test's", "kind": kind, "steps": list(steps), **more}]},
        )

    yield put
    control(stack, "PUT", "/control/faults", {"fault": []})


def declare(page: Page, seq_no: str) -> None:
    """With the card; whatever comes of it."""
    page.goto(f"/declarations/{seq_no}/declare")
    sign(page)
    page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))


def becomes(page: Page, said: str) -> None:
    """The page comes to that state by itself."""
    expect(state(page)).to_have_text(said, timeout=PATIENCE)


def registered(stack: Stack, seq_no: str) -> int:
    """How often customs have what *seq_no* declares: cases with its in-house number, and versions of them."""
    cases = control(stack, "GET", "/control/cases?limit=1000")
    number = next((each["in_house_no"] for each in cases if each["seq_no"] == seq_no), None)
    return sum(1 + each["version"] for each in cases if number is not None and each["in_house_no"] == number)


@pytest.mark.requirement("W9", "W24", "W29")
def test_customs_down_is_told_and_can_be_declared_again(page: Page, stack: Stack, login: Login, seq_no: str) -> None:
    """发往海关失败 with the reason on the start page; when customs are there again it is declared anew, and is there once."""
    login(page, "wang")
    stack.stop("customs")
    try:
        declare(page, seq_no)
        becomes(page, "发往海关失败")
        page.goto("/")
        expect(page.locator("main")).to_contain_text(seq_no)
        expect(page.locator("main")).to_contain_text("海关通道")
    finally:
        stack.start("customs")
    page.goto(f"/declarations/{seq_no}")
    expect(page.locator("#declare-button")).to_be_enabled()
    page.locator("#declare-button").click()
    sign(page)
    becomes(page, "审核通过")
    assert registered(stack, seq_no) == 1


@pytest.fixture
def patient(stack: Stack) -> Iterator[None]:
    """The gateway tries so often that customs are back in time however slow the machine is."""
    command = stack.parts["gateway"].command
    at = command.index("--tries") + 1
    few, command[at] = command[at], "1000"
    stack.stop("gateway")
    stack.start("gateway")
    yield
    command[at] = few
    stack.stop("gateway")
    stack.start("gateway")


@pytest.mark.requirement("W9")
@pytest.mark.usefixtures("patient")
def test_customs_back_in_time_are_caught_up_with(page: Page, stack: Stack, login: Login, seq_no: str) -> None:
    """Down when it is declared, up before the tries are over: the page goes on to 审核通过 by itself."""
    login(page, "wang")
    stack.kill("customs")
    try:
        declare(page, seq_no)
        expect(state(page)).to_have_text("申报中")
    finally:
        stack.start("customs")
    becomes(page, "审核通过")
    assert registered(stack, seq_no) == 1


@pytest.mark.parametrize("kind", ["garbage", "empty", "truncated", "reset", "hang", "error"])
def test_an_answer_that_is_none_is_asked_for_again(
    page: Page, stack: Stack, login: Login, seq_no: str, faulty: Callable[..., Any], kind: str
) -> None:
    """Registered, but the answer is spoilt twice: the same message goes out again, and customs have it once."""
    login(page, "wang")
    faulty(kind, "answer", attempts=2)
    declare(page, seq_no)
    becomes(page, "审核通过")
    assert registered(stack, seq_no) == 1


def test_nothing_but_nonsense_ends_as_failed(
    page: Page, stack: Stack, login: Login, seq_no: str, faulty: Callable[..., Any]
) -> None:
    """Nonsense to every try, nothing registered: 发往海关失败; declared anew when customs are well, it is there once."""
    login(page, "wang")
    faulty("garbage", "intake")
    declare(page, seq_no)
    becomes(page, "发往海关失败")
    assert registered(stack, seq_no) == 0
    control(stack, "PUT", "/control/faults", {"fault": []})
    page.locator("#declare-button").click()
    sign(page)
    becomes(page, "审核通过")
    assert registered(stack, seq_no) == 1


def test_receipts_on_a_bad_line_arrive(
    page: Page, stack: Stack, login: Login, seq_no: str, faulty: Callable[..., Any]
) -> None:
    """Pulls that are reset half the time: the state is the right one in the end."""
    login(page, "wang")
    faulty("reset", "pull", probability=0.5)
    declare(page, seq_no)
    becomes(page, "审核通过")
    assert registered(stack, seq_no) == 1


def test_a_lost_receipt_is_asked_for(
    page: Page, stack: Stack, login: Login, seq_no: str, faulty: Callable[..., Any]
) -> None:
    """The decision never comes: after a while the gateway asks for it, and has it."""
    login(page, "wang")
    faulty("lost", "receipt_final", attempts=1)
    declare(page, seq_no)
    becomes(page, "审核通过")


def test_customs_killed_in_the_middle_go_on(page: Page, stack: Stack, login: Login, program: Program) -> None:
    """Killed while five declarations are on their way, and started again: all are approved, none is there twice."""
    login(page, "wang")
    made = [program.saved(desk.tree(ExhibitionNm=f"断电展{n}", EtpsPreentNo=f"DD-{n}")) for n in range(5)]
    for each in made[:4]:
        program.declared(each)
    declare(page, made[4])
    stack.restart("customs")
    becomes(page, "审核通过")
    for each in made:
        program.comes_to(each, "approved")
    cases = [each["seq_no"] for each in control(stack, "GET", "/control/cases?limit=1000")]
    assert all(cases.count(each) == 1 for each in made)


def test_the_gateway_killed_in_the_middle_goes_on(page: Page, stack: Stack, login: Login, program: Program) -> None:
    """The same with the gateway: what was being sent is sent, once."""
    login(page, "wang")
    made = [program.saved(desk.tree(ExhibitionNm=f"停机展{n}", EtpsPreentNo=f"TJ-{n}")) for n in range(4)]
    for each in made[:3]:
        program.declared(each)
    declare(page, made[3])
    stack.restart("gateway")
    becomes(page, "审核通过")
    for each in made:
        program.comes_to(each, "approved")
    cases = [each["seq_no"] for each in control(stack, "GET", "/control/cases?limit=1000")]
    assert all(cases.count(each) == 1 for each in made)
