"""Rules on numbers with an inner structure, derived from the schema: credit codes, customs codes, entry numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from tempgoods_edi import numbers
from tempgoods_edi.codelists import code_list
from tempgoods_edi.declarations import _plan
from tempgoods_edi.declarations._sources import published
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual, Severity

#: The same enterprises stand in message after message.
is_uscc = lru_cache(maxsize=4096)(numbers.is_uscc)


def _is_a_credit_code(field: FieldSpec) -> bool:
    return field.number == "uscc"


def _is_a_customs_code(field: FieldSpec) -> bool:
    return field.number == "enterprise"


def _is_an_entry_number(field: FieldSpec) -> bool:
    return field.number == "entry"


def _is_a_number_customs_issues_for_this(field: FieldSpec) -> bool:
    return field.number == "customs" and field.auto


@rule(
    "TG-HEAD-006",
    at="",
    zh="{label}“{value}”的校验码不正确",
    en="{label} {value} has a wrong check character",
    fix=Bilingual("按营业执照核对18位统一社会信用代码", "Compare all 18 characters with the business licence"),
    source=published("GB 32100-2015 法人和其他组织统一社会信用代码编码规则"),
)
def credit_codes_check(doc: Any, facts: Facts) -> Iterator[Hit]:
    """The last character of a unified social credit code fits the others."""
    for column in _plan.columns(doc.__class__, _is_a_credit_code):
        yield from column.hits(doc, lambda code: not is_uscc(code))


@rule(
    "TG-HEAD-007",
    at="",
    zh="{label}“{value}”的年份晚于今年",
    en="{label} {value} is of a year to come",
    fix=Bilingual("核对报关单号第5至8位（年份）", "Check the year, characters 5 to 8 of the entry number"),
    source=published("报关单填制规范 一、二：海关编号第5至8位为年份"),
)
def entries_are_not_of_years_to_come(doc: Any, facts: Facts) -> Iterator[Hit]:
    """The year of an entry number (characters 5 to 8) is not in the future."""
    this_year = f"{facts.today.year:04d}"
    for column in _plan.columns(doc.__class__, _is_an_entry_number):
        yield from column.hits(doc, lambda entry: entry[4:8] > this_year)


@rule(
    "TG-HEAD-008",
    at="",
    zh="{label}“{value}”的前4位不是已知的关区代码",
    en="{label} {value} begins with an unknown office code",
    fix=Bilingual("核对报关单号前4位（接受申报的海关）", "Check the first 4 characters, the office of the entry"),
    source=published("报关单填制规范 一、二：海关编号前4位为关区代码"),
    severity=Severity.WARNING,
)
def entries_are_of_known_offices(doc: Any, facts: Facts) -> Iterator[Hit]:
    """The office of an entry number (characters 1 to 4) is known."""
    offices = code_list("customs_offices")
    for column in _plan.columns(doc.__class__, _is_an_entry_number):
        yield from column.hits(doc, lambda entry: entry[:4] not in offices)


@cache
def _regions() -> frozenset[str]:
    return frozenset(code[:4] for code in code_list("domestic_districts").codes())


@rule(
    "TG-HEAD-009",
    at="",
    zh="{label}“{value}”的前4位不是已知的行政区划",
    en="{label} {value} begins with an unknown region",
    fix=Bilingual("按报关单位注册登记核对十位编码", "Compare the code with the unit's customs registration"),
    source=published("海关总署通关参数 国内地区代码前4位"),
    severity=Severity.WARNING,
)
def customs_codes_are_of_known_regions(doc: Any, facts: Facts) -> Iterator[Hit]:
    """The region of a customs code (digits 1 to 4) is known."""
    for column in _plan.columns(doc.__class__, _is_a_customs_code):
        yield from column.hits(doc, lambda code: code[:4] not in _regions())


@rule(
    "TG-HEAD-010",
    at="",
    zh="首次申报不应填写{label}（现为“{value}”），该编号由海关审核通过后生成",
    en="A first declaration has no {label} yet ({value}); customs gives it on approval",
    fix=Bilingual("删除{label}；若要变更，申报类型应为2", "Leave {label} out; for a change the declaration type is 2"),
    source=published("回执HdeApprResult/businessId：海关编号由海关返回"),
)
def first_declarations_have_no_customs_number(doc: Any, facts: Facts) -> Iterator[Hit]:
    """A first declaration has no customs number yet."""
    if doc.head.dcl_type_cd == "1":
        for column in _plan.columns(doc.__class__, _is_a_number_customs_issues_for_this):
            yield from column.hits(doc, lambda number: True)


ANY_MESSAGE = (
    credit_codes_check,
    entries_are_not_of_years_to_come,
    entries_are_of_known_offices,
    customs_codes_are_of_known_regions,
)
DECLARED = (first_declarations_have_no_customs_number,)
