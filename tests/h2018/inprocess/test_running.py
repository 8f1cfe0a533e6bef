"""A customs for a test: the same behind a socket and in memory, quick to make, each by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from h2018.client import Customs, NotInTime, Refused, Unavailable
from h2018.config import Config
from h2018.testing import running_customs
from tests.h2018.tenant import FIXTURES, REGISTRY, START, changed, fixture, signed

CONFIG = Config(
    port=0, starts_at=START, clock="manual", trust=(FIXTURES / "keys" / "ca.pem",), registry=REGISTRY, seed=7
)


@pytest.fixture(scope="module")
def server() -> Iterator[Customs]:
    """One over HTTP, for all of them."""
    with running_customs(CONFIG) as customs:
        yield customs


@pytest.fixture(params=["memory", "http"])
def customs(request: pytest.FixtureRequest) -> Iterator[Customs]:
    """A tenant of the test's own, each way."""
    if request.param == "memory":
        with running_customs(CONFIG, in_memory=True) as made:
            yield made
    else:
        server: Customs = request.getfixturevalue("server")
        name = f"t{abs(hash(request.node.nodeid))}"
        server.control.create(name)
        yield server.of(name)
        server.control.drop(name)


def message(serial: int = 1, **values: str) -> bytes:
    """A signed declaration."""
    return signed(changed(fixture("tmp101-minimal"), {path.replace("__", "/"): value for path, value in values.items()}), serial)


def script(customs: Customs) -> tuple[list[bytes], list[bytes]]:
    """Every answer and every receipt of: good, wrong, repeated, unreadable, a confirmation, an officer's decision, six months."""
    control = customs.control
    good = message(1)
    wrong = message(2, Head__EndDate="20270309")
    answers = []
    for data in (good, wrong, good, b"<no", signed(fixture("tmp121-minimal"), 3)):
        answers.append(customs.submit(data).xml)
        control.advance(60)
    control.next("manual")
    waiting = customs.submit(message(4))
    control.advance(60)
    assert waiting.seq_no is not None
    control.send_back(waiting.seq_no, {"Head/HallNm": "请写明展馆"}, officer="A")
    control.advance(180 * 86400)
    answers.append(waiting.xml)
    return answers, [customs.receipt(each.sequence) for each in customs.receipts()]


def test_same_seed_and_script_give_the_same_bytes_over_http_and_in_memory(server: Customs) -> None:
    """Byte for byte, answers and receipts, in a process of its own and in this one."""
    with running_customs(CONFIG, in_memory=True) as customs:
        in_memory = script(customs)
    server.control.create("script")
    over_http = script(server.of("script"))
    server.control.drop("script")
    assert in_memory == over_http
    assert len(in_memory[1]) >= 6


def test_a_declaration_lives(customs: Customs) -> None:
    """Taken, Y, 1 with a customs number; why is told; the exact bytes can be fetched."""
    answer = customs.submit(message())
    assert answer.accepted
    customs.control.advance(600)
    approved = customs.wait_for(answer, "1")
    assert approved.customs_no is not None
    assert [each.result for each in customs.receipts()] == ["Y", "1"]
    assert customs.receipt(approved.sequence) == approved.data
    assert answer.seq_no is not None
    assert customs.wait_for(answer.seq_no, ("1", "3")) == approved
    again = customs.redeliver(approved.sequence)
    assert (again.data, again.sequence) == (approved.data, approved.sequence + 1)


def test_why_is_told_and_a_message_can_be_waited_for_by_its_id(customs: Customs) -> None:
    """Every step under one trace id."""
    data = message(Head__EndDate="20270309")
    answer = customs.submit(data)
    message_id = data.partition(b"<message_id>")[2].partition(b"<")[0].decode()
    steps = customs.why(message_id)
    assert [step.what for step in steps][:2] == ["received", "answered"]
    assert {step.trace_id for step in steps} == {answer.trace_id}
    if answer.accepted:
        customs.control.advance(600)
        assert customs.wait_for(message_id, "3").notes


def test_time_that_nobody_moves_brings_nothing(customs: Customs) -> None:
    """A manual clock stands still, however long the client waits; what did come is told."""
    answer = customs.submit(message())
    with pytest.raises(NotInTime) as error:
        customs.wait_for(answer, "1", timeout=0.2)
    assert error.value.seen == ()


def test_a_live_clock_in_memory_runs_while_the_client_waits() -> None:
    """Three seconds of business time, without waiting for them."""
    with running_customs(CONFIG, in_memory=True, clock="live", progression="timed") as customs:
        answer = customs.submit(message())
        began = time.monotonic()
        assert customs.wait_for(answer, "1").customs_no is not None
        assert time.monotonic() - began < 3


def test_a_live_clock_over_http_wakes_the_waiting_client(server: Customs) -> None:
    """The receipt comes by itself, as soon as it is there."""
    server.control.create("live", clock="live", progression="timed", store_seconds=0.1, review_seconds=0.1)
    customs = server.of("live")
    answer = customs.submit(message())
    assert customs.wait_for(answer, "1").result == "1"
    server.control.drop("live")


def test_everything_a_tester_may_ask_for(customs: Customs) -> None:
    """Each method of `Control` reaches its address and reads what comes back."""
    control = customs.control
    assert control.overview()["clock"]["mode"] == "manual"
    assert any(each["name"] == "manual" for each in control.outcomes())
    control.configure(progression="immediate")
    control.set_seed(8)
    assert control.overview()["settings"]["seed"] == 8
    answer = customs.submit(message())
    assert answer.seq_no is not None
    assert control.case(answer.seq_no)["state"] == "approved"
    assert [each["seq_no"] for each in control.cases(state="approved", code="TMP101")] == [answer.seq_no]
    assert [line["what"] for line in control.journal()][-1] == "sent"
    kept = control.snapshot()
    control.reset()
    assert customs.receipts() == ()
    control.restore(kept)
    assert len(customs.receipts()) == 2
    control.decide("manual", message_id="NOBODY")
    control.next("manual", 3, message="TMP101")
    control.forget_orders()
    control.limit_rate(5, burst=6)
    control.unlimit_rate()
    assert control.set_clock("manual", START).now == START
    assert control.advance(60).mode == "manual"
    assert control.advance_to(control.clock().now).mode == "manual"


def test_scenarios_faults_and_the_registry(customs: Customs) -> None:
    """A wrong file is refused with findings; entries go on file by CSV."""
    control = customs.control
    with pytest.raises(Refused) as refused:
        control.set_scenarios("[[scenario]]\nnme = 1\n")
    assert refused.value.status == 422
    assert refused.value.findings
    assert control.check_scenarios("[[scenario]]\nnme = 1\n")["findings"]
    written = '[[scenario]]\nname = "all wait"\nmatch = {message = "TMP101"}\naction = {outcome = "manual"}\n'
    control.set_scenarios(written)
    assert control.switch_scenarios(False)["scenarios"] == []
    assert control.switch_scenarios(True)["text"] == written
    control.end_scenarios()
    [late] = control.set_faults('[[fault]]\nname = "late"\nkind = "lost"\nsteps = "receipt_Y"\n').fault
    assert (late["name"], late["kind"]) == ("late", "lost")
    assert not control.switch_faults(False).on
    assert control.switch_faults(True).on
    assert control.switch_faults(False, "late").fault[0]["on"] is False
    control.end_faults()
    assert control.faults().fault == ()
    assert control.fault_log() == []
    with pytest.raises(Refused) as twice:
        control.add_entries(REGISTRY.read_text("utf-8-sig"))
    assert twice.value.status == 409
    number = next(iter(REGISTRY.read_text("utf-8-sig").splitlines()[1].split(",")))
    assert control.entry(number)["entry_no"] == number


def test_an_outage_is_an_error_of_its_kind(customs: Customs) -> None:
    """`Unavailable`, until it ends; nothing was taken meanwhile."""
    customs.control.outage(status=503)
    with pytest.raises(Unavailable):
        customs.submit(message())
    customs.control.end_outages()
    assert not customs.submit(message()).repeated


def test_tenants_are_made_and_dropped(customs: Customs) -> None:
    """What is done in one is not seen in another; a dropped one is gone."""
    customs.control.create("other", seed=3)
    other = customs.of("other")
    customs.submit(message())
    assert "other" in customs.control.tenants()
    assert other.control.journal() == []
    assert other.submit(message()).accepted
    [line] = [each for each in other.control.journal() if each["what"] == "received"]
    customs.control.create("third")
    [replayed] = other.control.replay("third", [line["sequence"]])
    assert replayed["outcome"] == "accepted"
    for name in ("other", "third"):
        customs.control.drop(name)
    with pytest.raises(Refused) as gone:
        other.receipts()
    assert gone.value.status == 404


def test_watching(customs: Customs) -> None:
    """Alive, ready, figures."""
    customs.submit(message())
    assert customs.ready()
    assert customs.health().business_time.tzinfo is not None
    assert f'h2018_answers_total{{outcome="accepted",world="{customs.tenant}"}} 1.0' in customs.metrics()


def test_a_tenant_in_memory_is_made_in_a_moment() -> None:
    """In less than half the processor's time that a process of its own takes to load the simulator."""

    def made() -> float:
        began = time.process_time()
        with running_customs(CONFIG, in_memory=True):
            return time.process_time() - began

    made()
    code = "import time, h2018.app; print(time.process_time())"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert min(made() for _ in range(5)) < float(loaded) / 2


def test_what_goes_over_the_wire_is_what_was_given() -> None:
    """No seed: the default one; a configuration is passed as it is."""
    with running_customs(in_memory=True) as customs:
        settings: dict[str, Any] = customs.control.overview()["settings"]
    assert (settings["seed"], settings["progression"]) == (Config().seed, "immediate")
    assert json.dumps(settings)
