"""PIV cards (NIST SP 800-73-4, part 2), and the many tokens that speak as they do."""

from __future__ import annotations

from tempgoods_edi.card import problems, tlv
from tempgoods_edi.card.apdu import BAD_DATA, OK, Answer, Channel
from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.kinds.signatures import Holding, finished, held, prepared
from tempgoods_edi.card.problems import CardError, Trouble
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA256, SM2_SM3

AID = bytes.fromhex("A000000308000010000100")
#: Its beginning, by which a card is asked: the rest is the version.
_ASKED = AID[:5]

SELECT, VERIFY, CHANGE, RESET_RETRIES = 0xA4, 0x20, 0x24, 0x2C
GET_DATA, GENERAL_AUTHENTICATE = 0xCB, 0x87
PIN_REFERENCE = 0x80

#: SP 800-73-4 part 1, table 3: where the certificate of each key is.  Keys in the order in which they are looked for:
#: digital signature, authentication, and the first retired one, which has an SM2 key on cards that know SM2.
CERTIFICATES = {0x9C: 0x5FC10A, 0x9A: 0x5FC105, 0x82: 0x5FC10D}
CHUID = 0x5FC102
DATA, CERTIFICATE, COMPRESSED, GUID = 0x53, 0x70, 0x71, 0x34
TAG_LIST = 0x5C
TEMPLATE, CHALLENGE, RESPONSE = 0x7C, 0x81, 0x82
#: SP 800-78-4, table 6-2; SM2 is not in it: E2 is from the range left to vendors.
CODES = {RSA_SHA256: 0x07, ECDSA_SHA256: 0x11, SM2_SM3: 0xE2}

_LENGTH = (6, 8)
_PUK_LENGTH = (4, 8)


class Piv:
    """The kind ``piv``."""

    name = "piv"

    def select(self, channel: Channel) -> bool:
        """True when the card has the PIV application."""
        return channel.send(SELECT, 4, 0, _ASKED, answers=True).status == OK

    def number(self, channel: Channel) -> bytes:
        """The GUID in its CHUID; all of the CHUID where it is of another form; empty without one."""
        found = _object(channel, CHUID) or b""
        try:
            return tlv.found(found, GUID) or found
        except ValueError:
            return found

    def holding(self, channel: Channel) -> Holding:
        """The first key that has a certificate.

        :raises CardError: none has.
        """
        for key, tag in CERTIFICATES.items():
            found = _object(channel, tag)
            if not found:
                continue
            try:
                certificate = tlv.found(found, CERTIFICATE)
                compressed = tlv.found(found, COMPRESSED) or b"\0"
            except ValueError:
                raise CardError(problems.UNREADABLE_CARD) from None
            if certificate and not compressed[0] & 1:
                return held(key, certificate)
        raise CardError(problems.NO_CERTIFICATE)

    def tries_left(self, channel: Channel) -> int | None:
        """Asked by a VERIFY without a PIN; None when somebody's PIN is in force at this moment."""
        return channel.send(VERIFY, 0, PIN_REFERENCE).tries_left

    def verify(self, channel: Channel, pin: Pin) -> None:
        """Check *pin*."""
        answer = channel.send(VERIFY, 0, PIN_REFERENCE, _padded(pin, _LENGTH), secret=True)
        _taken(answer, problems.WRONG_PIN, problems.BLOCKED)

    def sign(self, channel: Channel, holding: Holding, data: bytes) -> bytes:
        """GENERAL AUTHENTICATE with the padded block or the digest."""
        asked = tlv.written(RESPONSE, b"") + tlv.written(CHALLENGE, prepared(holding, data))
        answer = channel.send(
            GENERAL_AUTHENTICATE, CODES[holding.algorithm], holding.key, tlv.written(TEMPLATE, asked), answers=True
        )
        if answer.status != OK:
            raise _unexpected(answer)
        try:
            value = tlv.found(tlv.found(answer.data, TEMPLATE) or b"", RESPONSE)
        except ValueError:
            value = None
        return finished(holding, value or b"")

    def change_pin(self, channel: Channel, old: Pin, new: Pin) -> None:
        """Give the card another PIN."""
        both = _padded(old, _LENGTH) + _padded(new, _LENGTH)
        _taken(channel.send(CHANGE, 0, PIN_REFERENCE, both, secret=True), problems.WRONG_PIN, problems.BLOCKED)

    def unblock(self, channel: Channel, puk: Pin, new: Pin) -> None:
        """Give the card another PIN by its PUK."""
        both = _padded(puk, _PUK_LENGTH) + _padded(new, _LENGTH)
        answer = channel.send(RESET_RETRIES, 0, PIN_REFERENCE, both, secret=True)
        _taken(answer, problems.WRONG_PUK, problems.PUK_BLOCKED)


def _object(channel: Channel, tag: int) -> bytes | None:
    """What the card holds under *tag*; None when nothing."""
    answer = channel.send(GET_DATA, 0x3F, 0xFF, tlv.written(TAG_LIST, tag.to_bytes(3)), answers=True)
    if answer.status != OK:
        return None
    try:
        return tlv.found(answer.data, DATA)
    except ValueError:
        raise CardError(problems.UNREADABLE_CARD) from None


def _padded(pin: Pin, length: tuple[int, int]) -> bytes:
    return pin.reveal(length).encode().ljust(8, b"\xff")


def _taken(answer: Answer, wrong: Trouble, blocked: Trouble) -> None:
    """Nothing when a PIN or PUK was taken.

    :raises CardError: it was not.
    """
    if answer.status == OK:
        return
    left = answer.tries_left
    if left is not None:
        raise CardError(wrong if left else blocked, left)
    if answer.status == BAD_DATA:
        least, most = _LENGTH
        raise CardError(problems.BAD_PIN_FORM, least=least, most=most)
    raise _unexpected(answer)


def _unexpected(answer: Answer) -> CardError:
    return CardError(problems.CARD_ANSWERED, status=f"{answer.status:04X}")
