"""The doors of simulated customs: HTTP, folders, SFTP.  A real process; what was made to cost much costs what it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from h2018.transports.folders import FAIL_BOX, IN_BOX, OUT_BOX, SENT_BOX
from h2018.transports.sftp.server import host_key
from tests.costs import only_linux
from tests.doors.inputs import DEAREST, MESSAGES, largest, plain
from tests.doors.measuring import costs_of, until
from tests.h2018.http.web import CONFIG
from tests.h2018.server import Server, started
from tests.h2018.sftp.material import Client, make_key

pytestmark = [only_linux, pytest.mark.needs("ssh")]

_numbers = count(1)


class Customs(Struct, frozen=True):
    """It, with its exchange folder and an SFTP client."""

    server: Server
    exchange: Path
    client: Client
    say: Callable[[str], str]

    def http(self, data: bytes) -> None:
        """Post it."""
        status, answer = self.server.ask("POST", "/v1/messages", data)
        assert status in (200, 409, 413, 422), (status, answer[:500])

    def folder(self, data: bytes) -> None:
        """Lay it into OutBox; it is dealt with when it is gone from there."""
        self._gone(self.lay(data))

    def lay(self, data: bytes) -> Path:
        """Lay it into OutBox, under the name that is given back."""
        name = f"{next(_numbers):05d}.{'zip' if data.startswith(b'PK') else 'xml'}"
        partial = self.exchange / OUT_BOX / f"{name}.Temp"
        partial.write_bytes(data)
        return partial.rename(partial.with_suffix(""))

    def sftp(self, data: bytes) -> None:
        """Bring it there by SFTP."""
        name = f"{next(_numbers):05d}.{'zip' if data.startswith(b'PK') else 'xml'}"
        (self.client.folder / "data").write_bytes(data)
        self.say(f"put data /OutBox/{name}.Temp")
        self.say(f"rename /OutBox/{name}.Temp /OutBox/{name}")
        self._gone(self.exchange / OUT_BOX / name)

    def _gone(self, path: Path) -> None:
        until(lambda: not path.exists())
        answers = [each.name for each in (self.exchange / IN_BOX).iterdir() if f"_{path.stem}_" in each.name]
        kept = [
            each
            for box in (SENT_BOX, FAIL_BOX)
            for each in (self.exchange / box).iterdir()
            if each.name.startswith(path.stem)
        ]
        assert (len(answers), len(kept)) == (1, 1)


@pytest.fixture(scope="module")
def customs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Customs]:
    """One for all of them."""
    folder = tmp_path_factory.mktemp("customs")
    key = host_key(folder / "keys")
    users = folder / "users.toml"
    users.write_text(f"[[user]]\nname = \"anna\"\nkeys = ['{make_key(folder).strip()}']\n", "utf-8")
    config = replace(
        CONFIG,
        port=0,
        sftp_port=0,
        clock="live",
        database=str(folder / "x.db"),
        exchange=folder / "exchange",
        poll_seconds=0.1,
        keys=folder / "keys",
        sftp_users=users,
    )
    with ExitStack() as stack:
        server = stack.enter_context(started(config, folder))
        known = key.public().toString("OPENSSH").decode()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{server.sftp} {known}\n", "utf-8")
        client = Client(folder, server.sftp)
        yield Customs(server, folder / "exchange", client, stack.enter_context(client.talking()))


@pytest.mark.parametrize("door", ["http", "folder", "sftp"])
def test_what_is_hostile_costs_no_more_than_a_large_valid_message(customs: Customs, door: str) -> None:
    """At each door, in turn: five times the CPU of 5,000 lines, 150 MB more memory; each is answered.

    What came by SFTP is taken from the folder, so that door has all of them, and the folder by itself the dearest.
    """
    hand: Callable[[bytes], None] = getattr(customs, door)
    valid = largest({"http": 10, "folder": 20, "sftp": 30}[door])
    names = DEAREST if door == "folder" else MESSAGES
    hostile = {name: partial(_handed, hand, MESSAGES[name]) for name in names}
    assert costs_of(customs.server.costs, partial(hand, valid), hostile) == {}


def _handed(hand: Callable[[bytes], None], make: Callable[[], bytes]) -> None:
    hand(make())


def test_others_are_served_while_a_hostile_message_is_read(customs: Customs) -> None:
    """By HTTP and in a folder: some of the dearest at once, and a small message that comes after them is answered first."""
    dear = MESSAGES["every line wrong"]()
    waiting = [customs.lay(dear) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        posted = pool.submit(customs.http, dear)
        until(lambda: not waiting[0].exists())
        customs.http(plain(40))
        assert waiting[1].exists() or not posted.done()
        posted.result()
    until(lambda: not waiting[1].exists())
