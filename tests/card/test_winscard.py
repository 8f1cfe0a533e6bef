"""What the smart-card service answers is told to people as what it is, with what they can do about it."""

from __future__ import annotations

import pytest

from tempgoods_edi.card import problems
from tempgoods_edi.card.problems import CardError, Trouble
from tempgoods_edi.card.winscard import Service


class Answers:
    """A PC/SC library that answers everything with one code, as signed numbers, as some systems have them."""

    def __init__(self, code: int) -> None:
        self._code = code - (1 << 32)

    def SCardListReaders(self, context: object, groups: list[str]) -> tuple[int, list[str]]:
        """The code, and no reader."""
        return self._code, []


def told(code: int) -> CardError:
    """What becomes of *code*."""
    with pytest.raises(CardError) as error:
        Service(Answers(code), None).readers()
    return error.value


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (0x8010006A, problems.NOT_ALLOWED),
        (0x80100027, problems.NOT_ALLOWED),
        (0x80100006, problems.SERVICE_FULL),
        (0x80100031, problems.SERVICE_FULL),
        (0x80100012, problems.NO_SERVICE),
        (0x80100018, problems.NO_SERVICE),
        (0x8010001D, problems.NO_SERVICE),
        (0x8010001E, problems.NO_SERVICE),
        (0x8010001A, problems.UNSUPPORTED_READER),
        (0x8010001F, problems.UNSUPPORTED_READER),
        (0x80100010, problems.UNREADABLE_CARD),
        (0x80100066, problems.UNREADABLE_CARD),
        (0x8010002F, problems.UNREADABLE_CARD),
        (0x80100017, problems.READER_GONE),
        (0x8010000B, problems.IN_USE),
        (0x80100069, problems.PULLED_OUT),
    ],
)
def test_a_code_is_told_as_what_it_is(code: int, trouble: Trouble) -> None:
    """Nobody is sent to a reader for what is a matter of rights or of the service."""
    assert told(code).trouble is trouble


@pytest.mark.parametrize("code", range(0x80100001, 0x80100070))
def test_every_code_has_an_advice_in_both_languages(code: int) -> None:
    """One that is known by no name is told with its number, for whoever maintains the system."""
    if code == 0x8010002E:  # no reader: none is listed
        assert Service(Answers(code), None).readers() == ()
        return
    error = told(code)
    assert error.fix.zh
    assert error.fix.en
    if error.trouble is problems.PCSC_FAILED:
        assert f"0x{code:08X}" in str(error)
        assert "maintains" in error.fix.en
