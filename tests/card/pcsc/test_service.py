"""Readers and cards of the real PC/SC service: they come and go, and so does the service; nothing is started anew."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest

from tempcard.card import Pulled, Step, VirtualCard
from tempgoods_edi.card.cards import Card, Pin
from tempgoods_edi.card.pcsc import PcscReaders
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.values import Verdict
from tests.card.material import (
    OWNER,
    PIN,
    PUK,
    SITE,
    STRANGER,
    Issued,
    done,
    judged,
    login_text,
    package,
    running,
    trouble,
)
from tests.card.pcsc.service import FIRST, READERS, SECOND, Service, card_in, chip, eventually, inserted
from tests.card.test_soft import refused

pytestmark = pytest.mark.needs("pcscd")

WRONG = Pin("000000")
T = TypeVar("T")


@pytest.fixture
def card(issued: Issued, tmp_path: Path) -> VirtualCard:
    """A card of the owner's; in no reader yet."""
    return chip(tmp_path / "card", P9A=issued.ecdsa, P9C=issued.rsa)


def test_cards_are_seen_as_they_are_put_in_and_taken_out(readers: PcscReaders, card: VirtualCard) -> None:
    """Two readers, both empty; a card in the first, any number of times."""
    assert eventually(readers.names) == READERS
    assert [readers.card(reader) for reader in (*READERS, "none such")] == [None, None, None]
    for _ in range(2):
        with inserted(card, FIRST):
            state = card_in(readers).state()
            assert (state.reader, state.kind, state.tries_left) == (READERS[0], "piv", 3)
            assert state.identity.operator_name == OWNER.operator_name
            assert readers.card(READERS[1]) is None
        assert eventually(lambda: readers.card(READERS[0]) is None)


def test_a_pin_is_counted_down_blocked_unblocked_and_changed(readers: PcscReaders, card: VirtualCard) -> None:
    """All the way through the service; the tries outlast pulling the card out."""
    with inserted(card, FIRST):
        found = card_in(readers)
        assert refused(lambda: found.verify(WRONG)) == ("wrong-pin", 2)
        assert refused(lambda: found.sign(WRONG, b"x")) == ("wrong-pin", 1)
    assert eventually(lambda: readers.card(READERS[0]) is None)
    with inserted(card, FIRST):
        found = card_in(readers)
        assert found.state().tries_left == 1
        assert refused(lambda: found.verify(WRONG)) == ("blocked", 0)
        assert refused(lambda: found.verify(Pin(PIN))) == ("blocked", 0)
        found.unblock(Pin(PUK), Pin("246802"))
        found.change_pin(Pin("246802"), Pin(PIN))
        assert found.sign(Pin(PIN), b"x")
        assert found.state().tries_left == 3


def test_a_card_pulled_out_while_it_signs_says_so_and_signs_again_once_back(
    readers: PcscReaders, issued: Issued, tmp_path: Path
) -> None:
    """pulled-out, at once; then no card; put back, the same reader signs."""
    gone = [True]

    def before(step: Step) -> None:
        if step == "signature" and gone:
            gone.clear()
            raise Pulled

    card = chip(tmp_path / "card", before=before, P9C=issued.rsa)
    with inserted(card, FIRST):
        found = card_in(readers)
        assert refused(lambda: found.sign(Pin(PIN), b"x")) == ("pulled-out", None)
    assert eventually(lambda: readers.card(READERS[0]) is None)
    assert refused(lambda: found.sign(Pin(PIN), b"x")) == ("pulled-out", None)
    with inserted(card, FIRST):
        assert card_in(readers).sign(Pin(PIN), b"x")


def test_a_card_that_was_exchanged_is_not_handed_the_pin_of_the_first(
    readers: PcscReaders, card: VirtualCard, issued: Issued, tmp_path: Path
) -> None:
    """Looked at one card, ordered of another: nothing reaches it, and it keeps its tries."""
    with inserted(card, FIRST):
        found = card_in(readers)
    assert eventually(lambda: readers.card(READERS[0]) is None)
    other = chip(tmp_path / "other", P9C=issued.stranger)
    with inserted(other, FIRST):
        now = card_in(readers)
        assert now.state().identity.operator_name == STRANGER.operator_name
        assert refused(lambda: found.verify(WRONG)) == ("pulled-out", None)
        assert now.state().tries_left == 3


def test_a_service_that_ends_and_comes_back_is_used_again(
    readers: PcscReaders, service: Service, card: VirtualCard, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not running: said so.  Running again: readers and card are there, without a restart, and without a noise."""
    with inserted(card, FIRST):
        found = card_in(readers)
        service.stop()
        assert refused(readers.names) == ("no-pcsc-service", None)
        assert refused(lambda: readers.card(READERS[0])) == ("no-pcsc-service", None)
        assert refused(lambda: found.sign(Pin(PIN), b"x")) == ("no-pcsc-service", None)
        service.start()
        assert card_in(readers).sign(Pin(PIN), b"x")
    assert "ignored" not in capfd.readouterr().err


def test_a_service_that_ends_while_a_card_signs_is_said_to(
    readers: PcscReaders, service: Service, issued: Issued, tmp_path: Path
) -> None:
    """In the midst of a signature the service goes: an error in words, and the next time all is well."""
    begun, go_on = Event(), Event()

    def before(step: Step) -> None:
        if step == "signature" and not go_on.is_set():
            begun.set()
            go_on.wait(20)

    card = chip(tmp_path / "card", before=before, P9C=issued.rsa)
    with inserted(card, FIRST):
        found = card_in(readers)
        outcome = in_thread(lambda: refused(lambda: found.sign(Pin(PIN), b"x")))
        assert begun.wait(20)
        service.kill()
        go_on.set()
        assert outcome()[0] in ("no-pcsc-service", "pulled-out")
        service.start()
        assert card_in(readers).sign(Pin(PIN), b"x")


def test_a_reader_that_is_gone_is_said_to_be(
    readers: PcscReaders, service: Service, card: VirtualCard, tmp_path: Path
) -> None:
    """Its driver away: no such reader, and an order to it says so; back, it is used again."""
    with inserted(card, FIRST):
        found = card_in(readers)
        service.stop()
        (tmp_path / "none").mkdir()
        service.start("--config", str(tmp_path / "none"))
        assert readers.names() == ()
        assert readers.card(READERS[0]) is None
        assert refused(lambda: found.sign(Pin(PIN), b"x")) == ("reader-gone", None)
        service.stop()
        service.start()
        assert card_in(readers).sign(Pin(PIN), b"x")


def test_a_card_that_another_program_keeps_is_waited_for_then_said_to_be_in_use(
    readers: PcscReaders, card: VirtualCard
) -> None:
    """Kept: in-use.  Given free while we wait: done."""
    import smartcard.scard as scard

    with inserted(card, FIRST):
        found = card_in(readers)
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        code, handle, _ = scard.SCardConnect(context, READERS[0], scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T1)
        assert code == 0
        assert refused(found.state) == ("in-use", None)
        patient = card_of(PcscReaders(waits=200), READERS[0])
        outcome = in_thread(patient.state)
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        assert outcome().tries_left == 3
        scard.SCardReleaseContext(context)


def test_a_card_that_is_none_of_ours_is_said_to_be(readers: PcscReaders, tmp_path: Path) -> None:
    """A card without PIV: unknown; one that does not say its name: unreadable."""

    class Foreign(VirtualCard):
        """Answers every command alike."""

        def transmit(self, apdu: bytes) -> bytes:
            """Not found."""
            return b"\x6a\x82"

    class Dead(VirtualCard):
        """Says no name."""

        atr = b"\0"

    for made, code in ((Foreign, "unknown-card"), (Dead, "unreadable-card")):
        chip(tmp_path / code)
        with inserted(made(tmp_path / code, bytes), FIRST):
            assert eventually(lambda: _code(readers)) == code
        assert eventually(lambda: not _code(readers))


def test_two_cards_in_two_readers_are_told_apart(
    readers: PcscReaders, card: VirtualCard, issued: Issued, cards: Path, tmp_path: Path
) -> None:
    """Without a choice the agent asks for one; with one, each signs for its own."""
    other = chip(tmp_path / "other", P9C=issued.stranger)
    with inserted(card, FIRST), inserted(other, SECOND), running(cards, readers=readers) as agent:
        card_in(readers, READERS[0])
        card_in(readers, READERS[1])
        with agent.page() as page:
            listed = page.listed()
            assert listed["readers"] == list(READERS)
            assert [each["ic_card_no"] for each in listed["cards"]] == [OWNER.ic_card_no, STRANGER.ic_card_no]
            assert trouble(page.login(login_text())) == ("choose-card", None)
            assert done(page.login(login_text(), card="A1"))[1] == "A1"
            assert done(page.login(login_text("fedcba9876543210"), card=STRANGER.ic_card_no))[1] == "B1"


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_a_declaration_signed_by_the_card_is_taken(
    readers: PcscReaders, issued: Issued, cards: Path, tmp_path: Path, kind: str
) -> None:
    """Through the agent: the desk finds nothing wrong with the message."""
    card = chip(tmp_path / "card", P9C=getattr(issued, kind))
    with inserted(card, FIRST), running(cards, readers=readers) as agent, agent.page() as page:
        card_in(readers)
        checked = judged(done(page.sign(package())), package(), "M001", issued.trust)
        assert checked.verdict is Verdict.VALID, checked.findings


def test_the_agent_says_what_is_wrong_and_goes_on(
    readers: PcscReaders, service: Service, card: VirtualCard, cards: Path
) -> None:
    """Empty, wrong PIN, service gone, service back: each in its words, on the same connection."""
    with running(cards, readers=readers) as agent, agent.page() as page:
        eventually(lambda: page.listed()["readers"])
        assert trouble(page.login(login_text())) == ("no-card", None)
        with inserted(card, FIRST):
            card_in(readers)
            assert trouble(page.login(login_text(), passwd="000000")) == ("wrong-pin", 2)
            service.stop()
            assert trouble(page.login(login_text())) == ("no-pcsc-service", None)
            service.start()
            card_in(readers)
            assert done(page.login(login_text()))[1] == "A1"


def test_a_slow_card_holds_up_nobody_else(readers: PcscReaders, issued: Issued, cards: Path, tmp_path: Path) -> None:
    """While a card signs, the agent answers others, and lists the card as it was."""
    begun, go_on = Event(), Event()

    def before(step: Step) -> None:
        if step == "signature":
            begun.set()
            go_on.wait(20)

    card = chip(tmp_path / "card", before=before, P9C=issued.rsa)
    with inserted(card, FIRST), running(cards, readers=readers) as agent:
        card_in(readers)
        with agent.page() as page, agent.page(SITE) as other:
            outcome = in_thread(lambda: page.login(login_text()))
            assert begun.wait(20)
            try:
                assert [each["id"] for each in other.listed()["cards"]] == ["A1"]
            finally:
                go_on.set()
            assert done(outcome())[1] == "A1"


def card_of(readers: PcscReaders, reader: str) -> Card:
    """The card in *reader*, which is known to be there."""
    found = readers.card(reader)
    assert found is not None
    return found


def in_thread(work: Callable[[], T]) -> Callable[[], T]:
    """Begin *work* elsewhere; call what is returned for its outcome."""
    outcome: list[T] = []
    thread = threading.Thread(target=lambda: outcome.append(work()))
    thread.start()

    def joined() -> T:
        thread.join(30)
        return outcome[0]

    return joined


def _code(readers: PcscReaders) -> str:
    """The trouble with the card in the first reader; empty when there is no card."""
    try:
        found = readers.card(READERS[0])
        return "" if found is None else found.state().card_id
    except CardError as error:
        return error.code
