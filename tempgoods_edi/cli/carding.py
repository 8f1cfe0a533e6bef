"""``tempgoods-edi card`` and ``card-agent``: soft cards in folders, and the control that pages talk to."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tempgoods_edi.cli.passwords import PasswordFileOption, password
from tempgoods_edi.cli.terminal import CommandError, LanguageOption, complain, language, tell
from tempgoods_edi.values import Bilingual, Lang

if TYPE_CHECKING:
    from tempgoods_edi.card.cards import Card, CardState, Pin
    from tempgoods_edi.card.problems import CardError

_MADE = Bilingual("{path}  {who}", "{path}  {who}")
_SECRETS = Bilingual(
    "  密码 {pin}   PUK {puk}（请记下，不会再显示）", "  PIN {pin}   PUK {puk} (note them: not shown again)"
)
_EXISTS = Bilingual("{path} 已存在", "{path} is there already")
_NO_KEY = Bilingual("{path} 中没有 RSA 或 ECDSA 私钥和证书", "{path} holds no RSA or ECDSA key with its certificate")
_WRONG_PASSWORD = Bilingual("{path} 的密码错误，或文件不可读", "wrong password for {path}, or the file is not readable")
_CARD_LINE = Bilingual(
    "{reader}  {who}  IC卡 {ic}  证书 {serial} 至 {until}  剩余 {left} 次",
    "{reader}  {who}  card {ic}  certificate {serial} until {until}  {left} tries left",
)
_BLOCKED = Bilingual("{reader}  {who}  IC卡 {ic}  已锁定", "{reader}  {who}  card {ic}  blocked")
_TROUBLE = Bilingual("{text}：{fix}", "{text}: {fix}")
_READER_TROUBLE = Bilingual("{reader}  {text}", "{reader}  {text}")
_DONE_UNBLOCK = Bilingual("已解锁，密码已更新", "unblocked, with a new PIN")
_DONE_CHANGE = Bilingual("密码已更改", "the PIN was changed")
_NO_SECRET = Bilingual(
    "没有输入{what}：用终端输入，或设置环境变量 {variable}",
    "no {what} was given: type it at a terminal, or set {variable} in the environment",
)
_RUNNING = Bilingual(
    "卡控件 ws://{address}/  http://{address}/   网站：{sites}（Ctrl-C 停止）",
    "card control ws://{address}/  http://{address}/   sites: {sites} (Ctrl-C stops it)",
)
_PIN, _NEW_PIN, _PUK = Bilingual("密码", "PIN"), Bilingual("新密码", "new PIN"), Bilingual("PUK", "PUK")
_VARIABLES = {_PIN: "TEMPGOODS_PIN", _NEW_PIN: "TEMPGOODS_NEW_PIN", _PUK: "TEMPGOODS_PUK"}

CardsArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of cards, or one card's folder.")]
ReaderOption = Annotated[str, typer.Option("--card", help="Which card: its number, certificate number or folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    card = typer.Typer(no_args_is_help=True, help="Cards kept in folders, for tests. 存于文件夹的测试卡。")
    card.callback()(lambda: None)
    card.command("make")(_make)
    card.command("list")(_list)
    card.command("unblock")(_unblock)
    card.command("change-pin")(_change)
    app.add_typer(card, name="card")
    app.command("card-agent")(_agent)


def _make(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the new card.")],
    key: Annotated[Path, typer.Argument(metavar="KEY.p12", help="Key and certificate, as `keys make` makes them.")],
    password_file: PasswordFileOption = None,
    lang: LanguageOption = None,
) -> None:
    """Make a card of a key and its certificate. 用密钥和证书制卡。

    PIN and PUK come from TEMPGOODS_PIN and TEMPGOODS_PUK; without them they are made up and shown once.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    from tempgoods_edi.card import soft
    from tempgoods_edi.card.cards import Pin
    from tempgoods_edi.signing.testca import KeyPair

    say = language(lang)
    secret = password(password_file, str(key), say)
    try:
        own, certificate, _ = load_key_and_certificates(key.read_bytes(), secret.encode() if secret else None)
    except ValueError:
        raise CommandError(_WRONG_PASSWORD.format(path=key)) from None
    if not isinstance(own, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
        raise CommandError(_NO_KEY.format(path=key))
    pin, puk = os.environ.get(_VARIABLES[_PIN]), os.environ.get(_VARIABLES[_PUK])
    pin_text, puk_text = pin or _digits(6), puk or _digits(8)
    try:
        soft.make(folder, KeyPair(own, certificate), Pin(pin_text), Pin(puk_text))
    except FileExistsError:
        raise CommandError(_EXISTS.format(path=folder)) from None
    tell(_MADE.format(path=folder, who=_who(soft.SoftCard(folder, folder.name).state())), say)
    if pin is None or puk is None:
        tell(_SECRETS.format(pin="***" if pin else pin_text, puk="***" if puk else puk_text), say)


def _list(folder: CardsArgument, lang: LanguageOption = None) -> None:
    """Show the cards in a folder, whose they are, and how many tries are left. 列出卡。"""
    from tempgoods_edi.card import problems
    from tempgoods_edi.card.problems import CardError
    from tempgoods_edi.card.slots import FolderReaders

    say = language(lang)
    readers = FolderReaders((folder,))
    if not readers.names():
        _explain(CardError(problems.NO_READER), say)
    for reader in readers.names():
        try:
            card = readers.card(reader)
            text = _READER_TROUBLE.format(reader=reader, text=problems.NO_CARD.text)
            tell(text if card is None else _line(card.state()), say)
        except CardError as error:
            tell(_READER_TROUBLE.format(reader=reader, text=error.text), say)


def _unblock(folder: CardsArgument, card: ReaderOption = "", lang: LanguageOption = None) -> None:
    """Give a blocked card a new PIN, by its PUK. 用PUK解锁。"""
    say = language(lang)
    chosen = _chosen(folder, card, say)
    puk, new = _secret(_PUK, say), _secret(_NEW_PIN, say, twice=True)
    _ordered(lambda: chosen.unblock(puk, new), say)
    tell(_DONE_UNBLOCK, say)


def _change(folder: CardsArgument, card: ReaderOption = "", lang: LanguageOption = None) -> None:
    """Give a card another PIN. 更改密码。"""
    say = language(lang)
    chosen = _chosen(folder, card, say)
    old, new = _secret(_PIN, say), _secret(_NEW_PIN, say, twice=True)
    _ordered(lambda: chosen.change_pin(old, new), say)
    tell(_DONE_CHANGE, say)


def _agent(
    origin: Annotated[list[str], typer.Option("--origin", metavar="URL", help="Site whose pages may ask; repeatable.")],
    cards: Annotated[
        list[Path] | None, typer.Option("--cards", metavar="DIR", help="Folder whose folders are readers; repeatable.")
    ] = None,
    no_reader: Annotated[bool, typer.Option("--no-reader", help="As if no reader were connected.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 for any free one.")] = 61232,
    host: Annotated[str, typer.Option("--host", help="A loopback address.")] = "127.0.0.1",
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Sign messages on the control's own page only, where they are shown.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Start the card control of this computer; Ctrl-C stops it. 启动IC卡控件。"""
    from tempgoods_edi.card import wiring
    from tempgoods_edi.card.cards import NoReaders, Readers
    from tempgoods_edi.card.slots import FolderReaders

    say = language(lang)
    readers: Readers = NoReaders() if no_reader else FolderReaders(tuple(cards or ()))

    def ready(address: str) -> None:
        tell(_RUNNING.format(address=address, sites=" ".join(origin)), say)
        sys.stdout.flush()

    wiring.serve(readers, origin, ready, host=host, port=port, confirm=confirm)


def _chosen(folder: Path, name: str, lang: Lang) -> Card:
    """The card in *folder* that *name* means; the only one, when that is empty."""
    from tempgoods_edi.card import problems
    from tempgoods_edi.card.problems import CardError
    from tempgoods_edi.card.slots import FolderReaders
    from tempgoods_edi.card.soft import CARD, SoftCard

    if (folder / CARD).is_file():
        return SoftCard(folder, folder.name)
    readers = FolderReaders((folder,))
    found: list[Card] = []
    for reader in readers.names():
        card = readers.card(reader)
        if card is not None and (name in ("", reader) or card.state().is_named(name)):
            found.append(card)
    if len(found) != 1:
        missing = CardError(problems.WRONG_CARD, card=name) if name else CardError(problems.NO_CARD)
        _explain(CardError(problems.CHOOSE_CARD, count=len(found)) if found else missing, lang)
        raise typer.Exit(1)
    return found[0]


def _ordered(order: Callable[[], None], lang: Lang) -> None:
    from tempgoods_edi.card.problems import CardError

    try:
        order()
    except CardError as error:
        _explain(error, lang)
        raise typer.Exit(1) from None


def _explain(error: CardError, lang: Lang) -> None:
    complain(_TROUBLE.format(text=error.text, fix=error.fix), lang)


def _secret(what: Bilingual, lang: Lang, *, twice: bool = False) -> Pin:
    """A PIN or PUK from the environment or a prompt; never the command line, which others can see."""
    from tempgoods_edi.card.cards import Pin

    variable = _VARIABLES[what]
    given = os.environ.get(variable)
    if given is None and sys.stdin.isatty():
        given = typer.prompt(what.in_(lang), hide_input=True, confirmation_prompt=twice)
    if not given:
        raise CommandError(_NO_SECRET.format(what=what, variable=variable))
    return Pin(given)


def _line(state: CardState) -> Bilingual:
    return (_BLOCKED if state.tries_left == 0 else _CARD_LINE).format(
        reader=state.reader,
        who=_who(state),
        ic=state.identity.ic_card_no,
        serial=state.card_id,
        until=state.identity.not_after.date().isoformat(),
        left=state.tries_left,
    )


def _who(state: CardState) -> str:
    return f"{state.identity.operator_name}, {state.identity.enterprise_name}"


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))
