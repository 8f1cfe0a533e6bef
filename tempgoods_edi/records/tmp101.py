"""展览会备案 / Exhibition filing: records of TMP101.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from tempgoods_edi.records.parts import Document


class Exhibit(Struct, frozen=True, kw_only=True, gc=False):
    """展览品清单 / List of exhibits."""

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
    exhibitor_nm: str | None = None
    booth_no: str | None = None
    disposal_cd: str | None = None
    rmk: str | None = None
    modf_mark_cd: str | None = None


class ExhibitionHead(Struct, frozen=True, kw_only=True, gc=False):
    """展览会 / Exhibition."""

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
    exhibition_no: str | None = None
    exhibition_nm: str
    exhibition_nm_en: str | None = None
    imp_exp_mark_cd: str
    hall_nm: str | None = None
    hall_addr: str | None = None
    country_cd: str | None = None
    start_date: date | None = None
    end_date: date | None = None
    organizer_no: str | None = None
    organizer_sccd: str | None = None
    organizer_nm: str | None = None
    undertaker_no: str | None = None
    undertaker_sccd: str | None = None
    undertaker_nm: str | None = None
    approval_org_nm: str | None = None
    approval_doc_no: str | None = None
    booth_area: Decimal | None = None
    exhibitor_cnt: int | None = None
    ie_port_cd: str | None = None
    planned_ie_date: date | None = None
    planned_return_date: date | None = None
    guarantee_type_cd: str | None = None
    guarantee_no: str | None = None
    guarantee_amt: Decimal | None = None
    guarantee_curr_cd: str | None = None
    on_site_flag: str | None = None
    mod_reason: str | None = None
    del_reason: str | None = None
    link_man: str | None = None
    link_tel: str | None = None
    rmk: str | None = None


class ExhibitionMessage(Struct, frozen=True, kw_only=True, gc=False):
    """展览会备案 / Exhibition filing."""

    head: ExhibitionHead
    exhibit_list: tuple[Exhibit, ...] = ()
    documents: tuple[Document, ...] = ()
    oper_cus_reg_code: str
