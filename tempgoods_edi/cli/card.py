"""``tempgoods-edi card``: cards in folders and in readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from tempgoods_edi.cli import card_making, card_pins
from tempgoods_edi.cli.card_readers import KeyOption, PcscOption, chosen, explain, readers
from tempgoods_edi.cli.terminal import LanguageOption, language, tell
from tempgoods_edi.options import Argument, Command, Group, Option
from tempgoods_edi.values import Bilingual, Lang

if TYPE_CHECKING:
    from tempgoods_edi.card.cards import CardState

_CARD_LINE = Bilingual(
    "{reader}  {who}  IC卡 {ic}（{kind}）  证书 {serial} 至 {until}  剩余 {left} 次",
    "{reader}  {who}  card {ic} ({kind})  certificate {serial} until {until}  {left} tries left",
)
_BLOCKED = Bilingual("{reader}  {who}  IC卡 {ic}（{kind}）  已锁定", "{reader}  {who}  card {ic} ({kind})  blocked")
_EMPTY = Bilingual("{reader}  {text}", "{reader}  {text}")
_READER_TROUBLE = Bilingual("{reader}  {text}：{fix}", "{reader}  {text}: {fix}")
_DONE_UNBLOCK = Bilingual("已解锁，密码已更新", "unblocked, with a new PIN")
_DONE_CHANGE = Bilingual("密码已更改", "the PIN was changed")

CardsArgument = Annotated[
    Path | None, Argument("DIR", help="Folder of cards, or one card's; else the readers (PC/SC).")
]
CardOption = Annotated[str, Option("--card", help="Which card: its number, certificate number or reader.")]


def _list(
    folder: CardsArgument = None, pcsc: PcscOption = None, key: KeyOption = None, lang: LanguageOption = None
) -> None:
    """Show the cards, whose they are, and how many tries are left. 列出卡。"""
    from tempgoods_edi.card import problems
    from tempgoods_edi.card.problems import CardError

    say = language(lang)
    where = readers((folder,) if folder is not None else (), bool(pcsc) or folder is None, key)
    if not where.names():
        explain(CardError(problems.NO_READER), say)
    for reader in where.names():
        try:
            card = where.card(reader)
            text = _EMPTY.format(reader=reader, text=problems.NO_CARD.text)
            tell(text if card is None else _line(card.state()), say)
        except CardError as error:
            tell(_READER_TROUBLE.format(reader=reader, text=error.text, fix=error.fix), say)


def _unblock(
    folder: CardsArgument = None,
    card: CardOption = "",
    pcsc: PcscOption = None,
    key: KeyOption = None,
    lang: LanguageOption = None,
) -> None:
    """Give a blocked card a new PIN, by its PUK. 用PUK解锁。"""
    say = language(lang)
    found = chosen(folder, pcsc, card, say, key)
    puk, new = card_pins.asked(card_pins.PUK, say), card_pins.asked(card_pins.NEW_PIN, say, twice=True)
    _ordered(lambda: found.unblock(puk, new), say)
    tell(_DONE_UNBLOCK, say)


def _change(
    folder: CardsArgument = None,
    card: CardOption = "",
    pcsc: PcscOption = None,
    key: KeyOption = None,
    lang: LanguageOption = None,
) -> None:
    """Give a card another PIN. 更改密码。"""
    say = language(lang)
    found = chosen(folder, pcsc, card, say, key)
    old, new = card_pins.asked(card_pins.PIN, say), card_pins.asked(card_pins.NEW_PIN, say, twice=True)
    _ordered(lambda: found.change_pin(old, new), say)
    tell(_DONE_CHANGE, say)


def _ordered(order: Callable[[], None], lang: Lang) -> None:
    from tempgoods_edi.card.problems import CardError

    try:
        order()
    except CardError as error:
        explain(error, lang)
        raise SystemExit(1) from None


def _line(state: CardState) -> Bilingual:
    return (_BLOCKED if state.tries_left == 0 else _CARD_LINE).format(
        reader=state.reader,
        kind=state.kind,
        who=f"{state.identity.operator_name}, {state.identity.enterprise_name}",
        ic=state.identity.ic_card_no,
        serial=state.card_id,
        until=state.identity.last_day.isoformat(),
        left="?" if state.tries_left is None else state.tries_left,
    )


COMMAND = Group(
    "IC cards: in readers, and test cards in folders. IC卡。",
    {
        "make": Command(card_making.make),
        "insert": Command(card_making.insert),
        "list": Command(_list),
        "unblock": Command(_unblock),
        "change-pin": Command(_change),
    },
)
