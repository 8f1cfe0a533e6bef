"""Renders the card control's own pages into responses, with the security headers."""

from __future__ import annotations

from starlette.responses import HTMLResponse

from tempgoods_edi.card.local_only import HEADERS, content_policy
from tempgoods_edi.pages.language import TAGS
from tempgoods_edi.pages.templates import Templates
from tempgoods_edi.values import Lang

_TEMPLATES = Templates("tempgoods_edi.card")


def page(template: str, lang: Lang, *, status: int = 200, returning_to: str = "", **content: object) -> HTMLResponse:
    """Render *template* with *content* into a page.

    :param returning_to: origin of the site that forms of this page may lead back to.
    """
    headers = {**HEADERS, "Content-Security-Policy": content_policy(returning_to), "Content-Language": TAGS[lang]}
    return HTMLResponse(_TEMPLATES.page(template, lang, content), status, headers)
