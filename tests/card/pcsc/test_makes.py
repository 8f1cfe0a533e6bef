"""Cards as their makers differ: compressed certificates, long names, keys that do not fit, a PIN of the whole card."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from tempcard.card import VirtualCard
from tempcard.folder import Filling
from tempcard.objects import Model
from tempgoods_edi.card.apdu import CardChannel
from tempgoods_edi.card.cards import Card, Pin
from tempgoods_edi.card.kinds import kinds
from tempgoods_edi.card.kinds.piv import Piv
from tempgoods_edi.card.kinds.piv_data import MOST_CERTIFICATE, is_piv
from tempgoods_edi.card.pcsc import PcscReaders
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.card.tlv import encoded
from tempgoods_edi.cli.application import run
from tempgoods_edi.demo_ca import make_certificate, make_key
from tempgoods_edi.signing.key_pairs import KeyPair, PrivateKey
from tests.card.inside import InsideReaders
from tests.card.material import BEGIN, END, OWNER, PIN, PUK, Issued
from tests.card.pcsc.service import FIRST, card_in, chip, inserted
from tests.card.test_soft import refused

SHARED = "135798"
GLOBAL = Model(policy=b"\x60\x20")
NOT_THERE = b"\x6a\x82"


def inside(card: VirtualCard, key: int | None = None) -> Card:
    """*card*, by way of a reader of this process; *key* is to sign."""
    made = InsideReaders({"one": card}, kinds(key)).card("one")
    assert made is not None
    return made


def told(order: Callable[[], object]) -> CardError:
    """The trouble that comes of *order*."""
    with pytest.raises(CardError) as error:
        order()
    whole = (error.value.text, error.value.fix)
    assert all(text and "{" not in text for each in whole for text in (each.zh, each.en))
    return error.value


def signs(card: Card, own: KeyPair, pin: str = PIN) -> None:
    """The card shows P-256 certificate *own*, and what it signs that verifies."""
    assert card.state().certificate_der == own.certificate_der
    value = card.sign(Pin(pin), b"signed")
    public = own.certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    der = encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
    public.verify(der, b"signed", ec.ECDSA(hashes.SHA256()))


@pytest.fixture(scope="module")
def p384(issued: Issued) -> Filling:
    """A certificate of a P-384 key."""
    return unfit(issued, ec.generate_private_key(ec.SECP384R1()))


@pytest.fixture(scope="module")
def rsa3072(issued: Issued) -> Filling:
    """A certificate of an RSA-3072 key."""
    return unfit(issued, make_key(bits=3072))


def unfit(issued: Issued, key: PrivateKey) -> Filling:
    """The place's key is never reached: what is refused is what the certificate says."""
    ca = KeyPair(make_key("ecdsa"), issued.ecdsa.certificate)
    made = make_certificate(ca, OWNER, serial=9, not_before=BEGIN, not_after=END, key=key)
    return Filling(issued.rsa.key, made.certificate_der)


@pytest.mark.needs("pcscd")
@pytest.mark.parametrize(
    ("model", "shared"),
    [
        (Model(info=0x01), None),
        (Model(shortest_aid=9, tells_all=True), None),
        (Model(shortest_aid=11, tells_all=True, info=0x80), None),
        (GLOBAL, SHARED),
    ],
    ids=["compressed", "nine", "whole", "global"],
)
def test_each_make_signs_through_the_service(
    readers: PcscReaders, issued: Issued, tmp_path: Path, model: Model, shared: str | None
) -> None:
    """Compressed certificates, names asked for in full and answered at length, the global PIN: over real PC/SC."""
    card = chip(tmp_path / "card", model=model, shared=shared, P9A=issued.stranger, P9C=issued.ecdsa)
    with inserted(card, FIRST):
        signs(card_in(readers), issued.ecdsa, shared or PIN)


@pytest.mark.needs("pcscd")
def test_through_the_service_a_signature_key_that_does_not_fit_is_told(
    service: object, issued: Issued, p384: Filling, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over real PC/SC: 9C is refused by name, and 9A signs once it was asked for; on the command line too."""
    with inserted(chip(tmp_path / "card", P9A=issued.ecdsa, P9C=p384), FIRST):
        asked = card_in(PcscReaders(kinds(0x9A), waits=2))
        signs(asked, issued.ecdsa)
        unasked = PcscReaders(waits=2).card(asked.state().reader)
        assert unasked is not None
        assert told(unasked.state).code == "unfit-key"
        assert run(["card", "list", "--lang", "en"]) == 0
        shown = capsys.readouterr().out
        assert all(each in shown for each in ("9C is P-384", "--key 9A"))
        assert run(["card", "list", "--key", "9a", "--lang", "en"]) == 0
        assert OWNER.ic_card_no in capsys.readouterr().out


@pytest.mark.parametrize("info", [0x01, 0x80, 0x40, 0x05])
def test_a_compressed_certificate_is_the_one_that_was_put_on(issued: Issued, tmp_path: Path, info: int) -> None:
    """Whichever bits say so; and never the authentication key's, which is another enterprise's here."""
    signs(inside(chip(tmp_path / "card", model=Model(info=info), P9A=issued.stranger, P9C=issued.ecdsa)), issued.ecdsa)


def holds(content: bytes) -> CardChannel:
    """A card whose 9C holds *content*, and nothing else."""

    def exchange(command: bytes) -> bytes:
        return encoded(0x53, content) + b"\x90\0" if command[5:].startswith(b"\x5c\x03\x5f\xc1\x0a") else NOT_THERE

    return CardChannel(exchange)


def test_zlib_is_unpacked_as_gzip_is(issued: Issued) -> None:
    """Some cards keep the one, some the other."""
    packed = zlib.compress(issued.ecdsa.certificate_der)
    found = Piv().holding(holds(encoded(0x70, packed) + encoded(0x71, b"\1")))
    assert found.certificate_der == issued.ecdsa.certificate_der


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (gzip.compress(bytes(64 << 20), 9)[:60_000], "16384 bytes"),
        (gzip.compress(bytes(MOST_CERTIFICATE + 1)), "16384 bytes"),
        (gzip.compress(b"\x30" * 500)[:-9], "damaged"),
        (b"\x30\x82\x01\x00", "damaged"),
        (gzip.compress(b"no certificate"), "DER"),
    ],
    ids=["bomb", "too-long", "cut", "not-packed", "other"],
)
def test_what_unpacks_to_no_certificate_is_told_with_its_place(packed: bytes, why: str) -> None:
    """In words, and no more is unpacked than a certificate may have."""
    error = told(lambda: Piv().holding(holds(encoded(0x70, packed) + encoded(0x71, b"\1"))))
    assert (error.code, "9C" in error.text.zh, "9C" in error.text.en) == ("unreadable-certificate", True, True)
    assert why in error.text.en


@given(st.binary(max_size=300), st.integers(0, 255))
def test_whatever_a_certificate_object_holds_is_a_key_or_trouble_in_words(content: bytes, info: int) -> None:
    """No other error comes of any bytes, framed or not."""
    for whole in (content, encoded(0x70, content) + encoded(0x71, bytes((info,)))):
        assert told(lambda data=whole: Piv().holding(holds(data))).code in {  # type: ignore[misc]  # bound at once
            "unreadable-certificate", "unreadable-card", "no-signing-key", "no-certificate",
        }  # fmt: skip


@pytest.mark.parametrize("least", [5, 9, 11])
@pytest.mark.parametrize("tells_all", [False, True])
def test_a_card_is_found_however_much_of_its_name_it_wants(
    issued: Issued, tmp_path: Path, least: int, tells_all: bool
) -> None:
    """The AID's first 9 bytes, or all 11; the answer may name the whole, and come in pieces."""
    signs(inside(chip(tmp_path / "card", model=Model(least, tells_all), P9C=issued.ecdsa)), issued.ecdsa)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("A000000308000010000100", True),
        ("A000000308000010000200", True),
        ("000010000100", True),
        ("A00000030800001000", True),
        ("", True),
        ("A000000308000020000100", False),
        ("D27600012401", False),
    ],
)
def test_another_application_that_answers_is_not_taken_for_piv(name: str, own: bool) -> None:
    """By the name in its template; of any version; a card that does not name itself is believed."""
    answer = encoded(0x61, encoded(0x4F, bytes.fromhex(name)) if name else b"")
    assert is_piv(answer) is own
    assert Piv().select(CardChannel(lambda _: answer + b"\x90\0")) is own


@pytest.mark.parametrize("kind", ["P-384", "RSA-3072"])
def test_a_signature_key_that_cannot_sign_is_told_and_never_replaced(
    issued: Issued, p384: Filling, rsa3072: Filling, tmp_path: Path, kind: str
) -> None:
    """9C, its kind and what to do are named; 9A, which fits, signs only where it is asked for; no try is used up."""
    made = chip(tmp_path / "card", P9A=issued.ecdsa, P9C=p384 if kind == "P-384" else rsa3072)
    card = inside(made)
    for order in (card.state, lambda: card.sign(Pin("000000"), b"x")):
        error = told(order)
        assert error.code == "unfit-key"
        assert all("9C" in text and kind in text for text in (error.text.zh, error.text.en))
        assert all("--key 9A" in text for text in (error.fix.zh, error.fix.en))
    assert refused(inside(made, 0x9C).state) == ("unfit-key", None)
    signs(inside(made, 0x9A), issued.ecdsa)


@pytest.mark.parametrize("broken", [b"no certificate", b""])
def test_no_other_key_signs_for_one_that_is_missing_or_broken(issued: Issued, tmp_path: Path, broken: bytes) -> None:
    """A certificate in 9C that is none, an empty one, none at all, an 82 that is no SM2 key: told, with what would fit."""
    code = "unreadable-certificate" if broken else "no-signing-key"
    cards = [
        (chip(tmp_path / "broken", P9A=issued.ecdsa, P9C=Filling(issued.rsa.key, broken)), code, "--key 9A"),
        (chip(tmp_path / "none", P9A=issued.ecdsa), "no-signing-key", "--key 9A"),
        (chip(tmp_path / "retired", P82=issued.ecdsa), "no-signing-key", "--key 82"),
    ]
    for made, expected, way in cards:
        error = told(inside(made).state)
        assert (error.code, way in error.fix.zh, way in error.fix.en) == (expected, True, True)
    signs(inside(cards[1][0], 0x9A), issued.ecdsa)
    assert refused(inside(cards[2][0], 0x9A).state) == ("no-signing-key", None)


def test_the_global_pin_is_asked_for_where_the_card_prefers_it(issued: Issued, tmp_path: Path) -> None:
    """Counted, changed and blocked by itself: the application's PIN keeps its tries; the PUK is not sent for it."""
    made = chip(tmp_path / "card", model=GLOBAL, shared=SHARED, P9C=issued.ecdsa)
    card = inside(made)
    signs(card, issued.ecdsa, SHARED)
    assert refused(lambda: card.verify(Pin(PIN))) == ("wrong-global-pin", 2)
    card.change_pin(Pin(SHARED), Pin("246802"))
    assert card.state().tries_left == 3
    assert refused(lambda: card.unblock(Pin("00000000"), Pin(PIN))) == ("not-by-puk", None)
    for left in (2, 1):
        assert refused(lambda: card.sign(Pin(PIN), b"x")) == ("wrong-global-pin", left)
    assert refused(lambda: card.verify(Pin(PIN))) == ("global-blocked", 0)
    assert card.state().tries_left == 0
    assert told(lambda: card.verify(Pin("246802"))).code == "global-blocked"
    own = inside(VirtualCard(tmp_path / "card", bytes))
    assert own.state().tries_left == 3
    assert refused(lambda: own.unblock(Pin("00000000"), Pin(PIN))) == ("wrong-puk", 9)


@pytest.mark.parametrize(
    ("policy", "reference"),
    [
        ("", 0x80),
        ("4000", 0x80),
        ("4020", 0x80),
        ("0000", 0x80),
        ("60", 0x80),
        ("6010", 0x80),
        ("6000", 0x80),
        ("6020", 0x00),
        ("7C20", 0x00),
        ("2000", 0x00),
        ("5C20", 0x80),
    ],
)
def test_the_pin_is_sent_under_the_reference_that_the_policy_prefers(policy: str, reference: int) -> None:
    """Global only where there is one, and it is preferred or the only one; further bits do not matter."""
    sent: list[bytes] = []

    def exchange(command: bytes) -> bytes:
        sent.append(command)
        if command[1] == 0xCB:
            return encoded(0x7E, encoded(0x5F2F, bytes.fromhex(policy))) + b"\x90\0" if policy else NOT_THERE
        return b"\x90\0"

    Piv().verify(CardChannel(exchange), Pin(PIN))
    assert [command[3] for command in sent if command[1] == 0x20] == [reference]


@pytest.mark.parametrize("pin", ["246802", "2468024", "24680246"])
def test_pins_are_filled_up_with_ff_to_eight_bytes(pin: str) -> None:
    """Six to eight characters, in each command that carries one; PUKs too."""
    sent: list[bytes] = []

    def exchange(command: bytes) -> bytes:
        sent.append(command)
        return NOT_THERE if command[1] == 0xCB else b"\x90\0"

    channel, filled = CardChannel(exchange), pin.encode() + b"\xff" * (8 - len(pin))
    Piv().verify(channel, Pin(pin))
    Piv().change_pin(channel, Pin(pin), Pin(PIN))
    Piv().unblock(channel, Pin(PUK), Pin(pin))
    assert [command for command in sent if command[1] != 0xCB] == [
        b"\0\x20\0\x80\x08" + filled,
        b"\0\x24\0\x80\x10" + filled + PIN.encode() + b"\xff\xff",
        b"\0\x2c\0\x80\x10" + PUK.encode() + filled,
    ]
