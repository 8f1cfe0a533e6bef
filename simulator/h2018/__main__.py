"""``python -m h2018``: start one simulated customs.  `tempgoods-edi simulate` and `up` do the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from msgspec.structs import replace

from h2018.server_options import ServerOptions
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.extras import need
from tempgoods_edi.options import Command, Misuse, Option, Wants, parsed, spoken

_BAD_START, _STOPPED = 2, 0
_PROGRAM = "python -m h2018"


def main(arguments: Sequence[str]) -> int:
    """Start one simulated customs server and serve until interrupted.

    :returns: the exit code: 0 after an interruption, 2 when it could not start.
    """
    language = spoken(os.environ)
    try:
        asked = parsed(COMMAND, arguments, _PROGRAM)
        if asked.wants is Wants.HELP:
            from tempgoods_edi.options.helping import help_of

            print(help_of(_PROGRAM, COMMAND, language))
        else:
            COMMAND.run(asked.values)
    except Misuse as error:
        print(error.text.in_(language), file=sys.stderr)
        return _BAD_START
    except (TempgoodsError, OSError) as error:
        print(f"h2018: {error}", file=sys.stderr)
        return _BAD_START
    return _STOPPED


def _serve(
    server: ServerOptions,
    trust: Annotated[
        list[Path] | None, Option("--trust", metavar="PEM", help="CA of declarants' certificates. Repeatable.")
    ] = None,
    any_signer: Annotated[bool, Option("--any-signer", help="Without --trust: take whoever signed.")] = False,
    demo: Annotated[
        Path | None, Option("--demo", metavar="DIR", help="Demonstration with keys in DIR; sample registry.")
    ] = None,
) -> None:
    """Start one simulated customs; Ctrl-C stops it. 启动模拟海关。

    `tempgoods-edi simulate` and `up` do the same.
    """
    need(_PROGRAM, "simulator")
    from h2018 import app

    if demo is not None:
        app.up(demo, server.port)
        return
    settings = server.settings()
    trusted = {"trust": tuple(trust)} if trust else {}
    app.serve(replace(settings, any_signer=any_signer or settings.any_signer, **trusted))


COMMAND = Command(_serve)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
