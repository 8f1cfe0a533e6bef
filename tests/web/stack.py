"""The whole of it for browser tests: simulated customs, gateway, portal and card control, each a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import httpx
import msgspec
from msgspec import Struct

from h2018.config import DEMO_START, Config
from h2018.demo import registry_file
from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.soft import make_soft_card
from tempgoods_edi.declarant import platform
from tempgoods_edi.demo_ca import Holder, make_ca, make_certificate, make_key
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.key_pairs import KeyPair, to_pkcs12
from tempgoods_edi.signing.keys import FileSigner, from_pkcs12
from tempgoods_edi.signing.policy import RSA_SHA256

TOP = Path(__file__).resolve().parents[2]
BEGIN, END = datetime(2026, 1, 1, tzinfo=CHINA_TIME), datetime(2126, 1, 1, tzinfo=CHINA_TIME)
PIN, PUK = "246810", "13579246"

#: The people of the tests: two operators of one enterprise, one of another.
HOLDERS: Mapping[str, Holder] = {
    "wang": Holder("王琳", "华东会展发展有限公司", "310173A546", "91310118G8YNNRGF2C", "2100000310173"),
    "zhang": Holder("张敏", "华东会展发展有限公司", "310173A546", "91310118G8YNNRGF2C", "2100000310174"),
    "li": Holder("李文", "京华书业会展有限公司", "1101344024", "9111011317D3FFQM8P", "2100000110134"),
}
#: One whose CA nobody trusts, and one that tests may block.
STRANGER = Holder("外人", "无名公司", "4401000000", "914401062NA7M03C0Y", "2100000440100")
SPARE = Holder("陈备", "珠江文化演艺有限公司", "4401353966", "914401062NA7M03C0Y", "2100000440135")


class TestCard(Struct, frozen=True):
    """A card of the tests: its folder (a reader that it is in), and its key for log-ins without a browser."""

    __test__ = False

    name: str
    holder: Holder
    folder: Path
    pair: KeyPair

    @property
    def signer(self) -> FileSigner:
        """What signs as the card does."""
        return from_pkcs12(to_pkcs12(self.pair, PIN), PIN)


class Part(Struct):
    """One process of the stack.

    :ivar ready: how its line begins that says it is up.
    """

    command: list[str]
    ready: str
    process: subprocess.Popen[str] | None = None
    drain: threading.Thread | None = None

    def end(self, patience: float = 20.0) -> int:
        """Wait for its end, the hard way when it takes too long; the exit code."""
        process, self.process = self.process, None
        if process is None:
            return 0
        try:
            code = process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if self.drain is not None:
            self.drain.join()
        elif process.stdout is not None:
            process.stdout.close()
        return code


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def eventually(true: Callable[[], object], seconds: float = 20.0, otherwise: Callable[[], object] = lambda: "") -> None:
    """Wait until *true()* is; fail after so many seconds, with what *otherwise* says then."""
    pause = threading.Event()
    for _ in range(int(seconds * 10)):
        if true():
            return
        pause.wait(0.1)
    raise AssertionError(f"not so within {seconds} s: {otherwise() or true}")


class Stack:
    """All parts, started by `start`; each can be killed and started again, and keeps what it had.

    :ivar url: the portal's address.
    :ivar customs_url: simulated customs' address.
    :ivar agent_url: the card control's address.
    :ivar ca: the CA that portal and customs trust.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cards: dict[str, TestCard] = {}
        customs, portal, agent = free_port(), free_port(), free_port()
        self.url, self.customs_url, self.agent_url = (f"http://127.0.0.1:{each}" for each in (portal, customs, agent))
        self.readers = folder / "readers"
        self.readers.mkdir()
        self._make_cards()
        ours = [sys.executable, "-m", "tempgoods_edi.cli"]
        common = ["--database", str(folder / "portal.sqlite3"), "--follow-clock"]
        key = ["--platform-key", str(folder / "platform.p12"), "--platform-password-file", str(folder / "password.txt")]
        trust = ["--trust", str(folder / "ca.pem"), "--profile", "sm2-sm3"]
        desk, often = ["--console", f"{self.customs_url}/console/"], ["--logins", "100000"]
        self.parts: dict[str, Part] = {
            "customs": Part([sys.executable, "-m", "h2018", "--config", str(self._customs_config(customs))], "h2018 "),
            "agent": Part(
                [
                    *ours,
                    "card-agent",
                    "--cards",
                    str(self.readers),
                    "--no-pcsc",
                    "--origin",
                    self.url,
                    "--port",
                    str(agent),
                    "--lang",
                    "en",
                ],
                "card control",
            ),
            "web": Part(
                [*ours, "web", "--port", str(portal), "--agent", self.agent_url, *desk, *common, *trust, *key, *often],
                "portal ",
            ),
            "gateway": Part([*ours, "gateway", "--to", self.customs_url, *common, *key], "gateway "),
        }

    def start(self, name: str) -> None:
        """Start a part and wait until it says that it is up."""
        part = self.parts[name]
        log = (self.folder / f"{name}.log").open("a", encoding="utf-8")
        with log:
            part.process = subprocess.Popen(
                part.command, stdout=subprocess.PIPE, stderr=log, encoding="utf-8", cwd=TOP, env=_env()
            )
        out = part.process.stdout
        assert out is not None
        while not (line := out.readline()).startswith(part.ready):
            assert line, f"{name} did not start:\n{self.log(name)[-3000:]}"
        # Nobody may be stopped by a pipe that is full.
        part.drain = threading.Thread(target=_drained, args=(out,))
        part.drain.start()

    def kill(self, name: str) -> None:
        """End a part as a power cut does."""
        process = self.parts[name].process
        if process is not None:
            process.kill()
        self.parts[name].end()

    def stop(self, name: str) -> int:
        """End a part as Ctrl-C does; its exit code."""
        process = self.parts[name].process
        if process is not None:
            process.terminate()
        return self.parts[name].end()

    def restart(self, name: str) -> None:
        """Kill a part and start it again."""
        self.kill(name)
        self.start(name)

    def close(self) -> None:
        """End all."""
        for part in self.parts.values():
            if part.process is not None:
                part.process.terminate()
        for part in self.parts.values():
            part.end()

    def log(self, name: str) -> str:
        """What a part has written to standard error."""
        return (self.folder / f"{name}.log").read_text("utf-8")

    def logged_in(self, card: str = "wang") -> httpx.Client:
        """A client of the portal, logged in by *card* without a browser.  Its CSRF header is set; close it."""
        client = httpx.Client(base_url=self.url, headers={"Accept": "application/json"})
        try:
            self._log_in(client, card)
        except BaseException:
            client.close()
            raise
        return client

    def _log_in(self, client: httpx.Client, card: str) -> None:
        client.headers["X-CSRF"] = csrf_of(client.get("/login").text)
        given = client.post("/login/challenge").raise_for_status().json()
        own = self.cards[card].signer
        parts = {"signature": own.sign(given["challenge"].encode()), "certificate": own.certificate_der}
        signed = {name: b64encode(value).decode() for name, value in parts.items()}
        client.post("/login", data={"id": given["id"], "algorithm": RSA_SHA256, **signed}).raise_for_status()
        client.headers["X-CSRF"] = csrf_of(client.get("/help").text)

    def new_card(
        self,
        name: str,
        holder: Holder,
        *,
        trusted: bool = True,
        until: datetime = END,
        kind: Literal["rsa", "ecdsa"] = "rsa",
    ) -> TestCard:
        """One more card, in a reader of its own.

        :param until: when its certificate ends.
        """
        ca = self.ca if trusted else self._other_ca
        pair = make_certificate(
            ca, holder, serial=0x20180100 + len(self.cards), not_before=BEGIN, not_after=until, key=make_key(kind)
        )
        made = TestCard(name, holder, self.readers / name, pair)
        make_soft_card(made.folder, pair, Pin(PIN), Pin(PUK))
        self.cards[name] = made
        return made

    def _make_cards(self) -> None:
        self.ca = make_ca("Test CA", serial=0x20180001, not_before=BEGIN, not_after=END)
        self._other_ca = make_ca("Other CA", serial=0x20180002, not_before=BEGIN, not_after=END)
        for name, holder in HOLDERS.items():
            self.new_card(name, holder)
        (self.folder / "ca.pem").write_bytes(self.ca.certificate_pem)
        (self.folder / "password.txt").write_text(PIN, "utf-8")
        issued = platform.issue(self.ca, serial=0x20180099)
        (self.folder / "platform.p12").write_bytes(to_pkcs12(issued, PIN))

    def _customs_config(self, port: int) -> Path:
        config = Config(
            database=str(self.folder / "customs.sqlite3"),
            port=port,
            starts_at=DEMO_START,
            trust=(self.folder / "ca.pem",),
            registry=registry_file(),
            signature_profile="sm2-sm3",
            store_seconds=0.1,
            review_seconds=0.1,
        )
        path = self.folder / "customs.json"
        path.write_bytes(msgspec.json.encode(config, enc_hook=str))
        return path


def _drained(out: IO[str]) -> None:
    with out:
        for _ in out:
            pass


def csrf_of(page: str) -> str:
    """The form token in a page."""
    _, found, rest = page.partition('<meta name="csrf" content="')
    assert found, page[:500]
    return rest.partition('"')[0]


def _env() -> dict[str, str]:
    path = os.pathsep.join((str(TOP), str(TOP / "simulator"), os.environ.get("PYTHONPATH", "")))
    return {**os.environ, "PYTHONPATH": path, "TEMPGOODS_LANG": "en"}


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """All the parts, running, with what they keep in *folder*."""
    made = Stack(folder)
    try:
        for name in made.parts:
            made.start(name)
        yield made
    finally:
        made.close()
