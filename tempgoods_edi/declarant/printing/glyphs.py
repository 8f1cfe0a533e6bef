"""The characters that the fonts of the print-outs have; others are printed as their code point, never left out.

Reads the character map (``cmap``, formats 4 and 12) of an OpenType font; see the OpenType specification, chapter cmap.
"""

from __future__ import annotations

import struct
from functools import cache
from importlib import resources
from pathlib import Path

_PACKAGE = "pylopdf_fonts_zh_cn"
SANS, SERIF = "NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf"


@cache
def folder() -> Path:
    """The folder of the fonts, which come in a separate package."""
    # The package is an ordinary installed one; its resources are files.
    return Path(str(resources.files(_PACKAGE)))


@cache
def available_code_points() -> frozenset[int]:
    """Code points that both fonts have."""
    return frozenset(characters((folder() / SANS).read_bytes()) & characters((folder() / SERIF).read_bytes()))


def showable(text: str) -> str:
    """*text* with every character that the fonts lack written as its code point.

    >>> showable("½ € 展"), showable("𠮷野家")
    ('½ € 展', '〔U+20BB7〕野家')
    """
    known = available_code_points()
    if all(character in "\n\t" or ord(character) in known for character in text):
        return text
    return "".join(
        character if character in "\n\t" or ord(character) in known else f"〔U+{ord(character):04X}〕"
        for character in text
    )


def characters(font: bytes) -> set[int]:
    """The code points that *font* (OpenType, one face) maps to a glyph."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0] for at in range(12, 12 + 16 * count, 16)}
    start = tables[b"cmap"]
    (subtables,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for number in range(subtables):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * number)
        if platform == 0 or (platform, encoding) in {(3, 1), (3, 10)}:
            found |= _subtable(font, start + offset)
    return found


def _subtable(font: bytes, at: int) -> set[int]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == 12:
        (groups,) = struct.unpack_from(">I", font, at + 12)
        ranges = (struct.unpack_from(">III", font, at + 16 + 12 * group)[:2] for group in range(groups))
        return {code for first, last in ranges for code in range(first, last + 1)}
    if form == 4:
        (twice,) = struct.unpack_from(">H", font, at + 6)
        lasts = struct.unpack_from(f">{twice // 2}H", font, at + 14)
        firsts = struct.unpack_from(f">{twice // 2}H", font, at + 16 + twice)
        # The last segment is 0xFFFF alone, no character.
        return {code for first, last in zip(firsts, lasts, strict=True) for code in range(first, last + 1)} - {0xFFFF}
    return set()
