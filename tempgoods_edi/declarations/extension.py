"""暂时进出境货物延期申报 / Extension of temporary goods (TMP131): more time before they must go back."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from tempgoods_edi.declarations import _documents, _entries, _goods, _guarantee, _head
from tempgoods_edi.declarations._sources import decree, manual, published, regulation
from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.lifecycle.deadlines import MAX_EXTENSION_MONTHS, MAX_EXTENSIONS, add_months
from tempgoods_edi.records.tmp131 import ExtensionGoods, ExtensionHead, ExtensionMessage
from tempgoods_edi.rules import Facts, Hit, KnownEntry, KnownExtension, rule
from tempgoods_edi.values import Bilingual, Severity

_LONG_SHOW = "3"
_SPECIAL = {
    "1": Bilingual("国家重点工程", "a national key project"),
    "2": Bilingual("国家科研项目", "a national research project"),
    _LONG_SHOW: Bilingual("展期24个月以上展览会", "an exhibition of 24 months or more"),
}
_EXHIBITIONS = "1"


def _entry(head: ExtensionHead, facts: Facts) -> KnownEntry | None:
    return (facts.entries or {}).get(head.entry_no or "")


def _granted(head: ExtensionHead, facts: Facts) -> tuple[KnownExtension, ...]:
    return (facts.extensions or {}).get(head.entry_no or head.ata_carnet_no or "", ())


@rule(
    "TG-EXT-001",
    at="Head/EntryNo",
    zh="原报关单号和ATA单证册号都没有填写",
    en="Neither entry nor ATA carnet is named",
    fix=Bilingual("填写其中一个", "Give one of them"),
    source=regulation("货物暂时进/出境延期办理单：原报关单号或ATA单证册号"),
)
def goods_are_under_an_entry_or_a_carnet(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """Needed for a draft too."""
    if doc.head.entry_no is None and doc.head.ata_carnet_no is None:
        yield Hit()


@rule(
    "TG-EXT-002",
    at="Head/AtaCarnetNo",
    zh="原报关单号和ATA单证册号只能填写一个（现为“{entry}”和“{value}”）",
    en="Only one of entry and ATA carnet can be named, not {entry} and {value}",
    fix=Bilingual("清空其中一个", "Clear one of them"),
    source=regulation("货物暂时进/出境延期办理单：原报关单号或ATA单证册号"),
)
def goods_are_not_under_both(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """One application is about one of them."""
    if doc.head.entry_no is not None and doc.head.ata_carnet_no is not None:
        yield Hit(value=doc.head.ata_carnet_no, params={"entry": doc.head.entry_no})


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
    """The deadline's own day is in time."""
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
    """By at least a day."""
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
    """By the calendar, from the present deadline."""
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
    """Unless the project is a special one."""
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
    """For special projects only."""
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
    """One more than were approved; a zero is told by another rule."""
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
    """The schema allows a zero."""
    if doc.head.extension_cnt == 0:
        yield Hit(value=0)


@rule(
    "TG-EXT-010",
    at="Head/EntryNo",
    zh="原报关单“{value}”不存在",
    en="There is no entry {value}",
    fix=Bilingual("核对原报关单号", "Check the entry number"),
    source=manual("2.2：货物信息可以通过报关单海关编号查询"),
    needs=("entries",),
    retriable=True,
)
def entry_is_on_file(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """Carnets are not in the registry."""
    number = doc.head.entry_no
    if facts.entries is not None and number is not None and number not in facts.entries:
        yield Hit(value=number)


@rule(
    "TG-EXT-011",
    at="Head/EntryNo",
    zh="本单位不是报关单“{value}”的收发货人或申报单位，不能申请延期",
    en="This unit is neither consignor, consignee nor declaring unit of entry {value} and cannot extend it",
    fix=Bilingual("由该报关单的收发货人或申报单位申请", "One of them applies"),
    source=decree("第十一条：由持证人、收发货人办理"),
    needs=("entries",),
)
def entry_is_ones_own(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """One of the entering and the declaring unit must be a party of it."""
    head, known = doc.head, _entry(doc.head, facts)
    if known is not None and known.enterprise_nos.isdisjoint((head.input_etps_no, head.dcl_etps_no)):
        yield Hit(value=head.entry_no)


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
    """A date to come is told by another rule."""
    day, known = doc.head.ie_date, _entry(doc.head, facts)
    if known is not None and day is not None and day != known.date and day <= facts.today:
        yield Hit(value=day, params={"registered": known.date})


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
    """That of the last extension, or else of the entry; one that is past is told by another rule."""
    deadline, known = doc.head.current_deadline, _entry(doc.head, facts)
    if known is None or deadline is None or deadline < facts.today:
        return
    granted = _granted(doc.head, facts)
    registered = granted[-1].deadline if granted else known.deadline
    if deadline != registered:
        yield Hit(value=deadline, params={"registered": registered})


@rule(
    "TG-EXT-014",
    at="Head/ImpExpMarkCd",
    zh="进出境标志“{value}”与原报关单 {entry} 不符（第9位：1进口，0出口）",
    en="The direction {value} is not that of entry {entry}, whose 9th character is 1 inward, 0 outward",
    fix=Bilingual("进出境标志由系统按报关单填写", "The system takes the direction from the entry"),
    source=published("报关单填制规范 一、二：海关编号第9位，1进口，0出口"),
)
def direction_is_the_entrys(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """Extension goes the way of the entry."""
    mark, entry = doc.head.imp_exp_mark_cd, doc.head.entry_no
    if mark is not None and entry is not None and (mark == "I") != (entry[8] == "1"):
        yield Hit(value=mark, params={"entry": entry})


@rule(
    "TG-EXT-015",
    at="Head/IEDate",
    zh="原进/出境日期 {value} 晚于今天（{today}）",
    en="The goods came or left on {value}, which is after today ({today})",
    fix=Bilingual("按原报关单填写", "Take the date from the entry"),
    source=regulation("货物暂时进/出境延期办理单：进/出境日期"),
)
def goods_have_come(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """Only what has come can stay longer."""
    if doc.head.ie_date is not None and doc.head.ie_date > facts.today:
        yield Hit(value=doc.head.ie_date, params={"today": facts.today})


@rule(
    "TG-EXT-016",
    at="Head/CurrentDeadline",
    zh="现复运期限 {value} 不晚于原进/出境日期 {moved}",
    en="The deadline {value} is not after the goods came or left on {moved}",
    fix=Bilingual("核对两个日期", "Check both dates"),
    source=decree("第十条"),
)
def deadline_is_after_the_goods_came(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """Silent where the date of entry is to come, or the deadline is past, which is told elsewhere."""
    moved, deadline = doc.head.ie_date, doc.head.current_deadline
    if moved is not None and deadline is not None and facts.today <= deadline <= moved <= facts.today:
        yield Hit(value=deadline, params={"moved": moved})


@rule(
    "TG-EXT-017",
    at="Head/GuaranteeTypeCd",
    zh="ATA单证册 {number} 项下的货物，担保方式应为3（ATA单证册），现为“{value}”",
    en="Goods under carnet {number} are guaranteed by it (type 3), not by type {value}",
    fix=Bilingual("担保方式改为3", "Set the kind of guarantee to 3"),
    source=decree("第九条：ATA单证册项下货物由担保协会总担保"),
)
def carnet_is_the_guarantee(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """Silent where it is not clear whether there is a carnet."""
    head = doc.head
    if head.ata_carnet_no is not None and head.entry_no is None:
        if head.guarantee_type_cd not in (None, _guarantee.ATA):
            yield Hit(value=head.guarantee_type_cd, params={"number": head.ata_carnet_no})


@rule(
    "TG-EXT-018",
    at="Head/GuaranteeTypeCd",
    zh="担保方式为ATA单证册，延期的却是报关单 {entry} 的货物",
    en="The guarantee is an ATA carnet, but the goods are under entry {entry}",
    fix=Bilingual(
        "改正担保方式，或改填ATA单证册号", "Correct the kind of guarantee, or name the carnet instead of the entry"
    ),
    source=decree("第九条：ATA单证册项下货物由担保协会总担保"),
)
def carnet_guarantees_its_own_goods(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """Silent where it is not clear whether there is a carnet."""
    head = doc.head
    if head.guarantee_type_cd == _guarantee.ATA and head.entry_no is not None and head.ata_carnet_no is None:
        yield Hit(value=head.guarantee_type_cd, params={"entry": head.entry_no})


@rule(
    "TG-EXT-019",
    at="Head/ProjectTypeCd",
    zh="项目类型为长期展览会，暂时进出境类别却是“{category}”，不是1",
    en="The project is a long exhibition, but the goods are of category {category}, not 1",
    fix=Bilingual("改正项目类型或类别", "Correct the kind of project or the category"),
    source=decree("第三条第一项、第十条"),
)
def long_show_is_a_show(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """Category 1 is exhibitions, fairs, conferences and the like."""
    category = doc.head.category_cd
    if doc.head.project_type_cd == _LONG_SHOW and category not in (None, _EXHIBITIONS):
        yield Hit(value=_LONG_SHOW, params={"category": category})


@rule(
    "TG-EXT-020",
    at="Goods[]/EntryNo",
    zh="商品的报关单号“{value}”不是申请延期的报关单“{entry}”",
    en="The line is of entry {value}, the application is about {entry}",
    fix=Bilingual("一份延期申请只涉及一份报关单", "One application is about one entry"),
    source=manual("2.2：货物信息通过报关单海关编号查询勾选"),
)
def lines_are_of_the_entry(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """A line may leave it out."""
    entry = doc.head.entry_no
    for row, line in enumerate(doc.goods, 1):
        if line.entry_no is not None and entry is not None and line.entry_no != entry:
            yield Hit(at=(row,), value=line.entry_no, params={"entry": entry})


@rule(
    "TG-EXT-021",
    at="Goods[]/ExtQty",
    zh="延期数量 {value} 超过所填的剩余（或报关单）数量 {left}",
    en="{value} are to be extended, of {left} that are said to be left or in the entry",
    fix=Bilingual("改小延期数量", "Extend fewer"),
    source=regulation("货物暂时进/出境延期办理单：数量"),
)
def no_more_is_extended_than_is_said_to_be_left(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """By the message itself; where the registry knows the line it decides."""
    known = _entry(doc.head, facts)
    for row, line in enumerate(doc.goods, 1):
        left = line.entry_qty if line.remain_qty is None else line.remain_qty
        if left is not None and line.ext_qty is not None and line.ext_qty > left:
            if known is None or line.entry_g_no not in known.lines:
                yield Hit(at=(row,), value=f"{line.ext_qty:f}", params={"left": f"{left:f}"})


def _entry_of(doc: ExtensionMessage, line: ExtensionGoods) -> str | None:
    """That of the application where the line says none; None where the two differ."""
    return doc.head.entry_no if line.entry_no in (None, doc.head.entry_no) else None


EXTENSION = DeclarationType(
    code="TMP131",
    rules=(
        *_head.ONCE_ONLY,
        *_guarantee.GUARANTEE,
        goods_are_under_an_entry_or_a_carnet,
        goods_are_not_under_both,
        deadline_is_not_past,
        deadline_moves_forward,
        deadline_moves_by_six_months_at_most,
        there_are_three_extensions_at_most,
        further_extensions_are_decided_above,
        extensions_are_counted,
        extensions_are_counted_from_one,
        entry_is_on_file,
        entry_is_ones_own,
        date_is_the_entrys,
        deadline_is_the_registered_one,
        direction_is_the_entrys,
        goods_have_come,
        deadline_is_after_the_goods_came,
        carnet_is_the_guarantee,
        carnet_guarantees_its_own_goods,
        long_show_is_a_show,
        lines_are_of_the_entry,
        no_more_is_extended_than_is_said_to_be_left,
        *_goods.numbering("EXT", "Goods", attrgetter("goods")),
        *_entries.entry_lines(
            "EXT",
            "Goods",
            attrgetter("goods"),
            _entry_of,
            same={
                "Gdecd": ("gdecd", "hs_code"),
                "EntryQty": ("entry_qty", "quantity"),
                "DclUnitCd": ("dcl_unit_cd", "unit"),
                "UnitPrice": ("unit_price", "unit_price"),
                "CurrCd": ("curr_cd", "currency"),
                "NatCd": ("nat_cd", "origin"),
            },
            quantity=("ExtQty", "ext_qty"),
            left=attrgetter("remaining"),
            excess=Bilingual(
                "延期数量 {value} 超过报关单 {entry} 第 {item} 项的剩余数量 {left}",
                "{value} are to be extended of item {item} of entry {entry}; {left} are left",
            ),
        ),
        *_documents.DOCUMENTS,
    ),
)
