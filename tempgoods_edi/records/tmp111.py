"""外借展品清单申报 / List of exhibits lent out: records of TMP111.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from tempgoods_edi.records.parts import Document


class LoanGoods(Struct, frozen=True, kw_only=True, gc=False):
    """外借展品 / Exhibits lent out."""

    gds_seq_no: int
    entry_no: str | None = None
    entry_g_no: int | None = None
    gdecd: str | None = None
    gds_nm: str | None = None
    gds_spcf_model_desc: str | None = None
    entry_qty: Decimal | None = None
    entry_unit_cd: str | None = None
    unit_price: Decimal | None = None
    curr_cd: str | None = None
    nat_cd: str | None = None
    loan_qty: Decimal | None = None
    rmk: str | None = None


class LoanListHead(Struct, frozen=True, kw_only=True, gc=False):
    """外借清单 / Loan list."""

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
    loan_list_no: str | None = None
    exhibition_no: str
    exhibition_nm: str | None = None
    declarant_no: str | None = None
    declarant_nm: str | None = None
    borrower_no: str | None = None
    borrower_sccd: str | None = None
    borrower_nm: str | None = None
    loan_place: str | None = None
    loan_reason: str | None = None
    loan_start_date: date | None = None
    loan_end_date: date | None = None
    link_man: str | None = None
    link_tel: str | None = None
    rmk: str | None = None


class LoanListMessage(Struct, frozen=True, kw_only=True, gc=False):
    """外借展品清单申报 / List of exhibits lent out."""

    head: LoanListHead
    loan_goods: tuple[LoanGoods, ...] = ()
    documents: tuple[Document, ...] = ()
    oper_cus_reg_code: str
