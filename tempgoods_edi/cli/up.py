"""``tempgoods-edi up``: starts simulated customs, gateway, portal and card control in one folder, for a first try."""

from __future__ import annotations

import contextlib
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Struct, structs

from h2018.server_options import PortOption
from tempgoods_edi.cli.card_readers import KeyOption, PcscOption
from tempgoods_edi.cli.pulse import Part
from tempgoods_edi.cli.supervising import Stopped, Supervisor, tail
from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.options import Argument, Command, Option
from tempgoods_edi.options.numbers import PORT as ANY_PORT
from tempgoods_edi.values import Bilingual

#: Ports of the three parts that listen, when nothing is said.
PORT, PORTAL_PORT, AGENT_PORT = 8018, 8020, 61232
_HOST = "127.0.0.1"
_DATABASE = "portal.sqlite3"
#: Taken by the one that runs.
_LOCK = "up.lock"
#: What the card control is told of readers connected to this computer.
_PCSC: dict[bool | None, tuple[str, ...]] = {None: (), True: ("--pcsc",), False: ("--no-pcsc",)}

_TAKEN = Bilingual(
    "端口 {port} 已被占用；用 {option} 换一个，0 为任意空闲端口",
    "port {port} is taken; {option} names another one, 0 any that is free",
)
_RUNNING = Bilingual(
    "{folder} 中已有一个 up 在运行；请先停止它，或换一个文件夹",
    "an up is running in {folder} already; stop it first, or name another folder",
)
_INSTEAD = Bilingual("端口 {port} 已被占用，改用 {other}", "port {port} is taken; using {other} instead")
_PORTAL, _CONSOLE = Bilingual("申报网站", "portal"), Bilingual("关员工作台", "officers' desk")
_CUSTOMS, _AGENT = Bilingual("模拟海关", "simulated customs"), Bilingual("卡控件", "card control")
_CARDS = Bilingual("演示卡（已插入读卡器）", "demonstration cards, in their readers")
_FOLDER = Bilingual(
    "数据都在 {folder}（数据库、卡、日志）；按 Ctrl-C 停止，再次启动时接着上次继续",
    "everything is kept in {folder} (databases, cards, logs); Ctrl-C stops it, the next start goes on from there",
)
_SEEDING = Bilingual("正在后台填入演示数据……", "filling in demonstration records meanwhile …")
_STOPPING = Bilingual("正在停止……（再按一次 Ctrl-C 立即结束）", "stopping … (Ctrl-C again ends it at once)")
_NAMES = {
    "h2018": Bilingual("模拟海关", "simulated customs"),
    "gateway": Bilingual("报文网关", "the gateway"),
    "web": Bilingual("申报网站", "the portal"),
    "card-agent": Bilingual("卡控件", "the card control"),
    "seed": Bilingual("演示数据", "demonstration records"),
}


class Ports(Struct, frozen=True):
    """The ports on which the parts listen."""

    customs: int
    portal: int
    agent: int

    @property
    def customs_url(self) -> str:
        """The URL of simulated customs."""
        return f"http://{_HOST}:{self.customs}"

    @property
    def portal_url(self) -> str:
        """The URL of the portal."""
        return f"http://{_HOST}:{self.portal}"

    @property
    def agent_url(self) -> str:
        """The URL of the card control."""
        return f"http://{_HOST}:{self.agent}"


def _up(
    folder: Annotated[Path, Argument("DIR", help="Where everything is kept.")] = Path("tempgoods-demo"),
    port: PortOption = None,
    portal_port: Annotated[
        int | None,
        Option("--portal-port", limits=ANY_PORT, help=f"The portal's port ({PORTAL_PORT}); 0 for any."),
    ] = None,
    agent_port: Annotated[
        int | None,
        Option("--agent-port", limits=ANY_PORT, help=f"The card control's ({AGENT_PORT}); 0 for any."),
    ] = None,
    pcsc: PcscOption = None,
    key: KeyOption = None,
    records: Annotated[
        bool, Option("--records", off="--no-records", help="Fill in demonstration records on the first start.")
    ] = True,
) -> None:
    """Start all there is: portal, card control with demonstration cards, simulated customs. 启动演示环境。

    Ctrl-C stops everything in order; nothing is lost by it.
    """
    import fcntl

    from h2018 import demo
    from tempgoods_edi.cli.demo import cards

    folder.mkdir(parents=True, exist_ok=True)
    # Held until we end, however that is.
    lock = (folder / _LOCK).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CommandError(_RUNNING.format(folder=folder)) from None
    first = not (folder / _DATABASE).exists()
    demo.prepare(folder)
    cards.prepare_cards(folder)
    ports = Ports(
        _port(port, PORT, "--port", needed=True),
        _port(portal_port, PORTAL_PORT, "--portal-port"),
        _port(agent_port, AGENT_PORT, "--agent-port"),
    )
    parts = tuple(_parts(folder, ports, (*_PCSC[pcsc], *(() if key is None else ("--key", key)))))
    supervisor = Supervisor(parts, _say)
    supervisor.listen_to_signals()
    try:
        supervisor.start()
        for line in tail(parts[0].log, 100).splitlines():
            print(line)
        _welcome(folder, ports)
        command, curl = demo.command(Path(sys.executable), Path.cwd()), shutil.which("curl") is not None
        for text in _both(demo.guide(folder, ports.customs_url, command, curl=curl)):
            print("\n" + text)
        sys.stdout.flush()
        if records:
            if first:
                _say(_SEEDING)
            supervisor.once(_seeding(folder, ports))
        supervisor.watch()
    except Stopped:
        pass
    finally:
        _say(_STOPPING)
        supervisor.stop()


def _parts(folder: Path, ports: Ports, readers: tuple[str, ...]) -> Iterator[Part]:
    """The parts in the order they start in; they end in the reverse order.

    :param readers: what the card control is told of readers and the cards in them.
    """
    from h2018 import demo
    from h2018.config import DEMO_START
    from tempgoods_edi.cli.demo.cards import PLATFORM_KEY, READERS
    from tempgoods_edi.cli.gateway import RUNNING

    password = folder / demo.PASSWORD_FILE
    portal = ("--database", str(folder / _DATABASE), "--follow-clock")
    key = ("--platform-key", str(folder / PLATFORM_KEY), "--platform-password-file", str(password))
    here = [f"http://{name}:{ports.portal}" for name in (_HOST, "localhost")]
    yield _part(
        folder, "h2018", f"{ports.customs_url}/healthz",
        "simulate", "--port", str(ports.customs), "--database", str(folder / "h2018.sqlite3"),
        "--registry", str(demo.registry_file()), "--trust", str(folder / demo.CA),
        "--clock", DEMO_START.isoformat(), "--exchange", str(folder / "exchange"),
    )  # fmt: skip
    yield _part(
        folder, "card-agent", f"{ports.agent_url}/healthz",
        "card-agent", "--cards", str(folder / READERS), "--port", str(ports.agent),
        *(word for origin in here for word in ("--origin", origin)), *readers,
    )  # fmt: skip
    yield _part(
        folder, "web", f"{ports.portal_url}/healthz",
        "web", *portal, *key, "--trust", str(folder / demo.CA), "--port", str(ports.portal),
        "--host-name", f"localhost:{ports.portal}", "--agent", ports.agent_url,
        "--console", f"{ports.customs_url}/console/",
    )  # fmt: skip
    beat = folder / "logs" / "gateway.alive"
    gateway = _part(
        folder, "gateway", None,
        "gateway", *portal, *key, "--to", ports.customs_url, "--first-wait", "1", "--timeout", "10", "--alive", str(beat),
    )  # fmt: skip
    # It asks customs for their time first of all.
    yield structs.replace(gateway, ready=RUNNING, beat=beat, wave=1)


def _seeding(folder: Path, ports: Ports) -> Part:
    command = (sys.executable, "-m", "tempgoods_edi.cli.demo", str(folder), ports.customs_url)
    return Part(name=_NAMES["seed"], command=command, log=folder / "logs" / "seed.log")


def _part(folder: Path, name: str, health: str | None, *arguments: str) -> Part:
    command = (sys.executable, "-m", "tempgoods_edi.cli", *arguments)
    return Part(name=_NAMES[name], command=command, log=folder / "logs" / f"{name}.log", health=health)


def _port(chosen: int | None, usual: int, option: str, *, needed: bool = False) -> int:
    """A port that is free: the *chosen* one, else the *usual* one, else any.

    :param needed: the usual one is in what people were told to type.
    :raises CommandError: the one that is wanted is taken.
    """
    wanted = usual if chosen is None else chosen
    free = _free(wanted)
    if free is not None:
        return free
    if needed or chosen is not None:
        raise CommandError(_TAKEN.format(port=wanted, option=option))
    other = _free(0)
    assert other is not None  # noqa: S101 - a machine without a free port starts nothing
    _say(_INSTEAD.format(port=wanted, other=other))
    return other


def _free(port: int) -> int | None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((_HOST, port))
        except OSError:
            return None
        return int(tried.getsockname()[1])


def _welcome(folder: Path, ports: Ports) -> None:
    from tempgoods_edi.cli.demo.cards import CARDS

    addresses = (
        (_PORTAL, ports.portal_url), (_CONSOLE, f"{ports.customs_url}/console/"), (_CUSTOMS, ports.customs_url),
        (_AGENT, ports.agent_url),
    )  # fmt: skip
    print()
    for text, url in addresses:
        print(f"{url:34}{text.zh}  {text.en}")
    print(f"\n{_CARDS.zh}  {_CARDS.en}")
    for card in CARDS:
        holder = card.holder
        print(f"  {holder.operator_name}  {holder.enterprise_name} {holder.enterprise_code}  密码 PIN {card.pin}")
    print()
    _say(_FOLDER.format(folder=folder))


def _both(text: Bilingual) -> tuple[str, str]:
    return text.zh, text.en


def _say(text: Bilingual) -> None:
    # Whoever read us may be gone; the parts go on all the same, and must be stopped in order.
    with contextlib.suppress(BrokenPipeError):
        for line in _both(text):
            print(line, flush=True)


COMMAND = Command(_up)
