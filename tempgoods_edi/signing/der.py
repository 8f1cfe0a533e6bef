"""Reads and writes the little DER that SM2 keys and certificates need, because `cryptography` refuses their curve.

Strict: definite, shortest lengths, nothing left over, one-byte tags.  Everything else is a ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET, BMP = 0x30, 0x31, 0x1E


class Node(Struct, frozen=True):
    """One DER value with its tag.

    :ivar whole: tag, length and content as they stand.
    """

    tag: int
    content: bytes
    whole: bytes

    def inner(self, tag: int = SEQUENCE) -> list[Node]:
        """The values within a constructed value.  ValueError: another tag, or malformed DER."""
        if self.tag != tag:
            raise ValueError(f"tag {self.tag:#x} where {tag:#x} should be")
        return list(_nodes(self.content))

    def bare(self, tag: int) -> bytes:
        """The content of a value that must have *tag*.  ValueError: another tag."""
        if self.tag != tag:
            raise ValueError(f"tag {self.tag:#x} where {tag:#x} should be")
        return self.content

    def bits(self) -> bytes:
        """The content of a bit string of whole bytes.  ValueError: no such bit string."""
        content = self.bare(BIT_STRING)
        if content[:1] != b"\0":
            raise ValueError("a bit string of parts of bytes")
        return content[1:]

    def number(self) -> int:
        """A non-negative integer.  ValueError: negative, or not in the shortest form."""
        content = self.bare(INTEGER)
        if not content or content[0] & 0x80 or (content[0] == 0 and len(content) > 1 and not content[1] & 0x80):
            raise ValueError("not a number in its shortest form")
        return int.from_bytes(content)


def decoded(data: bytes) -> Node:
    """Read one DER value from *data*.  ValueError: no value, or something follows."""
    node, end = _node(data, 0)
    if end != len(data):
        raise ValueError("something follows the value")
    return node


def encoded(tag: int, *parts: bytes) -> bytes:
    """Encode a value of *tag* whose content is the concatenation of *parts*."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """Encode a SEQUENCE of encoded values."""
    return encoded(SEQUENCE, *parts)


def integer(number: int) -> bytes:
    """Encode a non-negative integer."""
    return encoded(INTEGER, number.to_bytes(number.bit_length() // 8 + 1))


def bit_string(content: bytes) -> bytes:
    """Encode a bit string of whole bytes."""
    return encoded(BIT_STRING, b"\0", content)


def _nodes(data: bytes) -> Iterator[Node]:
    at = 0
    while at < len(data):
        node, at = _node(data, at)
        yield node


def _node(data: bytes, at: int) -> tuple[Node, int]:
    if len(data) < at + 2 or data[at] & 0x1F == 0x1F:
        raise ValueError("no DER value")
    size, begin = data[at + 1], at + 2
    if size >= 0x80:
        count = size & 0x7F
        begin += count
        size = int.from_bytes(data[at + 2 : begin])
        if not 1 <= count <= 4 or size < 0x80 or size >> 8 * (count - 1) == 0:
            raise ValueError("not the shortest definite length")
    if begin + size > len(data):
        raise ValueError("the value is cut off")
    return Node(data[at], data[begin : begin + size], data[at : begin + size]), begin + size
