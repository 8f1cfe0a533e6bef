"""The walks of the pages on simulated customs: `docs/simulator.md`, `docs/console.md`, `docs/operating.md`, `docs/card.md`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.walks.conftest import Place
from tests.walks.pages import blocks, page, steps, typed

SIMULATOR, CONSOLE = page("docs/simulator.md"), page("docs/console.md")
FIRST = (
    "tempgoods-edi build tempgoods-demo/first-exhibition.json -o tempgoods-demo/first.xml --sign tempgoods-demo/310196K27B.p12 "
    "--password-file tempgoods-demo/password.txt --today 2027-01-10"
)


def curled(place: Place, command: str) -> str:
    """What a curl of a page prints; an answer of 400 or more fails."""
    command = place.here(command).replace("curl ", "curl -sS --fail-with-body ", 1)
    code, printed = typed(command, place.folder)
    assert code == 0, (command, printed)
    return printed


@pytest.fixture(scope="module")
def sent(place: Place) -> Place:
    """The first declaration is built, as `up` says it is, and answered."""
    assert FIRST in " ".join(place.said.split())
    code, printed = typed(f"{FIRST} && tempgoods-edi submit tempgoods-demo/first.xml --to {place.url} --wait", place.folder)
    assert code == 0, printed
    return place


@pytest.mark.needs("curl")
def test_a_message_is_sent_and_asked_for_by_curl(sent: Place) -> None:
    """The section on HTTP: sent, receipts listed, one read, every step explained."""
    (block,) = blocks(SIMULATOR.partition("## HTTP\n")[2].partition("\n## ")[0], "sh")
    walked = [*steps(block)]
    assert len(walked) == 4
    for step in walked:
        curled(sent, step.command)


@pytest.mark.needs("curl")
def test_a_callback_is_registered_and_steered_by_curl(sent: Place) -> None:
    """The section on push: nobody listens there, and every command is taken all the same."""
    (block,) = blocks(SIMULATOR.partition("## Push\n")[2].partition("\n## ")[0], "sh")
    walked = [*steps(block)]
    assert len(walked) == 5
    for step in walked:
        curled(sent, step.command)


@pytest.mark.needs("curl")
def test_an_officer_decides_by_curl(sent: Place) -> None:
    """Docs of the officers' desk: what waits for an officer is listed, and one of them decided, by its own number."""
    curled(sent, """curl -X PATCH --json '{"progression": "manual"}' http://127.0.0.1:8018/control/config""")
    tree = json.loads((sent.folder / "tempgoods-demo" / "first-exhibition.json").read_bytes())
    del tree["envelope"]["message_id"]
    tree["document"]["Head"]["EtpsPreentNo"] += "-2"
    (sent.folder / "case.json").write_text(json.dumps(tree), "utf-8")
    build = FIRST.replace("tempgoods-demo/first-exhibition.json -o tempgoods-demo/first.xml", "case.json -o case.xml")
    assert typed(build, sent.folder)[0] == 0
    curled(sent, "curl --data-binary @case.xml http://127.0.0.1:8018/v1/messages")
    (block,) = blocks(CONSOLE.partition("## The same by program\n")[2].partition("\n## ")[0], "sh")
    asking, deciding = steps(block)
    waiting: list[str] = []
    for _ in range(600):  # it is stored a second after it was taken
        waiting = re.findall(r'"seq_no": ?"(\d{18})"', curled(sent, asking.command))
        if waiting:
            break
    curled(sent, re.sub(r"cases/\d{18}/", f"cases/{waiting[0]}/", deciding.command))
    curled(sent, """curl -X PATCH --json '{"progression": "timed"}' http://127.0.0.1:8018/control/config""")


@pytest.mark.parametrize(
    ("name", "fence", "least"), [("docs/operating.md", "console", 3), ("docs/simulator.md", "sh", 3), ("docs/card.md", "sh", 6)]
)
def test_every_command_and_option_that_is_shown_exists(name: str, fence: str, least: int, tmp_path: Path) -> None:
    """Each command of ours, asked for help after all its options: one that is unknown is told instead."""
    shown = [step.command.partition(" #")[0].rstrip(" &") for block in blocks(page(name), fence) for step in steps(block)]
    ours = [command for command in shown if command.startswith("tempgoods-edi ")]
    assert len(ours) >= least
    for command in ours:
        code, printed = typed(f"{command} --help", tmp_path)
        assert (code, "Usage: " in printed) == (0, True), (command, printed)
    assert [*tmp_path.iterdir()] == []


def test_a_virtual_card_is_made_as_shown(tmp_path: Path) -> None:
    """Docs of the card: keys for an enterprise, and a card of them; the passwords come by the environment."""
    (block,) = [each for each in blocks(page("docs/card.md"), "sh") if "keys make" in each]
    made = [step.command.partition(" #")[0] for step in steps(block) if re.match(r"tempgoods-edi (keys|card) make ", step.command)]
    assert len(made) == 2
    for command in made:
        code, printed = typed(command, tmp_path, {"TEMPGOODS_PIN": "135790", "TEMPGOODS_PUK": "86420975"})
        assert code == 0, (command, printed)
    assert {"keys", "piv"} <= {path.name for path in tmp_path.iterdir()}
