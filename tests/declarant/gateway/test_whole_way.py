"""From the button to customs and back, every way there is: the state is what customs say, and nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tempgoods_edi.declarant.gateway.backoff import Backoff
from tempgoods_edi.declarant.gateway.missing_receipts import Patience
from tempgoods_edi.declarant.query_messages import Enquirer
from tempgoods_edi.lifecycle.states import State
from tests.declarant.gateway.channels import WAYS, Channel, in_memory, platform_signer
from tests.declarant.gateway.office import actor, until
from tests.declarant.gateway.place import TEN_MINUTES, Place


@pytest.fixture(params=WAYS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Each way."""
    with WAYS[request.param](tmp_path) as channel:
        yield Place(tmp_path, channel)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    """The way without sockets."""
    with in_memory(tmp_path) as channel:
        yield Place(tmp_path, channel)


def test_declared_sent_stored_approved(place: Place) -> None:
    """Every state on the way, with the number customs issued."""
    seq_no = place.office.saved()
    assert place.office.declared(seq_no).state is State.DECLARED
    place.approved(seq_no)
    stored = place.office.filing.get(actor(), seq_no)
    assert stored.customs_no == "ZH222826000001"
    assert [each["seq_no"] for each in place.customs.control.cases()] == [seq_no]


def test_refused_by_the_platform_corrected_and_declared_again(place: Place) -> None:
    """DealFlag -1: 发往海关失败 with customs' reason; declared again under its number, it is one case."""
    place.customs.control.next("refuse", code="H9009", note="联系电话停机")
    seq_no = place.office.saved()
    place.office.declared(seq_no)
    place.comes_to(seq_no, State.SEND_FAILED)
    why = place.office.filing.reasons(place.office.filing.get(actor(), seq_no))
    messages = place.office.filing.history(actor(), seq_no).messages
    assert any("联系电话停机" in (each.last_error.zh if each.last_error else "") for each in messages), why
    place.office.declared(seq_no)
    place.approved(seq_no)
    assert len(place.customs.control.cases()) == 1


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("reject", State.REJECTED),
        ("store_fail", State.STORE_FAILED),
        ("manual", State.MANUAL_REVIEW),
        ("manual_approve", State.APPROVED),
        ("manual_reject", State.REJECTED),
        ("stuck", State.STORED),
        ("approve", State.APPROVED),
    ],
)
def test_the_state_is_what_customs_decide(here: Place, outcome: str, state: State) -> None:
    """Each outcome leads to its state, also when every receipt comes twice."""
    here.customs.control.next(outcome)
    seq_no = here.office.saved()
    here.office.declared(seq_no)
    here.comes_to(seq_no, State.SENT)
    here.pass_by(6 * TEN_MINUTES)
    here.comes_to(seq_no, state)
    for sequence in [each.sequence for each in here.customs.receipts()]:
        here.customs.redeliver(sequence)
    for _ in range(3):
        here.turn()
    assert here.office.state(seq_no) is state


def test_what_is_rejected_is_declared_again_in_the_same_case(here: Place) -> None:
    """Corrected and declared once more under its number: approved, one case."""
    here.customs.control.next("reject")
    seq_no = here.office.saved()
    here.office.declared(seq_no)
    here.comes_to(seq_no, State.SENT)
    here.pass_by()
    here.comes_to(seq_no, State.REJECTED)
    here.office.declared(seq_no)
    here.approved(seq_no)
    assert len(here.customs.control.cases()) == 1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channel]:
    """A customs over HTTP for several tests."""
    with WAYS["http"](tmp_path_factory.mktemp("http")) as channel:
        yield channel


@pytest.fixture
def line(server: Channel) -> Channel:
    """The same, with nothing in it."""
    server.customs.control.end_faults()
    server.customs.control.reset()
    server.customs.control.set_clock("manual")
    return server


FAULT = """
[[fault]]
name = "f"
kind = "{kind}"
steps = "{step}"
"""


@pytest.mark.parametrize(
    ("kind", "step"),
    [(kind, step) for kind in ("garbage", "empty", "reset", "error", "truncated") for step in ("intake", "answer")]
    + [("refuse", "intake")],
)
def test_after_the_last_try_it_has_failed_and_can_be_declared_again(
    line: Channel, tmp_path: Path, kind: str, step: str
) -> None:
    """Whatever comes instead of an answer: 发往海关失败 with the reason; then, once customs answer again, one case."""
    control = line.customs.control
    place = Place(tmp_path, line, backoff=Backoff(first=0.01, most=0.02, tries=3))
    control.set_faults(FAULT.format(kind=kind, step=step))
    seq_no = place.office.saved()
    place.office.declared(seq_no)
    place.comes_to(seq_no, State.SEND_FAILED)
    error = place.office.filing.history(actor(), seq_no).messages[0].last_error
    assert error is not None
    assert "不再重试" in error.zh
    control.end_faults()
    place.office.declared(seq_no)
    until(lambda: len(control.cases()) == 1, place.turn)
    place.pass_by()
    place.comes_to(seq_no, State.APPROVED)
    assert len(control.cases()) == 1


RECEIPT_FAULTS = ("duplicated", "reordered", "late", "changed", "wrong_encoding", "schema_invalid", "badly_signed")


@pytest.mark.parametrize("kind", RECEIPT_FAULTS)
def test_spoiled_receipts_hold_up_nothing(here: Place, kind: str) -> None:
    """The first declaration's Y is spoiled, late or doubled: nothing fails, and its own 1 and the other's receipts take effect."""
    here.customs.control.set_faults(f"[[fault]]\nname = 'f'\nkind = '{kind}'\nsteps = 'receipt_Y'\n")
    first, second = here.office.saved(), here.office.saved(Head__ExhibitionNm="第二个展览会")
    for seq_no in (first, second):
        here.office.declared(seq_no)
        here.comes_to(seq_no, State.SENT)
    here.pass_by(6 * TEN_MINUTES)
    for seq_no in (first, second):
        here.comes_to(seq_no, State.APPROVED)


def test_receipts_that_were_lost_are_asked_for_again(tmp_path: Path) -> None:
    """Customs decided and nobody heard: after a while the platform asks, and the state catches up."""
    with in_memory(tmp_path) as channel:
        enquirer = Enquirer(platform_signer(), Random(4).randbytes)
        place = Place(tmp_path, channel, enquirer=enquirer, patience=Patience(first=0.3, every=0.1))
        channel.customs.control.set_faults(
            "[[fault]]\nname = 'f'\nkind = 'lost'\nsteps = ['receipt_Y', 'receipt_final']\n"
        )
        seq_no = place.office.saved()
        place.office.declared(seq_no)
        place.comes_to(seq_no, State.SENT)
        place.pass_by()
        assert [each["state"] for each in channel.customs.control.cases()] == ["approved"]
        channel.customs.control.end_faults()
        until(lambda: place.office.state(seq_no) is State.APPROVED, place.turn_and_wait)


def test_a_message_that_got_lost_behind_the_technical_answer_is_handed_over_again(tmp_path: Path) -> None:
    """Customs were put back to a time before it: asked for receipts, they do not know it; then they get it once more."""
    with in_memory(tmp_path) as channel:
        enquirer = Enquirer(platform_signer(), Random(4).randbytes)
        place = Place(tmp_path, channel, enquirer=enquirer, patience=Patience(first=0.3, every=0.1))
        before = channel.customs.control.snapshot()
        seq_no = place.office.saved()
        place.office.declared(seq_no)
        place.comes_to(seq_no, State.SENT)
        channel.customs.control.restore(before)
        assert channel.customs.control.cases() == []
        until(lambda: len(channel.customs.control.cases()) == 1, place.turn)
        assert place.office.state(seq_no) is State.SENT


def test_customs_that_begin_anew_are_heard_again(here: Place) -> None:
    """Reset, they count their receipts from one: what they send then is received all the same."""
    first = here.office.saved()
    here.office.declared(first)
    here.approved(first)
    here.customs.control.reset()
    here.customs.control.set_clock("manual")
    here.follow()
    second = here.office.saved(Head__ExhibitionNm="第二个展览会")
    here.office.declared(second)
    here.approved(second)
