"""暂时进出境货物确认申报 / Confirmation of temporary goods: records of TMP121.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from tempgoods_edi.records.parts import Document


class ConfirmationGoods(Struct, frozen=True, kw_only=True, gc=False):
    """货物 / Goods."""

    gds_seq_no: int
    gdecd: str | None = None
    gds_nm: str | None = None
    gds_nm_en: str | None = None
    gds_spcf_model_desc: str | None = None
    dcl_qty: Decimal | None = None
    dcl_unit_cd: str | None = None
    lawf_qty: Decimal | None = None
    lawf_unit_cd: str | None = None
    secd_lawf_qty: Decimal | None = None
    secd_lawf_unit_cd: str | None = None
    unit_price: Decimal | None = None
    total_price: Decimal | None = None
    curr_cd: str | None = None
    nat_cd: str | None = None
    gross_wt: Decimal | None = None
    net_wt: Decimal | None = None
    pack_no: str | None = None
    disposal_cd: str | None = None
    rmk: str | None = None
    modf_mark_cd: str | None = None


class ConfirmationHead(Struct, frozen=True, kw_only=True, gc=False):
    """确认申请 / Application for confirmation."""

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
    confirm_no: str | None = None
    imp_exp_mark_cd: str
    category_cd: str | None = None
    applicant_no: str | None = None
    applicant_sccd: str | None = None
    applicant_nm: str | None = None
    applicant_addr: str | None = None
    purpose: str | None = None
    use_place: str | None = None
    activity_start_date: date | None = None
    activity_end_date: date | None = None
    ie_port_cd: str | None = None
    planned_ie_date: date | None = None
    planned_return_date: date | None = None
    guarantee_type_cd: str | None = None
    guarantee_no: str | None = None
    guarantee_amt: Decimal | None = None
    guarantee_curr_cd: str | None = None
    ata_flag: str | None = None
    ata_carnet_no: str | None = None
    transport_cd: str | None = None
    link_man: str | None = None
    link_tel: str | None = None
    rmk: str | None = None


class ConfirmationMessage(Struct, frozen=True, kw_only=True, gc=False):
    """暂时进出境货物确认申报 / Confirmation of temporary goods."""

    head: ConfirmationHead
    goods: tuple[ConfirmationGoods, ...] = ()
    documents: tuple[Document, ...] = ()
    oper_cus_reg_code: str
