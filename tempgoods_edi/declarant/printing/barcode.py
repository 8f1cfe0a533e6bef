"""Code 128 bar codes (ISO/IEC 15417), so that a scanner reads a number on paper and nobody types it again.

Code sets B (printable ASCII) and C (pairs of digits); the shorter mixture is chosen.
"""

from __future__ import annotations

import re

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

#: Widths of bar, space, bar, … of each symbol, in modules.
_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
)
_STOP_WIDTHS = "2331112"
_TO_C, _TO_B, _START_B, _START_C, _STOP = 99, 100, 104, 105, 106
_CHECK_MODULUS = 103
#: A run of so many digits is shorter in code set C, at an end of the text and inside it.
_DIGITS = re.compile(r"\d{4,}")
_INSIDE = 6
_FIRST, _LAST = " ", "~"
#: Light space that a scanner needs on either side, in modules.
QUIET = 10


class NotPrintable(TempgoodsError):
    """A bar code is asked for an empty text, or one with other characters than printable ASCII."""


def symbols(text: str) -> list[int]:
    """The symbol values of *text*: start, data, check and stop; raises `NotPrintable`.

    >>> symbols("ZH2228")
    [104, 58, 40, 99, 22, 28, 46, 106]
    """
    if not text or not all(_FIRST <= character <= _LAST for character in text):
        raise NotPrintable(
            Bilingual("“{text}”不能印成条码", "“{text}” cannot be printed as a bar code").format(text=text)
        )
    values: list[int] = []
    for part, digits in _parts(text):
        change = (_TO_C, _START_C) if digits else (_TO_B, _START_B)
        values.append(change[not values])
        if digits:
            values += [int(part[at : at + 2]) for at in range(0, len(part), 2)]
        else:
            values += [ord(character) - ord(_FIRST) for character in part]
    check = values[0] + sum(place * value for place, value in enumerate(values[1:], 1))
    return [*values, check % _CHECK_MODULUS, _STOP]


def widths(text: str) -> list[int]:
    """Widths of bar, space, bar, … in modules, beginning and ending with a bar; raises `NotPrintable`."""
    values = symbols(text)[:-1]
    return [int(width) for symbol in values for width in _WIDTHS[7 * symbol : 7 * symbol + 6]] + [*map(int, _STOP_WIDTHS)]


def svg(text: str) -> str:
    """The bar code of *text* as a picture, one unit a module, with its quiet zones; raises `NotPrintable`."""
    at, bars = QUIET, []
    for place, width in enumerate(widths(text)):
        if place % 2 == 0:
            bars.append(f"M{at} 0h{width}v40h-{width}z")
        at += width
    whole = at + QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="40" viewBox="0 0 {whole} 40">'
        f'<path d="{"".join(bars)}" fill="#000"/></svg>'
    )


def _parts(text: str) -> list[tuple[str, bool]]:
    """*text* cut into stretches for code set B (False) and C (True)."""
    parts: list[tuple[str, bool]] = []
    done = 0
    for run in _DIGITS.finditer(text):
        start, end = run.span()
        if start > 0 and end < len(text) and end - start < _INSIDE:
            continue
        # An odd digit goes to the neighbour in set B: the one before, or the one after when there is none before.
        if (end - start) % 2:
            start, end = (start + 1, end) if start > 0 else (start, end - 1)
        if start > done:
            parts.append((text[done:start], False))
        parts.append((text[start:end], True))
        done = end
    if done < len(text):
        parts.append((text[done:], False))
    return parts
