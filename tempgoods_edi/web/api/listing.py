"""API route for the list of an enterprise's declarations of one kind, as the query pages show it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tempgoods_edi.declarant.store.listing import SORTED_BY
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.api import answers, bodies, texts
from tempgoods_edi.web.api.access import Caller
from tempgoods_edi.web.api.answering import answered
from tempgoods_edi.web.api.describing import described
from tempgoods_edi.web.queries.list_query import asked
from tempgoods_edi.web.queries.lists import search
from tempgoods_edi.web.shell.context import context

router = APIRouter(tags=["declarations"])
_LARGEST = 1000
_DAY = "yyyy-MM-dd, yyyyMMdd"


@router.get("/declarations", **described("单证列表", "List declarations", {200: answers.Listing}))
def find(
    request: Request,
    actor: Caller,
    kind: Annotated[str, Query(description=bodies.KIND_NAMES)],
    seq_no: Annotated[str, Query(description="预录入编号（开头部分） / beginning of the pre-entry number")] = "",
    customs_no: Annotated[str, Query(description="海关编号（开头部分） / beginning of customs' number")] = "",
    in_house: Annotated[str, Query(description="企业内部编号（开头部分） / beginning of the in-house number")] = "",
    title: Annotated[str, Query(description="名称（包含） / part of the title")] = "",
    state: Annotated[str, Query(description="draft, declared, sent, send_failed, stored, store_failed, …")] = "",
    office: Annotated[str, Query(description="主管海关 / customs office")] = "",
    imp_exp: Annotated[str, Query(description="进出境标志 / direction")] = "",
    exhibition_no: Annotated[str, Query(description="展览会编号 / exhibition")] = "",
    entry_no: Annotated[str, Query(description="报关单号 / entry")] = "",
    dcl_date_from: Annotated[str, Query(description=_DAY)] = "",
    dcl_date_to: Annotated[str, Query(description=_DAY)] = "",
    start_date_from: Annotated[str, Query(description=_DAY)] = "",
    start_date_to: Annotated[str, Query(description=_DAY)] = "",
    end_date_from: Annotated[str, Query(description=_DAY)] = "",
    end_date_to: Annotated[str, Query(description=_DAY)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=_LARGEST)] = 50,
    sort: Annotated[str, Query(description=", ".join(SORTED_BY))] = "updated_at",
    order: Annotated[str, Query(pattern="^(asc|desc)$")] = "desc",
) -> Response:
    """Without a condition: all declarations of the kind.  A condition that makes no sense, or that the kind lacks, is refused."""
    wanted = asked(bodies.kind_named(kind), request.query_params)
    known = {each.name for each in wanted.conditions}
    given = {name for name, value in request.query_params.items() if value} - {"kind", "page", "size", "sort", "order"}
    wrong = [
        Bilingual(f"{each.name}：{each.wrong.zh}", f"{each.name}: {each.wrong.en}")
        for each in wanted.conditions
        if each.wrong
    ]
    wrong += [Bilingual(name, name) for name in sorted(given - known)]
    if sort not in SORTED_BY:
        wrong.append(Bilingual(f"sort：{sort[:40]}", f"sort: {sort[:40]}"))
    if wrong:
        why = Bilingual("；".join(each.zh for each in wrong), "; ".join(each.en for each in wrong))
        raise bodies.BadBody(texts.WRONG_QUERY.format(why=why))
    found = context(request).filing.find(
        actor, search(wanted, page=page, size=size, sort=sort, descending=order == "desc")
    )
    rows = tuple(answers.row_of(row) for row in found.rows)
    return answered(answers.Listing(rows=rows, total=found.total, page=page, size=size))
