"""SFTP as OpenSSH sees it: files in and out of the boxes, nothing else, no way out of the folder."""

from __future__ import annotations

import contextlib
import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from twisted.conch.interfaces import ISFTPServer
from twisted.cred.credentials import UsernamePassword
from twisted.cred.error import UnauthorizedLogin
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from zope.interface import implementer

from h2018.transports.folders import IN_BOX, OUT_BOX, Folders
from h2018.transports.sftp import server
from h2018.transports.sftp.files import Tree
from h2018.transports.sftp.login import SftpError, SftpUser
from h2018.transports.sftp.open_files import at_once
from h2018.transports.sftp.server import SftpLimits
from h2018.transports.whole_files import Inode
from tests.h2018.reactor_thread import on_reactor, reactor
from tests.h2018.sftp.material import LIMITS, Client, make_boxes, serving
from tests.h2018.tenant import make_tenant

pytestmark = pytest.mark.needs("ssh")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An exchange folder."""
    return make_boxes(tmp_path / "exchange")


@pytest.fixture
def client(tmp_path: Path, root: Path) -> Iterator[Client]:
    """OpenSSH, and a server whose log must stay free of failures."""
    logged: list[object] = []

    @implementer(ILogObserver)
    def observe(event: LogEvent) -> None:
        if "log_failure" in event or getattr(event.get("log_level"), "name", "") in ("error", "critical"):
            logged.append(event.get("log_failure") or event.get("log_format"))

    globalLogPublisher.addObserver(observe)
    with serving(tmp_path / "client", root) as made:
        yield made
    globalLogPublisher.removeObserver(observe)
    assert logged == []


def test_a_file_goes_in_under_another_name_and_is_renamed(client: Client, root: Path) -> None:
    """As clients of exchange folders do; Chinese names too; listed and removed again."""
    (client.folder / "x").write_bytes("展会".encode())
    done = client.sftp(
        "put x OutBox/展会.xml.Temp", "rename OutBox/展会.xml.Temp OutBox/展会.xml", "ls -l OutBox", "get OutBox/展会.xml back"
    )
    assert done.returncode == 0, done.stderr
    assert "展会.xml" in done.stdout
    assert (root / OUT_BOX / "展会.xml").read_bytes() == (client.folder / "back").read_bytes() == "展会".encode()
    assert client.sftp("rm OutBox/展会.xml").returncode == 0
    assert list((root / OUT_BOX).iterdir()) == []


def test_a_large_file_comes_through_whole(client: Client, root: Path) -> None:
    """Twenty megabytes, in and out."""
    data = os.urandom(1024) * 20_000
    (client.folder / "big").write_bytes(data)
    assert client.sftp("put big OutBox/big.zip.Temp", "get OutBox/big.zip.Temp back").returncode == 0
    assert (root / OUT_BOX / "big.zip.Temp").read_bytes() == (client.folder / "back").read_bytes() == data


def test_a_file_beyond_the_limit_is_not_taken(tmp_path: Path, root: Path) -> None:
    """It fails while it is written; no more than the limit is on the disk."""
    with serving(tmp_path / "client", root, limits=SftpLimits(largest=100_000)) as client:
        (client.folder / "big").write_bytes(b"x" * 1_000_000)
        assert client.sftp("put big OutBox/big.xml").returncode != 0
        assert (root / OUT_BOX / "big.xml").stat().st_size <= 100_000


@pytest.mark.parametrize(
    "line",
    [
        "get /etc/passwd back", "get ../../../../etc/passwd back", "get OutBox/../../../secret back", "get OutBox/link back",
        "get OutBox/linked/secret back", "ls OutBox/linked", "put x OutBox/link", "put x OutBox/linked/y", "put x y",
        "put x InBox/y", "rename OutBox InBox/a", "rename InBox/r.xml OutBox/r.xml", "rmdir OutBox", "rm OutBox", "mkdir x",
        "mkdir OutBox/x",
        "symlink /etc/passwd OutBox/l", "ln OutBox/a OutBox/b", "rename OutBox/a OutBox/b", "rmdir OutBox/full",
        "get OutBox/full/nothing back", "get InBox back", "get OutBox/fifo back",
    ],
)  # fmt: skip
def test_no_way_leads_out_or_upsets_the_boxes(client: Client, root: Path, line: str) -> None:
    """Refused, nothing read and nothing written outside, the boxes as they were."""
    secret = root.parent / "secret"
    secret.write_bytes(b"secret")
    (root / OUT_BOX / "link").symlink_to(secret)
    (root / OUT_BOX / "linked").symlink_to(root.parent)
    (root / OUT_BOX / "full").mkdir()
    os.mkfifo(root / OUT_BOX / "fifo")
    for name in ("a", "b", "full/c"):
        (root / OUT_BOX / name).write_bytes(name.encode())
    (root / IN_BOX / "r.xml").write_bytes(b"r")
    (client.folder / "x").write_bytes(b"mine")
    before = sorted(str(path.relative_to(root.parent)) for path in root.parent.rglob("*") if client.folder not in path.parents)
    client.sftp(line)
    assert not (client.folder / "back").is_file() or (client.folder / "back").read_bytes() == b""
    after = sorted(str(path.relative_to(root.parent)) for path in root.parent.rglob("*") if client.folder not in path.parents)
    assert (after, secret.read_bytes()) == (before, b"secret")
    assert (root / OUT_BOX / "b").read_bytes() == b"b"


@pytest.mark.parametrize("command", [(), ("id",), ("-t", "id"), ("-s", "nothing")])
def test_nothing_but_sftp_is_to_be_had(client: Client, command: tuple[str, ...]) -> None:
    """No shell, no command, no terminal, no other subsystem; the log has no traceback (see the fixture)."""
    done = client.ssh(*command)
    assert done.returncode != 0
    assert done.stdout == ""
    assert ("only SFTP" in done.stderr) is ("-s" not in command)


def test_a_stranger_is_not_let_in(client: Client) -> None:
    """An unknown user, and a known one with another's key."""
    assert "Permission denied" in Client(client.folder, client.port, "bert").sftp("ls").stderr
    (client.folder / "id").unlink()
    (client.folder / "id.pub").unlink()
    from tests.h2018.sftp.material import make_key

    make_key(client.folder)
    assert "Permission denied" in client.sftp("ls").stderr


def test_the_host_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    """The same after a restart; a file that is no key is said to be none."""
    first, second = server.host_key(tmp_path), server.host_key(tmp_path)
    assert first == second
    assert (tmp_path / server.HOST_KEY).stat().st_mode & 0o077 == 0
    (tmp_path / server.HOST_KEY).write_bytes(b"no key")
    with pytest.raises(SftpError):
        server.host_key(tmp_path)


def test_passwords_are_checked(tmp_path: Path) -> None:
    """The right one of the right user only; an empty one never; a user without any way in is refused at the start."""
    users = (SftpUser(name="anna", password="secret"), SftpUser(name="carl", keys=("ssh-ed25519 " + _public(tmp_path),)))
    portal = server.factory(users, lambda _: tmp_path, server.host_key(tmp_path), LIMITS, reactor, at_once).portal
    results: dict[tuple[str, str], bool] = {}
    for user, password in (("anna", "secret"), ("anna", ""), ("anna", "x"), ("carl", ""), ("bert", "")):
        login = portal.login(UsernamePassword(user.encode(), password.encode()), None, ISFTPServer)
        login.addCallbacks(lambda _, key=(user, password): results.update({key: True}), lambda failure: failure.trap(UnauthorizedLogin))
    assert results == {("anna", "secret"): True}
    with pytest.raises(SftpError):
        server.factory((SftpUser(name="d"),), lambda _: tmp_path, server.host_key(tmp_path), LIMITS, reactor, at_once)


def _public(folder: Path) -> str:
    text: str = server.host_key(folder).public().toString("OPENSSH").decode()
    return text.split()[1]


def test_paths_are_flat(tmp_path: Path) -> None:
    """What a client calls a path, however odd, is one below the root."""
    tree = Tree(make_boxes(tmp_path / "e"), 10, at_once)
    assert tree.realPath(b"") == b"/"
    assert tree.realPath(b"OutBox/../../..//./InBox/") == b"/InBox"


def test_who_does_not_come_in_is_shown_out(tmp_path: Path, root: Path) -> None:
    """A connection that says nothing is closed after a minute, one too many at once; who is in may stay."""
    time = Clock()
    with serving(tmp_path / "client", root, replace(LIMITS, connections=2), time) as client, client.talking() as anna:
        assert anna("ls OutBox") == ""
        idle, too_many = (socket.create_connection(("127.0.0.1", client.port), timeout=10) for _ in range(2))
        with idle, too_many:
            assert too_many.recv(100) == b""
            assert idle.recv(100).startswith(b"SSH-2.0")
            on_reactor(time.advance, 61)
            with contextlib.suppress(ConnectionResetError):
                while idle.recv(1000):
                    pass
        (root / OUT_BOX / "x").write_bytes(b"x")
        assert anna("ls OutBox") == "OutBox/x"


def test_who_came_in_and_says_nothing_is_shown_out(tmp_path: Path, root: Path) -> None:
    """After an hour of the server's clock, not before, and anything said begins it anew."""
    clock = Clock()
    with serving(tmp_path / "its", root, time=clock) as client, client.talking() as say:
        say("ls /")
        on_reactor(clock.advance, LIMITS.idle_seconds - 1)
        assert "OutBox" in say("ls /")
        on_reactor(clock.advance, LIMITS.idle_seconds - 1)
        assert "OutBox" in say("ls /")
        on_reactor(clock.advance, LIMITS.idle_seconds)
        with pytest.raises(EOFError):
            say("ls /")


def test_a_packet_without_end_is_not_kept(root: Path) -> None:
    """One that is announced with 2 GB: the connection is closed after the first, nothing is held."""
    files: Any = server.Files(avatar=Tree(root, 10, at_once))
    line = StringTransport()
    files.makeConnection(line)
    files.dataReceived(b"\x7f\xff\xff\xff\x06")
    for _ in range(20):
        files.dataReceived(b"x" * 65536)
    assert line.disconnecting
    assert len(files.buf) < 500_000


def test_what_is_sent_to_nobody_is_not_kept() -> None:
    """Data for a session in which nothing was asked for."""
    session = server._Session()
    session.dataReceived(b"x" * 1000)
    assert session.buf == b""


def test_scp_carries_a_file_in_and_one_out(client: Client, root: Path) -> None:
    """It ends with 0, as it must for the scripts that call it."""
    (client.folder / "x.xml").write_bytes(b"<x/>")
    for source, target in (("x.xml", "anna@127.0.0.1:OutBox/y.xml"), ("anna@127.0.0.1:OutBox/y.xml", "back.xml")):
        done = client.scp(source, target)
        assert (done.returncode, done.stderr) == (0, "")
    assert (client.folder / "back.xml").read_bytes() == (root / OUT_BOX / "y.xml").read_bytes() == b"<x/>"


@pytest.mark.parametrize("inwards", [True, False])
def test_scp_by_its_old_protocol_is_told_what_to_do(client: Client, root: Path, *, inwards: bool) -> None:
    """``scp -O``: both languages on standard error, an exit code that is not 0, no file anywhere."""
    (client.folder / "x.xml").write_bytes(b"<x/>" * 100_000)
    (root / IN_BOX / "y.xml").write_bytes(b"<y/>")
    there = "anna@127.0.0.1:"
    done = client.scp("x.xml", f"{there}OutBox/x.xml", "-O") if inwards else client.scp(f"{there}InBox/y.xml", "back.xml", "-O")
    assert done.returncode != 0
    for words in ("请用 sftp，或去掉 scp 的 -O", "use sftp, or scp without -O"):
        assert words in done.stderr
    assert not (client.folder / "back.xml").exists()
    assert list((root / OUT_BOX).iterdir()) == []


def test_a_folder_cannot_be_made_in_a_box(client: Client, root: Path) -> None:
    """Files in it would lie there for ever; the client is told so."""
    done = client.sftp("mkdir OutBox/today")
    assert done.returncode != 0
    assert list((root / OUT_BOX).iterdir()) == []


def test_a_name_in_gbk_keeps_its_bytes(client: Client, root: Path) -> None:
    """As a client on Chinese Windows sends it, listed and fetched under the same bytes."""
    (client.folder / "x").write_bytes(b"x")
    name = os.fsdecode("展会清单.xml".encode("gbk"))
    tree = Tree(root, 10, at_once)
    file = tree.openFile(b"/OutBox/" + os.fsencode(name), 0x1A, {})
    file.close()
    assert [os.fsencode(path.name) for path in (root / OUT_BOX).iterdir()] == [os.fsencode(name)]
    assert [name for name, _, _ in tree.openDirectory(b"/OutBox")] == ["展会清单.xml".encode("gbk")]


def test_a_file_is_not_taken_while_it_is_written(tmp_path: Path) -> None:
    """Nor under the name that it is given meanwhile; when it is closed, it is."""
    written: Counter[Inode] = Counter()
    folders = Folders(make_tenant().tenant, tmp_path, written)
    tree = Tree(tmp_path, 1000, at_once, written)
    file = tree.openFile(b"/OutBox/a.xml", 0x1A, {})
    again = tree.openFile(b"/OutBox/a.xml", 0x02, {})
    file.writeChunk(0, b"<no")
    tree.renameFile(b"/OutBox/a.xml", b"/OutBox/b.xml")
    assert folders.poll() == 0
    file.close()
    assert folders.poll() == 0
    again.close()
    assert folders.poll() == 1
    assert not written


def test_a_file_whose_sender_was_cut_off_is_not_taken(tmp_path: Path) -> None:
    """Half a message is no message: it is set aside under another name, beside one that lies there already."""
    written: Counter[Inode] = Counter()
    folders = Folders(make_tenant().tenant, tmp_path, written)
    (tmp_path / OUT_BOX / "a.xml.Temp").write_bytes(b"older")
    files: Any = server.Files(avatar=Tree(tmp_path, 1000, at_once, written))
    file = files.client.openFile(b"/OutBox/a.xml", 0x1A, {})
    file.writeChunk(0, b"<hal")
    files.openFiles = {b"1": file}
    files.connectionLost(ConnectionDone())
    assert folders.poll() == 0
    assert sorted(path.name for path in (tmp_path / OUT_BOX).iterdir()) == ["a.xml.Temp", "a.xml.Temp1"]
    assert (tmp_path / OUT_BOX / "a.xml.Temp").read_bytes() == b"older"
    assert not written
