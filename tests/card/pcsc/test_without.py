"""Without pyscard, without its library: everything else goes on, and what is missing is said."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from tempgoods_edi.card.pcsc import PcscReaders
from tempgoods_edi.card.slots import FolderReaders
from tempgoods_edi.card.sources import Joined
from tempgoods_edi.cli.application import run
from tests.card.material import Issued, done, login_text, running, trouble
from tests.card.test_soft import refused


@pytest.fixture
def no_pyscard(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if pyscard were not installed."""
    monkeypatch.setitem(sys.modules, "smartcard", None)
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)


@pytest.mark.usefixtures("no_pyscard")
def test_without_pyscard_the_readers_say_so() -> None:
    """Whatever is asked of them."""
    readers = PcscReaders()
    assert refused(readers.names) == ("no-pyscard", None)
    assert refused(lambda: readers.card("one")) == ("no-pyscard", None)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the library is part of the system")
def test_without_the_library_the_readers_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told apart from a service that does not run."""

    def missing(name: str) -> None:
        raise OSError(name)

    for name in [each for each in sys.modules if each.partition(".")[0] == "smartcard"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert refused(PcscReaders().names) == ("no-pcsc-library", None)


@pytest.mark.usefixtures("no_pyscard")
def test_the_agent_says_what_is_missing_and_serves_the_rest(issued: Issued, cards: Path) -> None:
    """Soft cards work beside PC/SC that does not; without them, the trouble is what is told."""
    both = Joined({"": FolderReaders((cards,)), "PC/SC": PcscReaders()})
    with running(cards, readers=both) as agent, agent.page() as page:
        assert trouble(page.login(login_text())) == ("no-pyscard", None)
        listed = page.listed()
        assert [(each["reader"], each["code"]) for each in listed["troubles"]] == [("PC/SC", "no-pyscard")]
        issued.put(cards)
        listed = page.listed()
        assert (listed["readers"], len(listed["cards"])) == (["one", "PC/SC"], 1)
        assert done(page.login(login_text()))[1] == "A1"


@pytest.mark.usefixtures("no_pyscard")
def test_what_need_not_be_there_is_not_missed(issued: Issued, cards: Path, tmp_path: Path) -> None:
    """A spare source in trouble is passed over as long as there is another reader, and told when there is none."""
    spare = Joined({"": FolderReaders((cards,)), "PC/SC": PcscReaders()}, frozenset({"PC/SC"}))
    issued.put(cards)
    assert spare.names() == ("one",)
    assert spare.card("gone") is None
    none = Joined({"": FolderReaders((tmp_path / "none",)), "PC/SC": PcscReaders()}, frozenset({"PC/SC"}))
    assert none.names() == ("PC/SC",)
    assert refused(lambda: none.card("PC/SC")) == ("no-pyscard", None)


@pytest.mark.usefixtures("no_pyscard")
def test_the_commands_say_what_is_missing(issued: Issued, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`card list` of the readers names it; of a folder it needs nothing."""
    assert run(["card", "list", "--lang", "en"]) == 0
    assert "PC/SC  the component that reads cards (pyscard) is not installed" in capsys.readouterr().out
    assert run(["card", "change-pin", "--lang", "zh"]) == 1
    assert "pyscard" in capsys.readouterr().err
    issued.put(cards)
    assert run(["card", "list", str(cards), "--lang", "en"]) == 0
    assert "(soft)" in capsys.readouterr().out


def test_nothing_of_a_smart_card_is_loaded_before_a_reader_is_asked_for() -> None:
    """The whole card part is imported without pyscard."""
    code = (
        "import sys; sys.modules['smartcard'] = None\n"
        "import tempgoods_edi.card.wiring, tempgoods_edi.card.pcsc, tempgoods_edi.cli.card_agent, tempcard.slot\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
