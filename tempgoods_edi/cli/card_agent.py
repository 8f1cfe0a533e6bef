"""``tempgoods-edi card-agent``: the card control on the declarant's computer that web pages talk to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from tempgoods_edi.cli.card_readers import KeyOption, PcscOption, readers
from tempgoods_edi.cli.terminal import LanguageOption, language, tell
from tempgoods_edi.cli.version import version
from tempgoods_edi.options import Command, Option
from tempgoods_edi.options.numbers import PORT
from tempgoods_edi.values import Bilingual

_RUNNING = Bilingual(
    "卡控件 ws://{address}/  http://{address}/   网站：{sites}（Ctrl-C 停止）",
    "card control ws://{address}/  http://{address}/   sites: {sites} (Ctrl-C stops it)",
)


def serve(
    origin: Annotated[list[str], Option("--origin", metavar="URL", help="Site whose pages may ask; repeatable.")],
    cards: Annotated[
        list[Path] | None, Option("--cards", metavar="DIR", help="Folder whose folders are readers; repeatable.")
    ] = None,
    pcsc: PcscOption = None,
    key: KeyOption = None,
    no_reader: Annotated[bool, Option("--no-reader", help="As if no reader were connected.")] = False,
    port: Annotated[int, Option("--port", limits=PORT, help="Port; 0 for any free one.")] = 61232,
    host: Annotated[str, Option("--host", help="A loopback address.")] = "127.0.0.1",
    confirm: Annotated[
        bool, Option("--confirm", help="Sign messages on the control's own page only, where they are shown.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Start the card control of this computer; Ctrl-C stops it. 启动IC卡控件。

    Serves cards in folders (--cards) and in readers connected to this computer (PC/SC), both together.
    """
    from tempgoods_edi.card import wiring
    from tempgoods_edi.card.cards import NoReaders

    say = language(lang)

    def ready(address: str) -> None:
        tell(_RUNNING.format(address=address, sites=" ".join(origin)), say)
        sys.stdout.flush()

    served = NoReaders() if no_reader else readers(cards or (), pcsc, key)
    wiring.serve_card_control(served, origin, ready, host=host, port=port, confirm=confirm, release=version())


COMMAND = Command(serve)
