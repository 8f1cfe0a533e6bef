"""Rules on the guarantee, shared by exhibitions, confirmations and extensions.

An ATA carnet (type 3) is its own guarantee; where its number stands differs, so those rules are the messages' own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from tempgoods_edi.declarations._sources import decree, published, regulation
from tempgoods_edi.records.parts import Guarantee
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual, Severity

DEPOSIT, LETTER, ATA, GENERAL, EXEMPT = "1", "2", "3", "4", "5"

_WITH_NUMBER = {LETTER: Bilingual("保函", "a letter of guarantee"), GENERAL: Bilingual("总担保", "a general guarantee")}
_WITH_AMOUNT = {DEPOSIT: Bilingual("保证金", "a deposit"), LETTER: _WITH_NUMBER[LETTER]}


class Guaranteed(Protocol):
    """A declaration with a guarantee."""

    @property
    def head(self) -> Guarantee: ...


@rule(
    "TG-HEAD-030",
    at="Head/GuaranteeNo",
    zh="担保方式为{kind}，须填写担保编号",
    en="The guarantee is {kind}; its number is needed",
    fix=Bilingual("填写保函或总担保的编号", "Give the number of the letter or of the general guarantee"),
    source=decree("第九条"),
    declare_only=True,
)
def guarantee_has_its_number(doc: Guaranteed, facts: Facts) -> Iterator[Hit]:
    """A letter of guarantee and a general guarantee have a number."""
    head = doc.head
    if head.guarantee_type_cd in _WITH_NUMBER and head.guarantee_no is None:
        yield Hit(params={"kind": _WITH_NUMBER[head.guarantee_type_cd]})


@rule(
    "TG-HEAD-031",
    at="Head/GuaranteeAmt",
    zh="担保方式为{kind}，须填写大于0的担保金额",
    en="The guarantee is {kind}; an amount above 0 is needed",
    fix=Bilingual("填写担保金额", "Give the amount guaranteed"),
    source=decree("第九条"),
    declare_only=True,
)
def guarantee_has_its_amount(doc: Guaranteed, facts: Facts) -> Iterator[Hit]:
    """A deposit and a letter of guarantee have an amount."""
    head = doc.head
    if head.guarantee_type_cd in _WITH_AMOUNT and not head.guarantee_amt:
        yield Hit(value=head.guarantee_amt, params={"kind": _WITH_AMOUNT[head.guarantee_type_cd]})


@rule(
    "TG-HEAD-032",
    at="Head/GuaranteeCurrCd",
    zh="填写了担保金额 {amount}，未填担保币制",
    en="The guarantee is for {amount}, in no currency",
    fix=Bilingual("填写担保币制，如 CNY", "Give the currency of the guarantee, like CNY"),
    source=published("GrtGasrLevyBsc：担保金额与币制"),
)
def guarantee_has_its_currency(doc: Guaranteed, facts: Facts) -> Iterator[Hit]:
    """The amount of a guarantee has a currency."""
    if doc.head.guarantee_amt and doc.head.guarantee_curr_cd is None:
        yield Hit(params={"amount": doc.head.guarantee_amt})


@rule(
    "TG-HEAD-033",
    at="Head/GuaranteeTypeCd",
    zh="担保方式为免担保，却填写了担保编号或金额（{given}）",
    en="No guarantee is said to be needed, yet one is described ({given})",
    fix=Bilingual(
        "改正担保方式，或清空担保编号和金额", "Correct the kind of guarantee, or clear its number and amount"
    ),
    source=regulation("海关事务担保条例第四条：免除担保"),
    severity=Severity.WARNING,
)
def no_guarantee_is_described_where_none_is_needed(doc: Guaranteed, facts: Facts) -> Iterator[Hit]:
    """Where no guarantee is needed, its other fields are empty."""
    head = doc.head
    if head.guarantee_type_cd == EXEMPT:
        given = [str(each) for each in (head.guarantee_no, head.guarantee_amt) if each]
        if given:
            yield Hit(value=head.guarantee_type_cd, params={"given": ", ".join(given)})


GUARANTEE: tuple[Any, ...] = (
    guarantee_has_its_number,
    guarantee_has_its_amount,
    guarantee_has_its_currency,
    no_guarantee_is_described_where_none_is_needed,
)
