"""``python -m h2018``: start one simulated customs.  `tempgoods-edi simulate` and `up` do the same."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from h2018 import app, demo
from h2018.config import Config
from h2018.config_file import read_config
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME

_BAD_START, _STOPPED = 2, 0


def main(arguments: Sequence[str]) -> int:
    """Serve until interrupted.

    :returns: the exit code: 0 after an interruption, 2 when it could not start.
    """
    given = _parser().parse_args(arguments)
    try:
        if given.demo is not None:
            app.up(given.demo, given.port)
        else:
            app.serve(_config(given))
    except (TempgoodsError, OSError) as error:
        print(f"h2018: {error}", file=sys.stderr)
        return _BAD_START
    return _STOPPED


def _config(given: argparse.Namespace) -> Config:
    config = Config()
    if given.config is not None:
        config = read_config(given.config)
    chosen: dict[str, Any] = {
        name: value
        for name in (
            "host", "port", "exchange", "seed", "store_seconds", "review_seconds", "registry", "allow_unsigned",
            "database", "scenarios", "faults", "log", "any_signer", "token_file",
        )
        if (value := getattr(given, name)) is not None
    }
    if given.trust:
        chosen["trust"] = tuple(given.trust)
    if given.host_names:
        chosen["hosts"] = tuple(given.host_names)
    if given.clock is not None:
        chosen["starts_at"] = given.clock
    if given.immediate:
        chosen["progression"] = "immediate"
    if given.manual_clock:
        chosen["clock"] = "manual"
    return replace(config, **chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m h2018", description=__doc__)
    parser.add_argument("--config", type=Path, help="JSON or TOML file, names as in h2018.config.Config; options win")
    parser.add_argument("--database", metavar="URL", help="SQLite file or postgresql:// URL; in memory when left out")
    parser.add_argument("--scenario", dest="scenarios", type=Path, metavar="TOML", help="scenarios in force")
    parser.add_argument("--faults", type=Path, metavar="TOML", help="faults in force")
    parser.add_argument("--manual-clock", action="store_true", help="time passes only when told to")
    parser.add_argument("--demo", type=Path, metavar="DIR", help="demonstration with keys in DIR; sample registry")
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--host-name", dest="host_names", action="append", metavar="NAME", help="a further name of it")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="token that control, console and callbacks need")
    parser.add_argument("--port", type=int, help="port to listen on (8018); 0 for any")
    parser.add_argument("--exchange", type=Path, metavar="DIR", help="root of OutBox, SentBox, InBox, FailBox")
    parser.add_argument("--seed", type=int, help="same seed, same messages, same times: same bytes (2018)")
    parser.add_argument("--clock", type=_instant, help="business time at the start, e.g. 2027-01-10T09:00 (China)")
    parser.add_argument("--immediate", action="store_true", help="answer everything at once")
    parser.add_argument("--store-seconds", type=float, help="until the receipt Y (1)")
    parser.add_argument("--review-seconds", type=float, help="from Y to the receipt 1 or 3 (2)")
    parser.add_argument("--trust", type=Path, action="append", metavar="PEM", help="CA of declarants' certificates")
    parser.add_argument("--any-signer", action="store_true", default=None, help="without --trust: take whoever signed")
    parser.add_argument("--registry", type=Path, metavar="CSV", help=f"entries on file, e.g. {demo.registry_file().name}")
    parser.add_argument("--allow-unsigned", action="store_true", default=None, help="take messages without signature")
    parser.add_argument("--log", choices=("text", "json"), help="standard error: warnings (text), or every step as JSON lines")
    return parser


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=CHINA_TIME)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
