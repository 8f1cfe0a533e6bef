"""The portal killed thirty times while a program saves, attaches and declares: nothing acknowledged is lost, nothing is twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from random import Random
from threading import Event, Thread
from typing import Any, TypeVar

import httpx
import pytest
from msgspec import Struct, field

from tests.declarant import desk
from tests.web.program import Program
from tests.web.stack import Stack, eventually

KILLS = 30
#: So many declarations at least are gone through meanwhile, however slow the machine is.
DECLARED = 10
Answer = TypeVar("Answer")


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, whose gateway does not wait long."""
    made = Stack(tmp_path_factory.mktemp("killed"))
    made.parts["gateway"].command += ["--first-wait", "0.1", "--timeout", "5"]
    try:
        for name in ("customs", "web", "gateway"):
            made.start(name)
        yield made
    finally:
        made.close()


class Acknowledged(Struct):
    """What the portal said it had done, by in-house number.

    :ivar saved: pre-entry numbers.
    :ivar edited: what the name was changed to.
    :ivar files: names of the files that were attached.
    :ivar declared: pre-entry numbers of what went to customs.
    """

    saved: dict[str, str] = field(default_factory=dict)
    edited: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)


class Runner:
    """Does one declaration after the other, as a program does that knows its portal may be away for a moment."""

    def __init__(self, stack: Stack) -> None:
        self.program, self.browser = Program(stack), stack.logged_in("wang")
        self.done, self.enough = Acknowledged(), Event()
        self.failed: BaseException | None = None

    def run(self) -> None:
        """Until it is told that it is enough."""
        try:
            number = 0
            while not self.enough.is_set():
                number += 1
                self._one(f"SD-{number:04}", by_form=number % 3 == 0)
        except BaseException as error:  # noqa: BLE001 - told to the test
            self.failed = error

    def _one(self, in_house: str, by_form: bool) -> None:
        document = desk.tree(ExhibitionNm=f"展 {in_house}", EtpsPreentNo=in_house)
        if by_form:
            seq_no = self._again(lambda: self._posted(document))
        else:
            seq_no = self._again(lambda: self.program.saved(document))
        self.done.saved[in_house] = seq_no
        document["Head"]["ExhibitionNm"] = name = f"改名 {in_house}"
        self._again(lambda: self.program.asked("PUT", f"declarations/{seq_no}", json={"document": document}))
        self.done.edited[in_house] = name
        self._again(lambda: self._attached(seq_no))
        self.done.files[in_house] = seq_no
        self._again(lambda: self._declared(seq_no))
        self.done.declared[in_house] = seq_no

    def _posted(self, document: Any) -> str:
        """The same by the form, as a browser without scripts does it."""
        head = {f"Head/{tag}": value for tag, value in document["Head"].items()}
        goods = json.dumps(document["ExhibitList"])
        answer = self.browser.post("/forms/exhibition", data={**head, "goods": goods, "action": "save"})
        assert answer.status_code == 303, answer.text[:2000]
        return answer.headers["location"].rpartition("/")[2]

    def _attached(self, seq_no: str) -> None:
        """A file; an answer that did not arrive may have been a yes, so look first."""
        if not self.program.asked("GET", f"declarations/{seq_no}/documents")["documents"]:
            self.program.attached(seq_no)

    def _declared(self, seq_no: str) -> None:
        if self.program.state(seq_no) == "draft":
            self.program.declared(seq_no)

    def _again(self, work: Callable[[], Answer]) -> Answer:
        """What *work* gives, as soon as the portal is there."""
        pause = Event()
        for _ in range(3000):
            try:
                return work()
            except httpx.TransportError:
                pause.wait(0.02)
        raise AssertionError("the portal stayed away")

    def close(self) -> None:
        """Hang up."""
        self.program.close()
        self.browser.close()


def test_nothing_acknowledged_is_lost(stack: Stack) -> None:
    """Web and gateway are killed at random moments; every 2xx and 303 holds afterwards, customs have each once, all end well."""
    chance, pause = Random(2018), Event()
    with closing(Runner(stack)) as runner:
        working = Thread(target=runner.run)
        working.start()
        try:
            for _ in range(KILLS):
                part = chance.choice(("web", "gateway"))
                pause.wait(chance.uniform(0.0, 0.4))
                stack.restart(part)
            eventually(lambda: runner.failed or len(runner.done.declared) >= DECLARED, 120)
        finally:
            runner.enough.set()
            working.join()
        assert runner.failed is None, runner.failed
        done, program = runner.done, runner.program
        assert len(done.declared) >= DECLARED
        for in_house, seq_no in done.saved.items():
            found = program.asked("GET", f"declarations/{seq_no}")
            assert found["document"]["Head"]["EtpsPreentNo"] == in_house
            assert found["document"]["Head"]["ExhibitionNm"] == done.edited[in_house]
            assert [each["number"] for each in program.asked("GET", f"declarations/{seq_no}/documents")["documents"]] == [1]
        for seq_no in done.declared.values():
            program.comes_to(seq_no, "approved")
    cases = httpx.get(f"{stack.customs_url}/control/cases?limit=1000").raise_for_status().json()
    assert sorted((each["in_house_no"], each["seq_no"]) for each in cases) == sorted(done.declared.items())
    assert {each["version"] for each in cases} == {0}
