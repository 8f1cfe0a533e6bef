"""``tempgoods-edi web``: serves the declarant's portal."""

from __future__ import annotations

import logging
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

from tempgoods_edi.cli.check import Profile, ProfileOption
from tempgoods_edi.cli.terminal import CommandError, LanguageOption, complain, language
from tempgoods_edi.cli.trusting import CrlOption, TrustOption, believed
from tempgoods_edi.options import Command, Option
from tempgoods_edi.options.numbers import PORT, count
from tempgoods_edi.texts import read_text
from tempgoods_edi.values import Bilingual

#: Where the portal remembers when nothing is said; the gateway uses the same.
DATABASE = "portal.sqlite3"

_UNTRUSTED = Bilingual(
    "注意：没有用 --trust 指定受信任的 CA，任何卡都不能登录", "note: no CA is trusted (--trust), so no card can log in"
)

_NO_ORIGIN = Bilingual(
    "监听所有地址时，须用 --origin 指定浏览器访问的网址",
    "listening on every address needs --origin: how browsers reach the portal",
)


def _web(
    database: Annotated[
        str, Option("--database", metavar="URL", help=f"SQLite file ({DATABASE}) or postgresql:// URL.")
    ] = DATABASE,
    trust: TrustOption = None,
    crl: CrlOption = None,
    profile: ProfileOption = None,
    host: Annotated[str, Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Option("--port", limits=PORT, help="Port; 0 for any free one.")] = 8020,
    origin: Annotated[
        str | None,
        Option("--origin", metavar="URL", help="How browsers reach it, such as https://portal.example."),
    ] = None,
    hosts: Annotated[list[str] | None, Option("--host-name", help="A further name it may be reached by.")] = None,
    agent: Annotated[
        str, Option("--agent", metavar="URL", help="The card agent on the declarant's computer.")
    ] = "http://127.0.0.1:61232",
    console: Annotated[str | None, Option("--console", metavar="URL", help="Officers' desk to link.")] = None,
    platform_key: Annotated[
        Path | None, Option("--platform-key", metavar="P12", help="Key that signs questions to customs.")
    ] = None,
    platform_password_file: Annotated[
        Path | None, Option("--platform-password-file", metavar="FILE", help="Its password.")
    ] = None,
    follow_clock: Annotated[
        bool, Option("--follow-clock", help="Business time as the gateway learnt it from simulated customs.")
    ] = False,
    logins: Annotated[
        int | None,
        Option(
            "--logins",
            limits=count(100_000),
            help="Log-ins in five minutes from one address (30) and by one card (20).",
        ),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Serve the declarant's portal; Ctrl-C stops it. 启动申报人网站。"""
    from tempgoods_edi.web.shell.context import PortalSettings
    from tempgoods_edi.web.wiring import serve

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("alembic", "uvicorn.error"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    if origin is None and host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not listened on
        raise CommandError(_NO_ORIGIN)
    said = believed(trust, crl)  # never anybody: who is logged in declares
    if not said.trust:
        complain(_UNTRUSTED, language(lang))
    settings = PortalSettings(
        database=database,
        trust=said.trust,
        crls=said.crls,
        profile=(profile or Profile.STANDARD).value,
        host=host,
        port=port,
        origin=origin,
        hosts=tuple(hosts or ()),
        agent=agent.rstrip("/"),
        console=console,
        platform_key=platform_key,
        platform_password=read_text(platform_password_file).strip() if platform_password_file else "",
        customs_clock=follow_clock,
    )
    if logins is not None:
        from msgspec import structs

        settings = structs.replace(settings, logins_by_address=logins, logins_by_card=logins)
    # uvicorn ends what is under way and then sends itself the signal again: an ordered end, no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(settings, partial(print, flush=True))


COMMAND = Command(_web)
