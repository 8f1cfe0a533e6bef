"""Rules on the versions of a filed exhibition: its change and its deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict, replace

from tempgoods_edi.declarations._sources import assumed, manual, published
from tempgoods_edi.records.tmp101 import ExhibitionMessage
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual

FILING, CHANGE, DELETION = "1", "2", "3"


@rule(
    "TG-EXH-020",
    at="Head/ChgTmsCnt",
    zh="变更或删除的变更次数应从1起，现为 {value}",
    en="A change or deletion counts from 1, not {value}",
    fix=Bilingual("变更次数由系统填写：每次变更加1", "The system counts: one more with each change"),
    source=published("金关二期 ChgTmsCnt"),
)
def changes_are_counted(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A change has a version number above 0, which is the first filing's."""
    if doc.head.chg_tms_cnt == 0 and doc.head.dcl_type_cd != FILING:
        yield Hit(value=0)


@rule(
    "TG-EXH-021",
    at="Head/ExhibitionNo",
    zh="变更或删除须填写展览会海关编号",
    en="A change or deletion needs the customs number of the exhibition",
    fix=Bilingual("从已审核通过的展览会进入变更或备案删除", "Begin from the approved exhibition"),
    source=manual("3.1：已审核通过状态方可变更；审批通过但没有使用的可备案删除"),
    declare_only=True,
)
def what_is_changed_has_its_number(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A change names the customs number that was given with the approval."""
    if doc.head.exhibition_no is None and doc.head.dcl_type_cd != FILING:
        yield Hit()


@rule(
    "TG-EXH-022",
    at="Head/ModReason",
    zh="变更须填写变更原因",
    en="A change needs its reason",
    fix=Bilingual("说明变更了什么、为什么", "Say what was changed, and why"),
    source=assumed("变更申请须说明原因"),
    declare_only=True,
)
def change_has_its_reason(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A change has its reason; another rule reports a blank one."""
    if doc.head.mod_reason is None and doc.head.dcl_type_cd == CHANGE:
        yield Hit()


@rule(
    "TG-EXH-023",
    at="Head/DelReason",
    zh="备案删除须填写删除原因",
    en="A deletion needs its reason",
    fix=Bilingual("说明为什么删除", "Say why"),
    source=assumed("删除申请须说明原因"),
    declare_only=True,
)
def deletion_has_its_reason(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A deletion has its reason; another rule reports a blank one."""
    if doc.head.del_reason is None and doc.head.dcl_type_cd == DELETION:
        yield Hit()


@rule(
    "TG-EXH-024",
    at="Head/ModReason",
    zh="不是变更申报，却填写了变更原因“{value}”",
    en="A reason of change is given ({value}), but this is no change",
    fix=Bilingual("清空变更原因，或改正申报类型", "Clear it, or correct the declaration type"),
    source=assumed("变更原因仅用于变更申报"),
)
def only_a_change_has_a_reason_of_change(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The reason of change is empty except in a change."""
    if doc.head.mod_reason is not None and doc.head.dcl_type_cd != CHANGE:
        yield Hit(value=doc.head.mod_reason)


@rule(
    "TG-EXH-025",
    at="Head/DelReason",
    zh="不是删除申报，却填写了删除原因“{value}”",
    en="A reason of deletion is given ({value}), but this is no deletion",
    fix=Bilingual("清空删除原因，或改正申报类型", "Clear it, or correct the declaration type"),
    source=assumed("删除原因仅用于备案删除"),
)
def only_a_deletion_has_a_reason_of_deletion(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The reason of deletion is empty except in a deletion."""
    if doc.head.del_reason is not None and doc.head.dcl_type_cd != DELETION:
        yield Hit(value=doc.head.del_reason)


@rule(
    "TG-EXH-026",
    at="Head/ExhibitionNo",
    zh="展览会“{value}”没有审核通过的备案，不能变更或删除",
    en="There is no approved filing of exhibition {value} to change or delete",
    fix=Bilingual("核对展览会海关编号；审核通过后再申请", "Check the number; wait for the approval"),
    source=manual("3.1：已审核通过状态方可变更；审批通过但没有使用的可备案删除"),
    needs=("exhibitions",),
    retriable=True,
)
def what_is_changed_was_approved(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The customs number in a change is that of an exhibition in force."""
    number = doc.head.exhibition_no
    if facts.exhibitions is None or number is None or doc.head.dcl_type_cd == FILING:
        return
    known = facts.exhibitions.get(number)
    if known is None or not known.approved:
        yield Hit(value=number)


@rule(
    "TG-EXH-027",
    at="Head/ExhibitionNo",
    zh="展览会“{value}”不是本单位备案的，不能变更或删除",
    en="Exhibition {value} was not filed by this unit, which cannot change or delete it",
    fix=Bilingual("由备案单位、申报单位或主办单位办理", "The unit that filed it, its agent or the organiser may"),
    source=assumed("只能变更、删除本单位的备案"),
    needs=("exhibitions",),
)
def what_is_changed_is_ones_own(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The entering or the declaring unit of a change is a party of the filed exhibition."""
    head = doc.head
    if facts.exhibitions is None or head.exhibition_no is None or head.dcl_type_cd == FILING:
        return
    known = facts.exhibitions.get(head.exhibition_no)
    if known is not None and known.approved and known.enterprise_nos.isdisjoint((head.input_etps_no, head.dcl_etps_no)):
        yield Hit(value=head.exhibition_no)


@rule(
    "TG-EXH-028",
    at="Head/DclTypeCd",
    zh="展览会“{number}”已被外借清单或报关单使用，不能删除",
    en="Exhibition {number} is in use by a loan list or an entry; it cannot be deleted",
    fix=Bilingual("改为变更申报，或保留备案", "Change it instead, or let it stand"),
    source=manual("3.1：审批通过但没有使用的展会备案，可以申请备案删除"),
    needs=("exhibitions",),
)
def what_is_deleted_is_unused(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A deleted exhibition is not in use by other declarations."""
    if facts.exhibitions is None or doc.head.dcl_type_cd != DELETION:
        return
    known = facts.exhibitions.get(doc.head.exhibition_no or "")
    if known is not None and known.approved and known.used:
        yield Hit(value=DELETION, params={"number": known.exhibition_no})


@rule(
    "TG-EXH-029",
    at="Head/ChgTmsCnt",
    zh="变更次数应为 {wanted}，现为 {value}",
    en="This is version {wanted}, not {value}",
    fix=Bilingual("变更次数由系统填写：已批准的次数加1", "The system counts: one more than the version in force"),
    source=published("金关二期 ChgTmsCnt"),
    needs=("in_force",),
)
def change_is_the_next_version(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A change is the version after the approved one; another rule reports an exhibition not in force."""
    head = doc.head
    if facts.in_force is None or head.dcl_type_cd == FILING or head.chg_tms_cnt == 0:
        return
    before = facts.in_force.get(head.exhibition_no or "")
    if before is not None and head.chg_tms_cnt != before.head.chg_tms_cnt + 1:
        yield Hit(value=head.chg_tms_cnt, params={"wanted": before.head.chg_tms_cnt + 1})


@rule(
    "TG-EXH-030",
    at="Head/DclTypeCd",
    zh="与已批准的第 {version} 版相比，没有任何变更",
    en="Nothing differs from the version in force, number {version}",
    fix=Bilingual("修改需要变更的栏目后再申报", "Change what is to be changed, then declare"),
    source=manual("3.1：用户可对界面数据进行变更，再次申报"),
    needs=("in_force",),
    declare_only=True,
)
def change_changes_something(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A change differs from the version in force in more than declarant, date and reason."""
    if facts.in_force is None or doc.head.dcl_type_cd != CHANGE:
        return
    before = facts.in_force.get(doc.head.exhibition_no or "")
    if before is not None and _substance(doc) == _substance(before):
        yield Hit(value=CHANGE, params={"version": before.head.chg_tms_cnt})


_FORMALITIES = (
    "seq_no", "etps_preent_no", "dcl_type_cd", "chg_tms_cnt", "input_etps_no", "input_etps_sccd", "input_etps_nm",
    "operator_nm", "ic_card_no", "dcl_date", "exhibition_no", "mod_reason", "del_reason",
)  # fmt: skip


def _substance(doc: ExhibitionMessage) -> tuple[object, ...]:
    head = asdict(doc.head)
    exhibits = tuple(replace(exhibit, modf_mark_cd=None) for exhibit in doc.exhibit_list)
    return tuple(head[name] for name in head if name not in _FORMALITIES), exhibits, doc.documents


VERSIONS: tuple[Any, ...] = (
    changes_are_counted,
    what_is_changed_has_its_number,
    change_has_its_reason,
    deletion_has_its_reason,
    only_a_change_has_a_reason_of_change,
    only_a_deletion_has_a_reason_of_deletion,
    what_is_changed_was_approved,
    what_is_changed_is_ones_own,
    what_is_deleted_is_unused,
    change_is_the_next_version,
    change_changes_something,
)
