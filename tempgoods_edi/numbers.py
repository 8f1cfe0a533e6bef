"""The numbers in messages: make them, recognise them, split them into parts.

Everything here is about form, not about existence: a well-formed office code may name no office.
A number read from a message that has the wrong form reads as None; making one from unusable parts
is a mistake of the program and raises `NumberError`.  Which forms are published for sibling
systems and which are assumed is said at each function.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Literal

from msgspec import Struct

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

CHINA_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone of every time in a message; China keeps one offset and no summer time."""

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CAPITALS_AND_DIGITS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class NumberError(TempgoodsError):
    """A number cannot be made from these parts."""


def uscc_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code (统一社会信用代码; GB 32100-2015, 4.7, published).

    >>> uscc_check_character("91110000600037341")
    'L'
    """
    if len(first17) != 17 or not all(c in _USCC_ALPHABET for c in first17):
        raise _unfit("统一社会信用代码前17位", "first 17 characters of a unified social credit code", first17)
    total = sum(_USCC_ALPHABET.index(c) * weight for c, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """True when *text* is a unified social credit code with the right check character (GB 32100-2015, published)."""
    return len(text) == 18 and all(c in _USCC_ALPHABET for c in text) and uscc_check_character(text[:17]) == text[17]


def is_customs_code(text: str) -> bool:
    """True for the form of a 海关十位编码: a region of four digits, six capitals or digits (published).

    >>> is_customs_code("310173A546"), is_customs_code("310173a546")
    (True, False)
    """
    return len(text) == 10 and _digits(text[:4], 4) and _CAPITALS_AND_DIGITS.issuperset(text)


def is_office_code(text: str) -> bool:
    """True for the form of a 关区代码: four digits, the first of which may be a capital (published)."""
    return len(text) == 4 and text[0] in _CAPITALS_AND_DIGITS and _digits(text[1:], 3)


def is_ic_card_number(text: str) -> bool:
    """True for the form of an IC card number: 13 digits (published)."""
    return _digits(text, 13)


class SeqNo(Struct, frozen=True):
    """A pre-entry number 预录入编号: year and 14 digits (published).

    >>> str(SeqNo(2024, 122534496)), read_seq_no("202400000122534496").serial
    ('202400000122534496', 122534496)
    """

    year: int
    serial: int

    def __str__(self) -> str:
        return _number(self.year, 4) + _number(self.serial, 14)


def read_seq_no(text: str) -> SeqNo | None:
    """The parts of a pre-entry number; None when *text* has another form."""
    return SeqNo(int(text[:4]), int(text[4:])) if _digits(text, 18) else None


class EntryNumber(Struct, frozen=True):
    """A 报关单号: office, year, 1 import / 0 export, serial of nine digits (报关单填制规范 一、二; published).

    >>> read_entry_number("222520271147491038")
    EntryNumber(office='2225', year=2027, direction='I', serial=147491038)
    >>> str(EntryNumber("2225", 2027, "E", 7))
    '222520270000000007'
    """

    office: str
    year: int
    direction: Literal["I", "E"]
    serial: int

    def __str__(self) -> str:
        direction = "1" if self.direction == "I" else "0"
        return _office(self.office) + _number(self.year, 4) + direction + _number(self.serial, 9)


def read_entry_number(text: str) -> EntryNumber | None:
    """The parts of an entry number; None when *text* has another form."""
    if len(text) != 18 or not is_office_code(text[:4]) or not _digits(text[4:], 14) or text[8] not in "01":
        return None
    return EntryNumber(text[:4], int(text[4:8]), "I" if text[8] == "1" else "E", int(text[9:]))


class MessageId(Struct, frozen=True):
    """The id of an envelope: sender 16, receiver 16, second of sending, 11 digits (DXP form, published).

    :ivar sent: aware; written in China's time, to the second.
    """

    sender: str
    receiver: str
    sent: datetime
    serial: int

    def __str__(self) -> str:
        if any(len(party) != 16 or not (party.isascii() and party.isalnum()) for party in (self.sender, self.receiver)):
            raise _unfit("报文收发方标识", "sender and receiver id", f"{self.sender}, {self.receiver}")
        if self.sent.tzinfo is None:
            raise _unfit("发送时间（须带时区）", "time of sending (needs a zone)", self.sent)
        moment = "".join(c for c in self.sent.astimezone(CHINA_TIME).isoformat()[:19] if c.isdigit())
        return self.sender + self.receiver + moment + _number(self.serial, 11)


def read_message_id(text: str) -> MessageId | None:
    """The parts of an envelope's id; None when *text* has another form or names no moment.

    >>> text = "DXPENT0000000001" + "DXPH201800000001" + "20270105093000" + "00000000042"
    >>> read_message_id(text).serial, str(read_message_id(text)) == text
    (42, True)
    """
    if len(text) != 57 or not (text.isascii() and text[:32].isalnum() and text[32:].isdigit()) or text[40:42] > "23":
        return None
    try:
        sent = datetime.fromisoformat(f"{text[32:40]}T{text[40:46]}").replace(tzinfo=CHINA_TIME)
    except ValueError:
        return None
    return MessageId(text[:16], text[16:32], sent, int(text[46:]))


class IssuedNumber(Struct, frozen=True):
    """A number customs issues on approval: prefix, office, two digits of the year, serial of six digits (assumed).

    >>> str(IssuedNumber("ZH", "2228", 27, 31))
    'ZH222827000031'
    """

    prefix: str
    office: str
    year: int
    serial: int

    def __str__(self) -> str:
        return self.prefix + _office(self.office) + _number(self.year, 2) + _number(self.serial, 6)


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


def _number(value: int, width: int) -> str:
    if not 0 <= value < 10**width:
        raise _unfit(f"{width}位数字", f"number of {width} digits", value)
    return f"{value:0{width}d}"


def _office(code: str) -> str:
    if not is_office_code(code):
        raise _unfit("关区代码", "customs office code", code)
    return code


def _unfit(zh: str, en: str, value: object) -> NumberError:
    return NumberError(
        Bilingual("不能用作{what}：{value}", "not usable as {what}: {value}").format(
            what=Bilingual(zh, en), value=value
        )
    )
