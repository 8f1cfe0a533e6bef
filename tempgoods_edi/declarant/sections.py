"""Sections of a declaration's fields on forms and print-outs: one table of tags for all kinds.

A section shows the tags a kind has, in this order; one that finds none is not shown.  A field that no section
names stands in the last one, so that a field new in the schema is shown without an edit here.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.values import Bilingual


class Section(Struct, frozen=True):
    """Fields that stand together under one heading."""

    title: Bilingual
    tags: tuple[str, ...]


#: The customs number of the kind (`Kind.number_tag`), which stands beside the pre-entry number.
NUMBER = "<number>"

SECTIONS: tuple[Section, ...] = (
    Section(
        Bilingual("基本信息", "Basics"),
        (
            "SeqNo", NUMBER, "EtpsPreentNo", "DclDate", "MasterCusCd", "DclCusCd", "ImpExpMarkCd", "CategoryCd",
            "DclTypeCd", "ChgTmsCnt",
        ),
    ),
    Section(Bilingual("变更", "Change"), ("ModReason",)),
    Section(Bilingual("备案删除", "Deletion"), ("DelReason",)),
    Section(
        Bilingual("录入单位", "Entering unit"),
        ("InputEtpsNm", "InputEtpsNo", "InputEtpsSccd", "OperatorNm", "IcCardNo", "OperCusRegCode"),
    ),
    Section(
        Bilingual("申报单位", "Declaring unit"),
        ("DclEtpsNm", "DclEtpsNo", "DclEtpsSccd", "DeclarantNo", "DeclarantNm"),
    ),
    Section(
        Bilingual("展览会信息", "Exhibition"),
        (
            "ExhibitionNo", "ExhibitionNm", "ExhibitionNmEn", "HallNm", "HallAddr", "CountryCd", "StartDate", "EndDate",
            "BoothArea", "ExhibitorCnt", "ApprovalOrgNm", "ApprovalDocNo", "OnSiteFlag",
        ),
    ),
    Section(
        Bilingual("主办与承办单位", "Organiser and undertaker"),
        ("OrganizerNm", "OrganizerNo", "OrganizerSccd", "UndertakerNm", "UndertakerNo", "UndertakerSccd"),
    ),
    Section(Bilingual("申请人", "Applicant"), ("ApplicantNm", "ApplicantNo", "ApplicantSccd", "ApplicantAddr")),
    Section(
        Bilingual("用途与活动", "Purpose and activity"),
        ("Purpose", "UsePlace", "ActivityStartDate", "ActivityEndDate"),
    ),
    Section(
        Bilingual("外借信息", "Loan"),
        ("BorrowerNm", "BorrowerNo", "BorrowerSccd", "LoanPlace", "LoanReason", "LoanStartDate", "LoanEndDate"),
    ),
    Section(
        Bilingual("进出境计划", "Crossing the border"),
        ("IEPortCd", "TransportCd", "PlannedIEDate", "PlannedReturnDate"),
    ),
    Section(
        Bilingual("报关单与ATA单证册", "Entry and ATA carnet"),
        ("EntryNo", "AtaFlag", "AtaCarnetNo", "ConfirmNo", "IEDate"),
    ),
    Section(
        Bilingual("延期", "Extension"),
        ("CurrentDeadline", "ExtensionCnt", "RequestedDeadline", "ProjectTypeCd", "Reason"),
    ),
    Section(
        Bilingual("担保", "Guarantee"), ("GuaranteeTypeCd", "GuaranteeNo", "GuaranteeAmt", "GuaranteeCurrCd")
    ),
    Section(Bilingual("联系与备注", "Contact and remarks"), ("LinkMan", "LinkTel", "Rmk")),
)  # fmt: skip
OTHER = Bilingual("其他", "Further fields")


def leaves(spec: MessageSpec) -> Iterator[tuple[str, FieldSpec]]:
    """Every single-valued leaf field of a document with its address: those of the head, and those beside it."""
    for child in spec.root.children:
        if isinstance(child, FieldSpec):
            yield child.tag, child
        elif not child.repeated:
            yield from _leaves(child, f"{child.tag}/")


def _leaves(group: GroupSpec, prefix: str) -> Iterator[tuple[str, FieldSpec]]:
    for child in group.children:
        if isinstance(child, FieldSpec):
            yield f"{prefix}{child.tag}", child
        elif not child.repeated:
            yield from _leaves(child, f"{prefix}{child.tag}/")


def sections(spec: MessageSpec, number_tag: str) -> tuple[tuple[Bilingual, tuple[tuple[str, FieldSpec], ...]], ...]:
    """The sections of a declaration with the addresses and fields in each, every leaf of *spec* exactly once."""
    left = {field.tag: (path, field) for path, field in leaves(spec)}
    beside_seq_no = left.pop(number_tag, None)
    found = []
    for section in SECTIONS:
        members = [beside_seq_no if tag == NUMBER else left.pop(tag, None) for tag in section.tags]
        present = tuple(member for member in members if member is not None)
        if present:
            found.append((section.title, present))
    if left:
        found.append((OTHER, tuple(left.values())))
    return tuple(found)
