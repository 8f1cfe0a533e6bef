"""Whole rounds from outside: OpenSSH's sftp on the exchange folders, curl with callbacks; a server with all its ways."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from msgspec import Struct

from h2018 import ways
from h2018.config import Config
from h2018.http import server
from h2018.http_api import callbacks, messages
from h2018.tenant.tenants import Customs
from h2018.transports.folders import FAIL_BOX, IN_BOX, SENT_BOX, TENANTS
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.second_opinion import SecondOpinion
from tests.h2018.push.material import Receiver, answering
from tests.h2018.reactor_thread import Served, on_reactor, reactor
from tests.h2018.sftp.material import Client, make_key
from tests.h2018.tenant import REGISTRY, START, fixture, signed, text_of, trust


def _now() -> datetime:
    return datetime.now(CHINA_TIME)


class Open(Struct, frozen=True):
    """A customs with all its ways open."""

    customs: Customs
    http: int
    sftp: int

    def pass_by(self, tenant: str = "default") -> None:
        """Ten minutes of business time."""
        on_reactor(self.customs.tenant(tenant).advance, 600)


@contextmanager
def opened(folder: Path, key: str, opinion: SecondOpinion | None = None) -> Iterator[Open]:
    """A customs in *folder*: users anna (default tenant) and bert (tenant b), both with *key*; a clock moved by hand.

    :param opinion: asked beside our engine.
    """
    users = folder / "users.toml"
    users.write_text(
        f"""[[user]]\nname = "anna"\nkeys = ['{key.strip()}']\n\n[[user]]\nname = "bert"\ntenant = "b"\nkeys = ['{key.strip()}']\n""",
        "utf-8",
    )
    config = Config(
        database=str(folder / "customs.sqlite3"),
        clock="manual",
        starts_at=START,
        registry=REGISTRY,
        exchange=folder / "exchange",
        poll_seconds=0.02,
    )
    customs: Customs = on_reactor(lambda: Customs(config, reactor, trust=trust(), opinion=opinion))
    on_reactor(lambda: "b" in customs.names() or customs.create("b"))
    sftp = ways.Sftp(users=users, data=folder / "data", port=0)
    open_ways = on_reactor(ways.open_ways, customs, reactor, _now, sftp)
    routes = (*messages.routes(customs, reactor), *callbacks.routes(open_ways.pushers.of))
    site = server.site(customs, routes, reactor)
    try:
        with Served(lambda: reactor.listenTCP(0, site, interface="127.0.0.1")) as port:
            yield Open(customs, port, open_ways.sftp_port)
    finally:
        on_reactor(open_ways.close)
        on_reactor(customs.close)


def client_of(folder: Path, port: int, user: str = "anna") -> Client:
    """OpenSSH that knows the server in *folder*."""
    from h2018.transports.sftp import server

    known = server.host_key(folder / "data").public().toString("OPENSSH").decode()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {known}\n", "utf-8")
    return Client(folder, port, user)


def until(found: Callable[[], list[str]]) -> list[str]:
    """What there is, once there is any."""
    end = time.monotonic() + 20
    names = found()
    while not names and time.monotonic() < end:
        names = found()
    return names


def named(client: Client, box: str, prefix: str) -> Callable[[], list[str]]:
    """The names in a box, as sftp lists them."""
    # The commands themselves are printed too.
    return lambda: [name for name in client.sftp(f"ls -1 {box}/{prefix}*").stdout.split() if prefix in name and "*" not in name]


@pytest.mark.needs("ssh")
@pytest.mark.parametrize(("user", "tenant"), [("anna", "default"), ("bert", "b")])
def test_openssh_alone_does_a_whole_round(tmp_path: Path, user: str, tenant: str) -> None:
    """Put, rename, find the technical answer, later the receipts; each tenant in folders of its own."""
    with opened(tmp_path, make_key(tmp_path)) as server:
        client = client_of(tmp_path, server.sftp, user)
        (tmp_path / "x.xml").write_bytes(signed(fixture("tmp101-minimal"), 1))
        sent = client.sftp("put x.xml OutBox/x.xml.Temp", "rename OutBox/x.xml.Temp OutBox/x.xml")
        assert sent.returncode == 0, sent.stderr
        (answer,) = until(named(client, IN_BOX, "Successed_x_"))
        assert until(named(client, SENT_BOX, "x_"))
        assert named(client, FAIL_BOX, "x_")() == []
        server.pass_by(tenant)
        receipts = sorted(until(named(client, IN_BOX, "Receipt_")))
        assert len(receipts) == 2
        got = client.sftp(f"get {answer} answer", f"get {receipts[0]} first", f"get {receipts[1]} second", f"rm {answer}")
        assert got.returncode == 0, got.stderr
        assert text_of((tmp_path / "answer").read_bytes(), "DealFlag") == "0"
        results = [text_of((tmp_path / name).read_bytes(), "manageResult") for name in ("first", "second")]
        assert results == ["Y", "1"]
        other = tmp_path / "exchange" / ("" if tenant == "b" else f"{TENANTS}/b") / IN_BOX
        assert list(other.iterdir()) == []


@pytest.mark.needs("ssh")
def test_a_restart_writes_the_receipts_that_are_missing(tmp_path: Path) -> None:
    """Business time passes while the folders are closed: the receipts are written at the next start, once."""
    key = make_key(tmp_path)
    with opened(tmp_path, key) as server:
        client = client_of(tmp_path, server.sftp)
        (tmp_path / "x.xml").write_bytes(signed(fixture("tmp101-minimal"), 1))
        client.sftp("put x.xml OutBox/x.xml.Temp", "rename OutBox/x.xml.Temp OutBox/x.xml")
        assert until(named(client, IN_BOX, "Successed_x_"))
    config = Config(database=str(tmp_path / "customs.sqlite3"), clock="manual", starts_at=START, registry=REGISTRY)
    customs: Customs = on_reactor(lambda: Customs(config, reactor, trust=trust()))
    on_reactor(customs.tenant().advance, 600)
    on_reactor(customs.close)
    for _ in range(2):
        with opened(tmp_path, key):
            assert len(list((tmp_path / "exchange" / IN_BOX).glob("Receipt_*"))) == 2


@pytest.mark.needs("curl")
def test_curl_alone_registers_a_callback_and_gets_its_receipts_pushed(tmp_path: Path) -> None:
    """PUT a callback, POST a message, two receipts arrive; their tries are listed; asked for again, one comes again."""

    def curl(*arguments: str) -> bytes:
        command = ["curl", "-sS", "--noproxy", "*", "--max-time", "20", *arguments]
        return subprocess.run(command, capture_output=True, check=True).stdout

    with (
        Receiver(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as receiver,
        opened(tmp_path, make_key(tmp_path)) as server,
    ):
        url = f"http://127.0.0.1:{server.http}/v1"
        json_body = ("-H", "Content-Type: application/json", "--data-binary")
        given = json.dumps({"url": receiver.url, "recipient": "DXPENT0000012345", "secret": "s"})
        shown = json.loads(curl("-X", "PUT", *json_body, given, f"{url}/callbacks/mine"))
        assert (shown["state"], shown["signed"], "secret" in shown) == ("open", True, False)
        (tmp_path / "x.xml").write_bytes(signed(fixture("tmp101-minimal"), 1))
        answer = curl("-H", "Content-Type: application/xml", "--data-binary", f"@{tmp_path / 'x.xml'}", f"{url}/messages")
        assert text_of(answer, "DealFlag") == "0"
        server.pass_by()
        pushed = [receiver.seen.get(timeout=10) or b"" for _ in range(2)]
        assert [text_of(each.partition(b"\r\n\r\n")[2], "manageResult") for each in pushed] == ["Y", "1"]
        end = time.monotonic() + 10
        tried: list[dict[str, object]] = []
        while len(tried) < 2 and time.monotonic() < end:
            tried = json.loads(curl(f"{url}/callbacks/mine/attempts"))
        assert [(each["receipt"], each["outcome"]) for each in tried] == [(2, "delivered"), (1, "delivered")]
        curl("-X", "POST", *json_body, '{"sequence": 1}', f"{url}/callbacks/mine/redeliver")
        again = receiver.seen.get(timeout=10) or b""
        assert again.partition(b"\r\n\r\n")[2] == pushed[0].partition(b"\r\n\r\n")[2]
        for path, body, code in (
            ("none/redeliver", '{"sequence": 1}', "404"), ("mine/redeliver", '{"sequence": 9}', "422"),
            ("mine/pause", "", "200"), ("mine/pause", "", "409"), ("mine/resume", "", "200"),
        ):  # fmt: skip
            status = curl("-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", *json_body, body, f"{url}/callbacks/{path}")
            assert status.decode() == code, path
        assert curl("-X", "DELETE", "-o", "/dev/null", "-w", "%{http_code}", f"{url}/callbacks/mine") == b"204"
        assert json.loads(curl(f"{url}/callbacks")) == []
