"""PIV cards (NIST SP 800-73-4, part 2), and the many tokens with the same commands."""

from __future__ import annotations

from tempgoods_edi.card import problems, tlv
from tempgoods_edi.card.apdu import BAD_DATA, OK, CardAnswer, CardChannel
from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.kinds import piv_data
from tempgoods_edi.card.kinds.piv_data import CERTIFICATES, GLOBAL_REFERENCE, PIN_REFERENCE
from tempgoods_edi.card.kinds.signatures import Holding, finished, held, prepared
from tempgoods_edi.card.problems import CardError, Trouble
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA256, SM2_SM3
from tempgoods_edi.values import Bilingual

SELECT, VERIFY, CHANGE, RESET_RETRIES = 0xA4, 0x20, 0x24, 0x2C
GENERAL_AUTHENTICATE = 0x87

#: The key that signs when none is asked for, and where it is on cards that know SM2.
SIGNATURE, SM2_PLACE = 0x9C, 0x82
CHUID, GUID = 0x5FC102, 0x34
TEMPLATE, CHALLENGE, RESPONSE = 0x7C, 0x81, 0x82
#: SP 800-78-4, table 6-2; SM2 is not in it: E2 is from the range left to vendors.
CODES = {RSA_SHA256: 0x07, ECDSA_SHA256: 0x11, SM2_SM3: 0xE2}

_LENGTH = (6, 8)
_PUK_LENGTH = (4, 8)
_FILLED, _FILLER = 8, b"\xff"

_INSTEAD = Bilingual(
    "卡中 {others} 号密钥可以签名：确要用它时，启动卡控件或执行命令时加 --key {first}；否则",
    "key {others} of this card can sign: if it is to, start the card control, or give the command, with --key {first};"
    " else ",
)


class Piv:
    """The kind of chip card ``piv``.

    :param key: the key that signs, 9A say; None for the one that is there for signatures.
    """

    name = "piv"

    def __init__(self, key: int | None = None) -> None:
        self._key = key

    def select(self, channel: CardChannel) -> bool:
        """True when the card has the PIV application."""
        answers = (channel.send(SELECT, 4, 0, asked, answers=True) for asked in piv_data.ASKED)
        return any(answer.status == OK and piv_data.is_piv(answer.data) for answer in answers)

    def number(self, channel: CardChannel) -> bytes:
        """The GUID in the card's CHUID; the whole CHUID in another form; empty without one."""
        found = piv_data.data_object(channel, CHUID) or b""
        try:
            return tlv.found(found, GUID) or found
        except ValueError:
            return found

    def holding(self, channel: CardChannel) -> Holding:
        """The signing key: the one asked for, else the signature key, which for SM2 is in a slot of its own.

        Never another one: what is signed by it would be another certificate's.

        :raises CardError: it is not there, or cannot be used.
        """
        key = SIGNATURE if self._key is None else self._key
        try:
            found = piv_data.certificate(channel, key)
            if found is not None:
                return held(key, found)
        except CardError as error:
            if not _of_one_key(error):
                raise
            raise error.filled(instead=_instead(_others(channel, key))) from None
        others = _others(channel, key)
        national = others.get(SM2_PLACE)
        if self._key is None and national is not None and national.algorithm == SM2_SM3:
            return national
        if not others and all(piv_data.data_object(channel, tag) is None for tag in CERTIFICATES.values()):
            raise CardError(problems.NO_CERTIFICATE)
        raise CardError(problems.NO_SIGNING_KEY, place=f"{key:02X}", instead=_instead(others))

    def tries_left(self, channel: CardChannel) -> int | None:
        """Read the number of PIN tries left, by a VERIFY without a PIN; None while a PIN is verified already."""
        return channel.send(VERIFY, 0, piv_data.pin_reference(channel)).tries_left

    def verify(self, channel: CardChannel, pin: Pin) -> None:
        """Check *pin* on the card."""
        sent = _padded(pin, _LENGTH)
        which = piv_data.pin_reference(channel)
        _taken(channel.send(VERIFY, 0, which, sent, secret=True), *_pin_troubles(which))

    def sign(self, channel: CardChannel, holding: Holding, data: bytes) -> bytes:
        """Sign with GENERAL AUTHENTICATE, given the padded block or the digest."""
        asked = tlv.encoded(RESPONSE, b"") + tlv.encoded(CHALLENGE, prepared(holding, data))
        answer = channel.send(
            GENERAL_AUTHENTICATE, CODES[holding.algorithm], holding.key, tlv.encoded(TEMPLATE, asked), answers=True
        )
        if answer.status != OK:
            raise piv_data.unexpected(answer)
        try:
            value = tlv.found(tlv.found(answer.data, TEMPLATE) or b"", RESPONSE)
        except ValueError:
            value = None
        return finished(holding, value or b"")

    def change_pin(self, channel: CardChannel, old: Pin, new: Pin) -> None:
        """Change the card's PIN."""
        both = _padded(old, _LENGTH) + _padded(new, _LENGTH)
        which = piv_data.pin_reference(channel)
        _taken(channel.send(CHANGE, 0, which, both, secret=True), *_pin_troubles(which))

    def unblock(self, channel: CardChannel, puk: Pin, new: Pin) -> None:
        """Set a new PIN by the card's PUK.

        :raises CardError: its PIN is the global one, of which the application's PUK is not; nothing was sent then.
        """
        both = _padded(puk, _PUK_LENGTH) + _padded(new, _LENGTH)
        if piv_data.pin_reference(channel) == GLOBAL_REFERENCE:
            raise CardError(problems.NOT_BY_PUK)
        answer = channel.send(RESET_RETRIES, 0, PIN_REFERENCE, both, secret=True)
        _taken(answer, problems.WRONG_PUK, problems.PUK_BLOCKED)


def _others(channel: CardChannel, but: int) -> dict[int, Holding]:
    """The keys that could sign, but for one."""
    found = {}
    for key in CERTIFICATES:
        try:
            der = piv_data.certificate(channel, key) if key != but else None
            if der is not None:
                found[key] = held(key, der)
        except CardError as error:
            if not _of_one_key(error):
                raise
    return found


def _of_one_key(error: CardError) -> bool:
    return error.trouble in (problems.UNFIT_KEY, problems.UNREADABLE_CERTIFICATE)


def _instead(others: dict[int, Holding]) -> Bilingual:
    places = [f"{key:02X}" for key in others]
    return _INSTEAD.format(others="/".join(places), first=places[0]) if places else Bilingual("", "")


def _padded(pin: Pin, length: tuple[int, int]) -> bytes:
    return pin.reveal(length).encode().ljust(_FILLED, _FILLER)


def _pin_troubles(which: int) -> tuple[Trouble, Trouble]:
    """What is wrong when PIN *which* is, and when it is blocked."""
    if which == GLOBAL_REFERENCE:
        return problems.WRONG_GLOBAL_PIN, problems.GLOBAL_BLOCKED
    return problems.WRONG_PIN, problems.BLOCKED


def _taken(answer: CardAnswer, wrong: Trouble, blocked: Trouble) -> None:
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
    raise piv_data.unexpected(answer)
