"""Decodes text files: UTF-8, and the encodings of Chinese Windows, when nothing else is likely.

>>> decoded("口令\\r\\n".encode("gbk")), decoded("口令".encode("utf-16"))
('口令\\r\\n', '口令')
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

#: Largest text file that is read (bytes), unless it is said otherwise.
MAX_BYTES = 16 * 1024 * 1024

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
#: So much of a text is enough to tell by.
_SAMPLE = 64 * 1024
#: The common characters of GB 2312 and its punctuation, by their first byte; the second is 0xA1 or more.
_COMMON = frozenset((*range(0xB0, 0xD8), 0xA1, 0xA3))
#: What else Chinese text is made of, beside the ideographs: punctuation, full-width forms, units, numbers in circles.
_SIGNS = frozenset("·×÷°±§¨µ—–‘’“”…‰′″※℃№™←↑→↓∶≈≠≤≥■□▲△●○★☆√∞∠⊥Ωαβγδφπ¥￥€" + "".join(map(chr, range(0x2460, 0x249C))))
_LONGEST_NAME = 80

_NOT_TEXT = Bilingual(
    "“{name}”的文字编码无法辨认。请用记事本打开，选择“另存为”，编码选“UTF-8”，再试一次",
    "the text encoding of “{name}” cannot be told. Open it in Notepad, choose Save as, encoding UTF-8, and try again",
)
_TOO_LARGE = Bilingual("“{name}”超过 {limit} 字节", "“{name}” is larger than {limit} bytes")


class NotText(TempgoodsError):
    """The bytes are no text, too many, or could be decoded in more than one way."""


def decoded(data: bytes, name: str = "-") -> str:
    """Decode *data*: by its byte order mark, as UTF-8, as UTF-16, or as the GBK of Chinese Windows.

    :param name: what the text stands in, for the error.
    :raises NotText: none of them fits, or it would be a guess.
    """
    for encoding in _possible(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotText(_NOT_TEXT.format(name=printable_name(name)))


def as_utf8(data: bytes, name: str = "-") -> bytes:
    """Convert *data* to UTF-8 without a byte order mark; raises `NotText`."""
    return decoded(data, name).encode("utf-8", "surrogatepass")


def read_text(path: Path, most: int = MAX_BYTES) -> str:
    """Read a text file; raises `NotText`, and OSError when it cannot be read."""
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise NotText(_TOO_LARGE.format(name=printable_name(path.name), limit=most))
    return decoded(data, path.name)


def is_chinese(data: bytes) -> bool:
    """True when *data* can only be Chinese in GBK: most characters are common, and none looks foreign.

    >>> is_chinese("展会批准文件.pdf".encode("gbk")), is_chinese("Müller, Besançon".encode("latin-1"))
    (True, False)
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    wide = [sign for sign in text[:_SAMPLE] if sign >= "\x80"]
    if not all("\u4e00" <= sign <= "\u9fff" or "\u3000" <= sign <= "\u3017" or _is_sign(sign) for sign in wide):
        return False
    common = sum(1 for sign in wide if _is_common(sign.encode("gb18030")))
    return common * 2 > len(wide)


def printable_name(name: str) -> str:
    """*name* for people: short, and without unprintable characters."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name[:_LONGEST_NAME])


def _possible(data: bytes) -> Iterator[str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield encoding
            return
    if b"\0" in data[:_SAMPLE]:
        yield from _without_mark(data[:_SAMPLE])
        return
    yield "utf-8"
    if is_chinese(data):
        yield "gb18030"


def _without_mark(sample: bytes) -> Iterator[str]:
    """UTF-16 that does not say so: the zeros of its ASCII letters all stand on one side."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 8 < len(sample):
        return
    if not even:
        yield "utf-16-le"
    elif not odd:
        yield "utf-16-be"


def _is_sign(sign: str) -> bool:
    return sign in _SIGNS or "\uff00" <= sign <= "\uffef"


def _is_common(encoded: bytes) -> bool:
    return len(encoded) == 2 and encoded[0] in _COMMON and encoded[1] >= 0xA1
