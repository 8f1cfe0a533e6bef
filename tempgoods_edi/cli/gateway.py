"""``tempgoods-edi gateway``: sends declared messages to customs and fetches receipts, until stopped."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Annotated, Any

from tempgoods_edi import steady
from tempgoods_edi.cli.bell import Bell
from tempgoods_edi.cli.terminal import CommandError, LanguageOption, complain, language, tell
from tempgoods_edi.cli.tls_options import TlsOptions
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.options import Command, Option
from tempgoods_edi.options.numbers import DAY, count, seconds
from tempgoods_edi.texts import read_text
from tempgoods_edi.values import Bilingual, Lang

if TYPE_CHECKING:
    from tempgoods_edi.declarant.gateway.gateway import Gateway
    from tempgoods_edi.declarant.gateway.transports import Transport
    from tempgoods_edi.declarant.query_messages import Enquirer

#: Begins the line that says where the gateway hands over.
RUNNING = "gateway "

_ONE_WAY = Bilingual(
    "请用 --to、--folders、--sftp 之一指定海关通道", "name one way to customs: --to, --folders or --sftp"
)
_NO_CLOCK = Bilingual("--follow-clock 需要 --to 或 --clock-of", "--follow-clock needs --to or --clock-of")
_UP = Bilingual("报文网关已启动；按 Ctrl-C 停止", "the gateway is up; Ctrl-C stops it")
_NO_KEY = Bilingual(
    "没有 --platform-key：不补要回执", "no --platform-key: receipts that do not come are not asked for again"
)
_TURN_FAILED = Bilingual(
    "网关出错，{seconds} 秒后重试：{error}", "the gateway met an error, and goes on in {seconds} seconds: {error}"
)
#: After an error of our own side, such as a database that is not there.
_REST_SECONDS = 2.0
#: What is under way when a signal says to stop is given so long, and letting go of connections as long again.
GRACE_SECONDS = 5.0


def _gateway(
    database: Annotated[str, Option("--database", metavar="URL", help="The portal's database: file or URL.")],
    tls: TlsOptions,
    to: Annotated[str | None, Option("--to", metavar="URL", help="Customs by HTTP.")] = None,
    folders: Annotated[Path | None, Option("--folders", metavar="DIR", help="Customs by exchange folders.")] = None,
    sftp: Annotated[
        str | None,
        Option("--sftp", metavar="USER@HOST[:PORT]", help="Customs by SFTP; with --key or --password-file."),
    ] = None,
    key: Annotated[Path | None, Option("--key", help="SFTP: private key.")] = None,
    password_file: Annotated[Path | None, Option("--password-file", help="SFTP: file with the password.")] = None,
    known_hosts: Annotated[
        Path | None, Option("--known-hosts", help="SFTP: file with the server's key (~/.ssh/known_hosts).")
    ] = None,
    platform_key: Annotated[
        Path | None, Option("--platform-key", metavar="P12", help="Signs requests for receipts.")
    ] = None,
    platform_password_file: Annotated[
        Path | None, Option("--platform-password-file", help="File with that key's password.")
    ] = None,
    follow_clock: Annotated[
        bool, Option("--follow-clock", help="Business time is that of the simulated customs.")
    ] = False,
    clock_of: Annotated[
        str | None, Option("--clock-of", metavar="URL", help="Whose clock, when it is not --to.")
    ] = None,
    tries: Annotated[int, Option("--tries", limits=count(1000), help="Tries until 发往海关失败.")] = 12,
    first_wait: Annotated[
        float, Option("--first-wait", limits=seconds(0.01, 3600), help="Seconds to the second try; then doubled.")
    ] = 2,
    silence: Annotated[
        float,
        Option("--silence", limits=seconds(1, 30 * DAY), help="Seconds without receipt until it is asked for again."),
    ] = 600,
    timeout: Annotated[
        float,
        Option(
            "--timeout",
            limits=seconds(0.1, 3600),
            help="Seconds customs may be silent; a whole exchange: 4 times that.",
        ),
    ] = 30,
    alive: Annotated[
        Path | None, Option("--alive", metavar="FILE", help="File that is written anew while all is well.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Carry declarations to customs and receipts back, until stopped. 运行报文网关。"""
    from tempgoods_edi.declarant.gateway.backoff import Backoff
    from tempgoods_edi.declarant.gateway.customs_clock import CustomsClock
    from tempgoods_edi.declarant.gateway.gateway import Gateway
    from tempgoods_edi.declarant.gateway.missing_receipts import Patience
    from tempgoods_edi.declarant.gateway.stored_outbox import StoredOutbox
    from tempgoods_edi.declarant.store.database import Store

    say = language(lang)
    if follow_clock and to is None and clock_of is None:
        raise CommandError(_NO_CLOCK)
    transport = _transport(to, folders, sftp, (key, password_file, known_hosts), timeout, tls)
    enquirer = None if platform_key is None else _enquirer(platform_key, platform_password_file)
    clock = CustomsClock(clock_of or to or "", tls=tls.settings()) if follow_clock else None
    store = Store.open(database)
    life = _Life(alive)
    try:
        gateway = Gateway(
            StoredOutbox(store),
            transport,
            SystemRandom(),
            backoff=Backoff(first=first_wait, tries=tries),
            patience=Patience(first=silence, every=min(30.0, silence)),
            enquirer=enquirer,
            clock=clock,
            enough=life.enough,
        )
        tell(f"{RUNNING}{transport.where}", say)
        tell(_UP, say)
        if enquirer is None:
            tell(_NO_KEY, say)
        sys.stdout.flush()
        _run(gateway, life, say)
    finally:
        transport.close()
        store.close()


class _Enough(BaseException):
    """What is under way takes too long after a signal to stop."""


class _Life:
    """Says that the gateway goes on, and when it is to end.

    :param beat: file that is written anew between two exchanges; None writes none.
    """

    def __init__(self, beat: Path | None) -> None:
        self._beat, self.stop = beat, Bell()

    def listen(self) -> None:
        """SIGTERM and SIGINT end it: after the exchange that is under way, but not much later than that.

        A message whose exchange is broken off is handed over again, under the same name, by the next gateway.
        """
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._told)
        signal.signal(signal.SIGALRM, self._late)

    def enough(self) -> bool:
        """True once it is to end; a sign of life otherwise."""
        if self._beat is not None:
            # A disk that is full is told elsewhere; here it only means that nobody sees us.
            with suppress(OSError):
                self._beat.write_text(f"{steady.seconds():.3f}", "ascii")
        return self.stop.rung()

    def let_go(self) -> None:
        """From now on connections are let go of; one that hangs is left to itself."""
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))

    def _told(self, *_: object) -> None:
        self.stop.ring()
        signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)

    def _late(self, *_: object) -> None:
        self.let_go()
        signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)
        raise _Enough


def _run(gateway: Gateway, life: _Life, lang: Lang) -> None:
    """Turn after turn, until a signal says to stop."""
    life.listen()
    with suppress(_Enough):
        while not life.enough():
            seconds = _REST_SECONDS
            try:
                seconds = gateway.turn(datetime.now(CHINA_TIME))
            except Exception as error:  # noqa: BLE001 - an error of ours must not stop what the next turn can do
                _complain(error, lang)
            life.stop.wait(seconds)
    life.let_go()


def _complain(error: Exception, lang: Lang) -> None:
    if os.environ.get("TEMPGOODS_DEBUG") == "1":
        traceback.print_exception(error)
    from tempgoods_edi.databases import trouble

    what: Any = error.text if isinstance(error, TempgoodsError) else trouble(error)
    what = what or f"{type(error).__name__}: {error}"
    complain(_TURN_FAILED.format(seconds=f"{_REST_SECONDS:g}", error=what), lang)
    sys.stderr.flush()


def _transport(
    to: str | None,
    folders: Path | None,
    sftp: str | None,
    login: tuple[Path | None, Path | None, Path | None],
    timeout: float,
    tls: TlsOptions,
) -> Transport:
    if sum(way is not None for way in (to, folders, sftp)) != 1:
        raise CommandError(_ONE_WAY)
    if to is not None:
        from tempgoods_edi.customs_channel.http_wire import HttpWire
        from tempgoods_edi.declarant.gateway.transports.http import Http
        from tempgoods_edi.declarant.platform import SENDER_ID

        return Http(HttpWire(to, seconds=timeout, tls=tls.settings()).open(), SENDER_ID)
    if folders is not None:
        from tempgoods_edi.declarant.gateway.transports.folders import Folders

        return Folders(folders)
    from tempgoods_edi.declarant.gateway.transports.sftp import Credentials, Sftp, read_server

    key, password_file, known_hosts = login
    credentials = Credentials(key=key, password=_secret(password_file))
    return Sftp(
        read_server(sftp or ""), credentials, known_hosts or Path.home() / ".ssh" / "known_hosts", seconds=timeout
    )


def _enquirer(path: Path, password_file: Path | None) -> Enquirer:
    from tempgoods_edi.declarant import platform
    from tempgoods_edi.declarant.query_messages import Enquirer

    return Enquirer(platform.read_signer(path, _secret(password_file)), secrets.token_bytes)


def _secret(file: Path | None) -> str | None:
    return None if file is None else read_text(file).rstrip("\r\n")


COMMAND = Command(_gateway)
