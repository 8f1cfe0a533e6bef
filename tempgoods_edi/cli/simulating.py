"""``tempgoods-edi simulate``: start a simulated customs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import structs

from tempgoods_edi.cli.checking import ProfileOption
from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.cli.trusting import AnySignerOption, CrlOption, TrustOption, believed
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual

_NOT_A_TIME = Bilingual(
    "“{value}”不是时间，请写成 2027-01-10T09:00", "“{value}” is no time; write it as 2027-01-10T09:00"
)

#: Where `simulate` remembers when nothing is said.
_DATABASE = "h2018.sqlite3"

PortOption = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port (8018); 0 for any free one.")]


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("simulate")(_simulate)


def _simulate(
    port: PortOption = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (127.0.0.1).")] = None,
    host_names: Annotated[list[str] | None, typer.Option("--host-name", help="A further name it is reached by.")] = None,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="Token that control, console and callbacks need.")
    ] = None,
    exchange: Annotated[
        Path | None, typer.Option("--exchange", metavar="DIR", help="Root of OutBox, SentBox, InBox, FailBox.")
    ] = None,
    registry: Annotated[Path | None, typer.Option("--registry", metavar="CSV", help="Entries on file.")] = None,
    trust: TrustOption = None,
    crl: CrlOption = None,
    any_signer: AnySignerOption = False,
    allow_unsigned: Annotated[bool, typer.Option("--allow-unsigned", help="Take messages without signature.")] = False,
    profile: ProfileOption = None,
    clock: Annotated[
        str | None,
        typer.Option("--clock", metavar="TIME", help="Business time at the start, such as 2027-01-10T09:00."),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Same seed, messages and times: same bytes.")] = None,
    immediate: Annotated[bool, typer.Option("--immediate", help="Answer everything at once.")] = False,
    store_seconds: Annotated[float | None, typer.Option("--store-seconds", help="Until the receipt Y (1).")] = None,
    review_seconds: Annotated[
        float | None, typer.Option("--review-seconds", help="From Y to the receipt 1 or 3 (2).")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Settings in TOML or JSON; options win over it.")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="URL", help=f"SQLite file ({_DATABASE}) or postgresql:// URL."),
    ] = None,
    memory: Annotated[bool, typer.Option("--memory", help="Remember in memory only; all ends with the process.")] = False,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", metavar="TOML", help="Scenarios that decide before the rules do.")
    ] = None,
    faults: Annotated[Path | None, typer.Option("--faults", metavar="TOML", help="Faults that strike.")] = None,
    manual_clock: Annotated[
        bool, typer.Option("--manual-clock", help="Business time stands still until it is moved by /control/clock.")
    ] = False,
) -> None:
    """Start a simulated customs; Ctrl-C stops it. 启动模拟海关。"""
    from h2018 import app as customs
    from h2018.config import Config
    from h2018.config_file import read_config

    chosen: dict[str, Any] = {
        "host": host,
        "hosts": tuple(host_names or ()) or None,
        "token_file": token_file,
        "port": port,
        "exchange": exchange,
        "registry": registry,
        "allow_unsigned": allow_unsigned or None,
        "signature_profile": None if profile is None else profile.value,
        "starts_at": None if clock is None else _instant(clock),
        "seed": seed,
        "progression": "immediate" if immediate else None,
        "store_seconds": store_seconds,
        "review_seconds": review_seconds,
        "database": database,
        "scenarios": scenario,
        "faults": faults,
        "clock": "manual" if manual_clock else None,
    }
    settings = Config()
    if config is not None:
        settings = read_config(config)
    if not trust and not any_signer:
        trust, any_signer = list(settings.trust), settings.any_signer
    said = believed(trust, crl or settings.crls, any_signer)
    chosen |= {"trust": said.trust, "crls": said.crls, "any_signer": said.any_signer}
    settings = structs.replace(settings, **{name: value for name, value in chosen.items() if value is not None})
    if memory:
        settings = structs.replace(settings, database=None)
    elif settings.database is None:
        settings = structs.replace(settings, database=_DATABASE)
    customs.serve(settings)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(_NOT_A_TIME.format(value=text)) from None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=CHINA_TIME)
