"""The soft card: tries that survive everything, unblocking, and signatures that others verify."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tempgoods_edi.card import soft
from tempgoods_edi.card.cards import Card, Pin
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.card.slots import FolderReaders
from tempgoods_edi.card.soft import SoftCard
from tests.card.material import OWNER, PIN, PUK, Issued

WRONG = Pin("000000")


def refused(order: Callable[[], object]) -> tuple[str, int | None]:
    """Code and tries left of the error that *order* ends in."""
    with pytest.raises(CardError) as error:
        order()
    return error.value.code, error.value.tries_left


def tries(card: Card) -> int | None:
    """What the card says is left."""
    return card.state().tries_left


@pytest.fixture
def card(issued: Issued, cards: Path) -> SoftCard:
    """A P-256 card."""
    return SoftCard(issued.put(cards, kind="ecdsa"), "one")


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
@pytest.mark.needs("openssl")
def test_openssl_verifies_what_the_card_signs(issued: Issued, cards: Path, tmp_path: Path, kind: str) -> None:
    """Both kinds of key sign, and openssl takes the signature."""
    made = SoftCard(issued.put(cards, kind=kind), "one")
    value = made.sign(Pin(PIN), b"signed")
    if kind == "ecdsa":
        value = encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
    public = getattr(issued, kind).certificate.public_key()
    for name, data in (
        ("data", b"signed"),
        ("value", value),
        ("key", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)),
    ):
        (tmp_path / name).write_bytes(data)
    command = ["openssl", "dgst", "-sha256", "-verify", "key", "-signature", "value", "data"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).stdout == b"Verified OK\n"


def test_a_card_says_whose_it_is_without_its_pin(card: SoftCard) -> None:
    """Holder, certificate and tries are there for everybody to see."""
    state = card.state()
    assert (state.identity.operator_name, state.identity.enterprise_code) == (
        OWNER.operator_name,
        OWNER.enterprise_code,
    )
    assert (state.card_id, state.tries_left, state.kind) == ("A2", 3, "soft")
    assert state.is_named(OWNER.ic_card_no)


def test_wrong_pins_are_counted_down_to_a_block(card: SoftCard) -> None:
    """Three wrong PINs block the card; then the right one does not help."""
    assert refused(lambda: card.verify(WRONG)) == ("wrong-pin", 2)
    assert refused(lambda: card.sign(WRONG, b"x")) == ("wrong-pin", 1)
    assert refused(lambda: card.change_pin(WRONG, Pin("2468"))) == ("blocked", 0)
    assert refused(lambda: card.verify(Pin(PIN))) == ("blocked", 0)
    assert tries(card) == 0


def test_a_right_pin_gives_the_tries_back(card: SoftCard) -> None:
    """After a right PIN all three are there again."""
    refused(lambda: card.verify(WRONG))
    refused(lambda: card.verify(WRONG))
    card.verify(Pin(PIN))
    assert tries(card) == soft.PIN_TRIES


@pytest.mark.parametrize("text", ["", "123", "1" * 17, "12 456", "密码密码", "12345\n"])
def test_what_has_not_the_form_of_a_pin_costs_no_try(card: SoftCard, text: str) -> None:
    """A slip of the finger is not held against anybody."""
    assert refused(lambda: card.verify(Pin(text))) == ("pin-form", None)
    assert refused(lambda: card.change_pin(Pin(PIN), Pin(text))) == ("pin-form", None)
    assert tries(card) == soft.PIN_TRIES


def test_a_changed_pin_is_the_only_one(card: SoftCard) -> None:
    """The new PIN signs, the old one does not."""
    card.change_pin(Pin(PIN), Pin("abc123"))
    assert card.sign(Pin("abc123"), b"x")
    assert refused(lambda: card.verify(Pin(PIN))) == ("wrong-pin", 2)


def test_the_puk_unblocks_and_sets_a_pin(card: SoftCard) -> None:
    """A blocked card signs again after its PUK, with the new PIN and all tries."""
    for _ in range(3):
        refused(lambda: card.verify(WRONG))
    assert refused(lambda: card.unblock(Pin("00000000"), Pin("2468"))) == ("wrong-puk", 9)
    card.unblock(Pin(PUK), Pin("2468"))
    assert card.sign(Pin("2468"), b"x")
    assert tries(card) == soft.PIN_TRIES
    for left in range(9, 0, -1):  # a right PUK gave its tries back too
        assert refused(lambda: card.unblock(Pin("00000000"), Pin("2468"))) == ("wrong-puk", left)
    assert refused(lambda: card.unblock(Pin("00000000"), Pin("2468"))) == ("puk-blocked", 0)
    assert refused(lambda: card.unblock(Pin(PUK), Pin("2468"))) == ("puk-blocked", 0)


def _killed_while_decrypting(folder: Path) -> None:
    soft._opens = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]  # the moment in question
    SoftCard(folder, "one").verify(WRONG)


def test_a_process_killed_after_counting_has_used_the_try_up(card: SoftCard, cards: Path) -> None:
    """Killing whoever checks a PIN, just before the check, gives no try for nothing."""
    for left in (2, 1, 0):
        child = multiprocessing.get_context("spawn").Process(target=_killed_while_decrypting, args=(cards / "one",))
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        assert tries(card) == left
    assert refused(lambda: card.verify(Pin(PIN))) == ("blocked", 0)


def test_a_failed_write_lets_nothing_be_tried(card: SoftCard, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the counter cannot be written the PIN is not tried at all."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(soft, "_opens", lambda *_: pytest.fail("the PIN was tried"))
    with pytest.raises(OSError, match="No space"):
        card.verify(Pin(PIN))


def test_a_card_pulled_before_the_signature_has_signed_nothing(issued: Issued, cards: Path) -> None:
    """Pulled between PIN and signature: an error, no signature; put back it works as before."""
    folder = issued.put(cards, kind="ecdsa")
    away = cards.parent / "away"

    def pull() -> None:
        folder.rename(away)

    pulled = SoftCard(folder, "one", between=pull)
    assert refused(lambda: pulled.sign(Pin(PIN), b"x")) == ("pulled-out", None)
    away.rename(folder)
    assert SoftCard(folder, "one").sign(Pin(PIN), b"x")
    assert refused(SoftCard(cards / "none", "none").state) == ("pulled-out", None)


def test_a_damaged_card_is_unreadable_and_no_more(card: SoftCard, cards: Path) -> None:
    """Garbage where the card's file should be is told, not thrown."""
    (cards / "one" / "card.json").write_bytes(b"{")
    assert refused(card.state) == ("unreadable-card", None)
    (cards / "one" / "card.json").write_bytes(b'{"certificate": "!", "tries": 3}')
    assert refused(card.state) == ("unreadable-card", None)


def test_folders_are_readers(issued: Issued, cards: Path) -> None:
    """A folder with a card is a reader with it, an empty one is empty; they come and go; no top, no reader."""
    readers = FolderReaders((cards, cards.parent / "missing"))
    assert (readers.names(), readers.card("cards")) == (("cards",), None)
    issued.put(cards, "b", "ecdsa")
    (cards / "a").mkdir()
    assert readers.names() == ("a", "b")
    assert readers.card("a") is None
    assert readers.card("b") is not None
    (cards / "b").rename(cards.parent / "b")
    assert (readers.names(), readers.card("b")) == (("a",), None)
    assert FolderReaders((cards.parent / "missing",)).names() == ()
    assert FolderReaders((cards, cards)).names() == ("a", "a (2)")


def test_no_text_shows_a_pin(card: SoftCard) -> None:
    """Neither the PIN itself nor an error shows it, and only its owner can read the card's files."""
    pin = Pin("97531abc")
    assert "97531abc" not in f"{pin} {pin!r} {[pin]}"
    with pytest.raises(CardError) as error:
        card.verify(pin)
    assert "97531abc" not in f"{error.value!r} {error.value}"


def test_a_cards_files_are_its_owners_alone(card: SoftCard, cards: Path) -> None:
    """Nobody else on the machine can read key or counter."""
    card.verify(Pin(PIN))
    assert {path.stat().st_mode & 0o077 for path in (cards / "one").iterdir()} == {0}
