"""展览会查询 / Exhibition query (TMP151): the name behind a customs number."""

from __future__ import annotations

from tempgoods_edi.declarations import _head
from tempgoods_edi.declarations._type import DeclarationType

EXHIBITION_QUERY = DeclarationType(code="TMP151", rules=_head.ANY_MESSAGE)
