"""The virtual chip, command by command, as SP 800-73-4 has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tempcard.card import Pulled, VirtualCard
from tempcard.hindrance import CardPace, hindered
from tempgoods_edi.card.kinds.piv_data import AID
from tempgoods_edi.card.tlv import encoded, found, parsed_tags
from tests.card.material import PIN, PUK, Issued
from tests.card.pcsc.service import chip

SELECT = b"\0\xa4\x04\0" + bytes((len(AID),)) + AID + b"\0"
CHUID, RSA_CERTIFICATE, NOTHING = b"\x5f\xc1\x02", b"\x5f\xc1\x0a", b"\x5f\xc1\x0b"


@pytest.fixture
def card(issued: Issued, tmp_path: Path) -> VirtualCard:
    """P-256 for authentication, RSA for signatures; selected."""
    made = chip(tmp_path / "card", P9A=issued.ecdsa, P9C=issued.rsa)
    assert made.transmit(SELECT)[-2:] == b"\x90\0"
    return made


def status(card: VirtualCard, apdu: bytes) -> int:
    """The status alone."""
    return int.from_bytes(card.transmit(apdu)[-2:])


def secret(text: str) -> bytes:
    """A PIN as it is sent."""
    return text.encode().ljust(8, b"\xff")


def verify(pin: str = PIN) -> bytes:
    """VERIFY."""
    return b"\0\x20\0\x80\x08" + secret(pin)


def get_data(tag: bytes, tail: bytes = b"\0") -> bytes:
    """GET DATA."""
    body = encoded(0x5C, tag)
    return b"\0\xcb\x3f\xff" + bytes((len(body),)) + body + tail


def whole(card: VirtualCard, apdu: bytes) -> bytes:
    """All of an answer that comes in pieces."""
    answer = card.transmit(apdu)
    data = answer[:-2]
    while answer[-2] == 0x61:
        answer = card.transmit(b"\0\xc0\0\0" + answer[-1:])
        data += answer[:-2]
    assert answer[-2:] == b"\x90\0"
    return data


def authenticate(algorithm: int, place: int, block: bytes) -> tuple[bytes, bytes]:
    """Header and data of GENERAL AUTHENTICATE."""
    body = encoded(0x7C, encoded(0x82, b"") + encoded(0x81, block))
    return bytes((0, 0x87, algorithm, place)), body


def test_yubicos_programs_are_told_a_version(card: VirtualCard) -> None:
    """Three bytes, which they ask for before all else; other parameters are refused."""
    assert card.transmit(b"\0\xfd\0\0\0") == b"\1\0\0\x90\0"
    assert status(card, b"\0\xfd\1\0\0") == 0x6A86


def test_nothing_but_select_is_answered_before_select(issued: Issued, tmp_path: Path) -> None:
    """An application that is not selected has no PIN and no data; another application is not found."""
    card = chip(tmp_path / "card", P9C=issued.rsa)
    assert [status(card, apdu) for apdu in (verify(), get_data(CHUID))] == [0x6D00, 0x6D00]
    assert status(card, b"\0\xa4\x04\0\x05\xa0\0\0\x01\x51\0") == 0x6A82
    assert found(whole(card, SELECT), 0x61) is not None


@pytest.mark.parametrize(
    ("apdu", "answer"),
    [
        (b"", 0x6700),
        (b"\0\x20\0", 0x6700),
        (b"\0\x20\0\x80\x08123", 0x6700),
        (b"\x80\x20\0\x80", 0x6E00),
        (b"\0\x01\0\0", 0x6D00),
        (b"\0\x20\0\x80\x06123456", 0x6A80),
        (b"\0\x20\0\x01", 0x6A88),
        (b"\0\x20\x07\x80", 0x6A86),
        (b"\0\xcb\0\0\x05\x5c\x03\x5f\xc1\x02\0", 0x6A86),
        (b"\0\xcb\x3f\xff\x01\x5c\0", 0x6A80),
        (get_data(NOTHING), 0x6A82),
        (b"\0\x87\x07\x9d\x06\x7c\x04\x82\0\x81\0", 0x6A88),
        (b"\0\x87\x07\x9c\x02\x7c\0", 0x6A80),
        (b"\0\x24\0\x85\x10" + 2 * secret(PIN), 0x6A88),
        (b"\0\x2c\0\x81\x10" + 2 * secret(PIN), 0x6A88),
        (b"\0\x24\0\x80\x10" + secret(PIN) + secret("1"), 0x6A80),
        (b"\0\xc0\0\0\0", 0x6F00),
    ],
)
def test_what_is_malformed_is_refused_and_costs_no_try(card: VirtualCard, apdu: bytes, answer: int) -> None:
    """Each fault has its status; PIN and PUK keep their tries."""
    assert status(card, apdu) == answer
    assert status(card, b"\0\x20\0\x80") == 0x63C3


def test_an_answer_comes_in_pieces_or_at_once(card: VirtualCard, issued: Issued) -> None:
    """A certificate by short commands is the same as by an extended one."""
    once = card.transmit(b"\0\xcb\x3f\xff\0\0\x05" + encoded(0x5C, RSA_CERTIFICATE) + b"\0\0")
    assert once[-2:] == b"\x90\0"
    assert whole(card, get_data(RSA_CERTIFICATE)) == once[:-2]
    assert found(found(once[:-2], 0x53) or b"", 0x70) == issued.rsa.certificate_der


def test_the_discovery_objects_are_there(card: VirtualCard) -> None:
    """Holder's number, capabilities and discovery are read without a PIN, and are well-formed."""
    for tag, outer in ((CHUID, 0x53), (b"\x5f\xc1\x07", 0x53), (b"\x7e", 0x7E)):
        content = found(whole(card, get_data(tag)), outer)
        assert content
        assert list(parsed_tags(content))


def test_tries_are_asked_for_without_spending_one(card: VirtualCard) -> None:
    """63Cx by an empty VERIFY; a PIN in force answers 9000; it can be taken back."""
    assert [status(card, apdu) for apdu in (b"\0\x20\0\x80", b"\0\x20\0\x80")] == [0x63C3, 0x63C3]
    assert [status(card, apdu) for apdu in (verify(), b"\0\x20\0\x80")] == [0x9000, 0x9000]
    assert [status(card, apdu) for apdu in (b"\0\x20\xff\x80", b"\0\x20\0\x80")] == [0x9000, 0x63C3]


def test_wrong_pins_block_for_good_until_the_puk(card: VirtualCard) -> None:
    """63C2, 63C1, 6983; the right PIN does not help; the PUK does, and sets another one."""
    assert [status(card, verify("000000")) for _ in range(4)] == [0x63C2, 0x63C1, 0x6983, 0x6983]
    assert status(card, verify()) == 0x6983
    card.reset()
    assert [status(card, apdu) for apdu in (SELECT, verify())] == [0x9000, 0x6983]
    unblock = b"\0\x2c\0\x80\x10"
    assert status(card, unblock + secret("00000000") + secret("246802")) == 0x63C9
    assert status(card, unblock + secret(PUK) + secret("246802")) == 0x9000
    assert [status(card, verify(pin)) for pin in (PIN, "246802")] == [0x63C2, 0x9000]


def test_pin_and_puk_are_changed(card: VirtualCard) -> None:
    """Each by itself; the old one is worth nothing afterwards."""
    assert status(card, b"\0\x24\0\x80\x10" + secret(PIN) + secret("246802")) == 0x9000
    assert status(card, b"\0\x24\0\x81\x10" + secret(PUK) + secret("97531975")) == 0x9000
    assert status(card, verify()) == 0x63C2
    assert status(card, b"\0\x2c\0\x80\x10" + secret(PUK) + secret("111111")) == 0x63C9
    assert status(card, b"\0\x2c\0\x80\x10" + secret("97531975") + secret("111111")) == 0x9000
    assert status(card, verify("111111")) == 0x9000


def test_tries_survive_a_restart(card: VirtualCard, tmp_path: Path) -> None:
    """A card that is made anew from its folder counts on from where it was."""
    status(card, verify("000000"))
    again = VirtualCard(tmp_path / "card", bytes)
    assert [status(again, apdu) for apdu in (SELECT, b"\0\x20\0\x80")] == [0x9000, 0x63C2]


def test_the_signature_key_wants_a_pin_right_before(card: VirtualCard, issued: Issued) -> None:
    """9C signs once per PIN, 9A as long as it is in force; neither without one."""
    header, body = authenticate(0x11, 0x9A, bytes(32))
    with_9a = header + bytes((len(body),)) + body + b"\0"
    header, body = authenticate(0x07, 0x9C, b"\0" + bytes(255))
    with_9c = header + b"\0" + len(body).to_bytes(2) + body + b"\0\0"
    assert [status(card, apdu) for apdu in (with_9a, with_9c)] == [0x6982, 0x6982]
    assert [status(card, apdu) for apdu in (verify(), with_9c, with_9c)] == [0x9000, 0x9000, 0x6982]
    assert [status(card, apdu) for apdu in (with_9a, with_9a)] == [0x9000, 0x9000]
    card.reset()
    assert [status(card, apdu) for apdu in (SELECT, with_9a)] == [0x9000, 0x6982]


def test_rsa_by_chaining_is_rsa_by_an_extended_command(card: VirtualCard, issued: Issued) -> None:
    """Both ways give the one raw signature that undoes to the block."""
    block = b"\0\1" + b"\xff" * 221 + b"\0" + b"x" * 32
    header, body = authenticate(0x07, 0x9C, block)
    card.transmit(verify())
    assert status(card, b"\x10" + header[1:] + b"\xc8" + body[:200]) == 0x9000
    chained = whole(card, header + bytes((len(body) - 200,)) + body[200:] + b"\0")
    card.transmit(verify())
    once = card.transmit(header + b"\0" + len(body).to_bytes(2) + body + b"\0\0")[:-2]
    assert once == chained
    value = found(found(once, 0x7C) or b"", 0x82) or b""
    public = issued.rsa.certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    numbers = public.public_numbers()
    assert pow(int.from_bytes(value), numbers.e, numbers.n) == int.from_bytes(block)


def test_pieces_of_another_command_are_forgotten(card: VirtualCard) -> None:
    """A chain that is broken off leaves nothing behind."""
    header, body = authenticate(0x07, 0x9C, bytes(256))
    assert status(card, b"\x10" + header[1:] + b"\xc8" + body[:200]) == 0x9000
    assert status(card, verify()) == 0x9000
    assert whole(card, get_data(CHUID))


def test_p256_signs_a_digest(card: VirtualCard, issued: Issued) -> None:
    """The signature verifies over the digest; a block of another length, or by another algorithm, is refused."""
    header, body = authenticate(0x11, 0x9A, bytes(range(32)))
    card.transmit(verify())
    value = found(found(whole(card, header + bytes((len(body),)) + body + b"\0"), 0x7C) or b"", 0x82) or b""
    public = issued.ecdsa.certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(value, bytes(range(32)), ec.ECDSA(Prehashed(hashes.SHA256())))
    for algorithm, block, answer in ((0x11, bytes(31), 0x6A80), (0x07, bytes(32), 0x6A86), (0xE2, bytes(32), 0x6A86)):
        header, body = authenticate(algorithm, 0x9A, block)
        assert status(card, header + bytes((len(body),)) + body + b"\0") == answer


def test_random_bytes_are_handed_out(card: VirtualCard) -> None:
    """GET CHALLENGE gives as many as asked for, other ones each time."""
    first, second = (card.transmit(b"\0\x84\0\0\x10") for _ in range(2))
    assert (len(first), len(second)) == (18, 18)
    assert first != second


def test_a_slow_card_waits_at_each_step_and_a_pulled_one_answers_nothing(issued: Issued, tmp_path: Path) -> None:
    """Waits as the pace has them; at the second signature it is gone."""
    waited: list[float] = []
    before = hindered(CardPace(command=1, pin=2, signature=4), pulled_at=2, wait=waited.append)
    card = chip(tmp_path / "card", before=before, P9A=issued.ecdsa)
    header, body = authenticate(0x11, 0x9A, bytes(32))
    sign = header + bytes((len(body),)) + body + b"\0"
    assert [status(card, apdu) for apdu in (SELECT, verify(), sign)] == [0x9000] * 3
    assert waited == [1, 1, 2, 1, 4]
    with pytest.raises(Pulled):
        card.transmit(sign)


def test_the_folder_tells_no_key_and_no_pin(card: VirtualCard, issued: Issued, tmp_path: Path) -> None:
    """Neither the key's bytes nor PIN and PUK stand in any file; a folder that is gone is a card pulled out."""
    key = issued.rsa.key
    assert isinstance(key, rsa.RSAPrivateKey)
    prime = key.private_numbers().p.to_bytes(128)
    files = [path.read_bytes() for path in (tmp_path / "card").iterdir()]
    assert not [1 for data in files for text in (prime, PIN.encode(), PUK.encode()) if text in data]
    (tmp_path / "card").rename(tmp_path / "away")
    with pytest.raises(Pulled):
        card.transmit(verify())
