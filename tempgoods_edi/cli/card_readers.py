"""The readers that a command means: folders of soft cards, PC/SC readers, or both; and the card in them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from tempgoods_edi.cli.terminal import complain
from tempgoods_edi.options import Option
from tempgoods_edi.values import Bilingual, Lang

if TYPE_CHECKING:
    from tempgoods_edi.card.cards import Card, Readers
    from tempgoods_edi.card.problems import CardError

PcscOption = Annotated[
    bool | None,
    Option("--pcsc", off="--no-pcsc", help="Readers connected to this computer (PC/SC), beside folders or not at all."),
]


class Key(StrEnum):
    """The key slots of a PIV card that may sign."""

    SIGNATURE = "9C"
    AUTHENTICATION = "9A"
    RETIRED = "82"


KeyOption = Annotated[
    Key | None,
    Option(
        "--key",
        any_case=True,
        help="Key of a PIV card that signs; without it 9C, or SM2 in 82 where 9C is empty; never another.",
    ),
]

_PCSC = "PC/SC"
_TROUBLE = Bilingual("{text}：{fix}", "{text}: {fix}")


def readers(folders: Sequence[Path], pcsc: bool | None, key: Key | None = None) -> Readers:
    """The readers of *folders*, and those of PC/SC.

    :param pcsc: True: PC/SC must be there; False: it is passed over; None: it is used when it is there, and must be
        when there is no folder.
    :param key: the key of a PIV card that signs.
    """
    from tempgoods_edi.card.slots import FolderReaders
    from tempgoods_edi.card.sources import Joined

    soft = FolderReaders(tuple(folders))
    if pcsc is False:
        return soft
    from tempgoods_edi.card.kinds import kinds
    from tempgoods_edi.card.pcsc import PcscReaders

    spare = frozenset({_PCSC}) if pcsc is None and folders else frozenset[str]()
    return Joined({"": soft, _PCSC: PcscReaders(kinds(None if key is None else int(key, 16)))}, spare)


def chosen(folder: Path | None, pcsc: bool | None, name: str, lang: Lang, key: Key | None = None) -> Card:
    """The card that *name* means, in *folder* or a reader; the only card when *name* is empty."""
    from tempgoods_edi.card import problems
    from tempgoods_edi.card.problems import CardError
    from tempgoods_edi.card.soft import CARD, SoftCard

    if folder is not None and (folder / CARD).is_file():
        return SoftCard(folder, folder.name)
    trouble = CardError(problems.WRONG_CARD, card=name) if name else CardError(problems.NO_CARD)
    found: list[Card] = []
    where = readers((folder,) if folder is not None else (), bool(pcsc) or folder is None, key)
    for reader in where.names():
        try:
            card = where.card(reader)
            if card is not None and (name in ("", reader) or card.state().is_named(name)):
                found.append(card)
        except CardError as error:
            trouble = error
    if len(found) == 1:
        return found[0]
    explain(CardError(problems.CHOOSE_CARD, count=len(found)) if found else trouble, lang)
    raise SystemExit(1)


def explain(error: CardError, lang: Lang) -> None:
    """Print what is wrong with the card and what to do."""
    complain(_TROUBLE.format(text=error.text, fix=error.fix), lang)
