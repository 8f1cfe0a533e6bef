"""Renders templates into pages: values are escaped, texts come in the reader's language, within the layout."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from types import ModuleType
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from tempgoods_edi.codelists import code_list
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.pages.templates import Templates
from tempgoods_edi.values import Lang
from tempgoods_edi.visible import for_scripts
from tempgoods_edi.web.shell import flash as flashes
from tempgoods_edi.web.shell import texts as shell_texts
from tempgoods_edi.web.shell.context import Context, context
from tempgoods_edi.web.shell.files import static
from tempgoods_edi.web.shell.language import language
from tempgoods_edi.web.shell.menu import MENU, current
from tempgoods_edi.web.shell.sessions import begin, browser_cookie_name, csrf_token, drop_cookie, session_of, set_cookie


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    texts: ModuleType | None = None,
    **values: Any,
) -> HTMLResponse:
    """Render *template* with *values* into a page within the layout.

    :param template: name below ``web/templates``, such as ``forms/form.html``.
    :param texts: the module of `Bilingual` texts that the template knows as ``texts``.
    :param values: what the template shows; ``session``, ``lang``, ``csrf``, ``nonce``, ``menu`` and ``shell`` (our
        texts) are there without.
    """
    said, settings = flashes.flashed(request), context(request).settings
    # A page before log-in has forms too: the token in them is made from this browser's own cookie.
    browser = begin(request) if session_of(request) is None else None
    content = {**frame(request), "flash": said, "texts": texts, **values}
    html = TEMPLATES.page(template, language(request), content)
    response = HTMLResponse(html, status_code=status, headers=dict(headers or {}))
    if said is not None:
        drop_cookie(response, settings, flashes.COOKIE)
    if browser is not None:
        set_cookie(response, settings, browser_cookie_name(settings), browser)
    return response


def frame(request: Request) -> dict[str, Any]:
    """The values that the layout needs for *request*."""
    services: Context = context(request)
    session, lang = session_of(request), language(request)
    return {
        "request": request,
        "session": session,
        "lang": lang,
        "csrf": csrf_token(request),
        "nonce": request.scope.get("nonce", ""),
        "menu": MENU,
        "here": current(request.url.path),
        "own_address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "seen": getattr(request.state, "seen", None),
        "settings": services.settings,
        "shell": shell_texts,
    }


def day(value: str | None) -> str:
    """Format a date of a message for people; any other text stays as it is.

    >>> day("20270321"), day("2027"), day(None)
    ('2027-03-21', '2027', '')
    """
    if value is None:
        return ""
    if len(value) == 8 and value.isdecimal():
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    return value


def when(at: datetime | None) -> str:
    """Format an instant, to the second, in China's time.

    >>> when(datetime(2027, 1, 10, 9, tzinfo=CHINA_TIME))
    '2027-01-10 09:00:00'
    """
    return "" if at is None else f"{at.astimezone(CHINA_TIME):%Y-%m-%d %H:%M:%S}"


def code(name: str, value: str | None, lang: Lang) -> str:
    """A code with its name in the list *name*; the code alone when the list lacks it.

    >>> code("units", "035", "en")
    '035 kilogram'
    """
    row = code_list(name).get(value) if value else None
    return f"{value} {row.name.in_(lang)}" if row is not None else value or ""


def _filters(lang: Lang) -> Mapping[str, Any]:
    return {"day": day, "when": when, "code": partial(code, lang=lang)}


TEMPLATES = Templates(
    "tempgoods_edi.web", filters=_filters, known=lambda _: {"static": static, "unseen": for_scripts()}
)
