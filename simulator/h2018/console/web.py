"""The request and the response of a console page, independent of the web server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import urlencode

from msgspec import Struct, field
from twisted.internet.defer import Deferred

from h2018.console.rendering import SAFETY, TEMPLATES, step
from h2018.http.routing import Pieces
from h2018.tenant.tenants import Customs, Tenant
from tempgoods_edi.pages.language import other
from tempgoods_edi.values import Bilingual, Lang

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"


class Visit(Struct, frozen=True, kw_only=True):
    """One request to the console, as a page gets it.

    :ivar names: the values of the ``{…}`` steps of its path.
    :ivar query: the first value of each parameter.
    :ivar form: every value of each field posted; empty for a request that only reads.
    :ivar token: what forms of this session carry.
    :ivar live: only the parts that refresh themselves are wanted.
    :ivar address: path and query, for links back to the same page.
    """

    customs: Customs
    names: tuple[str, ...]
    query: Mapping[str, str]
    form: Mapping[str, tuple[str, ...]]
    lang: Lang
    token: str
    address: str
    live: bool = False

    @property
    def tenant(self) -> Tenant:
        """The tenant that the first path step names; raises `NoSuchTenant`."""
        return self.customs.tenant(self.names[0])

    def field(self, name: str) -> str:
        """The first value of a posted field, blanks trimmed; empty when the field was not posted."""
        return next(iter(self.form.get(name, ())), "").strip()


class PageResponse(Struct, frozen=True):
    """The response that a console page gives.

    :ivar pieces: in place of the body, as in `routing.Response`.
    """

    code: int
    body: bytes
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Pieces | None = None


#: What makes a page, at once or when others have looked into something.
Page: TypeAlias = Callable[[Visit], PageResponse | Deferred[PageResponse]]


class BadInput(Exception):
    """A request that makes no sense; its text is shown to the user."""

    def __init__(self, text: Bilingual, code: int = 400) -> None:
        super().__init__(text.en)
        self.text, self.code = text, code


NOTHING_HERE = Bilingual("没有这一页，或没有这条记录", "there is no such page or record")
FOREIGN = Bilingual(
    "页面已失效，或请求来自其他网站：请重新打开页面再试", "the page is out of date or not ours: open it again and retry"
)

#: What was done, told on the page that a form leads to.
DONE: Mapping[str, Bilingual] = {
    "approved": Bilingual("已通过，回执 1 已发出", "approved; receipt 1 is on its way"),
    "returned": Bilingual("已退单，回执 3 已发出", "returned; receipt 3 is on its way"),
    "asked": Bilingual("已要求补充说明，回执 2 已发出", "asked; receipt 2 is on its way"),
    "forward": Bilingual("业务时间已前进", "business time has moved on"),
    "mode": Bilingual("时钟方式已更改", "the clock's mode has changed"),
    "switched": Bilingual("开关已更改", "switched"),
    "stored": Bilingual("已生效", "in force now"),
    "created": Bilingual("租户已建立", "tenant created"),
    "dropped": Bilingual("租户已删除", "tenant dropped"),
    "emptied": Bilingual("租户已清空", "tenant emptied"),
    "redelivered": Bilingual("已重新投递", "delivered once more"),
}


def page(template: str, visit: Visit, here: str = "", code: int = 200, **content: object) -> PageResponse:
    """Render a page within the console's frame.

    :param here: the section of the menu it belongs to.
    """
    tenant = visit.names[0] if visit.names else ""
    known = tenant in visit.customs.names()
    frame = {
        "visit": visit,
        "here": here,
        "tenant": tenant if known else "default",
        "tenants": visit.customs.names(),
        "clock": visit.customs.tenant(tenant if known else "default").clock,
        "done": DONE.get(visit.query.get("done", "")),
        "own": visit.address.partition("?")[0],
        "other_language": _other_language(visit),
    }
    return PageResponse(
        code, TEMPLATES.page(template, visit.lang, {**frame, **content}), HTML, {**SAFETY, "Cache-Control": "no-store"}
    )


def seen_other(visit: Visit, *steps: str, **query: str) -> PageResponse:
    """Redirect (303) to another page of the same tenant, after an action."""
    address = "/console/t/" + "/".join(step(each) for each in (visit.names[0], *steps))
    if query:
        address += "?" + urlencode(query)
    return to(address)


def to(address: str) -> PageResponse:
    """Redirect to another address of the console."""
    return PageResponse(303, b"", HTML, {**SAFETY, "Location": address})


def whole(text: str) -> int:
    """Parse a whole number that was typed; raises `BadInput`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadInput(Bilingual("应填整数：“{text}”", "not a whole number: “{text}”").format(text=text[:40]))
    return int(text)


def _other_language(visit: Visit) -> str:
    """This page's address in the other language; what was just done is not told twice."""
    query = {name: value for name, value in visit.query.items() if name not in ("lang", "done")}
    path = visit.address.partition("?")[0]
    return f"{path}?{urlencode({**query, 'lang': other(visit.lang)})}"
