"""Terminal output of the command line: language, streams, colours and exit codes."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.options import Option, spoken
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.visible import visible

#: Exit codes of every command: what was asked is so · it is not · it could not be told, or was not asked rightly.
OK, REFUSED, UNDECIDED = 0, 1, 2


class Language(StrEnum):
    """The languages that ``--lang`` takes."""

    ZH = "zh"
    EN = "en"


LanguageOption = Annotated[
    Language | None, Option("--lang", help="zh | en; default: TEMPGOODS_LANG, LC_ALL, LANG. 语言")
]


class CommandError(TempgoodsError):
    """A command cannot do what was asked; the text says what to do instead."""


def language(chosen: Language | None = None) -> Lang:
    """The language to use: *chosen*, else ``TEMPGOODS_LANG``, else the locale's."""
    if chosen is not None:
        return "zh" if chosen is Language.ZH else "en"
    return spoken(os.environ)


def tell(text: Bilingual | str, lang: Lang) -> None:
    """Print one text on standard output."""
    sys.stdout.write(_obeyed(text if isinstance(text, str) else text.in_(lang)) + "\n")


def complain(text: Bilingual | str, lang: Lang) -> None:
    """Print one text on standard error."""
    sys.stderr.write(_obeyed(text if isinstance(text, str) else text.in_(lang)) + "\n")


_COLOURS = {"red": 31, "green": 32, "yellow": 33}
_AGAIN = Bilingual("请再输入一次", "the same again")
_DIFFERENT = Bilingual("两次输入不同", "the two are not the same")

#: What `coloured` writes, and nothing else that begins with an escape.
_OURS = re.compile(r"(\x1b\[(?:3[0-7]|[01])m)")


def _obeyed(text: str) -> str:
    """*text* as a terminal may have it: colours of ours, line breaks, and no other control, mark or escape sequence."""
    pieces = _OURS.split(text)
    return "".join(piece if number % 2 else visible(piece, "\t\n") for number, piece in enumerate(pieces))


def coloured(word: str, colour: str) -> str:
    """*word* in *colour* where standard output is a terminal that wants colours."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return f"\x1b[{_COLOURS[colour]}m\x1b[1m{word}\x1b[0m"
    return word


def hidden(what: Bilingual, lang: Lang, *, twice: bool = False) -> str:
    """Read a secret typed at the terminal without showing it; empty when nothing was typed.

    :param twice: until the same is typed two times.
    """
    from getpass import getpass

    with suppress(EOFError):
        while True:
            typed = getpass(f"{what.in_(lang)}: ")
            if not (typed and twice) or getpass(f"{_AGAIN.in_(lang)}: ") == typed:
                return typed
            complain(_DIFFERENT, lang)
    return ""
