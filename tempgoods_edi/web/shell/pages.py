"""Renders templates into pages: values are escaped, texts come in the reader's language, within the layout."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from types import ModuleType
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tempgoods_edi.codelists import code_list
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.visible import for_scripts
from tempgoods_edi.visible_pages import visible_page
from tempgoods_edi.web.shell import flash as flashes
from tempgoods_edi.web.shell import texts as shell_texts
from tempgoods_edi.web.shell.context import Context, context
from tempgoods_edi.web.shell.files import static
from tempgoods_edi.web.shell.language import TAGS, language
from tempgoods_edi.web.shell.menu import MENU, current
from tempgoods_edi.web.shell.sessions import begin, browser_cookie_name, csrf_token, session_of, set_cookie


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
    text = visible_page(environment(language(request)).get_template(template).render(content))
    response = HTMLResponse(text, status_code=status, headers=dict(headers or {}))
    if said is not None:
        response.delete_cookie(flashes.COOKIE)
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
        "lang_tag": TAGS[lang],
        "other_lang_tag": TAGS["en" if lang == "zh" else "zh"],
        "csrf": csrf_token(request),
        "nonce": request.scope.get("nonce", ""),
        "menu": MENU,
        "here": current(request.url.path),
        "own_address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "seen": getattr(request.state, "seen", None),
        "settings": services.settings,
        "shell": shell_texts,
    }


@cache
def environment(lang: Lang) -> Environment:
    """Jinja's environment for readers of *lang*."""
    made = Environment(
        loader=PackageLoader("tempgoods_edi.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(say=partial(say, lang=lang), day=day, when=when, code=partial(code, lang=lang))
    made.globals.update(static=static, t=partial(_chosen, lang), unseen=for_scripts())
    return made


def say(text: Bilingual | str | None, lang: Lang) -> str:
    """*text* in *lang*; empty for None.

    >>> say(Bilingual("是", "yes"), "en")
    'yes'
    """
    if text is None:
        return ""
    return text if isinstance(text, str) else text.in_(lang)


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


def _chosen(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en
