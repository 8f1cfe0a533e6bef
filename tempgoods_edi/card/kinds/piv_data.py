"""The data of a PIV card: its application, data objects, certificates and PIN references (SP 800-73-4, part 1)."""

from __future__ import annotations

import zlib

from tempgoods_edi.card import problems, tlv
from tempgoods_edi.card.apdu import OK, CardAnswer, CardChannel
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.values import Bilingual

AID = bytes.fromhex("A000000308000010000100")
#: The forms it is asked for by: without the version, as the standard has it; whole, for cards that take no other.
ASKED = (AID[:9], AID)
#: Of NIST, whose other applications begin the same; what follows it is the PIX.
_RID = 5

GET_DATA = 0xCB
TAG_LIST = 0x5C
APPLICATION, NAME = 0x61, 0x4F

#: Table 3: where the certificate of each key is, for the keys that may sign: digital signature, authentication, and the
#: first retired one, which has an SM2 key on cards that know SM2.
CERTIFICATES = {0x9C: 0x5FC10A, 0x9A: 0x5FC105, 0x82: 0x5FC10D}
DATA, CERTIFICATE, INFO = 0x53, 0x70, 0x71
#: Bits of INFO that say "compressed": 800-73 counts them from either end, by version, and cards do so too.
_COMPRESSED = 0xC3
#: Largest certificate (bytes), once unpacked: the standard's own containers have 3,000.
MOST_CERTIFICATE = 16 * 1024
#: gzip or zlib, whichever its head says.
_ANY_WINDOW = 32 + zlib.MAX_WBITS

DISCOVERY, PIN_POLICY = 0x7E, 0x5F2F
#: Bits of the policy's first byte, and the value of its second byte that prefers the global PIN.
APPLICATION_PIN, GLOBAL_PIN, PREFERS_GLOBAL = 0x40, 0x20, 0x20
PIN_REFERENCE, GLOBAL_REFERENCE = 0x80, 0x00

#: First bytes of the statuses by which cards say that they have no such object.
_ABSENT = (0x6A, 0x6B, 0x6D)

_STRUCTURE = Bilingual("数据结构不符合 PIV", "its data object is not of PIV's form")
_DAMAGED = Bilingual("压缩的内容已损坏", "it is compressed, and damaged")
_TOO_LONG = Bilingual("解压后超过 {limit} 字节", "unpacked it has more than {limit} bytes")


def is_piv(answer: bytes) -> bool:
    """False when *answer* to SELECT names another application.

    Cards name themselves by the PIX, by the whole AID, or not at all.
    """
    try:
        name = tlv.found(tlv.found(answer, APPLICATION) or b"", NAME) or b""
    except ValueError:
        return True
    short = ASKED[0]
    return any(name[: len(each)] == each[: len(name)] for each in (short, short[_RID:]))


def data_object(channel: CardChannel, tag: int) -> bytes | None:
    """The data object under *tag*; None when there is none.

    :raises CardError: it cannot be read, so that nobody knows whether there is anything.
    """
    asked = tlv.encoded(TAG_LIST, tag.to_bytes((tag.bit_length() + 7) // 8))
    answer = channel.send(GET_DATA, 0x3F, 0xFF, asked, answers=True)
    if answer.status >> 8 in _ABSENT:
        return None
    if answer.status != OK:
        raise unexpected(answer)
    try:
        return tlv.found(answer.data, DISCOVERY if tag == DISCOVERY else DATA)
    except ValueError:
        raise CardError(problems.UNREADABLE_CARD) from None


def certificate(channel: CardChannel, key: int) -> bytes | None:
    """The certificate (DER) of *key*, unpacked; None when there is none.

    :raises CardError: there is one, but it cannot be read.
    """
    content = data_object(channel, CERTIFICATES[key])
    try:
        packed = tlv.found(content or b"", CERTIFICATE)
        info = tlv.found(content or b"", INFO) or b"\0"
    except ValueError:
        raise unreadable(key, _STRUCTURE) from None
    if not packed:
        return None
    return _unpacked(key, packed) if info[0] & _COMPRESSED else packed


def pin_reference(channel: CardChannel) -> int:
    """The key reference (P2) of the PIN to verify: the application PIN, or the global PIN if the card prefers that one.

    :raises CardError: it cannot be read; a PIN sent on a guess would cost a try of another one.
    """
    try:
        policy = tlv.found(data_object(channel, DISCOVERY) or b"", PIN_POLICY) or b""
    except ValueError:
        raise CardError(problems.UNREADABLE_CARD) from None
    which, preferred = (*policy, 0, 0)[:2]
    if which & GLOBAL_PIN and (preferred == PREFERS_GLOBAL or not which & APPLICATION_PIN):
        return GLOBAL_REFERENCE
    return PIN_REFERENCE


def unreadable(key: int, reason: Bilingual) -> CardError:
    """The error that the certificate of *key* cannot be read."""
    return CardError(problems.UNREADABLE_CERTIFICATE, place=f"{key:02X}", reason=reason, instead="")


def unexpected(answer: CardAnswer) -> CardError:
    """The error for a card answer whose status word is not expected here."""
    return CardError(problems.CARD_ANSWERED, status=f"{answer.status:04X}")


def _unpacked(key: int, packed: bytes) -> bytes:
    engine = zlib.decompressobj(_ANY_WINDOW)
    try:
        whole = engine.decompress(packed, MOST_CERTIFICATE + 1)
    except zlib.error:
        raise unreadable(key, _DAMAGED) from None
    if len(whole) > MOST_CERTIFICATE:
        raise unreadable(key, _TOO_LONG.format(limit=MOST_CERTIFICATE))
    if not engine.eof:
        raise unreadable(key, _DAMAGED)
    return whole
