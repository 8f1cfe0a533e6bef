"""``tempgoods-edi keys make``: makes a test CA, cards for enterprises and a revocation list, as files."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from tempgoods_edi import demo_ca
from tempgoods_edi.bounded import Unfit, single
from tempgoods_edi.cli.check import moment
from tempgoods_edi.cli.passwords import PasswordFileOption, password
from tempgoods_edi.cli.terminal import CommandError, LanguageOption, language, tell
from tempgoods_edi.demo_ca import Holder
from tempgoods_edi.extras import need
from tempgoods_edi.numbers import is_customs_code, is_ic_card_number, is_uscc, uscc_check_character
from tempgoods_edi.options import Argument, Command, Group, Option
from tempgoods_edi.signing import key_pairs, sm2
from tempgoods_edi.texts import read_text
from tempgoods_edi.values import Bilingual

#: The enterprise of the sample cases; made up.
DEMONSTRATION = Holder("王琳", "华东会展发展有限公司", "310173A546", "91310118G8YNNRGF2C", "2100000310173")

_LIFE = timedelta(days=3650)
#: What a certificate can say of its validity (RFC 5280 §4.1.2.5: UTCTime begins with 1950, years have four digits).
_FIRST, _LAST = datetime(1950, 1, 3, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_NO_SUCH_VALIDITY = Bilingual(
    "证书不能在 {value} 有效：只能是 1950 年至 9999 年的日期",
    "no certificate can be valid on {value}: only from 1950 to 9999",
)
_EXISTS = Bilingual("{path} 已存在（--force 覆盖）", "{path} is there already (--force overwrites it)")
_BAD_CODE = Bilingual("“{value}”不是海关十位编码", "“{value}” is no ten-character customs code")
_BAD_USCC = Bilingual("“{value}”不是统一社会信用代码", "“{value}” is no unified social credit code")
_BAD_CARD = Bilingual("“{value}”不是13位IC卡号", "“{value}” is no card number of 13 digits")
_BAD_MESSAGE = Bilingual(
    "{path} 中没有录入单位（Head/InputEtpsNo 等）", "{path} names no entering unit (Head/InputEtpsNo and so on)"
)
_MADE = Bilingual("{path}  {what}", "{path}  {what}")
_CA = Bilingual("测试CA证书：check --trust、verify --trust", "the test CA's certificate: check --trust, verify --trust")
_CA_KEY = Bilingual("测试CA密钥（PKCS#12）", "the test CA's key (PKCS#12)")
_CRL = Bilingual("吊销列表（空）：--crl", "its revocation list (empty): --crl")
_CARD = Bilingual(
    "{who} 的密钥和证书（PKCS#12）：--sign、--key",
    "key and certificate of {who} (PKCS#12): --sign, --key",
)
_CARD_PEM = Bilingual("同上，PEM", "the same as PEM")
_PASSWORD = Bilingual("以上密钥的密码：--password-file", "the password of these keys: --password-file")
_WORTH = Bilingual("仅供测试：这些证书不是海关签发的。", "For tests only: no customs authority issued these.")


class KeyKind(StrEnum):
    """The kinds of key that can sign messages."""

    RSA = "rsa"
    ECDSA = "ecdsa"
    SM2 = "sm2"


def _make(
    folder: Annotated[Path, Argument("DIR", help="Where to put them; made when it is not there.")],
    enterprise: Annotated[
        list[str] | None,
        Option("--enterprise", metavar="CODE[,NAME[,USCC[,OPERATOR[,CARD]]]]", help="A card for this enterprise."),
    ] = None,
    message: Annotated[
        list[Path] | None, Option("--for", metavar="IN.json", help="A card for whoever enters this message.")
    ] = None,
    on: Annotated[
        list[str] | None,
        Option("--on", metavar="YYYY-MM-DD", help="Valid on this day too, as --today of check. Repeatable. 有效日"),
    ] = None,
    kind: Annotated[
        KeyKind, Option("--kind", help="Kind of keys: rsa | ecdsa | sm2 (for --profile sm2-sm3). 密钥种类")
    ] = KeyKind.RSA,
    password_file: PasswordFileOption = None,
    force: Annotated[bool, Option("--force", help="Overwrite what is there.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Make a test CA, a card for each enterprise and a revocation list. 生成测试CA和IC卡证书。

    They are valid from yesterday for ten years, and on the days of --on and of the messages of --for (facts/today)
    too. Without a password, one is made up and kept in DIR/password.txt.
    """
    say = language(lang)
    validity = _validity([moment(None), *map(moment, [*(on or ()), *filter(None, map(_day, message or ()))])])
    holders = [_holder(text) for text in enterprise or ()] + [_entering(path) for path in message or ()]
    by_code = {holder.enterprise_code: holder for holder in holders or [DEMONSTRATION]}
    secret = password(password_file, str(folder), say)
    if kind is KeyKind.SM2:
        need("SM2", "sm2")
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / "password.txt"
    if secret is None:
        secret = secrets.token_urlsafe(12)
        _keep(own, f"{secret}\n".encode(), force, private=True)
    for path, data, what in _made(folder, by_code, secret, validity, kind):
        _keep(path, data, force, private=path.suffix != ".pem" or b"PRIVATE KEY" in data)
        tell(_MADE.format(path=path, what=what), say)
    if password_file is None and own.is_file():
        tell(_MADE.format(path=own, what=_PASSWORD), say)
    tell(_WORTH, say)


def _made(
    folder: Path, holders: dict[str, Holder], secret: str, validity: tuple[datetime, datetime], kind: KeyKind
) -> Iterator[tuple[Path, bytes, Bilingual]]:
    """Each file with what it is; CA, cards and revocation list are valid for the same time."""
    begin, end = validity
    ca = demo_ca.make_ca("tempgoods-edi test CA", serial=_serial(), not_before=begin, not_after=end, key=_key(kind))
    yield folder / "ca.pem", ca.certificate_pem, _CA
    yield folder / "ca.p12", key_pairs.to_pkcs12(ca, secret), _CA_KEY
    yield folder / "ca.crl", demo_ca.make_crl(ca, {}, this_update=begin, next_update=end), _CRL
    for code, holder in holders.items():
        card = demo_ca.make_certificate(ca, holder, serial=_serial(), not_before=begin, not_after=end, key=_key(kind))
        who = f"{holder.operator_name}, {holder.enterprise_name}"
        yield folder / f"{code}.p12", key_pairs.to_pkcs12(card, secret), _CARD.format(who=who)
        yield folder / f"{code}.pem", key_pairs.to_pem(card, secret) + card.certificate_pem, _CARD_PEM


def _validity(days: Iterable[datetime]) -> tuple[datetime, datetime]:
    """From the day before the first of *days*, so that clocks may differ, to ten years after the last.

    :raises CommandError: no certificate can be valid on one of them.
    """
    days = sorted(days)
    for each in days:
        if not _FIRST <= each <= _LAST:
            raise CommandError(_NO_SUCH_VALIDITY.format(value=each.date()))
    return days[0] - timedelta(days=1), min(days[-1], _LAST - _LIFE) + _LIFE


def _keep(path: Path, data: bytes, force: bool, *, private: bool) -> None:
    """Write a file that nobody else may read when it is *private*."""
    if path.exists() and not force:
        raise CommandError(_EXISTS.format(path=path))
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644), "wb") as stream:
        stream.write(data)


def _key(kind: KeyKind) -> key_pairs.PrivateKey | sm2.Sm2Key:
    if kind is KeyKind.SM2:
        return sm2.new_key()
    return demo_ca.make_key("ecdsa") if kind is KeyKind.ECDSA else demo_ca.make_key()


def _serial() -> int:
    return (1 << 62) | secrets.randbits(62)


def _holder(text: str) -> Holder:
    """Whom ``CODE,NAME,USCC,OPERATOR,CARD`` describes; what is left out is made up."""
    code, name, uscc, operator, card = (*(part.strip() for part in text.split(",")), "", "", "", "")[:5]
    if not is_customs_code(code):
        raise CommandError(_BAD_CODE.format(value=code))
    made_up = f"91{code[:4]}00MA{sum(map(ord, code)) % 10**7:07d}"
    holder = Holder(
        operator or "测试操作员",
        name or f"测试企业{code}",
        code,
        uscc or made_up + uscc_check_character(made_up),
        card or f"21{sum(map(ord, code)) % 10**11:011d}",
    )
    return _sound(holder)


def _entering(path: Path) -> Holder:
    """The entering unit of the message whose JSON form is in *path*."""
    try:
        head = single(read_text(path))["document"]["Head"]
        names = ("OperatorNm", "InputEtpsNm", "InputEtpsNo", "InputEtpsSccd", "IcCardNo")
        return _sound(Holder(*(str(head[name]) for name in names)))
    except (Unfit, KeyError, TypeError):
        raise CommandError(_BAD_MESSAGE.format(path=path)) from None


def _day(path: Path) -> str | None:
    """The day that the message whose JSON form is in *path* is to be judged on, when it tells one."""
    try:
        told = single(read_text(path))["facts"]["today"]
    except (Unfit, ValueError, KeyError, TypeError):
        return None
    return told if isinstance(told, str) else None


def _sound(holder: Holder) -> Holder:
    for right, problem, value in (
        (is_customs_code(holder.enterprise_code), _BAD_CODE, holder.enterprise_code),
        (is_uscc(holder.uscc), _BAD_USCC, holder.uscc),
        (is_ic_card_number(holder.ic_card_no), _BAD_CARD, holder.ic_card_no),
    ):
        if not right:
            raise CommandError(problem.format(value=value))
    return holder


COMMAND = Group("Keys and certificates for tests. 测试用密钥和证书。", {"make": Command(_make)})
