"""The command-line options that start a server, shared by ``python -m h2018`` and `tempgoods-edi simulate`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct
from msgspec.structs import replace

from h2018.config import SECONDS, SEEDS, Config, instant
from tempgoods_edi.options import Option
from tempgoods_edi.options.numbers import PORT

PortOption = Annotated[int | None, Option("--port", limits=PORT, help="Port (8018); 0 for any free one.")]


class Log(StrEnum):
    """The form of the log on standard error: text for people, or JSON."""

    TEXT = "text"
    JSON = "json"


class ServerOptions(Struct, frozen=True, kw_only=True):
    """The options of a server; an option that is not given stays as in the configuration file, or at its default."""

    config: Annotated[
        Path | None, Option("--config", metavar="FILE", help="Settings in TOML or JSON, see h2018.config.Config; options win.")
    ] = None
    host: Annotated[str | None, Option("--host", help="Address to listen on (127.0.0.1).")] = None
    port: PortOption = None
    host_names: Annotated[
        list[str] | None, Option("--host-name", metavar="NAME", help="A further name it is reached by. Repeatable.")
    ] = None
    token_file: Annotated[
        Path | None, Option("--token-file", metavar="FILE", help="Token that control, console and callbacks need.")
    ] = None
    exchange: Annotated[
        Path | None, Option("--exchange", metavar="DIR", help="Root of OutBox, SentBox, InBox, FailBox.")
    ] = None
    database: Annotated[str | None, Option("--database", metavar="URL", help="SQLite file or postgresql:// URL.")] = None
    registry: Annotated[
        Path | None, Option("--registry", metavar="CSV", help="Entries on file, such as 报关单登记.csv.")
    ] = None
    scenario: Annotated[
        Path | None, Option("--scenario", metavar="TOML", help="Scenarios that decide before the rules do.")
    ] = None
    faults: Annotated[Path | None, Option("--faults", metavar="TOML", help="Faults that strike.")] = None
    allow_unsigned: Annotated[bool, Option("--allow-unsigned", help="Take messages without signature.")] = False
    second_opinion: Annotated[
        bool, Option("--second-opinion", help="Ask xmlschema, signxml and xmlsec too; undecided where they differ. 第二意见")
    ] = False
    seed: Annotated[
        int | None, Option("--seed", limits=SEEDS, help="Same seed, same messages, same times: same bytes (2018).")
    ] = None
    clock: Annotated[
        str | None, Option("--clock", metavar="TIME", help="Business time at the start, such as 2027-01-10T09:00 (China).")
    ] = None
    manual_clock: Annotated[
        bool, Option("--manual-clock", help="Business time stands still until it is moved by /control/clock.")
    ] = False
    immediate: Annotated[bool, Option("--immediate", help="Answer everything at once.")] = False
    store_seconds: Annotated[
        float | None, Option("--store-seconds", limits=SECONDS, help="Until the receipt Y (1).")
    ] = None
    review_seconds: Annotated[
        float | None, Option("--review-seconds", limits=SECONDS, help="From Y to the receipt 1 or 3 (2).")
    ] = None
    log: Annotated[
        Log | None, Option("--log", help="Standard error: warnings (text), or every step as JSON lines.")
    ] = None

    def settings(self) -> Config:
        """The configuration that the options and the file make together.

        :raises BadConfig: the configuration file cannot be used.
        """
        from h2018.setup_files.config_file import read_config  # not before there is a file

        base = Config() if self.config is None else read_config(self.config)
        said: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "hosts": tuple(self.host_names or ()) or None,
            "token_file": self.token_file,
            "exchange": self.exchange,
            "database": self.database,
            "registry": self.registry,
            "scenarios": self.scenario,
            "faults": self.faults,
            "allow_unsigned": self.allow_unsigned or None,
            "second_opinion": self.second_opinion or None,
            "seed": self.seed,
            "starts_at": None if self.clock is None else instant(self.clock),
            "clock": "manual" if self.manual_clock else None,
            "progression": "immediate" if self.immediate else None,
            "store_seconds": self.store_seconds,
            "review_seconds": self.review_seconds,
            "log": None if self.log is None else self.log.value,
        }
        return replace(base, **{name: value for name, value in said.items() if value is not None})
