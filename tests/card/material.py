"""What the tests of the card share: two enterprises' cards, a message, and a clock that is set by hand."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from msgspec import Struct
from starlette.types import ASGIApp
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tempgoods_edi.card import soft, wiring
from tempgoods_edi.card.agent import make_agent
from tempgoods_edi.card.cards import Pin, Readers
from tempgoods_edi.card.local_only import origins
from tempgoods_edi.card.slots import FolderReaders
from tempgoods_edi.demo_ca import Holder
from tempgoods_edi.desk import Checked, Policy, check
from tempgoods_edi.interchange import json_form
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing import SignaturePolicy, Trust, challenge, sign_object
from tempgoods_edi.signing.key_pairs import KeyPair

NOW = datetime(2026, 11, 22, 9, 12, 45, tzinfo=CHINA_TIME)
#: Some parts under test read the machine's own clock.
BEGIN, END = NOW - timedelta(days=300), NOW + timedelta(days=36_500)
OWNER = Holder("顾念慈", "浦江远帆会展服务有限公司", "310196K27B", "91310105MA1FX27K66", "2100000417732")
STRANGER = Holder("王琳", "华东会展发展有限公司", "310173A546", "91310118G8YNNRGF2C", "2100000310173")
PIN, PUK = "135790", "86420975"
SITE = "http://portal.example:8020"
FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures" / "valid"


class Issued(Struct, frozen=True):
    """A CA with one RSA and one P-256 certificate of the owner's, and one of another enterprise."""

    trust: Trust
    rsa: KeyPair
    ecdsa: KeyPair
    stranger: KeyPair

    def put(self, top: Path, reader: str = "one", kind: str = "rsa") -> Path:
        """A card in the reader called *reader*."""
        soft.make_soft_card(top / reader, getattr(self, kind), Pin(PIN), Pin(PUK))
        return top / reader


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


def package(name: str = "tmp101-minimal") -> str:
    """The package of a fixture, as text to sign."""
    sheet = json_form.read((FIXTURES / f"{name}.json").read_bytes(), {})
    assert sheet.package is not None
    return sheet.package


def login_text(nonce: str = "0123456789abcdef", origin: str = SITE, issued: datetime = NOW) -> str:
    """A login challenge."""
    return challenge.challenge_text(origin, nonce, issued)


class Given(Struct, frozen=True):
    """What came back, as the signer that the portal puts into the message."""

    algorithm: str
    key_name: str
    certificate_der: bytes
    value: bytes

    def sign(self, data: bytes) -> bytes:
        """The value that the card made."""
        assert data.startswith(b"<SignedInfo")
        return self.value


def judged(answer: list[str], text: str, object_id: str, trust: Trust) -> Checked:
    """What the desk says of the message with a signature that the agent answered."""
    value, serial, algorithm, certificate = answer
    signer = Given(algorithm, serial, b64decode(certificate), b64decode(value))
    data = sign_object(object_id, text.encode(), signer, SignaturePolicy())
    return check(data, Facts(today=date(2026, 11, 22)), Policy(now=NOW, trust=trust))


class Running(Struct, frozen=True):
    """An agent at work in a thread of its own."""

    port: int
    clock: Clock
    folder: Path

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def page(self, origin: str | None = SITE, **how: Any) -> Iterator[Page]:
        """A page of *origin* that has connected."""
        with connect(
            f"ws://127.0.0.1:{self.port}/", origin=None if origin is None else Origin(origin), max_size=None, **how
        ) as socket:
            yield Page(socket)


class Page:
    """One connection, and its requests."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._last = 0

    def raw(self, text: str | bytes) -> dict[str, Any]:
        """What is answered to *text*."""
        self.socket.send(text)
        found: dict[str, Any] = json.loads(self.socket.recv(timeout=20))
        return found

    def ask(self, method: str, **args: object) -> dict[str, Any]:
        """What is answered to a request."""
        self._last += 1
        return self.raw(json.dumps({"_method": method, "_id": self._last, "args": args}))

    def listed(self) -> dict[str, Any]:
        """Cards and readers, with the nonce for one signature."""
        found: dict[str, Any] = done(self.ask("tempgoods_ListCards"))[0]
        return found

    def sign(self, text: str, object_id: str = "M001", passwd: str = PIN, **other: object) -> dict[str, Any]:
        """What is answered when a message is to be signed."""
        return self.ask(
            "tempgoods_SignMessage",
            **{"objectId": object_id, "package": text, "passwd": passwd, "nonce": self.listed()["nonce"], **other},
        )

    def login(self, text: str, passwd: str = PIN, **other: object) -> dict[str, Any]:
        """What is answered when a login challenge is to be signed."""
        return self.ask("cus-sec_SpcSignDataAsPEM", inData=text, passwd=passwd, **other)


def done(answer: dict[str, Any]) -> list[Any]:
    """The data of an answer that says it was done."""
    assert (answer["_status"], answer["_args"]["Result"], answer["_args"]["Error"]) == ("00", True, [])
    data: list[Any] = answer["_args"]["Data"]
    return data


def trouble(answer: dict[str, Any]) -> tuple[str, int | None]:
    """Code and tries left of an answer that says it was not done, in both languages."""
    assert (answer["_args"]["Result"], answer["_args"]["Data"]) == (False, [])
    (error,) = answer["_args"]["Error"]
    assert answer["_status"] == error["code"]
    assert all(error[part][lang] and "{" not in error[part][lang] for part in ("text", "fix") for lang in ("zh", "en"))
    return error["code"], error["tries_left"]


@contextmanager
def running(
    folder: Path,
    *,
    readers: Readers | None = None,
    between: Callable[[], None] | None = None,
    confirm: bool = False,
    clock: Clock | None = None,
    sites: tuple[str, ...] = (SITE,),
) -> Iterator[Running]:
    """An agent that serves the cards in *folder*; chance is counted, not thrown."""
    allowed = origins(sites)
    bound = wiring.listen("127.0.0.1", 0)
    bound.listen()
    port = bound.getsockname()[1]
    clock = clock or Clock()
    counted = iter(range(1, 1000))
    app: ASGIApp = make_agent(
        readers or FolderReaders((folder,), between),
        allowed,
        port,
        clock,
        lambda count: next(counted).to_bytes(count),
        confirm=confirm,
        seconds=lambda: clock.now.timestamp(),  # noqa: PLW0108 - the test moves `now` to another value
    )
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_config=None, ws_max_size=8 << 20))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield Running(port, clock, folder)
    finally:
        server.should_exit = True
        thread.join()
        bound.close()
