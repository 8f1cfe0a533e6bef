"""The four exchange folders: names as the family's, bad files set aside, the others undisturbed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2018.config import Config
from h2018.transports.folders import FAIL_BOX, IN_BOX, OUT_BOX, SENT_BOX, TENANTS, Folders
from h2018.transports.folders import Exchange as AllFolders
from tempgoods_edi.envelope.archive import pack
from tests.h2018.tenant import Tenant, changed, fixture, make_tenant, signed, text_of


class Exchange:
    """A customs with its exchange folder."""

    def __init__(self, root: Path, config: Config | None = None) -> None:
        self.tenant: Tenant = make_tenant(config)
        self.root = root
        self.folders = Folders(self.tenant.tenant, root)

    def put(self, name: str, data: bytes) -> None:
        """Write as a client does: under another name, then renamed."""
        temporary = self.root / OUT_BOX / f"{name}.Temp"
        temporary.write_bytes(data)
        temporary.rename(self.root / OUT_BOX / name)

    def names(self, box: str) -> list[str]:
        """What lies in a box."""
        return sorted(path.name for path in (self.root / box).iterdir())


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    """A fresh exchange."""
    return Exchange(tmp_path)


def test_a_round_through_the_folders(exchange: Exchange) -> None:
    """Sent, answered, stored, approved: each file where it belongs, under the family's names."""
    data = signed(fixture("tmp101-minimal"), 1)
    exchange.put("展会 1.xml", data)
    assert exchange.folders.poll() == 1
    assert exchange.names(OUT_BOX) == []
    assert exchange.names(SENT_BOX) == ["展会 1_20261122093000000.xml"]
    assert (exchange.root / SENT_BOX / "展会 1_20261122093000000.xml").read_bytes() == data
    assert exchange.names(IN_BOX) == ["Successed_展会 1_20261122093000000.xml"]
    exchange.tenant.settle()
    receipts = [name for name in exchange.names(IN_BOX) if name.startswith("Receipt_")]
    assert [re.sub(r"^Receipt_\w{57}_", "", name) for name in receipts] == ["20261122093001000.xml", "20261122093003000.xml"]
    results = [text_of((exchange.root / IN_BOX / name).read_bytes(), "manageResult") for name in receipts]
    assert results == ["Y", "1"]
    assert exchange.names(FAIL_BOX) == []


def test_only_finished_files_are_picked_up(exchange: Exchange, tmp_path: Path) -> None:
    """Not ``.Temp``, not other suffixes, not folders, not links."""
    box = exchange.root / OUT_BOX
    (box / "a.xml.Temp").write_bytes(b"half")
    (box / "a.txt").write_bytes(b"text")
    (box / "folder.xml").mkdir()
    outside = tmp_path / "secret"
    outside.write_bytes(b"<secret/>")
    (box / "link.xml").symlink_to(outside)
    assert exchange.folders.poll() == 0
    assert exchange.names(OUT_BOX) == ["a.txt", "a.xml.Temp", "folder.xml", "link.xml"]


def test_what_cannot_be_read_goes_to_fail_box_and_the_others_go_on(exchange: Exchange) -> None:
    """Not XML, no ZIP, empty: set aside with a technical answer; a good file after them is sent."""
    for name, data in (("1.xml", b"<no"), ("2.zip", b"PK\x03\x04"), ("3.xml", b"")):
        exchange.put(name, data)
    exchange.put("4.zip", pack("4", signed(fixture("tmp101-minimal"), 1), {}))
    assert exchange.folders.poll() == 4
    assert [name.split("_")[0] for name in exchange.names(FAIL_BOX)] == ["1", "2", "3"]
    assert [name.split("_")[0] for name in exchange.names(SENT_BOX)] == ["4"]
    assert [name.rsplit("_", 1)[0] for name in exchange.names(IN_BOX)] == ["Failed_1", "Failed_2", "Failed_3", "Successed_4"]


def test_what_customs_refuses_was_sent(exchange: Exchange) -> None:
    """A refusal by the platform is an answer, not a local failure: SentBox, and Failed_ in InBox."""
    exchange.put("a.xml", signed(changed(fixture("tmp101-minimal"), {"Head/HallNm": ""}), 1))
    exchange.folders.poll()
    assert len(exchange.names(SENT_BOX)) == 1
    assert exchange.names(IN_BOX)[0].startswith("Failed_a_")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Beyond the configured size: FailBox, with the reason in InBox."""
    exchange = Exchange(tmp_path, Config(max_body=1000))
    exchange.put("big.xml", b"x" * 1001)
    exchange.folders.poll()
    assert len(exchange.names(FAIL_BOX)) == 1
    answer = (exchange.root / IN_BOX / exchange.names(IN_BOX)[0]).read_bytes()
    assert "[TG-XML-005]" in text_of(answer, "CheckInfo")


def test_a_fault_of_ours_does_not_stop_the_exchange(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is set aside; the next poll works."""
    with monkeypatch.context() as patched:
        patched.setattr(exchange.tenant.tenant, "take", lambda *_: 1 / 0)
        exchange.put("a.xml", b"<a/>")
        assert exchange.folders.poll() == 1
    exchange.put("b.xml", signed(fixture("tmp101-minimal"), 1))
    assert exchange.folders.poll() == 1
    assert len(exchange.names(FAIL_BOX)) == len(exchange.names(SENT_BOX)) == 1


def test_receipts_go_only_to_the_way_their_message_came(exchange: Exchange) -> None:
    """What was posted over HTTP leaves nothing in the folder."""
    exchange.tenant.settled(signed(fixture("tmp101-minimal"), 1))
    assert exchange.names(IN_BOX) == []


def test_the_same_name_twice_in_a_moment_overwrites_nothing(exchange: Exchange) -> None:
    """Further digits, as the live files have."""
    for _ in range(3):
        exchange.put("a.xml", b"<no")
        exchange.folders.poll()
    assert len(exchange.names(FAIL_BOX)) == len(exchange.names(IN_BOX)) == 3


@given(st.text("名a.-_ é\u202e'\"$", min_size=1, max_size=80).filter(lambda name: name.strip(". ")))
def test_any_file_name_is_dealt_with(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Long, odd, foreign: the file leaves OutBox and an answer comes."""
    exchange = Exchange(tmp_path_factory.mktemp("exchange"))
    exchange.put(f"{name}.xml", b"<no")
    assert exchange.folders.poll() == 1
    assert exchange.names(OUT_BOX) == []
    assert len(exchange.names(FAIL_BOX)) == len(exchange.names(IN_BOX)) == 1


def test_polling_looks_at_once_and_then_every_interval(exchange: Exchange) -> None:
    """By the clock it was given; stopping stops it."""
    exchange.put("1.xml", b"<no")
    exchange.folders.start(exchange.tenant.time, 5)
    assert len(exchange.names(FAIL_BOX)) == 1
    exchange.put("2.xml", b"<no")
    exchange.tenant.time.advance(4.9)
    assert len(exchange.names(FAIL_BOX)) == 1
    exchange.tenant.time.advance(0.1)
    assert len(exchange.names(FAIL_BOX)) == 2
    exchange.folders.stop()
    assert exchange.tenant.time.getDelayedCalls() == []


def test_each_tenant_has_folders_of_its_own(tmp_path: Path) -> None:
    """Also one that is made later; what lies in one folder goes to one tenant; a dropped tenant's is left alone."""
    tenant = make_tenant()
    everyone = AllFolders(tenant.customs, tmp_path)
    tenant.customs.create("b")
    assert everyone.poll() == 0
    box = tmp_path / TENANTS / "b" / OUT_BOX
    assert everyone.root_of("b") / OUT_BOX == box
    (box / "a.xml").write_bytes(signed(fixture("tmp101-minimal"), 1))
    assert everyone.poll() == 1
    tenant.customs.tenant("b").advance(600)
    assert len(list((tmp_path / TENANTS / "b" / IN_BOX).glob("Receipt_*"))) == 2
    assert list((tmp_path / IN_BOX).iterdir()) == []
    assert tenant.tenant.store.journal() == ()
    tenant.customs.drop("b")
    (box / "b.xml").write_bytes(b"<no")
    assert everyone.poll() == 0


def test_receipts_that_were_made_while_nobody_looked_are_written_once(exchange: Exchange) -> None:
    """A second look at the same folder, as after a restart: what is missing is written, what is there is not doubled."""
    exchange.put("a.xml", signed(fixture("tmp101-minimal"), 1))
    exchange.folders.poll()
    exchange.tenant.settle()
    receipts = sorted(name for name in exchange.names(IN_BOX) if name.startswith("Receipt_"))
    (exchange.root / IN_BOX / receipts[1]).unlink()
    exchange.tenant.tenant.store.set_mark(exchange.folders.source, 0)
    Folders(exchange.tenant.tenant, exchange.root)
    assert sorted(name for name in exchange.names(IN_BOX) if name.startswith("Receipt_")) == receipts


@pytest.mark.parametrize("times", [1, 40])
def test_a_name_in_gbk_loses_no_byte_on_the_way(exchange: Exchange, times: int) -> None:
    """What comes back bears the name that the sender gave, in the sender's bytes, cut only between characters."""
    stem = ("展会" * times).encode("gbk")
    exchange.put(os.fsdecode(stem + b".xml"), b"<no")
    assert exchange.folders.poll() == 1
    kept = stem[:160]
    for box, prefix in ((IN_BOX, b"Failed_"), (FAIL_BOX, b"")):
        (path,) = (exchange.root / box).iterdir()
        assert os.fsencode(path.name).startswith(prefix + kept + b"_2026")
