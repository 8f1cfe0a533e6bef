"""What the page about cards says is so."""

from __future__ import annotations

import re
from pathlib import Path

from tempgoods_edi.card import protocol
from tests.card.troubles import TROUBLES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "card.md").read_text("utf-8")
#: Those that `card.js` says when there is no control to say anything.
OF_THE_PAGE = {"no-agent"}


def test_every_method_is_described_and_no_other() -> None:
    """The table of methods has those of the protocol."""
    table = PAGE.partition("| method | args | Data |")[2].partition("\n\n")[0]
    own = {each for name, each in vars(protocol).items() if name.isupper() and isinstance(each, str) and "_" in each}
    assert set(re.findall(r"`((?:cus-sec|tempgoods)_\w+)`", table)) == own


def test_every_trouble_that_is_described_exists() -> None:
    """The codes in the table of troubles are those that programs are told."""
    table = PAGE.partition("| it says | code | do |")[2].partition("\n\n")[0]
    codes = {
        code for line in table.splitlines() if "|" in line for code in re.findall("`([a-z-]+)`", line.split("|")[2])
    }
    assert len(codes) >= 20
    assert codes <= {each.code for each in TROUBLES} | OF_THE_PAGE
