"""The wiring: a configuration becomes a running server.  Only here (and in `__main__`) the reactor is imported.

>>> from h2018.config import Config
>>> from twisted.internet.task import Clock
>>> service = make_service(Config(seed=1), Clock())
>>> service.store.receipts()
()
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import msgspec
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IReactorTime
from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    globalLogBeginner,
    textFileLogObserver,
)

from h2018.clock import BusinessClock
from h2018.config import Config
from h2018.registry import Registry
from h2018.registry_csv import from_csv
from h2018.service import Service
from h2018.transports import http
from h2018.transports.folders import Folders
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.values import Bilingual

if TYPE_CHECKING:
    from twisted.web.server import Site

#: Begins the line that says where the server listens.
LISTENING = "h2018 "

_STARTED = Bilingual("模拟海关已启动；业务时间 {time}；按 Ctrl-C 停止", "simulated customs is up; business time {time}; Ctrl-C stops it")
_FOLDERS = Bilingual("交换文件夹：{path}", "exchange folders: {path}")
_UNCHECKED = Bilingual("注意：没有信任的CA，不核对证书由谁签发", "note: no trusted CA, who issued a certificate is not checked")
_NOT_CUSTOMS = Bilingual("这是模拟器，不是海关，回执没有法律效力", "this is a simulator, not customs; its receipts mean nothing")


class StartError(TempgoodsError):
    """The server could not be started: the address is taken, or a file it needs cannot be used."""


def make_service(config: Config, time: IReactorTime) -> Service:
    """The simulated customs that *config* describes, without any way in.

    :param time: where time comes from: the reactor, or a `task.Clock`.
    :raises TempgoodsError: a CA, revocation list or registry file cannot be used.
    :raises OSError: one cannot be read.
    """
    starts_at = config.starts_at or datetime.now(CHINA_TIME)
    trust = None
    if config.trust:
        trust = Trust([path.read_bytes() for path in config.trust], crls=[path.read_bytes() for path in config.crls])
    registry = Registry() if config.registry is None else from_csv(config.registry)
    return Service(config, BusinessClock(time, starts_at), registry, trust=trust)


def make_site(config: Config, reactor: IReactorTime) -> Site:
    """The HTTP server of a new simulated customs, not yet listening."""
    return http.site(make_service(config, reactor), reactor)


def serve(
    config: Config, guide: Callable[[str], Bilingual] | None = None, say: Callable[[str], None] | None = None
) -> None:
    """Run until interrupted (Ctrl-C, SIGTERM).

    :param guide: a last text for people, given the server's URL.
    :param say: where lines for people go; standard output when left out.
    :raises StartError: the address cannot be listened on.
    """
    from twisted.internet import reactor as installed

    reactor: Any = installed  # a module that stands for whichever reactor was installed
    say = _print if say is None else say
    _log_warnings()
    service = make_service(config, reactor)
    try:
        port = reactor.listenTCP(config.port, http.site(service, reactor), interface=config.host)
    except CannotListenError as error:
        taken = Bilingual("不能监听 {host}:{port}：{why}", "cannot listen on {host}:{port}: {why}")
        raise StartError(taken.format(host=config.host, port=config.port, why=error.socketError)) from error
    if config.exchange is not None:
        folders = Folders(service, config.exchange)
        reactor.callWhenRunning(folders.start, reactor, config.poll_seconds)
    url = f"http://{config.host}:{port.getHost().port}"
    for line in _opening(config, service, url):
        say(line)
    if guide is not None:
        for text in _both(guide(url)):
            say("\n" + text)
    reactor.run()


def up(folder: Path, port: int | None = None) -> None:
    """The demonstration: keys and a first declaration in *folder*, business time from 10 January 2027, Ctrl-C to stop."""
    from h2018 import demo

    config = demo.prepare(folder)
    if port is not None:
        config = msgspec.structs.replace(config, port=port)
    serve(config, guide=lambda url: demo.guide(folder, url))


@contextmanager
def running(config: Config) -> Iterator[str]:
    """A server of its own, in a process of its own, for the time of a ``with``; gives its URL.

    :raises StartError: it did not start.
    """
    with NamedTemporaryFile(suffix=".json") as file:
        file.write(msgspec.json.encode(config, enc_hook=str))
        file.flush()
        command = [sys.executable, "-m", "h2018", "--config", file.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
            try:
                line = process.stdout.readline() if process.stdout is not None else ""
                if not line.startswith(LISTENING):
                    why = process.stderr.read() if process.stderr is not None else ""
                    raise StartError(Bilingual("模拟海关未能启动：{why}", "it did not start: {why}").format(why=why.strip()))
                yield line.split()[-1]
            finally:
                process.terminate()
                process.communicate()


def read_config(data: bytes) -> Config:
    """A configuration from its JSON form, the names as in `Config`; raises `StartError`."""
    try:
        return msgspec.json.decode(data, type=Config, dec_hook=lambda kind, value: kind(value))
    except (msgspec.MsgspecError, ValueError) as error:
        raise StartError(Bilingual("配置不可用：{why}", "unusable configuration: {why}").format(why=error)) from error


def _opening(config: Config, service: Service, url: str) -> Iterator[str]:
    yield f"{LISTENING}{url}"
    texts = [_STARTED.format(time=f"{service.clock.now():%Y-%m-%d %H:%M}"), _NOT_CUSTOMS]
    if config.exchange is not None:
        texts.append(_FOLDERS.format(path=config.exchange))
    if not config.trust:
        texts.append(_UNCHECKED)
    for text in texts:
        yield from _both(text)


def _both(text: Bilingual) -> tuple[str, str]:
    return text.zh, text.en


def _print(line: str) -> None:
    print(line, flush=True)


def _log_warnings() -> None:
    """Warnings and failures of the server go to standard error."""
    # Twisted types its predicates' container as a list of an interface that its own class is not declared to have.
    predicates: Any = [LogLevelFilterPredicate(LogLevel.warn)]
    observer = FilteringLogObserver(textFileLogObserver(sys.stderr), predicates)
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False, discardBuffer=True)
