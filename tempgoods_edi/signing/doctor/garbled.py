"""Text that was decoded in a wrong encoding: restored where nothing was lost, recognised where something was."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from tempgoods_edi.values import Bilingual

_LOST = "\ufffd"
#: Windows-1252 leaves five bytes undefined; what reads it takes them for controls, as the web's standard has it.
_WINDOWS = "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
_TO_WINDOWS = codecs.charmap_build(_WINDOWS)
#: Encodings that UTF-8 is taken for, as they are called.
TAKEN_FOR = ("GBK", "GB18030", "Latin-1", "Windows-1252")
_CHINESE = ("GBK", "GB18030")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_IDEOGRAPHS = re.compile(r"[\u4e00-\u9fff]")
_VALUE = re.compile(r">([^<>]*[^\x00-\x7f<>][^<>]*)<")
_MOST_SHOWN = 12
#: Values that are looked at for a clue, and characters of each.
_MOST_VALUES, _MOST_CHARACTERS = 2000, 400


def undone(text: str, name: str) -> str:
    """*text* as it was before its UTF-8 was read as the encoding *name*; unchanged when that is impossible."""
    try:
        was = _bytes(text, name).decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
    # A few real characters of Chinese are in GBK what letters are in UTF-8: only Chinese shows that it was Chinese.
    return was if name not in _CHINESE or _IDEOGRAPHS.search(was) else text


def done(text: str, name: str) -> Iterator[str]:
    """The texts that a program makes of *text* by reading its UTF-8 as *name*: U+FFFD or ? for what cannot be decoded."""
    data = text.encode()
    if name == "Windows-1252":
        yield codecs.charmap_decode(data, "strict", _WINDOWS)[0]
        return
    read = data.decode(name, "replace")
    yield read
    if _LOST in read:
        yield read.replace(_LOST, "?")


def example(text: str) -> str:
    """The beginning of the first value in canonical *text* with characters beyond ASCII."""
    found = _VALUE.search(text)
    return "" if found is None else found[1][:_MOST_SHOWN]


def clue(canonical: bytes) -> Bilingual:
    """A hint when the values look like a conversion that lost characters; else empty."""
    text = canonical.decode("utf-8", "replace")
    for _, found in zip(range(_MOST_VALUES), _VALUE.finditer(text), strict=False):
        value = found[1][:_MOST_CHARACTERS]
        was = _guessed(value)
        if was:
            now = value[:_MOST_SHOWN]
            return Bilingual(
                f"；“{now}”看来是 UTF-8 被当作 GBK 读入的“{was}”",
                f"; “{now}” looks like “{was}” whose UTF-8 was read as GBK",
            )
        if _LOST in value:
            return Bilingual(
                f"；“{value[:_MOST_SHOWN]}”中的 U+FFFD 表明转换编码时丢了字符",
                f"; U+FFFD in “{value[:_MOST_SHOWN]}” shows that a conversion of encodings lost characters",
            )
    return Bilingual("", "")


def _guessed(value: str) -> str:
    """The Chinese that garbled *value* stands for, as far as it is left; empty when it is nothing of the kind."""
    try:
        data = _bytes(value.replace(_LOST, "\x00").replace("?", "\x00"), "GBK")
    except UnicodeEncodeError:
        return ""
    read = data.decode("utf-8", "replace")
    was = read.replace(_LOST, "").replace("\x00", "")
    bad, good = len(_FOREIGN.findall(read)) - len(_IDEOGRAPHS.findall(read)), len(_IDEOGRAPHS.findall(was))
    return was[:_MOST_SHOWN] if good >= 2 and good > 2 * bad else ""


def _bytes(text: str, name: str) -> bytes:
    if name != "Windows-1252":
        return text.encode(name)
    return codecs.charmap_encode(text, "strict", _TO_WINDOWS)[0]
