"""Rules on the terms of an extension: its number, beginning and end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tempgoods_edi.declarations._sources import decree, regulation
from tempgoods_edi.lifecycle.deadlines import MAX_EXTENSION_MONTHS, MAX_EXTENSIONS, add_months
from tempgoods_edi.records.tmp131 import ExtensionHead, ExtensionMessage
from tempgoods_edi.rules import Facts, Hit, KnownEntry, KnownExtension, rule
from tempgoods_edi.values import Bilingual, Severity

_LONG_SHOW = "3"
_SPECIAL = {
    "1": Bilingual("国家重点工程", "a national key project"),
    "2": Bilingual("国家科研项目", "a national research project"),
    _LONG_SHOW: Bilingual("展期24个月以上展览会", "an exhibition of 24 months or more"),
}
_EXHIBITIONS = "1"


def registered_entry(head: ExtensionHead, facts: Facts) -> KnownEntry | None:
    return (facts.entries or {}).get(head.entry_no or "")


def _granted(head: ExtensionHead, facts: Facts) -> tuple[KnownExtension, ...]:
    return (facts.extensions or {}).get(head.entry_no or head.ata_carnet_no or "", ())


@rule(
    "TG-EXT-003",
    at="Head/CurrentDeadline",
    zh="现复运期限 {value} 已过（今天 {today}），不能再申请延期",
    en="The deadline {value} is past (today is {today}); it is too late to extend it",
    fix=Bilingual(
        "延期须在期限届满前申请；逾期请与主管海关联系",
        "Extensions are applied for in time; now see the office in charge",
    ),
    source=decree("第十一条：在规定期限届满前办理"),
    declare_only=True,
)
def deadline_is_not_past(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The present deadline is not past; the deadline's own day is in time."""
    deadline = doc.head.current_deadline
    if deadline is not None and deadline < facts.today:
        yield Hit(value=deadline, params={"today": facts.today})


@rule(
    "TG-EXT-004",
    at="Head/RequestedDeadline",
    zh="申请延期至 {value}，不晚于现复运期限 {deadline}",
    en="The deadline asked for, {value}, is not after the present one, {deadline}",
    fix=Bilingual("核对两个日期", "Check both dates"),
    source=decree("第十条"),
)
def deadline_moves_forward(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The new deadline is at least a day later."""
    deadline, wanted = doc.head.current_deadline, doc.head.requested_deadline
    if deadline is not None and wanted is not None and wanted <= deadline:
        yield Hit(value=wanted, params={"deadline": deadline})


@rule(
    "TG-EXT-005",
    at="Head/RequestedDeadline",
    zh="申请延期至 {value}，超过现复运期限后6个月（最迟 {limit}）",
    en="The deadline asked for, {value}, is more than 6 months later; the last day is {limit}",
    fix=Bilingual("每次延期不超过6个月", "Ask for at most 6 months at a time"),
    source=decree("第十条：每次延长期限不超过6个月"),
)
def deadline_moves_by_six_months_at_most(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The new deadline is at most six calendar months after the present one."""
    deadline, wanted = doc.head.current_deadline, doc.head.requested_deadline
    if deadline is not None and wanted is not None:
        limit = add_months(deadline, MAX_EXTENSION_MONTHS)
        if wanted > limit:
            yield Hit(value=wanted, params={"limit": limit})


@rule(
    "TG-EXT-006",
    at="Head/ExtensionCnt",
    zh="已是第 {value} 次延期，超过3次",
    en="This is extension {value}; there are at most 3",
    fix=Bilingual(
        "办理复运或进出口手续；属国家重点工程、科研项目或长期展览的，填写项目类型",
        "Return or clear the goods; for a special project give its kind",
    ),
    source=decree("第十条：延期最多不超过3次"),
)
def there_are_three_extensions_at_most(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """There are at most three extensions, except for a special project."""
    number = doc.head.extension_cnt
    if number is not None and number > MAX_EXTENSIONS and doc.head.project_type_cd not in _SPECIAL:
        yield Hit(value=number)


@rule(
    "TG-EXT-007",
    at="Head/ExtensionCnt",
    zh="第 {value} 次延期（{project}）由主管地直属海关批准",
    en="Extension {value}, for {project}, is decided by the regional customs",
    fix=Bilingual("准备项目证明材料，预留审批时间", "Have the papers of the project ready and allow time"),
    source=decree("第十条：由主管地直属海关批准"),
    severity=Severity.WARNING,
)
def further_extensions_are_decided_above(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """More than three extensions, for special projects only, are decided by higher customs."""
    number, project = doc.head.extension_cnt, doc.head.project_type_cd
    if number is not None and number > MAX_EXTENSIONS and project in _SPECIAL:
        yield Hit(value=number, params={"project": _SPECIAL[project]})


@rule(
    "TG-EXT-008",
    at="Head/ExtensionCnt",
    zh="应为第 {wanted} 次延期，现填 {value}",
    en="This is extension {wanted}, not {value}",
    fix=Bilingual("按已批准的延期次数加1填写", "One more than were approved"),
    source=decree("第十条"),
    needs=("extensions",),
)
def extensions_are_counted(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The extension's number is one more than the approved ones; another rule reports a zero."""
    number = doc.head.extension_cnt
    if number and (doc.head.entry_no or doc.head.ata_carnet_no):
        wanted = len(_granted(doc.head, facts)) + 1
        if number != wanted:
            yield Hit(value=number, params={"wanted": wanted})


@rule(
    "TG-EXT-009",
    at="Head/ExtensionCnt",
    zh="第几次延期不能为0",
    en="Extensions are counted from 1, not 0",
    fix=Bilingual("首次延期填1", "The first extension is number 1"),
    source=decree("第十条"),
)
def extensions_are_counted_from_one(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The extension's number is at least 1, although the schema allows 0."""
    if doc.head.extension_cnt == 0:
        yield Hit(value=0)


@rule(
    "TG-EXT-012",
    at="Head/IEDate",
    zh="原进/出境日期 {value} 与报关单的 {registered} 不符",
    en="The goods came or left on {registered} by the entry, not on {value}",
    fix=Bilingual("按原报关单填写", "Take the date from the entry"),
    source=regulation("货物暂时进/出境延期办理单：进/出境日期"),
    needs=("entries",),
)
def date_is_the_entrys(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The date of entry or exit is the registry's; another rule reports a future date."""
    day, known = doc.head.ie_date, registered_entry(doc.head, facts)
    if known is not None and day is not None and day != known.ie_date and day <= facts.today:
        yield Hit(value=day, params={"registered": known.ie_date})


@rule(
    "TG-EXT-013",
    at="Head/CurrentDeadline",
    zh="现复运期限 {value} 与海关登记的 {registered} 不符",
    en="The deadline on file is {registered}, not {value}",
    fix=Bilingual("按最近一次批准的期限填写", "Give the deadline last approved"),
    source=regulation("货物暂时进/出境延期办理单：原复运期限"),
    needs=("entries", "extensions"),
)
def deadline_is_the_registered_one(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The present deadline is the registered one: the last extension's, or else the entry's."""
    deadline, known = doc.head.current_deadline, registered_entry(doc.head, facts)
    if known is None or deadline is None or deadline < facts.today:
        return
    granted = _granted(doc.head, facts)
    registered = granted[-1].deadline if granted else known.deadline
    if deadline != registered:
        yield Hit(value=deadline, params={"registered": registered})


@rule(
    "TG-EXT-015",
    at="Head/IEDate",
    zh="原进/出境日期 {value} 晚于今天（{today}）",
    en="The goods came or left on {value}, which is after today ({today})",
    fix=Bilingual("按原报关单填写", "Take the date from the entry"),
    source=regulation("货物暂时进/出境延期办理单：进/出境日期"),
)
def goods_have_come(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The goods have already come: only such goods can stay longer."""
    if doc.head.ie_date is not None and doc.head.ie_date > facts.today:
        yield Hit(value=doc.head.ie_date, params={"today": facts.today})


@rule(
    "TG-EXT-018",
    at="Head/ProjectTypeCd",
    zh="项目类型为长期展览会，暂时进出境类别却是“{category}”，不是1",
    en="The project is a long exhibition, but the goods are of category {category}, not 1",
    fix=Bilingual("改正项目类型或类别", "Correct the kind of project or the category"),
    source=decree("第三条第一项、第十条"),
)
def long_show_is_a_show(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """A long show is of category 1: exhibitions, fairs, conferences and the like."""
    category = doc.head.category_cd
    if doc.head.project_type_cd == _LONG_SHOW and category not in (None, _EXHIBITIONS):
        yield Hit(value=_LONG_SHOW, params={"category": category})


TERMS: tuple[Any, ...] = (
    deadline_is_not_past,
    deadline_moves_forward,
    deadline_moves_by_six_months_at_most,
    there_are_three_extensions_at_most,
    further_extensions_are_decided_above,
    extensions_are_counted,
    extensions_are_counted_from_one,
    date_is_the_entrys,
    deadline_is_the_registered_one,
    goods_have_come,
    long_show_is_a_show,
)
