"""The walk of `docs/cli.md`: its commands in the order of the page, and what it shows of what they print."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.walks.conftest import Place
from tests.walks.pages import TOP, blocks, differing, of_the_first, page, steps, typed

TEXT = page("docs/cli.md")
#: The part of the page that needs simulated customs.
SENDING = "## Sending"


def test_what_the_page_shows_is_what_is_printed(tmp_path: Path) -> None:
    """Every console block before "Sending": line by line, where nothing is left out."""
    shutil.copy(TOP / "fixtures" / "valid" / "tmp101-minimal.json", tmp_path)
    shutil.copy(TOP / "fixtures" / "doctor" / "pretty-printed.xml", tmp_path)
    walked = [step for block in blocks(TEXT.partition(SENDING)[0], "console") for step in steps(block)]
    assert len(walked) > 3
    for step in walked:
        _, printed = typed(step.command, tmp_path)
        assert differing(step, printed) is None, (step.command, differing(step, printed), printed)


def test_a_message_is_sent_and_answered_as_shown(place: Place) -> None:
    """The console block of "Sending", `up` running already: the receipts as they are shown."""
    (block,) = blocks(TEXT.partition(SENDING)[2], "console")
    first, *walked = steps(block)
    assert first.command == "tempgoods-edi up tempgoods-demo &"
    for step in walked:
        code, printed = typed(place.here(step.command), place.folder)
        assert (code, differing(step, of_the_first(printed))) == (0, None), (step.command, printed)
