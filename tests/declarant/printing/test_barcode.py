from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tempgoods_edi.declarant.printing import barcode
from tempgoods_edi.declarant.printing.barcode import NotPrintable, svg, symbols, widths

TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20) | st.from_regex(
    r"[A-Z]{0,3}[0-9]{1,20}[A-Z]{0,2}", fullmatch=True
)


def decoded(values: list[int]) -> str:
    """The text of the symbols *values*, read by the standard's own rules."""
    assert values[-1] == 106
    check = (values[0] + sum(at * value for at, value in enumerate(values[1:-2], 1))) % 103
    assert values[-2] == check
    pairs, said = values[0] == 105, ""
    for value in values[1:-2]:
        if pairs and value == 100:
            pairs = False
        elif not pairs and value == 99:
            pairs = True
        else:
            said += f"{value:02}" if pairs else chr(value + 32)
    return said


@given(TEXTS)
def test_the_symbols_say_the_text(text: str) -> None:
    """Whatever printable ASCII goes in comes out by the standard's rules, with the right check symbol."""
    assert decoded(symbols(text)) == text


@given(TEXTS)
def test_every_symbol_is_eleven_modules_wide(text: str) -> None:
    """Symbols are 11 modules wide, the stop symbol 13, and the bars of each have an even sum."""
    found = widths(text)
    assert sum(found) == 11 * (len(symbols(text)) - 1) + 13
    bars = [sum(found[at : at + 6 : 2]) for at in range(0, len(found) - 7, 6)]
    assert all(bar % 2 == 0 for bar in bars)


def test_a_published_example() -> None:
    """“Wikipedia” in code set B, as worked through in many descriptions of the code: check symbol 88."""
    assert symbols("Wikipedia") == [104, 55, 73, 75, 73, 80, 69, 68, 73, 65, 88, 106]


def test_digits_are_written_in_pairs() -> None:
    """A number of 18 digits takes nine data symbols."""
    assert len(symbols("202700000000000001")) == 1 + 9 + 2


@pytest.mark.parametrize("text", ["", "展", "a\nb", "\x7f", "é"])
def test_what_the_code_does_not_have_is_refused(text: str) -> None:
    """A text that is empty or no printable ASCII is refused."""
    with pytest.raises(NotPrintable):
        symbols(text)


@pytest.mark.needs("zbar", "pdftotext")
@settings(max_examples=10)
@given(st.from_regex(r"[A-Z]{0,2}[0-9]{6,18}", fullmatch=True))
def test_a_scanner_reads_it(text: str) -> None:
    """zbar reads from the picture what was written."""
    assert scanned(picture(text)) == [text]


def picture(text: str) -> bytes:
    """The bar code as a portable grey map, three dots a module."""
    row = b"\xff" * 3 * barcode.QUIET
    for at, width in enumerate(widths(text)):
        row += (b"\xff" if at % 2 else b"\x00") * 3 * width
    row += b"\xff" * 3 * barcode.QUIET
    return b"P5 %d 60 255\n" % len(row) + row * 60


def scanned(data: bytes) -> list[str]:
    """What zbar reads in a picture."""
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Scode128.enable", "-"], input=data, capture_output=True
    )
    return done.stdout.decode().split()


def test_the_picture_holds_numbers_only() -> None:
    """Nothing of the text stands in the picture, whatever it is: no markup can get in."""
    made = svg('<&">{}')
    shell = (
        r'<svg xmlns="[\w:/.]+" width="\d+" height="40" viewBox="0 0 \d+ 40"><path d="[Mhvz\d -]+" fill="#000"/></svg>'
    )
    assert re.fullmatch(shell, made)
