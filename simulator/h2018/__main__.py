"""``python -m h2018``: start one simulated customs.  `tempgoods-edi simulate` and `up` do the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from msgspec.structs import replace

from h2018.config import SECONDS, SEEDS, Config, instant
from h2018.setup_files.config_file import read_config
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.options import Command, Misuse, Option, Wants, read, spoken
from tempgoods_edi.options.numbers import PORT

_BAD_START, _STOPPED = 2, 0
_PROGRAM = "python -m h2018"


class Log(StrEnum):
    """What standard error is for."""

    TEXT = "text"
    JSON = "json"


def main(arguments: Sequence[str]) -> int:
    """Serve until interrupted.

    :returns: the exit code: 0 after an interruption, 2 when it could not start.
    """
    language = spoken(os.environ)
    try:
        asked = read(COMMAND, arguments, _PROGRAM)
        if asked.wants is Wants.HELP:
            from tempgoods_edi.options.helping import help_of

            print(help_of(_PROGRAM, COMMAND, language))
        else:
            COMMAND.function(**asked.values)
    except Misuse as error:
        print(error.text.in_(language), file=sys.stderr)
        return _BAD_START
    except (TempgoodsError, OSError) as error:
        print(f"h2018: {error}", file=sys.stderr)
        return _BAD_START
    return _STOPPED


def _serve(
    config: Annotated[
        Path | None, Option("--config", help="JSON or TOML file, names as in h2018.config.Config; options win.")
    ] = None,
    database: Annotated[
        str | None, Option("--database", metavar="URL", help="SQLite file or postgresql:// URL; else in memory.")
    ] = None,
    scenarios: Annotated[Path | None, Option("--scenario", metavar="TOML", help="Scenarios in force.")] = None,
    faults: Annotated[Path | None, Option("--faults", metavar="TOML", help="Faults in force.")] = None,
    manual_clock: Annotated[bool, Option("--manual-clock", help="Time passes only when told to.")] = False,
    demo: Annotated[
        Path | None, Option("--demo", metavar="DIR", help="Demonstration with keys in DIR; sample registry.")
    ] = None,
    host: Annotated[str | None, Option("--host", help="Address to listen on (127.0.0.1).")] = None,
    host_names: Annotated[
        list[str] | None, Option("--host-name", metavar="NAME", help="A further name of it. Repeatable.")
    ] = None,
    token_file: Annotated[
        Path | None, Option("--token-file", metavar="FILE", help="Token that control, console and callbacks need.")
    ] = None,
    port: Annotated[int | None, Option("--port", limits=PORT, help="Port to listen on (8018); 0 for any.")] = None,
    exchange: Annotated[
        Path | None, Option("--exchange", metavar="DIR", help="Root of OutBox, SentBox, InBox, FailBox.")
    ] = None,
    seed: Annotated[
        int | None, Option("--seed", limits=SEEDS, help="Same seed, same messages, same times: same bytes (2018).")
    ] = None,
    clock: Annotated[
        str | None,
        Option("--clock", metavar="TIME", help="Business time at the start, such as 2027-01-10T09:00 (China)."),
    ] = None,
    immediate: Annotated[bool, Option("--immediate", help="Answer everything at once.")] = False,
    store_seconds: Annotated[
        float | None, Option("--store-seconds", limits=SECONDS, help="Until the receipt Y (1).")
    ] = None,
    review_seconds: Annotated[
        float | None, Option("--review-seconds", limits=SECONDS, help="From Y to the receipt 1 or 3 (2).")
    ] = None,
    trust: Annotated[
        list[Path] | None, Option("--trust", metavar="PEM", help="CA of declarants' certificates. Repeatable.")
    ] = None,
    any_signer: Annotated[bool, Option("--any-signer", help="Without --trust: take whoever signed.")] = False,
    registry: Annotated[
        Path | None, Option("--registry", metavar="CSV", help="Entries on file, such as 报关单登记.csv.")
    ] = None,
    allow_unsigned: Annotated[bool, Option("--allow-unsigned", help="Take messages without signature.")] = False,
    second_opinion: Annotated[
        bool, Option("--second-opinion", help="Ask xmlschema, signxml and xmlsec too; undecided where they differ.")
    ] = False,
    log: Annotated[
        Log | None, Option("--log", help="Standard error: warnings (text), or every step as JSON lines.")
    ] = None,
) -> None:
    """Start one simulated customs; Ctrl-C stops it. 启动模拟海关。

    `tempgoods-edi simulate` and `up` do the same.
    """
    from h2018 import app

    if demo is not None:
        app.up(demo, port)
        return
    chosen: dict[str, Any] = {
        "host": host,
        "port": port,
        "hosts": tuple(host_names or ()) or None,
        "token_file": token_file,
        "exchange": exchange,
        "seed": seed,
        "starts_at": None if clock is None else instant(clock),
        "clock": "manual" if manual_clock else None,
        "progression": "immediate" if immediate else None,
        "store_seconds": store_seconds,
        "review_seconds": review_seconds,
        "trust": tuple(trust or ()) or None,
        "any_signer": any_signer or None,
        "registry": registry,
        "allow_unsigned": allow_unsigned or None,
        "second_opinion": second_opinion or None,
        "database": database,
        "scenarios": scenarios,
        "faults": faults,
        "log": None if log is None else log.value,
    }
    settings = Config() if config is None else read_config(config)
    app.serve(replace(settings, **{name: value for name, value in chosen.items() if value is not None}))


COMMAND = Command(_serve)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
