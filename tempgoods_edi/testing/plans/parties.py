"""Plans for enterprises, their cards and the head of every declaration."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.rules import Card
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import date_text, enterprise_no, uscc
from tempgoods_edi.testing.texts import text
from tempgoods_edi.testing.trees import Shape

_FIRST_TODAY = date(2026, 1, 5)
_TELEPHONES = ("021-62880011", "13901234567", "+86 10 6512 3456", "(0755)2688-1234转802", "4008-123-123")


class Enterprise(Struct, frozen=True, kw_only=True):
    """A unit registered with customs and its operator's card."""

    enterprise_no: str
    uscc: str
    name: str
    operator: str
    ic_card_no: str

    @property
    def card(self) -> Card:
        """The card as its certificate describes it."""
        return Card(
            enterprise_no=self.enterprise_no, uscc=self.uscc, operator=self.operator, ic_card_no=self.ic_card_no
        )


def enterprise(c: Choices) -> Enterprise:
    """A random enterprise with its card."""
    return Enterprise(
        enterprise_no=enterprise_no(c),
        uscc=uscc(c),
        name=text(c, 1, 512),
        operator=text(c, 1, 64),
        ic_card_no=c.digits(13),
    )


def today(c: Choices) -> date:
    """The day of declaring, in a year that the samples' entries do not exceed."""
    return _FIRST_TODAY + timedelta(c.below(1500))


def head(c: Choices, shape: Shape, sender: Enterprise, day: date) -> Tree:
    """The values that the rules for every declaration check."""
    agent = enterprise(c) if c.one_in(3) else sender
    given: Tree = {
        "DclTypeCd": "1",
        "ChgTmsCnt": "0",
        "DclCusCd": None,
        "InputEtpsNo": sender.enterprise_no,
        "InputEtpsSccd": sender.uscc,
        "InputEtpsNm": sender.name,
        "OperatorNm": sender.operator,
        "IcCardNo": sender.ic_card_no,
        "DclDate": date_text(day),
    }
    if shape.declared or shape.has(c):
        given |= {
            "DclEtpsNo": agent.enterprise_no,
            "DclEtpsSccd": agent.uscc,
            "DclEtpsNm": agent.name,
            "LinkTel": c.pick(_TELEPHONES),
        }
    else:
        given |= dict.fromkeys(("DclEtpsNo", "DclEtpsSccd", "DclEtpsNm", "LinkTel"))
    return given
