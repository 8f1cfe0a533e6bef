"""Writes Markdown texts and tables in one or both languages, for every page of `explain`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from tempgoods_edi.values import Bilingual, Lang

#: The languages a page is written in: one for the terminal, both for the docs.
Langs: TypeAlias = Sequence[Lang]


def say(text: Bilingual, langs: Langs) -> str:
    """*text* in each of *langs*; once where both are the same.

    >>> say(Bilingual("展览会", "exhibition"), ("zh", "en")), say(Bilingual("IC", "IC"), ("zh", "en"))
    ('展览会 / exhibition', 'IC')
    """
    return " / ".join(dict.fromkeys(text.in_(lang) for lang in langs))


def table(header: Sequence[Bilingual], rows: Iterable[Sequence[str]], langs: Langs) -> str:
    """A Markdown table; characters that would break it are escaped."""
    lines = [_row([say(cell, langs) for cell in header]), "|" + "---|" * len(header)]
    lines += [_row(row) for row in rows]
    return "\n".join(lines) + "\n"


def page(*parts: str) -> str:
    """Join the parts of a page with blank lines; empty parts are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def items(pairs: Iterable[tuple[Bilingual, str]], langs: Langs) -> str:
    """A list of named facts; facts without a text are left out."""
    return "\n".join(f"- {say(name, langs)}: {text}" for name, text in pairs if text)


def code(text: str) -> str:
    """*text* in Markdown's code style."""
    return f"`{text}`" if text else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
