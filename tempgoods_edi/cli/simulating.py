"""``tempgoods-edi simulate``: start a simulated customs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from msgspec import structs

from h2018.config import SECONDS, SEEDS, Config, instant
from tempgoods_edi.cli.checking import ProfileOption, SecondOpinionOption
from tempgoods_edi.cli.trusting import AnySignerOption, CrlOption, TrustOption, believed
from tempgoods_edi.options import Command, Option
from tempgoods_edi.options.numbers import PORT

#: Where `simulate` remembers when nothing is said.
_DATABASE = "h2018.sqlite3"

PortOption = Annotated[int | None, Option("--port", limits=PORT, help="Port (8018); 0 for any free one.")]


def _simulate(
    port: PortOption = None,
    host: Annotated[str | None, Option("--host", help="Address to listen on (127.0.0.1).")] = None,
    host_names: Annotated[list[str] | None, Option("--host-name", help="A further name it is reached by.")] = None,
    token_file: Annotated[
        Path | None, Option("--token-file", metavar="FILE", help="Token that control, console and callbacks need.")
    ] = None,
    exchange: Annotated[
        Path | None, Option("--exchange", metavar="DIR", help="Root of OutBox, SentBox, InBox, FailBox.")
    ] = None,
    registry: Annotated[Path | None, Option("--registry", metavar="CSV", help="Entries on file.")] = None,
    trust: TrustOption = None,
    crl: CrlOption = None,
    any_signer: AnySignerOption = False,
    allow_unsigned: Annotated[bool, Option("--allow-unsigned", help="Take messages without signature.")] = False,
    profile: ProfileOption = None,
    second_opinion: SecondOpinionOption = False,
    clock: Annotated[
        str | None,
        Option("--clock", metavar="TIME", help="Business time at the start, such as 2027-01-10T09:00."),
    ] = None,
    seed: Annotated[
        int | None, Option("--seed", limits=SEEDS, help="Same seed, messages and times: same bytes.")
    ] = None,
    immediate: Annotated[bool, Option("--immediate", help="Answer everything at once.")] = False,
    store_seconds: Annotated[
        float | None, Option("--store-seconds", limits=SECONDS, help="Until the receipt Y (1).")
    ] = None,
    review_seconds: Annotated[
        float | None, Option("--review-seconds", limits=SECONDS, help="From Y to the receipt 1 or 3 (2).")
    ] = None,
    config: Annotated[
        Path | None, Option("--config", metavar="FILE", help="Settings in TOML or JSON; options win over it.")
    ] = None,
    database: Annotated[
        str | None,
        Option("--database", metavar="URL", help=f"SQLite file ({_DATABASE}) or postgresql:// URL."),
    ] = None,
    memory: Annotated[bool, Option("--memory", help="Remember in memory only; all ends with the process.")] = False,
    scenario: Annotated[
        Path | None, Option("--scenario", metavar="TOML", help="Scenarios that decide before the rules do.")
    ] = None,
    faults: Annotated[Path | None, Option("--faults", metavar="TOML", help="Faults that strike.")] = None,
    manual_clock: Annotated[
        bool, Option("--manual-clock", help="Business time stands still until it is moved by /control/clock.")
    ] = False,
) -> None:
    """Start a simulated customs; Ctrl-C stops it. 启动模拟海关。"""
    from h2018 import app as customs
    from h2018.setup_files.config_file import read_config

    chosen: dict[str, Any] = {
        "host": host,
        "hosts": tuple(host_names or ()) or None,
        "token_file": token_file,
        "port": port,
        "exchange": exchange,
        "registry": registry,
        "allow_unsigned": allow_unsigned or None,
        "signature_profile": None if profile is None else profile.value,
        "second_opinion": second_opinion or None,
        "starts_at": None if clock is None else instant(clock),
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


COMMAND = Command(_simulate)
