"""The console's addresses: what a browser asks for becomes a `Visit`, and an `PageResponse` becomes what it gets.

A request that changes something must come from a page of this console: same origin, and the token of its session.
"""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from typing import Literal
from urllib.parse import parse_qs, urlencode

from msgspec import Struct
from msgspec.structs import asdict, replace
from twisted.internet.defer import Deferred

from h2018.console import case_pages, clock_pages, delivery_pages, message_pages, switch_pages, tenant_pages
from h2018.console.csrf import Guard, cookie, read_cookie
from h2018.console.rendering import SAFETY
from h2018.console.web import FOREIGN, NOTHING_HERE, BadInput, Page, PageResponse, Visit, page, to
from h2018.http.routing import Answered, Handler, HttpError, Request, Response, ResponseDoc, Route
from h2018.operations.operation import OperationError
from h2018.tenant.tenants import DEFAULT, Customs, NoSuchReceipt, NoSuchTenant
from tempgoods_edi.apart.line import Busy
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.pages.origin import from_same_origin
from tempgoods_edi.values import Bilingual, Lang

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 1000
_STATIC = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_TOO_MANY = Bilingual("表单无法读取", "the form cannot be read")


class Query(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Every query parameter that an address of the console may have; each page reads those it knows."""

    lang: Literal["", "zh", "en"] = ""
    state: str = ""
    code: str = ""
    enterprise: str = ""
    text: str = ""
    page: str = ""
    list: str = ""
    marked: str = ""
    reason: str = ""
    before: str = ""
    what: str = ""
    done: str = ""


#: Where a page stands below the tenant → what makes it, and what it is.
_PAGES: tuple[tuple[str, Page, Bilingual], ...] = (
    ("cases", case_pages.cases, Bilingual("单证", "declarations")),
    ("cases/{seq_no}", case_pages.case, Bilingual("一份单证", "one declaration")),
    ("journal", message_pages.journal, Bilingual("日志", "the journal")),
    ("messages/{message_id}", message_pages.message, Bilingual("一份报文", "one message")),
    ("records/{sequence}", message_pages.record, Bilingual("一条日志", "one line of the journal")),
    ("receipts/{sequence}", message_pages.receipt, Bilingual("一份回执", "one receipt")),
    ("clock", clock_pages.clock, Bilingual("时钟", "the clock")),
    ("switches", switch_pages.switches, Bilingual("场景与故障", "scenarios and faults")),
    ("deliveries", delivery_pages.deliveries, Bilingual("投递", "deliveries")),
    ("tenants", tenant_pages.tenants, Bilingual("租户", "tenants")),
    ("help", lambda visit: page("help.html", visit, "help"), Bilingual("帮助", "help")),
)
_EXACT: tuple[tuple[str, Page], ...] = (
    ("records/{sequence}", message_pages.exact),
    ("receipts/{sequence}", message_pages.exact_receipt),
)
_CHANGES: tuple[tuple[str, Page, Bilingual], ...] = (
    ("cases/{seq_no}/approve", case_pages.approve, Bilingual("通过", "approve")),
    ("cases/{seq_no}/return", case_pages.refuse, Bilingual("退单", "return")),
    ("cases/{seq_no}/ask", case_pages.ask_again, Bilingual("再问", "ask again")),
    ("clock/forward", clock_pages.forward, Bilingual("时钟前进", "clock forward")),
    ("clock/to", clock_pages.advance_to, Bilingual("时钟前进到", "clock to an instant")),
    ("clock/mode", clock_pages.mode, Bilingual("时钟方式", "the clock's mode")),
    ("switches/faults", switch_pages.all_faults, Bilingual("故障总开关", "all faults")),
    ("switches/fault", switch_pages.one_fault, Bilingual("一条故障", "one fault")),
    ("switches/add-fault", switch_pages.add_fault, Bilingual("新故障", "a new fault")),
    ("switches/plan", switch_pages.load_plan, Bilingual("故障计划", "a fault plan")),
    ("switches/scenarios", switch_pages.store_scenarios, Bilingual("场景", "scenarios")),
    ("switches/scenarios-on", switch_pages.switch_scenarios, Bilingual("场景开关", "scenarios on or off")),
    ("switches/next", switch_pages.next_outcome, Bilingual("随后几份的结果", "the next outcomes")),
    ("switches/outage", switch_pages.outage, Bilingual("停机", "an outage")),
    ("switches/rate-limit", switch_pages.rate_limit, Bilingual("限流", "the rate limit")),
    ("switches/forget", switch_pages.forget, Bilingual("撤销指令", "take orders back")),
    ("deliveries/redeliver", delivery_pages.redeliver, Bilingual("重新投递", "deliver again")),
    ("tenants/create", tenant_pages.create, Bilingual("建立租户", "create a tenant")),
    ("tenants/drop", tenant_pages.drop, Bilingual("删除租户", "drop a tenant")),
    ("tenants/empty", tenant_pages.empty, Bilingual("清空租户", "empty a tenant")),
)
_HTML = ResponseDoc(Bilingual("页面", "the page"), bytes, media=("text/html",))
#: What is refused before a page is asked is refused in JSON, as everywhere.
_NOT = ResponseDoc(
    Bilingual("说明原因的页面", "a page that says why not"), bytes, media=("text/html", "application/json")
)
_PAGE_REPLIES = {200: _HTML, **dict.fromkeys((400, 404, 409), _NOT)}
_CHANGE_REPLIES = {303: ResponseDoc(Bilingual("已完成", "done")), **dict.fromkeys((400, 403, 404, 409, 422), _NOT)}


def routes(customs: Customs, key: bytes) -> tuple[Route, ...]:
    """The routes of the console.

    :param key: secret random bytes of this process, at least 16; sessions and tokens are made from it.
    """
    serve = _Server(customs, Guard(key))
    home = {303: ResponseDoc(Bilingual("转到单证", "to the declarations"))}
    return (
        *(_page_route(path, partial(serve.read, made_by), summary) for path, made_by, summary in _PAGES),
        *(_change_route(path, partial(serve.change, made_by), summary) for path, made_by, summary in _CHANGES),
        *(_exact_route(path, partial(serve.read, made_by)) for path, made_by in _EXACT),
        *(_page_route("", _home, Bilingual("控制台", "the console"), home, path) for path in ("/console", "/console/")),
        Route(
            "console",
            "GET",
            "/console/static/{file}",
            _static,
            Bilingual("样式和脚本", "style and script"),
            {200: _file(*(media.partition(";")[0] for media in _STATIC.values()))},
            tenants=False,
        ),
    )


def _exact_route(path: str, answer: Handler) -> Route:
    return Route(
        "console",
        "GET",
        f"/console/t/{{tenant}}/{path}/exact",
        answer,
        Bilingual("原始字节", "the exact bytes"),
        {**_PAGE_REPLIES, 200: _file("application/octet-stream")},
        query=Query,
        tenants=False,
    )


def _file(*media: str) -> ResponseDoc:
    return ResponseDoc(Bilingual("文件", "the file"), bytes, media=media)


def _page_route(
    path: str,
    answer: Handler,
    summary: Bilingual,
    responses: dict[int, ResponseDoc] = _PAGE_REPLIES,
    whole: str | None = None,
) -> Route:
    return Route(
        "console",
        "GET",
        whole or f"/console/t/{{tenant}}/{path}",
        answer,
        summary,
        responses,
        query=Query,
        tenants=False,
    )


def _change_route(path: str, answer: Handler, summary: Bilingual) -> Route:
    return Route(
        "console",
        "POST",
        f"/console/t/{{tenant}}/{path}",
        answer,
        summary,
        _CHANGE_REPLIES,
        body=bytes,
        media=(_FORM,),
        tenants=False,
    )


class _Server:
    """Turns requests into visits."""

    __slots__ = ("_customs", "_guard")

    def __init__(self, customs: Customs, guard: Guard) -> None:
        self._customs, self._guard = customs, guard

    def read(self, made_by: Page, request: Request) -> Answered:
        """A page; nothing is changed."""
        known, session = read_cookie(request.headers)
        wanted: Query = request.query
        lang: Lang = known or "zh"
        if wanted.lang:
            lang = "en" if wanted.lang == "en" else "zh"
        new = session or self._guard.new_session()
        set_cookie = None if (known, session) == (lang, new) else cookie(lang, new)
        return _answered(made_by, self._visit(request, lang, new), set_cookie)

    def change(self, made_by: Page, request: Request) -> Answered:
        """Something is done, if the request came from one of our pages."""
        lang, session = read_cookie(request.headers)
        visit = self._visit(request, lang or "zh", session)
        # What a form was sent to is no page: links back go to the page it stood on.
        visit = replace(visit, address=visit.address.rpartition("/")[0])
        if not from_same_origin(request.headers) or not self._guard.fits(session, visit.field("token")):
            return _response(page("problem.html", visit, code=403, problem=FOREIGN))
        return _answered(made_by, visit)

    def _visit(self, request: Request, lang: Lang, session: str) -> Visit:
        query = {} if request.query is None else {name: value for name, value in asdict(request.query).items() if value}
        return Visit(
            customs=self._customs,
            names=tuple(request.names.values()),
            query=query,
            form=_fields(request.body) if isinstance(request.body, bytes) else {},
            lang=lang,
            token=self._guard.token(session),
            live=request.headers.get("x-live") == "1",
            address=request.path + (f"?{urlencode(query)}" if query else ""),
        )


def _answered(made_by: Page, visit: Visit, set_cookie: str | None = None) -> Answered:
    """The page, or the page that says why not."""
    try:
        visit.customs.tenant(visit.names[0])
        answer = made_by(visit)
    except Exception as error:  # noqa: BLE001 - what it is nobody can tell a person about is raised again
        answer = _why_not(visit, error)
    if isinstance(answer, PageResponse):
        return _response(answer, set_cookie)
    json_response: Deferred[PageResponse] = answer.addErrback(lambda failure: _why_not(visit, failure.value))
    return json_response.addCallback(_response, set_cookie)


def _why_not(visit: Visit, error: BaseException | None) -> PageResponse:
    """The page that says why there is no other; raises *error* when it is not for people."""
    match error:
        case None:
            raise TypeError("a failure of nothing")
        case Busy():
            raise error
        case NoSuchTenant() | NoSuchReceipt():
            return page("problem.html", visit, code=404, problem=error.text)
        case OperationError():
            return page("problem.html", visit, code=error.status, problem=error.text)
        case BadInput():
            return page("problem.html", visit, code=error.code, problem=error.text)
        case TempgoodsError():
            return page("problem.html", visit, code=409, problem=error.text)
    raise error


def _response(answer: PageResponse, set_cookie: str | None = None) -> Response:
    headers = dict(answer.headers)
    if set_cookie is not None:
        headers["Set-Cookie"] = set_cookie
    return Response(answer.code, answer.body, answer.content_type, headers, pieces=answer.pieces)


def _fields(body: bytes) -> dict[str, tuple[str, ...]]:
    try:
        given = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HttpError(400, _TOO_MANY) from error
    return {name: tuple(values) for name, values in given.items()}


def _home(request: Request) -> Response:
    return _response(to(f"/console/t/{DEFAULT}/cases"))


def _static(request: Request) -> Response:
    media = _STATIC.get(request.names["file"])
    if media is None:
        raise HttpError(404, NOTHING_HERE)
    return Response(200, _content(request.names["file"]), media, {**SAFETY, "Cache-Control": "no-cache"})


@cache
def _content(name: str) -> bytes:
    return files("h2018.console").joinpath("static", name).read_bytes()
