"""Folders and SFTP that go wrong: nothing is lost, nothing half is read, nobody unknown is talked to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempgoods_edi.customs_channel.failures import ChannelError, Failing
from tempgoods_edi.declarant.gateway.transports.boxes import DONE, IN_BOX, OUT_BOX
from tempgoods_edi.declarant.gateway.transports.folders import Folders
from tempgoods_edi.declarant.gateway.transports.sftp import Credentials, Server, Sftp, SftpSettings, read_server
from tests.declarant.gateway.channels import PATIENCE, by_sftp, free_port, make_key


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Exchange folders that nobody looks into."""
    for box in (OUT_BOX, IN_BOX):
        (tmp_path / box).mkdir()
    return tmp_path


def test_folders_that_are_not_there_are_unreachable(tmp_path: Path) -> None:
    """Both ways."""
    folders = Folders(tmp_path / "none")
    with pytest.raises(ChannelError) as out:
        folders.hand_over("M1", b"<x/>")
    with pytest.raises(ChannelError) as back:
        folders.receipts(0)
    assert out.value.kind is back.value.kind is Failing.UNREACHABLE


def test_a_message_appears_whole(root: Path) -> None:
    """Under its last name only; what a killed run left half is written over."""
    (root / OUT_BOX / "M1.xml.Temp").write_bytes(b"<ha")
    Folders(root).hand_over("M1", b"<x/>")
    assert {path.name: path.read_bytes() for path in (root / OUT_BOX).iterdir()} == {"M1.xml": b"<x/>"}


def test_what_is_still_written_is_not_read(root: Path) -> None:
    """Only whole files count, and no links, no folders."""
    (root / IN_BOX / "Receipt_1_20270110090000000.tmp").write_bytes(b"<ha")
    (root / IN_BOX / "Receipt_2.xml").mkdir()
    (root / IN_BOX / "Receipt_3.xml").symlink_to("/etc/hostname")
    (root / IN_BOX / "Receipt_4_20270110090000000.xml").write_bytes(b"<x/>")
    assert [each.data for each in Folders(root).receipts(0).arrivals] == [b"<x/>"]


def test_what_is_done_is_kept_even_under_one_name(root: Path) -> None:
    """Two files that had the same name one after the other are both in Done."""
    folders = Folders(root)
    for data in (b"<a/>", b"<b/>"):
        (root / IN_BOX / "Receipt_1_20270110090000000.xml").write_bytes(data)
        (arrival,) = folders.receipts(0).arrivals
        folders.settle(arrival)
    assert {path.read_bytes() for path in (root / DONE).iterdir()} == {b"<a/>", b"<b/>"}
    assert list((root / IN_BOX).iterdir()) == []


def test_receipts_come_by_their_moments(root: Path) -> None:
    """Not by their names."""
    for name in (
        "Receipt_a_20270110090000002.xml",
        "Receipt_b_20270110090000001.xml",
        "Successed_z_20270110080000000.xml",
    ):
        (root / IN_BOX / name).write_bytes(name.encode())
    assert [each.data[:11] for each in Folders(root).receipts(0).arrivals] == [
        b"Successed_z",
        b"Receipt_b_2",
        b"Receipt_a_2",
    ]


def test_a_server_with_an_unknown_or_changed_key_is_not_talked_to(tmp_path: Path) -> None:
    """Not in known_hosts, or another key there: refused in words, and no password is sent."""
    with by_sftp(tmp_path) as channel:
        right = channel.transport
        assert isinstance(right, Sftp)
        assert right.receipts(0).arrivals == ()
        server = read_server(right.where)
        name = f"[127.0.0.1]:{server.port}"
        for known in ("", f"{name} {make_key(tmp_path / 'other')}\n", f"other.example {make_key(tmp_path / 'more')}\n"):
            (tmp_path / "hosts").write_text(known, "utf-8")
            with pytest.raises(ChannelError) as raised:
                Sftp(server, Credentials(password="secret"), tmp_path / "hosts").receipts(0)
            assert raised.value.kind is Failing.REFUSED_US
            assert "主机密钥" in raised.value.text.zh
            assert (tmp_path / "hosts").read_text("utf-8") == known


def test_sftp_takes_a_password_or_a_key_and_refuses_wrong_ones(tmp_path: Path) -> None:
    """The right ones let in; the wrong ones are told as such, never shown."""
    with by_sftp(tmp_path) as channel:
        server, known = read_server(channel.transport.where), tmp_path / "known_hosts"
        by_password = Sftp(server, Credentials(password="secret"), known)
        assert by_password.receipts(0).arrivals == ()
        by_password.close()
        make_key(tmp_path / "stranger")
        for wrong in (Credentials(password="not it"), Credentials(key=tmp_path / "stranger")):
            with pytest.raises(ChannelError) as raised:
                Sftp(server, wrong, known).receipts(0)
            assert raised.value.kind is Failing.REFUSED_US
            assert "not it" not in raised.value.text.en + repr(wrong)


def test_sftp_comes_back_after_the_server_was_away(tmp_path: Path) -> None:
    """A session that broke is replaced by a new one."""
    with by_sftp(tmp_path) as channel:
        channel.transport.receipts(0)
        transport = channel.transport
    with pytest.raises(ChannelError) as raised:
        transport.hand_over("M1", b"<x/>")
    assert raised.value.kind is Failing.UNREACHABLE


def test_what_cannot_be_used_for_sftp_is_told_at_the_start(tmp_path: Path) -> None:
    """No credentials, no such key, a wrong passphrase, no host keys, no address."""
    make_key(tmp_path / "locked", b"passphrase")
    (tmp_path / "hosts").write_text("", "utf-8")
    server = Server("anna", "127.0.0.1", free_port())
    Sftp(server, Credentials(key=tmp_path / "locked", password="passphrase"), tmp_path / "hosts", seconds=PATIENCE)
    for credentials, hosts in (
        (Credentials(), "hosts"), (Credentials(key=tmp_path / "none"), "hosts"),
        (Credentials(key=tmp_path / "locked", password="wrong"), "hosts"), (Credentials(key=tmp_path / "locked"), "hosts"),
        (Credentials(password="x"), "none"),
    ):  # fmt: skip
        with pytest.raises(SftpSettings):
            Sftp(server, credentials, tmp_path / hosts)
    for text in ("customs.example", "anna@", "@host", "anna@host:port"):
        with pytest.raises(SftpSettings):
            read_server(text)
