"""展览会查询答复 / Answer to the exhibition query: records of TMP251.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from tempgoods_edi.records.receipt import CheckInfo, QueryResultHead


class ExhibitionOnFile(Struct, frozen=True, kw_only=True, gc=False):
    """展览会 / Exhibition."""

    exhibition_no: str
    exhibition_nm: str
    master_cus_cd: str
    start_date: date | None = None
    end_date: date | None = None
    status_cd: str


class ExhibitionAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """展览会查询答复 / Answer to the exhibition query."""

    query_result: QueryResultHead
    check_info: tuple[CheckInfo, ...] = ()
    exhibition: ExhibitionOnFile | None = None
