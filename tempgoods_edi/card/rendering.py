"""Renders the card control's pages from templates: values are escaped, texts come in the reader's language."""

from __future__ import annotations

from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from tempgoods_edi.card.local_only import HEADERS, content_policy
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.visible_pages import visible_page


def page(template: str, lang: Lang, *, status: int = 200, returning_to: str = "", **content: object) -> HTMLResponse:
    """Render *template* with *content* into a page.

    In the template ``t("中文", "English")`` is a text of its own and ``say(text)`` one that is `Bilingual`.

    :param returning_to: origin of the site that forms of this page may lead back to.
    """
    own: dict[str, object] = {"lang": lang, "t": partial(_either, lang), "say": partial(_say, lang)}
    text = visible_page(_environment().get_template(template).render({**own, **content}))
    headers = {**HEADERS, "Content-Security-Policy": content_policy(returning_to), "Content-Language": _tag(lang)}
    return HTMLResponse(text.encode("utf-8", "replace"), status, headers)


def preferred(accepted: str, asked: str = "") -> Lang:
    """The language for a reader: as *asked*, else what Accept-Language names first, else Chinese.

    >>> preferred("en-GB,en;q=0.9,zh;q=0.8"), preferred("fr"), preferred("en", "zh")
    ('en', 'zh', 'zh')
    """
    if asked in ("zh", "en"):
        return "zh" if asked == "zh" else "en"
    for part in accepted.lower().split(","):
        if part.strip().startswith(("zh", "en")):
            return "zh" if part.strip().startswith("zh") else "en"
    return "zh"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tempgoods_edi.card"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["tag"] = _tag
    return environment


def _tag(lang: Lang) -> str:
    return "zh-CN" if lang == "zh" else "en"


def _either(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def _say(lang: Lang, text: Bilingual) -> str:
    return text.in_(lang)
