"""Records of the parts that ``parts.xsd`` shares among messages.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from msgspec import Struct


class DeclarationNumbers(Protocol):
    """What every record with the ``DeclarationNumbers`` group has."""

    @property
    def seq_no(self) -> str | None: ...

    @property
    def etps_preent_no(self) -> str | None: ...

    @property
    def dcl_type_cd(self) -> str: ...

    @property
    def chg_tms_cnt(self) -> int: ...

    @property
    def dcl_cus_cd(self) -> str | None: ...

    @property
    def master_cus_cd(self) -> str: ...


class InputUnit(Protocol):
    """What every record with the ``InputUnit`` group has."""

    @property
    def input_etps_no(self) -> str: ...

    @property
    def input_etps_sccd(self) -> str: ...

    @property
    def input_etps_nm(self) -> str: ...

    @property
    def operator_nm(self) -> str: ...

    @property
    def ic_card_no(self) -> str: ...


class DeclaringUnit(Protocol):
    """What every record with the ``DeclaringUnit`` group has."""

    @property
    def dcl_etps_no(self) -> str | None: ...

    @property
    def dcl_etps_sccd(self) -> str | None: ...

    @property
    def dcl_etps_nm(self) -> str | None: ...


class Contact(Protocol):
    """What every record with the ``Contact`` group has."""

    @property
    def link_man(self) -> str | None: ...

    @property
    def link_tel(self) -> str | None: ...

    @property
    def rmk(self) -> str | None: ...


class Guarantee(Protocol):
    """What every record with the ``Guarantee`` group has."""

    @property
    def guarantee_type_cd(self) -> str | None: ...

    @property
    def guarantee_no(self) -> str | None: ...

    @property
    def guarantee_amt(self) -> Decimal | None: ...

    @property
    def guarantee_curr_cd(self) -> str | None: ...


class GoodsDescription(Protocol):
    """What every record with the ``GoodsDescription`` group has."""

    @property
    def gds_seq_no(self) -> int: ...

    @property
    def gdecd(self) -> str | None: ...

    @property
    def gds_nm(self) -> str | None: ...

    @property
    def gds_nm_en(self) -> str | None: ...

    @property
    def gds_spcf_model_desc(self) -> str | None: ...

    @property
    def dcl_qty(self) -> Decimal | None: ...

    @property
    def dcl_unit_cd(self) -> str | None: ...

    @property
    def lawf_qty(self) -> Decimal | None: ...

    @property
    def lawf_unit_cd(self) -> str | None: ...

    @property
    def secd_lawf_qty(self) -> Decimal | None: ...

    @property
    def secd_lawf_unit_cd(self) -> str | None: ...

    @property
    def unit_price(self) -> Decimal | None: ...

    @property
    def total_price(self) -> Decimal | None: ...

    @property
    def curr_cd(self) -> str | None: ...

    @property
    def nat_cd(self) -> str | None: ...

    @property
    def gross_wt(self) -> Decimal | None: ...

    @property
    def net_wt(self) -> Decimal | None: ...

    @property
    def pack_no(self) -> str | None: ...


class GoodsDisposal(Protocol):
    """What every record with the ``GoodsDisposal`` group has."""

    @property
    def disposal_cd(self) -> str | None: ...

    @property
    def rmk(self) -> str | None: ...

    @property
    def modf_mark_cd(self) -> str | None: ...


class Document(Struct, frozen=True, kw_only=True, gc=False):
    """DocumentType / DocumentType."""

    doc_seq_no: int
    doc_type_cd: str
    doc_nm: str
    doc_size: int
    doc_hash_alg: str
    doc_hash: str
