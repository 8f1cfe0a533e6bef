"""Every number of the messages: made, recognised, taken apart, and told from what only looks like it."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from tempgoods_edi import numbers
from tempgoods_edi.numbers import (
    CHINA_TIME,
    EntryNumber,
    IssuedNumber,
    MessageId,
    NumberError,
    SeqNo,
    read_entry_number,
    read_message_id,
    read_seq_no,
)

PARTY = st.text(string.ascii_uppercase + string.digits, min_size=16, max_size=16)
OFFICE = st.from_regex(r"[0-9A-Z][0-9]{3}", fullmatch=True)
NOT_ASCII_DIGITS = "１２３４"


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_the_check_character_is_the_one_of_python_stdnum(first17: str) -> None:
    """Our six lines of GB 32100 agree with an independent implementation."""
    assert numbers.uscc_check_character(first17) == uscc.calc_check_digit(first17)
    assert numbers.is_uscc(first17 + uscc.calc_check_digit(first17))


@pytest.mark.parametrize("code", ["91310118G8YNNRGF2C", "91110000600037341L", "914401062NA7M03C0Y"])
def test_real_shaped_credit_codes_are_right(code: str) -> None:
    """Known credit codes pass."""
    assert numbers.is_uscc(code)


@pytest.mark.parametrize("code", ["91310118G8YNNRGF2D", "91310118G8YNNRGF2", "91310118g8ynnrgf2c", "I" * 18, ""])
def test_a_wrong_credit_code_is_told(code: str) -> None:
    """A wrong check character, length, case or letter fails."""
    assert not numbers.is_uscc(code)


def test_no_check_character_of_what_is_no_code() -> None:
    """A letter the standard leaves out has no check character."""
    with pytest.raises(NumberError, match=r"统一社会信用代码.*unified social credit code"):
        numbers.uscc_check_character("I" * 17)


@pytest.mark.parametrize(
    ("judge", "right", "wrong"),
    [
        (numbers.is_customs_code, ["310173A546", "1101344024"], ["310173a546", "31017", "A10173A546", "3101-3A546"]),
        (numbers.is_office_code, ["2228", "A100"], ["228", "a100", "22A8", "22288"]),
        (numbers.is_ic_card_number, ["2100000012345"], ["210000001234", "21000000123456", "21000000A2345"]),
    ],
)
def test_the_plain_forms(judge: object, right: list[str], wrong: list[str]) -> None:
    """Each form takes what belongs to it and nothing else, full-width digits and the empty text included."""
    assert callable(judge)
    assert [text for text in right if not judge(text)] == []
    assert [text for text in [*wrong, "", NOT_ASCII_DIGITS, "１" * 13, "１" * 10] if judge(text)] == []


@given(st.integers(0, 9999), st.integers(0, 10**14 - 1))
def test_a_pre_entry_number_reads_back(year: int, serial: int) -> None:
    """A number made from its parts gives the parts again."""
    made = SeqNo(year, serial)
    assert read_seq_no(str(made)) == made


@given(OFFICE, st.integers(0, 9999), st.sampled_from(["I", "E"]), st.integers(0, 10**9 - 1))
def test_an_entry_number_reads_back(office: str, year: int, direction: str, serial: int) -> None:
    """A number made from its parts gives the parts again."""
    made = EntryNumber(office, year, "I" if direction == "I" else "E", serial)
    assert read_entry_number(str(made)) == made


@pytest.mark.parametrize(
    "text", ["", "22252027114749103", "222520272147491038", "222A20271147491038", "2225202711474910381"]
)
def test_what_is_no_entry_number_reads_as_none(text: str) -> None:
    """A wrong length, direction or letter is no entry number."""
    assert read_entry_number(text) is None


@given(
    PARTY,
    PARTY,
    st.datetimes(timezones=st.sampled_from([UTC, CHINA_TIME, timezone(timedelta(hours=-5))])),
    st.integers(0, 10**11 - 1),
)
def test_a_message_id_reads_back(sender: str, receiver: str, sent: datetime, serial: int) -> None:
    """57 characters give the parts again, the moment to the second and in China's time, whatever zone it came in."""
    sent = min(max(sent, datetime(2, 1, 1, tzinfo=UTC)), datetime(9999, 1, 1, tzinfo=UTC))
    text = str(MessageId(sender, receiver, sent, serial))
    assert len(text) == 57
    read = read_message_id(text)
    assert read == MessageId(sender, receiver, sent.replace(microsecond=0), serial)
    assert str(read) == text


@pytest.mark.parametrize("moment", ["20271301000000", "20270229000000", "20270101240000", "20270101006000"])
def test_a_message_id_names_a_moment_that_exists(moment: str) -> None:
    """A message id with an impossible date or time reads as None."""
    assert read_message_id("A" * 32 + moment + "0" * 11) is None
    assert read_message_id("A" * 32 + "20270101000000" + "0" * 11) is not None


@given(OFFICE, st.integers(0, 99), st.integers(0, 10**6 - 1), st.sampled_from(["ZH", "WJ", "QR", "YQ", "XTEST"]))
def test_an_issued_number_is_its_parts(office: str, year: int, serial: int, prefix: str) -> None:
    """A number customs issues is its prefix, the office, two digits of the year and six of the serial number."""
    made = IssuedNumber(prefix, office, year, serial)
    assert str(made) == f"{prefix}{office}{year:02}{serial:06}"


@pytest.mark.parametrize(
    "unusable",
    [
        SeqNo(2027, 10**14),
        SeqNo(-1, 0),
        EntryNumber("22", 2027, "I", 0),
        EntryNumber("2225", 2027, "I", 10**9),
        IssuedNumber("ZH", "2228", 2027, 1),
        MessageId("short", "R" * 16, datetime(2027, 1, 1, tzinfo=UTC), 0),
        MessageId("S" * 16, "R" * 16, datetime(2027, 1, 1), 0),  # noqa: DTZ001 — the naive time is the fault
        MessageId("S" * 16, "R" * 16, datetime(2027, 1, 1, tzinfo=UTC), 10**11),
    ],
)
def test_unusable_parts_make_no_number(unusable: object) -> None:
    """A part that does not fit its place is a mistake of the program, said in both languages."""
    with pytest.raises(NumberError, match=r"不能用作.* / not usable as"):
        str(unusable)
