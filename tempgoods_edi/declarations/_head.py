"""Rules on the head of every declaration: numbers, units, dates, the card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

from tempgoods_edi.declarations import _codes, _numbers, _required
from tempgoods_edi.declarations._numbers import is_uscc
from tempgoods_edi.declarations._sources import assumed, manual, published, regulation
from tempgoods_edi.records.parts import Contact, DeclarationNumbers, DeclaringUnit, InputUnit
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual


class Head(DeclarationNumbers, InputUnit, DeclaringUnit, Contact, Protocol):
    """The head of any declaration."""

    @property
    def dcl_date(self) -> date: ...


class Declared(Protocol):
    """Any declaration as the rules of this module see it."""

    @property
    def head(self) -> Head: ...

    @property
    def oper_cus_reg_code(self) -> str: ...


@rule(
    "TG-HEAD-011",
    at="Head/DclCusCd",
    zh="申报地海关“{value}”不应填写",
    en="The office of declaration must stay empty, it is {value}",
    fix=Bilingual("清空申报地海关；受理海关填在主管海关", "Clear it; the office concerned is the office in charge"),
    source=manual("1.1 小提示1：申报地海关字段不用填写任何数据，也不返填数据"),
)
def office_of_declaration_is_empty(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The field of the declaration's office is empty: forms show it, nobody fills it in."""
    if doc.head.dcl_cus_cd is not None:
        yield Hit(value=doc.head.dcl_cus_cd)


@rule(
    "TG-HEAD-012",
    at="Head/DclDate",
    zh="填报日期 {value} 晚于今天（{today}）",
    en="The date of filing {value} is after today ({today})",
    fix=Bilingual(
        "填报日期为申报当日，由系统填写", "The date of filing is the day of declaring; the system fills it in"
    ),
    source=manual("2.2 填报日期系统自动返填"),
)
def filed_not_after_today(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The day of filing is not after today, in China's time."""
    if doc.head.dcl_date > facts.today:
        yield Hit(value=doc.head.dcl_date, params={"today": facts.today})


_PHONE = re.compile(r"[+(]?[0-9][0-9 ()+./,;转x*#-]*")


@rule(
    "TG-HEAD-013",
    at="Head/LinkTel",
    zh="联系电话“{value}”不是电话号码",
    en="{value} is not a telephone number",
    fix=Bilingual("填写带区号的固定电话或手机号，如 021-62880011", "Give a number with area code, like 021-62880011"),
    source=assumed("暂时进出境货物确认申请书：联系电话，须能拨通"),
)
def telephone_can_be_dialled(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """A telephone number has at least seven digits and no other characters than telephone numbers have."""
    telephone = doc.head.link_tel
    if telephone is None or not telephone.strip():
        return
    if not _PHONE.fullmatch(telephone) or sum(map(str.isdigit, telephone)) < 7:
        yield Hit(value=telephone)


@rule(
    "TG-HEAD-014",
    at="OperCusRegCode",
    zh="操作卡海关十位编码“{value}”与录入单位“{input}”不符",
    en="The card's customs code {value} is not that of the entering unit, {input}",
    fix=Bilingual("用录入单位自己的卡操作", "Work with a card of the entering unit"),
    source=published("导入客户端手册 第5章问14：操作卡海关十位和Session中的不相符"),
)
def card_is_of_the_entering_unit(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The card is the entering unit's; a certificate with another code is reported by another rule."""
    code = doc.oper_cus_reg_code
    if code != doc.head.input_etps_no and (facts.card is None or facts.card.enterprise_no == code):
        yield Hit(value=code, params={"input": doc.head.input_etps_no})


class Operated(Protocol):
    """Any outward message, including queries."""

    @property
    def oper_cus_reg_code(self) -> str: ...


@rule(
    "TG-HEAD-015",
    at="OperCusRegCode",
    zh="操作卡海关十位编码“{value}”与签名证书的“{card}”不符",
    en="The card's customs code is given as {value}, the certificate says {card}",
    fix=Bilingual("填写签名所用卡的十位编码", "Give the customs code of the card that signs"),
    source=published("导入客户端手册 第5章问14：操作卡海关十位和Session中的不相符"),
    needs=("card",),
)
def card_code_is_the_certificates(doc: Operated, facts: Facts) -> Iterator[Hit]:
    """The enterprise code of the card in the message is the certificate's."""
    if facts.card is not None and doc.oper_cus_reg_code != facts.card.enterprise_no:
        yield Hit(value=doc.oper_cus_reg_code, params={"card": facts.card.enterprise_no})


@rule(
    "TG-HEAD-016",
    at="Head/InputEtpsSccd",
    zh="录入单位统一社会信用代码“{value}”与签名证书的“{card}”不符",
    en="The entering unit's credit code is given as {value}, the certificate says {card}",
    fix=Bilingual("录入单位信息取自卡，勿改", "The entering unit is read from the card; leave it as it is"),
    source=manual("1.1 根据登录的IC卡信息自动反填录入单位"),
    needs=("card",),
)
def credit_code_is_the_certificates(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The credit code is the certificate's; another rule reports a wrong check character."""
    code = doc.head.input_etps_sccd
    if facts.card is not None and facts.card.uscc not in (None, code) and is_uscc(code):
        yield Hit(value=code, params={"card": facts.card.uscc})


@rule(
    "TG-HEAD-017",
    at="Head/IcCardNo",
    zh="IC卡号“{value}”与签名所用卡“{card}”不符",
    en="The card number is given as {value}, the card that signed is {card}",
    fix=Bilingual("IC卡号取自卡，勿改", "The number is read from the card; leave it as it is"),
    source=published("DXP AddInfo/IcCard：发送报文所用卡号"),
    needs=("card",),
)
def card_number_is_the_cards(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The card number is the certificate's, where the certificate has one."""
    if facts.card is not None and facts.card.ic_card_no not in (None, doc.head.ic_card_no):
        yield Hit(value=doc.head.ic_card_no, params={"card": facts.card.ic_card_no})


@rule(
    "TG-HEAD-018",
    at="Head/OperatorNm",
    zh="操作员“{value}”与签名证书的“{card}”不符",
    en="The operator is given as {value}, the certificate says {card}",
    fix=Bilingual("操作员取自卡，勿改", "The operator is read from the card; leave it as it is"),
    source=manual("1.1 根据登录的IC卡信息自动反填操作员"),
    needs=("card",),
)
def operator_is_the_certificates(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The operator's name is the certificate's, where it has one; another rule reports a blank name."""
    name = doc.head.operator_nm
    if facts.card is not None and facts.card.operator not in (None, name) and name.strip():
        yield Hit(value=name, params={"card": facts.card.operator})


@rule(
    "TG-HEAD-019",
    at="Head/EtpsPreentNo",
    zh="企业内部编号“{value}”已用于预录入编号 {existing}，请修改后重新申报",
    en="The in-house number {value} was already used, by the declaration with pre-entry number {existing}",
    fix=Bilingual(
        "换一个内部编号；若是同一份单证，填写其预录入编号", "Take another; for the same paper give its pre-entry number"
    ),
    source=published("CommonResponeMessage/CheckInfo：企业内部编号与系统已有记录重复"),
    needs=("in_house_numbers",),
)
def in_house_number_is_new(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The in-house number is new in the enterprise; a declaration may repeat its own under its pre-entry number."""
    head = doc.head
    if head.etps_preent_no is None or facts.in_house_numbers is None:
        return
    existing = facts.in_house_numbers.get((head.input_etps_no, head.etps_preent_no))
    if existing not in (None, head.seq_no):
        yield Hit(value=head.etps_preent_no, params={"existing": existing})


@rule(
    "TG-HEAD-020",
    at="Head/DclEtpsSccd",
    zh="申报单位与录入单位海关编码相同（{unit}），信用代码却不同：“{value}”与“{input}”",
    en="The declaring and the entering unit have one customs code, {unit}, but two credit codes: {value} and {input}",
    fix=Bilingual("一个单位只有一个统一社会信用代码", "One unit has one credit code"),
    source=regulation("海关总署令第253号 报关单位备案：一个单位一个海关编码、一个统一社会信用代码"),
)
def one_unit_has_one_credit_code(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """One unit has one credit code throughout; another rule reports a wrong check character."""
    head = doc.head
    theirs, ours = head.dcl_etps_sccd, head.input_etps_sccd
    if head.dcl_etps_no != head.input_etps_no or theirs is None or theirs == ours:
        return
    if is_uscc(theirs) and is_uscc(ours) and (facts.card is None or facts.card.uscc in (None, ours)):
        yield Hit(value=theirs, params={"unit": head.dcl_etps_no, "input": ours})


@rule(
    "TG-HEAD-021",
    at="Head/DclTypeCd",
    zh="这种单证不能变更或删除（申报类型“{value}”）",
    en="A declaration of this kind cannot be changed or deleted (declaration type {value})",
    fix=Bilingual(
        "申报类型填1；只有展览会备案可以变更或删除",
        "Give type 1; only the filing of an exhibition can be changed or deleted",
    ),
    source=manual("3.1：变更、备案删除仅见于展览会备案"),
)
def is_a_first_declaration(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The declaration is a first one: only exhibitions have versions."""
    if doc.head.dcl_type_cd != "1":
        yield Hit(value=doc.head.dcl_type_cd)


@rule(
    "TG-HEAD-022",
    at="Head/ChgTmsCnt",
    zh="首次申报的变更次数应为0，现为 {value}",
    en="A first declaration has been changed 0 times, not {value}",
    fix=Bilingual("变更次数由系统填写：首次为0", "The system counts the changes; the first declaration has 0"),
    source=published("金关二期 ChgTmsCnt：首次申报为0"),
)
def first_declarations_count_no_change(doc: Declared, facts: Facts) -> Iterator[Hit]:
    """The number of changes of a first filing is 0."""
    if doc.head.dcl_type_cd == "1" and doc.head.chg_tms_cnt != 0:
        yield Hit(value=doc.head.chg_tms_cnt)


#: For every outward message, queries too.
ANY_MESSAGE = (card_code_is_the_certificates, _required.texts_are_not_blank, *_codes.CODES, *_numbers.ANY_MESSAGE)

#: For every declaration.
DECLARATION: tuple[Any, ...] = (
    *_required.DECLARED,
    *ANY_MESSAGE,
    *_numbers.DECLARED,
    office_of_declaration_is_empty,
    filed_not_after_today,
    telephone_can_be_dialled,
    card_is_of_the_entering_unit,
    credit_code_is_the_certificates,
    card_number_is_the_cards,
    operator_is_the_certificates,
    in_house_number_is_new,
    one_unit_has_one_credit_code,
    first_declarations_count_no_change,
)

#: For a declaration that has no versions.
ONCE_ONLY: tuple[Any, ...] = (*DECLARATION, is_a_first_declaration)
