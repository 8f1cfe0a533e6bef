"""BER-TLV, the encoding of card data (ISO/IEC 7816-4, annex E) and of certificates."""

from __future__ import annotations

from collections.abc import Iterator

_LONGEST_LENGTH = 3


def encoded(tag: int, value: bytes) -> bytes:
    """Encode *value* under *tag*, in the shortest form.

    >>> encoded(0x7F49, b"ab").hex()
    '7f49026162'
    """
    size = len(value)
    if size < 0x80:
        length = bytes((size,))
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8)
        length = bytes((0x80 | len(digits),)) + digits
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1) + length + value


def parsed_tags(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Decode each tag in *data* with its value, one level deep.

    :raises ValueError: it ends too soon, or is longer than any card's.
    """
    at = 0
    while at < len(data):
        begin = at
        at += 1
        if data[begin] & 0x1F == 0x1F:
            while _byte(data, at) & 0x80:
                at += 1
            at += 1
        tag = int.from_bytes(data[begin:at])
        size = _byte(data, at)
        at += 1
        if size & 0x80:
            count = size & 0x7F
            if not 0 < count <= _LONGEST_LENGTH:
                raise ValueError("length of a length")
            size = int.from_bytes(data[at : at + count])
            at += count
        if at + size > len(data):
            raise ValueError("ends too soon")
        yield tag, data[at : at + size]
        at += size


def found(data: bytes, tag: int) -> bytes | None:
    """The value of the first *tag* in *data*; None when there is none.

    :raises ValueError: as `parsed_tags`.
    """
    return next((value for each, value in parsed_tags(data) if each == tag), None)


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise ValueError("ends too soon")
    return data[at]
