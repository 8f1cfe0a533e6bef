"""暂时进出境货物延期申报 / Extension of temporary goods: records of TMP131.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from tempgoods_edi.records.parts import Document


class ExtensionGoods(Struct, frozen=True, kw_only=True, gc=False):
    """货物 / Goods."""

    gds_seq_no: int
    entry_no: str | None = None
    entry_g_no: int | None = None
    gdecd: str | None = None
    gds_nm: str | None = None
    gds_spcf_model_desc: str | None = None
    entry_qty: Decimal | None = None
    remain_qty: Decimal | None = None
    ext_qty: Decimal | None = None
    dcl_unit_cd: str | None = None
    unit_price: Decimal | None = None
    curr_cd: str | None = None
    nat_cd: str | None = None
    rmk: str | None = None


class ExtensionHead(Struct, frozen=True, kw_only=True, gc=False):
    """延期申请 / Application for extension."""

    seq_no: str | None = None
    etps_preent_no: str | None = None
    dcl_type_cd: str
    chg_tms_cnt: int
    dcl_cus_cd: str | None = None
    master_cus_cd: str
    input_etps_no: str
    input_etps_sccd: str
    input_etps_nm: str
    operator_nm: str
    ic_card_no: str
    dcl_etps_no: str | None = None
    dcl_etps_sccd: str | None = None
    dcl_etps_nm: str | None = None
    dcl_date: date
    extension_no: str | None = None
    imp_exp_mark_cd: str | None = None
    entry_no: str | None = None
    ata_carnet_no: str | None = None
    confirm_no: str | None = None
    category_cd: str | None = None
    ie_date: date | None = None
    current_deadline: date | None = None
    extension_cnt: int | None = None
    requested_deadline: date | None = None
    project_type_cd: str | None = None
    reason: str | None = None
    guarantee_type_cd: str | None = None
    guarantee_no: str | None = None
    guarantee_amt: Decimal | None = None
    guarantee_curr_cd: str | None = None
    link_man: str | None = None
    link_tel: str | None = None
    rmk: str | None = None


class ExtensionMessage(Struct, frozen=True, kw_only=True, gc=False):
    """暂时进出境货物延期申报 / Extension of temporary goods."""

    head: ExtensionHead
    goods: tuple[ExtensionGoods, ...] = ()
    documents: tuple[Document, ...] = ()
    oper_cus_reg_code: str
