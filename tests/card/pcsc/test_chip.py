"""What is made of a chip: whose it is, its PIN, its signatures; in this process, without a service."""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from msgspec import structs

from tempcard.card import VirtualCard
from tempcard.folder import Filling
from tempcard.hindrance import CardPace, hindered
from tempgoods_edi.card import apdu
from tempgoods_edi.card.apdu import CardChannel
from tempgoods_edi.card.cards import Card, Pin
from tempgoods_edi.card.kinds.piv import Piv
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.card.tlv import encoded, found, parsed_tags
from tempgoods_edi.demo_ca import make_certificate, make_key
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing import SignaturePolicy, Trust, sign_object
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA256, SM2_SM3
from tempgoods_edi.values import Verdict
from tests import needed
from tests.card.inside import InsideReaders
from tests.card.material import BEGIN, END, OWNER, PIN, PUK, Given, Issued, done, package, running
from tests.card.pcsc import sm2
from tests.card.pcsc.service import chip
from tests.card.test_soft import refused
from tests.card.troubles import TROUBLES

WRONG = Pin("000000")
NOT_THERE = b"\x6a\x82"


def inside(card: VirtualCard) -> Card:
    """*card*, by way of a reader of this process."""
    made = InsideReaders({"one": card}).card("one")
    assert made is not None
    return made


@pytest.fixture
def card(issued: Issued, tmp_path: Path) -> Card:
    """RSA for signatures, P-256 for authentication."""
    return inside(chip(tmp_path / "card", P9A=issued.ecdsa, P9C=issued.rsa))


def test_a_chip_says_whose_it_is_without_its_pin(card: Card, issued: Issued) -> None:
    """The certificate of the signature key is the card's, and its tries are told without spending one."""
    for _ in range(2):
        state = card.state()
        assert (state.reader, state.kind, state.tries_left, state.algorithm) == ("one", "piv", 3, RSA_SHA256)
        assert state.identity.enterprise_code == OWNER.enterprise_code
        assert state.certificate_der == issued.rsa.certificate_der


def test_rsa_and_p256_sign_as_xml_signatures_have_it(card: Card, issued: Issued, tmp_path: Path) -> None:
    """PKCS#1 v1.5 over SHA-256, and r‖s."""
    public = issued.rsa.certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(card.sign(Pin(PIN), b"signed"), b"signed", PKCS1v15(), hashes.SHA256())
    other = inside(chip(tmp_path / "other", P9C=issued.ecdsa))
    assert other.state().algorithm == ECDSA_SHA256
    value = other.sign(Pin(PIN), b"signed")
    assert len(value) == 64
    key = issued.ecdsa.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    der = encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
    key.verify(der, b"signed", ec.ECDSA(hashes.SHA256()))


@pytest.mark.needs("openssl")
def test_an_sm2_chip_signs_what_openssl_verifies(tmp_path: Path) -> None:
    """A certificate of openssl's in place 82: the card gets the digest with Z of the usual user, and answers r‖s."""
    private, certificate = sm2.made(tmp_path, "/O=华东会展/OU=310173A546/serialNumber=2100000310173/CN=王琳")
    card = inside(chip(tmp_path / "card", sm2=sm2.sign, P82=Filling(private, certificate)))
    state = card.state()
    assert (state.algorithm, state.identity.operator_name) == (SM2_SM3, "王琳")
    value = card.sign(Pin(PIN), b"signed")
    der = encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
    assert len(value) == 64
    assert sm2.verified(tmp_path, b"signed", der)
    assert not sm2.verified(tmp_path, b"other", der)


def test_wrong_pins_are_counted_down_to_a_block_and_the_puk_lifts_it(card: Card) -> None:
    """Two left, one left, blocked; a wrong PUK is counted too; the right one gives a PIN and all tries."""
    assert refused(lambda: card.verify(WRONG)) == ("wrong-pin", 2)
    assert refused(lambda: card.sign(WRONG, b"x")) == ("wrong-pin", 1)
    assert refused(lambda: card.change_pin(WRONG, Pin("246802"))) == ("blocked", 0)
    assert refused(lambda: card.verify(Pin(PIN))) == ("blocked", 0)
    assert card.state().tries_left == 0
    assert refused(lambda: card.unblock(Pin("00000000"), Pin("246802"))) == ("wrong-puk", 9)
    card.unblock(Pin(PUK), Pin("246802"))
    assert card.state().tries_left == 3
    card.change_pin(Pin("246802"), Pin("abc123"))
    assert card.sign(Pin("abc123"), b"x")
    for left in range(9, 0, -1):
        assert refused(lambda: card.unblock(Pin("00000000"), Pin(PIN))) == ("wrong-puk", left)
    for _ in range(2):
        assert refused(lambda: card.unblock(Pin("00000000"), Pin(PIN))) == ("puk-blocked", 0)


@pytest.mark.parametrize("text", ["", "12345", "123456789", "12 456", "密码密码密码"])
def test_what_has_not_the_form_of_a_chips_pin_costs_no_try(card: Card, text: str) -> None:
    """Six to eight letters or digits: anything else never reaches the card."""
    assert refused(lambda: card.verify(Pin(text))) == ("pin-form", None)
    assert refused(lambda: card.change_pin(Pin(PIN), Pin(text))) == ("pin-form", None)
    assert card.state().tries_left == 3


def test_a_chip_pulled_out_while_it_signs_says_so_and_signs_again_once_back(issued: Issued, tmp_path: Path) -> None:
    """Pulled at the first signature: pulled-out; the next one succeeds."""
    made = chip(tmp_path / "card", before=hindered(CardPace(), pulled_at=1), P9C=issued.rsa)
    assert refused(lambda: inside(made).sign(Pin(PIN), b"x")) == ("pulled-out", None)
    made.reset()
    assert inside(made).sign(Pin(PIN), b"x")


def test_a_card_without_certificate_or_of_a_key_that_is_not_known_says_so(issued: Issued, tmp_path: Path) -> None:
    """Each in its own words."""
    assert refused(inside(chip(tmp_path / "empty")).state) == ("no-certificate", None)
    ca = make_key("ecdsa")
    big = make_certificate(
        KeyPair(ca, issued.ecdsa.certificate), OWNER, serial=9, not_before=BEGIN, not_after=END, key=make_key(bits=3072)
    )
    unknown = Filling(issued.rsa.key, big.certificate_der)
    assert refused(inside(chip(tmp_path / "big", P9C=unknown)).state) == ("unfit-key", None)
    broken = Filling(issued.rsa.key, b"no certificate")
    assert refused(inside(chip(tmp_path / "broken", P9C=broken)).state) == ("unreadable-certificate", None)


def test_no_pin_stays_in_force_after_an_action(issued: Issued, tmp_path: Path) -> None:
    """Whoever talks to the card next finds it locked."""
    made = chip(tmp_path / "card", P9A=issued.ecdsa)
    inside(made).verify(Pin(PIN))
    assert Piv().select(CardChannel(made.transmit))
    assert made.transmit(b"\0\x20\0\x80") == b"\x63\xc3"


def test_a_trace_shows_commands_but_no_pin(card: Card, caplog: pytest.LogCaptureFixture) -> None:
    """PINs and PUKs, right or wrong, are in no line, neither as text nor in hexadecimal; all else is."""
    with caplog.at_level(logging.DEBUG, logger=apdu.__name__):
        card.sign(Pin(PIN), b"x")
        card.change_pin(Pin(PIN), Pin("246802"))
        card.unblock(Pin(PUK), Pin("975310"))
        refused(lambda: card.verify(Pin("777555")))
    for secret in (PIN, "246802", PUK, "975310", "777555"):
        assert secret not in caplog.text
        assert secret.encode().hex() not in caplog.text
    assert "> 0020008008 … 8 bytes not shown" in caplog.text
    assert "> 00a4040009 a00000030800001000" in caplog.text


def answering(*answers: bytes) -> tuple[CardChannel, list[bytes]]:
    """A channel to something that gives these answers, and what it was sent."""
    left, sent = list(answers), []

    def exchange(command: bytes) -> bytes:
        sent.append(command)
        return left.pop(0)

    return CardChannel(exchange), sent


def test_answers_of_strange_cards_are_trouble_in_words() -> None:
    """Whatever a card answers, a `CardError` comes of it and nothing else."""
    kind = Piv()
    orders: list[tuple[Callable[[CardChannel], object], list[bytes], str]] = [
        (lambda channel: kind.verify(channel, Pin(PIN)), [NOT_THERE, b"\x6f\0"], "card-answered"),
        (lambda channel: kind.verify(channel, Pin(PIN)), [NOT_THERE, b"\x6a\x80"], "pin-form"),
        (lambda channel: kind.verify(channel, Pin(PIN)), [NOT_THERE, b"\x63\xc0"], "blocked"),
        (lambda channel: kind.verify(channel, Pin(PIN)), [NOT_THERE, b""], "pulled-out"),
        (kind.holding, [b"\x53\x90\x90\0"], "unreadable-card"),
        (kind.holding, [b"\x53\x02\x70\x05\x90\0", *[NOT_THERE] * 2], "unreadable-certificate"),
        (kind.holding, [b"\x69\x82"], "card-answered"),
        (kind.holding, [NOT_THERE] * 6, "no-certificate"),
        (lambda channel: kind.verify(channel, Pin(PIN)), [b"\x6f\0"], "card-answered"),
        (lambda channel: kind.verify(channel, Pin(PIN)), [b"\x7e\x05\x5f\x2f\x09\x60\x20\x90\0"], "unreadable-card"),
        (lambda channel: kind.verify(channel, Pin(PIN)), [b"\x61\0"] * 1001, "card-answered"),
    ]
    for order, answers, code in orders:
        with pytest.raises(CardError) as error:
            order(answering(*answers)[0])
        assert error.value.code == code


def test_long_answers_are_fetched_and_lengths_corrected() -> None:
    """61xx leads to GET RESPONSE until all is there, 6Cxx to the same command with the right length."""
    channel, sent = answering(b"ab\x61\x02", b"\x6c\x01", b"c\x61\x01", b"d\x90\0")
    answer = channel.send(0xCB, 0x3F, 0xFF, b"\x5c\0", answers=True)
    assert (answer.data, answer.status) == (b"abcd", 0x9000)
    assert [each[1] for each in sent] == [0xCB, 0xC0, 0xC0, 0xC0]
    channel, sent = answering(b"\x6c\x04", b"abcd\x90\0")
    assert channel.send(0x84, 0, 0, answers=True).data == b"abcd"
    assert sent == [b"\0\x84\0\0\0", b"\0\x84\0\0\x04"]


def test_a_t0_wire_gets_no_length_of_the_answer() -> None:
    """T=0 has no command with both data and a length of the answer."""
    sent: list[bytes] = []

    def exchange(command: bytes) -> bytes:
        sent.append(command)
        return b"\x90\0"

    CardChannel(exchange, counts_lengths=True).send(0xA4, 4, 0, b"abc", answers=True)
    assert sent == [b"\0\xa4\x04\0\x03abc"]


def test_tags_and_lengths_of_every_size_are_read_as_written() -> None:
    """Short and long lengths, tags of one byte and of more; what ends too soon is an error."""
    for tag in (0x53, 0x7F49, 0x5FC102):
        for size in (0, 1, 127, 128, 255, 256, 65535, 65536):
            assert list(parsed_tags(encoded(tag, bytes(size)))) == [(tag, bytes(size))]
    assert found(encoded(0x81, b"") + encoded(0x82, b"x"), 0x82) == b"x"
    for broken in (b"\x53", b"\x5f", b"\x53\x02a", b"\x53\x80", b"\x53\x85\0\0\0\0\0", b"\x5f\xc1"):
        with pytest.raises(ValueError, match=r"too soon|length"):
            list(parsed_tags(broken))


def test_every_trouble_says_what_to_do_in_both_languages() -> None:
    """Each has a code of its own, a text and a fix in Chinese and English."""
    assert len({each.code for each in TROUBLES}) == len(TROUBLES)
    assert all(text for each in TROUBLES for text in (each.text.zh, each.text.en, each.fix.zh, each.fix.en))


@pytest.mark.needs("openssl")
def test_an_sm2_card_signs_a_declaration_and_the_national_profile_takes_it(tmp_path: Path) -> None:
    """Through the agent: valid where SM2 is taken, refused where it is not."""
    needed.module("gmssl_pyx", "sm2")
    subject = f"/O=浦江远帆/OU={OWNER.enterprise_code}/serialNumber={OWNER.ic_card_no}/CN=顾念慈"
    private, certificate = sm2.made(tmp_path, subject)
    card = chip(tmp_path / "card", sm2=sm2.sign, P82=Filling(private, certificate))
    with running(tmp_path, readers=InsideReaders({"one": card})) as agent, agent.page() as page:
        answer = done(page.sign(package()))
    value, serial, algorithm, _ = answer
    assert algorithm == SM2_SM3
    signer = Given(algorithm, serial, certificate, b64decode(value))
    data = sign_object("M001", package().encode(), signer, SignaturePolicy.national())
    taken = Policy(now=datetime.now(CHINA_TIME), trust=Trust([certificate]), signature=SignaturePolicy.national())
    checked = check(data, Facts(today=date(2026, 11, 22)), taken)
    assert checked.verdict is Verdict.VALID, checked.findings
    assert (
        check(data, Facts(today=date(2026, 11, 22)), structs.replace(taken, signature=SignaturePolicy())).verdict
        is Verdict.INVALID
    )
