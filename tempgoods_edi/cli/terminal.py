"""How the command line speaks: which language, where to, and the exit codes."""

from __future__ import annotations

import os
import re
import sys
from enum import StrEnum
from typing import Annotated

import typer

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.visible import visible

#: Exit codes of every command: what was asked is so · it is not · it could not be told, or was not asked rightly.
OK, REFUSED, UNDECIDED = 0, 1, 2


class Language(StrEnum):
    """The languages that ``--lang`` takes."""

    ZH = "zh"
    EN = "en"


LanguageOption = Annotated[
    Language | None, typer.Option("--lang", help="zh | en; default: TEMPGOODS_LANG, LC_ALL, LANG. 语言")
]


class CommandError(TempgoodsError):
    """The command cannot do what it was asked; its text says what to do instead."""


def language(chosen: Language | None = None) -> Lang:
    """The language to speak: as *chosen*, else as ``TEMPGOODS_LANG``, else as the locale says."""
    if chosen is not None:
        return "zh" if chosen is Language.ZH else "en"
    for name in ("TEMPGOODS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def tell(text: Bilingual | str, lang: Lang) -> None:
    """One text on standard output."""
    sys.stdout.write(_obeyed(text if isinstance(text, str) else text.in_(lang)) + "\n")


def complain(text: Bilingual | str, lang: Lang) -> None:
    """One text on standard error."""
    sys.stderr.write(_obeyed(text if isinstance(text, str) else text.in_(lang)) + "\n")


#: What `coloured` writes, and nothing else that begins with an escape.
_OURS = re.compile(r"(\x1b\[(?:3[0-7]|[01])m)")


def _obeyed(text: str) -> str:
    """*text* as a terminal may have it: colours of ours, line breaks, and no other control, mark or escape sequence."""
    pieces = _OURS.split(text)
    return "".join(piece if number % 2 else visible(piece, "\t\n") for number, piece in enumerate(pieces))


def coloured(word: str, colour: str) -> str:
    """*word* in *colour* where standard output is a terminal that wants colours."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return typer.style(word, fg=colour, bold=True)
    return word
