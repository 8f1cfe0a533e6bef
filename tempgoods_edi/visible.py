"""Makes invisible characters visible: they, and those that reverse the text around them, are shown by code point.

A page, a sheet of paper or a terminal that obeys such characters shows something else than what is signed.
"""

from __future__ import annotations

import re
from unicodedata import east_asian_width

#: Controls (C0, C1, escape sequences begin with one), zero-width and bidirectional marks, fillers, variation selectors,
#: tags, private letters, halves of surrogates, what is no character, and the mark of bytes that were lost (U+FFFD).
_SIGNS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800"
    "\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\U000f0000-\U0010ffff"
)
#: Line breaks and tabulators are within the rules of many fields: nothing strange, but not to be obeyed everywhere.
_STRANGE = re.compile(f"[{_SIGNS}]")
_BREAKS = "\t\n\r"
#: What stands for itself in UTF-8 and can be seen: most of every message.
_SEEN = bytes(range(0x20, 0x7F)) + _BREAKS.encode()


def visible(text: str, keep: str = "") -> str:
    r"""*text* with invisible characters shown by code point, except those in *keep* (``"\n"`` where lines may break).

    >>> visible("a\u202eb\x1b[2J\ufffd")
    'a[U+202E]b[U+001B][2J[U+FFFD]'
    """
    if _STRANGE.search(text) is not None:
        text = _STRANGE.sub(lambda found: found[0] if found[0] in keep else named(found[0]), text)
    for sign in _BREAKS:
        if sign in text and sign not in keep:
            text = text.replace(sign, named(sign))
    return text


def for_scripts() -> str:
    r"""The invisible characters for a script in a browser, as the inside of ``[]`` in a regular expression (flag ``u``).

    >>> for_scripts()[:21]
    '\\u{0}-\\u{8}\\u{b}\\u{c}'
    """
    return "".join(sign if sign == "-" else f"\\u{{{ord(sign):x}}}" for sign in _SIGNS)


def width(text: str) -> int:
    """The columns of a terminal that *text* takes: a Chinese character takes two.

    >>> width("上海 1")
    6
    """
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def named(sign: str) -> str:
    """One character shown by its code point.

    >>> named("\u200b")
    '[U+200B]'
    """
    return f"[U+{ord(sign):04X}]"


def strange(text: str) -> tuple[int, str] | None:
    """The first invisible character of *text*, and its position (from 1); None when there is none.

    >>> strange("上海\u200b"), strange("上海\\n")
    ((3, '\\u200b'), None)
    """
    found = _STRANGE.search(text)
    return None if found is None else (found.start() + 1, found[0])


def holds_strange(data: bytes) -> bool:
    """True when *data* (UTF-8) has an invisible character: as `strange` for a whole message, but faster.

    >>> holds_strange("<a>上海</a>".encode()), holds_strange("<a>上\u200b海</a>".encode())
    (False, True)
    """
    return strange(data.translate(None, _SEEN).decode("utf-8", "replace")) is not None
