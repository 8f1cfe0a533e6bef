"""The data objects of a PIV card (SP 800-73-4 part 1, §3 and appendix A): what GET DATA finds."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from msgspec import Struct

from tempgoods_edi.card.kinds.piv_data import AID
from tempgoods_edi.card.tlv import encoded

_DATA = 0x53
_DISCOVERY, _CAPABILITIES, _HOLDER, _HISTORY = 0x7E, 0x5FC107, 0x5FC102, 0x5FC10C
#: Table 3: where the certificate of each key is; the retired keys 82 … 95 follow one another.
_PLACES = {0x9A: 0x5FC105, 0x9C: 0x5FC10A, 0x9D: 0x5FC10B, 0x9E: 0x5FC101}
_RETIRED, _FIRST_RETIRED = range(0x82, 0x96), 0x5FC10D

#: A card of no federal agency: SP 800-73-4 lets its FASC-N say 9999.
_AGENCY = bytes.fromhex("d4e739da739ced39ce739da1685a1082108ce73984108257fc")
_UNTIL = b"20351231"
_MAKER = bytes.fromhex("a000000308")


class Model(Struct, frozen=True):
    """The details that the standard leaves to card makers.

    :ivar shortest_aid: fewest bytes of the AID that SELECT takes; the standard has 9.
    :ivar tells_all: SELECT is answered by the whole AID, a label and an address, in more than one piece.
    :ivar info: CertInfo; other than 0, certificates are compressed.
    :ivar policy: which PINs there are, and which is preferred (PIN usage policy).
    """

    shortest_aid: int = 5
    tells_all: bool = False
    info: int = 0
    policy: bytes = b"\x40\x00"


STANDARD = Model()


def template(model: Model) -> bytes:
    """The answer to SELECT: the application property template (part 2, table 3)."""
    authority = encoded(0x79, encoded(0x4F, AID[:5]))
    if model.tells_all:
        label, address = (
            b"tempgoods virtual PIV " * 8,
            b"https://csrc.nist.gov/pubs/sp/800/73/4/upd1/final?" + b"p" * 90,
        )
        return encoded(0x61, encoded(0x4F, AID) + authority + encoded(0x50, label) + encoded(0x5F50, address))
    return encoded(0x61, encoded(0x4F, AID[5:]) + authority + encoded(0x50, b"tempgoods virtual PIV"))


def objects(number: bytes, certificates: Mapping[int, bytes], model: Model) -> dict[int, bytes]:
    """The data objects of the card, by tag.

    :param number: the GUID of 16 bytes.
    """
    found = {
        _DISCOVERY: encoded(_DISCOVERY, encoded(0x4F, AID) + encoded(0x5F2F, model.policy)),
        _CAPABILITIES: encoded(_DATA, _capabilities(number)),
        _HOLDER: encoded(
            _DATA,
            encoded(0x30, _AGENCY)
            + encoded(0x34, number)
            + encoded(0x35, _UNTIL)
            + encoded(0x3E, b"")
            + encoded(0xFE, b""),
        ),
    }
    for place, der in certificates.items():
        tag = _FIRST_RETIRED + place - _RETIRED.start if place in _RETIRED else _PLACES[place]
        kept = gzip.compress(der, mtime=0) if model.info else der
        found[tag] = encoded(_DATA, encoded(0x70, kept) + encoded(0x71, bytes((model.info,))) + encoded(0xFE, b""))
    if retired := sum(place in _RETIRED for place in certificates):
        counts = encoded(0xC1, bytes((retired,))) + encoded(0xC2, b"\0") + encoded(0xF3, b"")
        found[_HISTORY] = encoded(_DATA, counts + encoded(0xFE, b""))
    return found


def _capabilities(number: bytes) -> bytes:
    """The card capability container: who made the card, and that it is as PIV has it."""
    told = {
        0xF0: _MAKER + b"\xff\x02" + number[:14],
        0xF1: b"\x21",
        0xF2: b"\x21",
        0xF3: b"",
        0xF4: b"\0",
        0xF5: b"\x10",
    }
    empty = (0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE)
    return b"".join(encoded(tag, value) for tag, value in {**told, **dict.fromkeys(empty, b"")}.items())
