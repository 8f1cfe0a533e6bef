"""Damages bytes the way transports, editors and attackers do, repeatably."""

from __future__ import annotations

from random import Random

_BITS = (
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"</", b"/>", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b" ",
    b"&amp;", b"&#0;", b"&#x10FFFF;", b"&lol;", b'"', b"'", b"=", b"<?x?>", b"<!DOCTYPE a>", b"\xed\xa0\x80", b"\xf0\x9f\x9a\xa2",
    b"1", b"-", b"9" * 40, b"a" * 5000, b"</Object></Signature>", b"<Object>", b"</Package>", b' xmlns="urn:x"', b"xsi:nil",
)  # fmt: skip


def damaged(data: bytes, random: Random) -> bytes:
    """*data* after one to three kinds of damage."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        data = random.choice(_WAYS)(data, random)
    return data


def _span(data: bytes, random: Random) -> tuple[int, int]:
    begin = random.randrange(len(data) + 1)
    return begin, min(len(data), begin + random.choice((1, 2, 8, 64, 700)))


def _flipped(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8))):
        if changed:
            at = random.randrange(len(changed))
            changed[at] ^= 1 << random.randrange(8)
    return bytes(changed)


def _overwritten(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    if changed:
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _cut_short(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _beheaded(data: bytes, random: Random) -> bytes:
    return data[random.randrange(len(data) + 1) :]


def _cut_out(data: bytes, random: Random) -> bytes:
    begin, end = _span(data, random)
    return data[:begin] + data[end:]


def _repeated(data: bytes, random: Random) -> bytes:
    begin, end = _span(data, random)
    return data[:end] + data[begin:end] * random.choice((1, 1, 3, 50)) + data[end:]


def _swapped(data: bytes, random: Random) -> bytes:
    a, b = _span(data, random)
    c, d = _span(data, random)
    if c < a:
        a, b, c, d = c, d, a, b
    c = max(b, c)
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[max(c, d) :]


def _filled_in(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(_BITS) + data[at:]


def _elements_swapped(data: bytes, random: Random) -> bytes:
    """Two stretches between tags change places, so that what comes of it is often still well-formed."""
    parts = data.split(b"><")
    if len(parts) > 2:
        a, b = random.randrange(len(parts)), random.randrange(len(parts))
        parts[a], parts[b] = parts[b], parts[a]
    return b"><".join(parts)


_WAYS = (
    _flipped, _flipped, _overwritten, _cut_short, _beheaded, _cut_out, _repeated, _swapped, _filled_in, _filled_in,
    _elements_swapped,
)  # fmt: skip
