"""``tempgoods-edi gateway`` as a process: starts, delivers, stops when asked, and may be killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from h2018 import app
from h2018.client import connect
from tempgoods_edi.cli.gateway import RUNNING
from tempgoods_edi.declarant import clocks, platform
from tempgoods_edi.declarant.gateway.breaker import Circuit
from tempgoods_edi.declarant.gateway.status import channel as told
from tempgoods_edi.declarant.store.settings import Settings
from tempgoods_edi.lifecycle.states import State
from tests.declarant.gateway.channels import CONFIG, WAYS, Channel, authority, free_port
from tests.declarant.gateway.office import Office, actor, office, until
from tests.h2018.tenant import START

TEN_MINUTES = 600
HANGS = "[[fault]]\nname = 'f'\nkind = 'hang'\nsteps = 'answer'\n"


class Command:
    """The command, for a way to customs."""

    def __init__(self, folder: Path, url: str, way: Sequence[str]) -> None:
        key = folder / "platform.p12"
        platform.read_or_make(key, None, lambda: platform.issue(authority(), serial=0x7004))
        self.words = [
            sys.executable, "-m", "tempgoods_edi.cli", "gateway", "--database", str(folder / "portal.sqlite3"), *way,
            "--platform-key", str(key), "--follow-clock", "--clock-of", url, "--first-wait", "0.2", "--lang", "en",
        ]  # fmt: skip

    def start(self) -> subprocess.Popen[str]:
        """A process of it, once it says that it is running."""
        process = subprocess.Popen(self.words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith(RUNNING), line + process.communicate()[0]
        return process

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """The same, asked to stop at the end: it does, and in order."""
        process = self.start()
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=20)
            assert process.returncode == 0, said
        finally:
            process.kill()
            process.communicate()


def command_for(folder: Path, channel: Channel) -> Command:
    """The command that goes that way."""
    return Command(folder, channel.url, channel.options)


def kill(process: subprocess.Popen[str]) -> None:
    """``kill -9``: no chance to finish anything."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def follows(place: Office) -> None:
    """Business time is customs' from here on: the gateway has asked."""
    until(lambda: Settings(place.store).get(clocks.SETTING) is not None)


def approved(place: Office, channel: Channel, seq_nos: list[str]) -> None:
    """Wait until customs have them all, let time pass, and wait until all are approved."""
    until(lambda: all(place.state(seq_no) is not State.DECLARED for seq_no in seq_nos))
    until(lambda: len(channel.customs.control.cases(limit=1000)) == len(seq_nos))
    channel.customs.control.advance(TEN_MINUTES)
    until(lambda: all(place.state(seq_no) is State.APPROVED for seq_no in seq_nos))


@pytest.mark.parametrize("way", sorted({*WAYS} - {"memory"}))
def test_it_starts_delivers_and_stops_when_asked(tmp_path: Path, way: str) -> None:
    """Declared in one process, approved by the other; SIGTERM ends it with 0."""
    with WAYS[way](tmp_path) as channel:
        place, command = office(tmp_path), command_for(tmp_path, channel)
        with command.running():
            follows(place)
            seq_no = place.saved()
            place.declared(seq_no)
            approved(place, channel, [seq_no])


def test_killed_between_handing_over_and_noting_it(tmp_path: Path) -> None:
    """Customs have it, the gateway dies before it hears so: a new one catches up, and there is one case."""
    with WAYS["http"](tmp_path) as channel:
        place, command = office(tmp_path), command_for(tmp_path, channel)
        process = command.start()
        follows(place)
        channel.customs.control.set_faults(HANGS)
        seq_no = place.saved()
        place.declared(seq_no)
        until(lambda: len(channel.customs.control.cases()) == 1)
        kill(process)
        assert place.state(seq_no) is State.DECLARED
        channel.customs.control.end_faults()
        with command.running():
            approved(place, channel, [seq_no])
        (message,) = place.filing.history(actor(), seq_no).messages
        assert message.attempts == 2


def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """Ten declarations, a gateway that is killed while it works: each is one case, approved, with its own receipts once."""
    chance = Random(int(os.environ.get("TEMPGOODS_SEED", "5")))
    with WAYS["http"](tmp_path) as channel:
        place, command = office(tmp_path), command_for(tmp_path, channel)
        process = command.start()
        follows(place)
        seq_nos = [place.saved(Head__ExhibitionNm=f"展览会{n}") for n in range(10)]
        for n, seq_no in enumerate(seq_nos):
            place.declared(seq_no)
            if n % 3 == 2:
                wanted = chance.randrange(n)
                until(lambda wanted=wanted: len(channel.customs.control.cases()) >= wanted)  # type: ignore[misc]  # bound now
                kill(process)
                process = command.start()
        kill(process)
        with command.running():
            approved(place, channel, seq_nos)
        for seq_no in seq_nos:
            assert len(place.filing.history(actor(), seq_no).receipts) == 2


def test_customs_may_come_later(tmp_path: Path) -> None:
    """Started while nobody is there: it says so to the start page, and delivers as soon as somebody is."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    place = office(tmp_path)
    Settings(place.store).put(clocks.SETTING, clocks.clock_text(clocks.Followed(stands_at=START)))
    with Command(tmp_path, url, ["--to", url]).running():
        seq_no = place.saved()
        place.declared(seq_no)

        def open_() -> bool:
            found = told(Settings(place.store))
            return found is not None and found.circuit is Circuit.OPEN

        until(open_)
        assert place.state(seq_no) is State.DECLARED
        with app.running(replace(CONFIG, port=port)) as there, connect(there) as customs:
            until(lambda: len(customs.control.cases()) == 1)
            until(lambda: place.state(seq_no) is State.SENT)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--folders"),
        (["--to", "http://x", "--folders", "somewhere"], "--folders"),
        (["--folders", "somewhere", "--follow-clock"], "--clock-of"),
        (["--to", "ftp://x"], "no http"),
        (["--sftp", "nobody"], "user@host"),
        (["--sftp", "anna@localhost", "--known-hosts", "none"], "--password-file"),
        (["--to", "http://x", "--platform-key", "none.p12"], "none.p12"),
    ],
)
def test_what_cannot_work_is_told_at_the_start(tmp_path: Path, options: list[str], words: str) -> None:
    """In words, with exit code 2, and no database is made."""
    database = str(tmp_path / "portal.sqlite3")
    command = [sys.executable, "-m", "tempgoods_edi.cli", "gateway", "--database", database, *options, "--lang", "en"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
