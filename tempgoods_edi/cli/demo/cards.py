"""The cards of the demonstration and the platform's key, made once in its folder by the demonstration's CA."""

from __future__ import annotations

import shutil
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec import Struct

from h2018 import demo
from tempgoods_edi.card import soft
from tempgoods_edi.card.cards import Pin
from tempgoods_edi.declarant import platform
from tempgoods_edi.demo_ca import Holder, make_certificate
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing.key_pairs import KeyPair, to_pkcs12
from tempgoods_edi.signing.pkcs12 import load_key_and_certificates
from tempgoods_edi.values import Bilingual

#: Folder of the card readers, and the platform's key, in the demonstration's folder.
READERS, PLATFORM_KEY = "cards", "platform.p12"
_PLATFORM_SERIAL, _SECOND_SERIAL = 0x20180011, 0x20180010
_UNREADABLE = Bilingual("{path} 不可读", "{path} cannot be read")


class DemoCard(Struct, frozen=True):
    """A card of the demonstration in its reader; its PIN and PUK protect nothing.

    :ivar reader: folder of the reader it lies in.
    """

    holder: Holder
    reader: str
    pin: str
    puk: str


_BY_CODE = {holder.enterprise_code: holder for holder in demo.HOLDERS}
_EAST, _WEST = _BY_CODE["310173A546"], _BY_CODE["5101086060"]
#: Two operators of one enterprise, one of another.
CARDS = (
    DemoCard(_EAST, "reader-1", "135790", "13579000"),
    DemoCard(
        Holder("周岚", _EAST.enterprise_name, _EAST.enterprise_code, _EAST.uscc, "2100000310174"),
        "reader-2", "246801", "24680100",
    ),
    DemoCard(_WEST, "reader-3", "112233", "11223300"),
)  # fmt: skip


def prepare_cards(folder: Path) -> None:
    """Make the missing cards and the missing platform's key; `h2018.demo.prepare` has made the CA in *folder*."""
    ca = _pair(folder / demo.CA_KEY)
    for card in CARDS:
        place = folder / READERS / card.reader
        own = folder / f"{card.holder.enterprise_code}.p12"
        pair = _pair(own) if card.holder in demo.HOLDERS else _issued(ca, card.holder, folder)
        if place.exists():
            kept = soft.SoftCard(place, card.reader).state()
            if kept.certificate_der == pair.certificate_der:
                continue
            shutil.rmtree(place)  # of a CA that is no more
        soft.make_soft_card(place, pair, Pin(card.pin), Pin(card.puk))
    key = folder / PLATFORM_KEY
    if key.is_file() and not _as_issued_now(_pair(key), ca):
        key.unlink()
    platform.read_or_make(key, demo.PASSWORD, lambda: platform.issue(ca, serial=_PLATFORM_SERIAL))


def _issued(ca: KeyPair, holder: Holder, folder: Path) -> KeyPair:
    """The pair of a holder beside those of `h2018.demo`, kept as theirs are."""
    path = folder / f"{holder.enterprise_code}-{holder.ic_card_no}.p12"
    if path.is_file():
        pair = _pair(path)
        if _issued_by(pair, ca):
            return pair
    begin, end = ca.certificate.not_valid_before_utc, ca.certificate.not_valid_after_utc
    pair = make_certificate(ca, holder, serial=_SECOND_SERIAL, not_before=begin, not_after=end)
    path.touch(mode=0o600)
    path.write_bytes(to_pkcs12(pair, demo.PASSWORD, holder.enterprise_code))
    return pair


def _as_issued_now(pair: KeyPair, ca: KeyPair) -> bool:
    """False where the platform's certificate is of another CA, or shorter than ours (issued from the machine's day on)."""
    begins = pair.certificate.not_valid_before_utc, ca.certificate.not_valid_before_utc
    return _issued_by(pair, ca) and begins[0] == begins[1]


def _issued_by(pair: KeyPair, ca: KeyPair) -> bool:
    try:
        pair.certificate.verify_directly_issued_by(ca.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _pair(path: Path) -> KeyPair:
    key, certificate, _ = load_key_and_certificates(path.read_bytes(), demo.PASSWORD.encode())
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
        raise KeySourceError(_UNREADABLE.format(path=path))
    return KeyPair(key, certificate)
