"""Damages bytes the way transports, editors and attackers do, repeatably."""

from __future__ import annotations

import re
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


_LEAF = re.compile(rb"<([A-Za-z_]+)>[^<]*</\1>")
TEXTS = (
    b"", b" ", b"0", b"-0", b"-1", b"1", b"+1", b"007", b"1.", b".5", b"1e9", b"0.00001", b"0.000001", b"99999999999999.99999",
    b"9" * 19, b"9" * 25, b"9" * 60, b"19000101", b"20991231", b"20270229", b"20280229", b"2027-02-30 10:00:00", b"I", b"E", b"2", b"3",
    b"5", b"13", b"14", b"CHN", b"USD", b"ZZZ", b"0000", b"2228", b"0101210090", b"2203000000", b"9999999999", b"0" * 10, b"0" * 18,
    b"9" * 18, b"222520271147491038", b"222520270147491038", b"ZH222827000001", b"91110000600037341L", b"&amp;" * 300,
    b"\xe5\xad\x97" * 5000,
    b"\xf0\x9f\x9a\xa2", b"]]&gt;", b"<![CDATA[<&>]]>", b"&#13;&#10;&#9;", b"&#xD;", b"\xe3\x80\x80", b"{value}", b"%s", b"a.pdf",
    b"../a.pdf", b"A" * 64, b"SM3", b"\xc2\xa0", b"\xe2\x80\xae", b"+86 021", b"None", b"null", b"TMP999", b"<b></b>", b"<!-- x -->1",
)  # fmt: skip


def rearranged(data: bytes, random: Random) -> bytes:
    """*data*, still well-formed, with one to four of its leaves given other texts, moved, doubled or taken out."""
    for _ in range(random.choice((1, 1, 2, 4))):
        leaves = [found.span() for found in _LEAF.finditer(data)]
        if len(leaves) < 2:
            return data
        (a, b), (c, d) = sorted(random.sample(leaves, 2))
        tag = data[a + 1 : data.index(b">", a)]
        way = random.randrange(8)
        if way < 4:
            data = data[:a] + b"<" + tag + b">" + random.choice(TEXTS) + b"</" + tag + b">" + data[b:]
        elif way == 4:
            other = data[data.index(b">", c) + 1 : data.rindex(b"<", c, d)]
            data = data[:a] + b"<" + tag + b">" + other + b"</" + tag + b">" + data[b:]
        elif way == 5:
            data = data[:a] + data[b:]
        elif way == 6:
            data = data[:d] + data[a:b] + data[d:]
        else:
            data = data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]
    return data
