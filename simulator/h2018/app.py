"""The wiring: a configuration becomes a running server.  Only here (and in `__main__`) the reactor is imported.

>>> from h2018.config import Config
>>> from twisted.internet.task import Clock
>>> customs = make_customs(Config(seed=1), Clock())
>>> customs.names()
('default',)
>>> customs.close()
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
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

from h2018 import control
from h2018.config import Config
from h2018.console import routes as console
from h2018.faults import plan_file
from h2018.http import fault_middleware, server
from h2018.http.admission import admission, read_token
from h2018.http.outage_middleware import outage_middleware
from h2018.http_api import callbacks, messages
from h2018.push import request
from h2018.push.pushers import Pushers
from h2018.steering.live import ScenarioText
from h2018.tenant.tenants import Customs, Tenant
from h2018.watching import logs
from h2018.watching import routes as watching
from h2018.watching.watch import Watch
from h2018.ways import Sftp, TlsSettings, listen_http, open_ways
from tempgoods_edi import steady
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.texts import read_text
from tempgoods_edi.values import Bilingual, Finding

if TYPE_CHECKING:
    from twisted.web.server import Site

#: Objects that may be made before the collector looks at them; Python's 700 are a few messages.
_GARBAGE = 20_000
#: Begins the line that says where the server listens.
LISTENING = "h2018 "

_STARTED = Bilingual("模拟海关已启动；业务时间 {time}；按 Ctrl-C 停止", "simulated customs is up; business time {time}; Ctrl-C stops it")
_FOLDERS = Bilingual("交换文件夹：{path}", "exchange folders: {path}")
_SFTP = Bilingual("SFTP：{host}:{port}", "SFTP: {host}:{port}")
_UNCHECKED = Bilingual(
    "注意：没有信任的CA，签名报文一律无法判定，不予接收；请用 --trust 或 --any-signer",
    "note: no trusted CA, so every signed message is undecided and not taken; say --trust or --any-signer",
)
_ANY_SIGNER = Bilingual("注意：接受任何签名人，不核对证书由谁签发", "note: any signer is taken, who issued a certificate is not checked")
_NOT_CUSTOMS = Bilingual("这是模拟器，不是海关，回执没有法律效力", "this is a simulator, not customs; its receipts mean nothing")


class StartError(TempgoodsError):
    """The server could not be started: the address is taken, or a file it needs cannot be used."""


def make_customs(config: Config, time: IReactorTime) -> Customs:
    """The simulated customs that *config* describes, without any way in; `Customs.close` ends it.

    :param time: where time comes from: the reactor, or a `task.Clock`.
    :raises TempgoodsError: a CA, revocation list, registry, scenario file, fault plan or database cannot be used.
    :raises OSError: one cannot be read.
    """
    trust = None
    if config.signature_profile == "sm2-sm3":
        sm2.library()  # without it every SM2 message would be refused: better told at the start
    if config.trust:
        trust = Trust([path.read_bytes() for path in config.trust], crls=[path.read_bytes() for path in config.crls])
    elif config.any_signer:
        trust = Trust.of_anybody()
    if config.starts_at is None:
        config = msgspec.structs.replace(config, starts_at=datetime.now(CHINA_TIME))
    customs = Customs(config, time, trust=trust)
    try:
        _set_up(customs.tenant(), config)
    except BaseException:
        customs.close()
        raise
    return customs


def _set_up(tenant: Tenant, config: Config) -> None:
    """Put the scenarios and faults of the configuration in force; those that are so already go on as they are."""
    if config.scenarios is not None:
        written = ScenarioText(read_text(config.scenarios))
        if written != tenant.overrides.written:
            _objected(config.scenarios, tenant.overrides.set_scenarios(written))
    if config.faults is not None:
        found = plan_file.load(read_text(config.faults), config.faults.name)
        _objected(config.faults, found.findings)
        if found.plan != tenant.faults.get():
            tenant.faults.put(found.plan)


def _objected(path: Path, findings: tuple[Finding, ...]) -> None:
    if findings:
        zh, en = "；".join(each.text.zh for each in findings), "; ".join(each.text.en for each in findings)
        raise StartError(Bilingual(f"{path} 不能启用：{zh}", f"{path} cannot be used: {en}"))


def make_site(customs: Customs, reactor: IReactorTime, pushers: Pushers | None = None) -> Site:
    """The HTTP server of *customs*, not yet listening.

    :param pushers: push receipts to callbacks; None makes them.
    :raises TempgoodsError, OSError: the file of the token cannot be used.
    """
    if pushers is None:
        pushers = Pushers(customs, reactor, _now)
        pushers.start()
    watch = Watch(customs, time.monotonic, time.time, log=customs.config.log == "json", channels=pushers.of)
    routes = (
        *messages.routes(customs, reactor),
        *callbacks.routes(pushers.of),
        *control.routes(customs),
        *console.routes(customs, os.urandom(32)),
        *watching.routes(customs, watch),
    )
    # From outside to inside: everything is counted; outages and limits come before faults.
    middleware = (watch.middleware, outage_middleware, fault_middleware.fault_middleware(lambda tenant: tenant.faults, reactor))
    config = customs.config
    token = None if config.token_file is None else read_token(config.token_file.read_bytes(), config.token_file)
    return server.site(customs, routes, reactor, middleware, admission(config.host, config.hosts, token), (request.RECEIPT,))


def serve(
    config: Config, guide: Callable[[str], Bilingual] | None = None, say: Callable[[str], None] | None = None
) -> None:
    """Run the server that *config* describes until it is interrupted (Ctrl-C, SIGTERM).

    :param guide: a last text for people, given the server's URL.
    :param say: where lines for people go; standard output when left out.
    :raises StartError: the address cannot be listened on.
    """
    from twisted.internet import reactor as installed

    reactor: Any = installed  # a module that stands for whichever reactor was installed
    # Twisted's timers go by the wall clock, which somebody may put back: then nothing would be due for so long.
    reactor.seconds = steady.since_1970(time.time())

    def now() -> datetime:
        return datetime.fromtimestamp(reactor.seconds(), CHINA_TIME)

    say = _print if say is None else say
    _log(config)
    customs = make_customs(config, reactor)
    try:
        ways = open_ways(customs, reactor, now, _sftp(config))
        site = make_site(customs, reactor, ways.pushers)
        port = listen_http(reactor, site, config.host, config.port, _tls(config), now)
    except CannotListenError as error:
        customs.close()
        taken = Bilingual("不能监听 {host}:{port}：{why}", "cannot listen on {host}:{port}: {why}")
        raise StartError(taken.format(host=config.host, port=error.port, why=error.socketError)) from error
    except BaseException:
        customs.close()
        raise
    reactor.addSystemEventTrigger("before", "shutdown", ways.close)
    reactor.addSystemEventTrigger("after", "shutdown", customs.close)
    url = f"{'https' if config.tls else 'http'}://{config.host}:{port.getHost().port}"
    for line in _opening(config, customs, url, ways.sftp_port):
        say(line)
    if guide is not None:
        for text in _both(guide(url)):
            say("\n" + text)
    # What was loaded until now stays for ever: the collector need not look through it again and again.
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    reactor.run()


def _sftp(config: Config) -> Sftp | None:
    if config.sftp_users is None:
        return None
    return Sftp(users=config.sftp_users, data=config.keys, host=config.host, port=config.sftp_port)


def _tls(config: Config) -> TlsSettings | None:
    if not config.tls:
        return None
    return TlsSettings(data=config.keys, certificate=config.tls_certificate, client_ca=config.tls_client_ca)


def _now() -> datetime:
    return datetime.now(CHINA_TIME)


def up(folder: Path, port: int | None = None) -> None:
    """Run the demonstration: keys and a first declaration in *folder*, business time from 10 January 2027, Ctrl-C to stop."""
    from h2018 import demo

    config = demo.prepare(folder)
    if port is not None:
        config = msgspec.structs.replace(config, port=port)
    command, curl = demo.command(Path(sys.executable), Path.cwd()), shutil.which("curl") is not None
    serve(config, guide=lambda url: demo.guide(folder, url, command, curl=curl))


@contextmanager
def running(config: Config) -> Iterator[str]:
    """Run a server in a process of its own for the time of a ``with``, and give its URL.

    :raises StartError: it did not start.
    """
    # Not a pipe for standard error: one that nobody reads stops the server once it is full.
    with NamedTemporaryFile(suffix=".json") as file, TemporaryFile("w+", encoding="utf-8") as errors:
        file.write(msgspec.json.encode(config, enc_hook=str))
        file.flush()
        command = [sys.executable, "-m", "h2018", "--config", file.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8") as process:
            try:
                line = process.stdout.readline() if process.stdout is not None else ""
                if not line.startswith(LISTENING):
                    process.wait()
                    errors.seek(0)
                    why = errors.read()
                    raise StartError(Bilingual("模拟海关未能启动：{why}", "it did not start: {why}").format(why=why.strip()))
                yield line.split()[-1]
            finally:
                process.terminate()
                process.communicate()


def _opening(config: Config, customs: Customs, url: str, sftp_port: int | None) -> Iterator[str]:
    yield f"{LISTENING}{url}"
    texts = [_STARTED.format(time=f"{customs.tenant().clock.now():%Y-%m-%d %H:%M}"), _NOT_CUSTOMS]
    if config.exchange is not None:
        texts.append(_FOLDERS.format(path=config.exchange))
    if sftp_port is not None:
        texts.append(_SFTP.format(host=config.host, port=sftp_port))
    if not config.trust:
        texts.append(_ANY_SIGNER if config.any_signer else _UNCHECKED)
    for text in texts:
        yield from _both(text)


def _both(text: Bilingual) -> tuple[str, str]:
    return text.zh, text.en


def _print(line: str) -> None:
    print(line, flush=True)


def _log(config: Config) -> None:
    """The log goes to standard error: every step as lines of JSON, or warnings and failures for people."""
    if config.log == "json":
        observer = logs.json_lines(_log_line)
    else:
        # Twisted types its predicates' container as a list of an interface that its own class is not declared to have.
        predicates: Any = [LogLevelFilterPredicate(LogLevel.warn)]
        observer = FilteringLogObserver(textFileLogObserver(sys.stderr), predicates)
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False, discardBuffer=True)


def _log_line(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()
