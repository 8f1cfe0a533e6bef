"""What `explain` says is set for the terminal: nothing of it is lost, and no mark of Markdown is left."""

from __future__ import annotations

import re

import pytest

from tempgoods_edi.cli.markdown import set_for_terminal
from tempgoods_edi.explain.topics import explained

_WORD = re.compile(r"\w+")
PAGE = "# Codes `x`\n\n- a **b** `c`\n\n| id | 名称 |\n|---|---|\n| `A` | 上海 |\n| B \\| C | x |\n\n```mermaid\n| no table |\n```\n"


def test_a_page_is_set() -> None:
    """A heading is bold, code has its colour, columns stand below each other, and a picture's text is left as it is."""
    assert set_for_terminal(PAGE, 80).splitlines() == [
        "\x1b[1mCodes x\x1b[0m", "", "  • a \x1b[1mb\x1b[0m \x1b[36mc\x1b[0m", "",
        "\x1b[1m  id     名称\x1b[0m", "  A      上海", "  B | C  x", "", "    | no table |",
    ]  # fmt: skip


def test_a_table_too_wide_for_the_terminal_is_told_row_by_row() -> None:
    """Each cell with the title of its column; what is empty is left out."""
    table = "| id | what | where |\n|---|---|---|\n| A | too long for it | here |\n| B |  | there |\n"
    assert set_for_terminal(table, 20, styled=False).splitlines() == [
        "A", "    what: too long for it", "    where: here", "B", "    where: there",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [("rules",), ("errors",), ("codes",), ("lifecycle",), ("fidelity",), ("TMP101",)])
def test_no_word_of_a_page_is_lost(words: tuple[str, ...]) -> None:
    """Every word of the Markdown is in what is shown, whatever the terminal's width; titles of columns only where they are needed."""
    page = explained(words, ("en",))
    assert page is not None
    wanted, titles = set(_WORD.findall(page)) - {"mermaid"}, " ".join(re.findall(r"^(\|.*)\n\|-", page, re.MULTILINE))
    for columns, may_miss in ((40, set(_WORD.findall(titles))), (10_000, set[str]())):
        shown = set_for_terminal(page, columns, styled=False)
        assert wanted - set(_WORD.findall(shown)) <= may_miss
        assert "`" not in shown
