"""Renders templates into pages: every value is escaped, texts come in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.visible_pages import visible_page

if TYPE_CHECKING:
    from jinja2 import Environment

#: What the browser may do with a page: our own script and style files, our own addresses, nothing inline, no frames.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SAFETY: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def rendered(template: str, lang: Lang, content: Mapping[str, object]) -> bytes:
    """Render *template* with *content* into the bytes of a page.

    In the template ``t("中文", "English")`` is a text of its own and ``say(text)`` one that is `Bilingual`.
    """
    own: dict[str, object] = {"lang": lang, "t": _chooser(lang), "say": partial(_say, lang)}
    return visible_page(_environment().get_template(template).render({**own, **content})).encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    # Imported here: a server whose console nobody opens does not pay for it at its start.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("h2018.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(when=when, step=step, size=size)
    return environment


def when(at: datetime) -> str:
    """Format a business time to the second.

    >>> when(datetime(2027, 1, 10, 9))
    '2027-01-10 09:00:00'
    """
    return f"{at:%Y-%m-%d %H:%M:%S}"


def step(text: str) -> str:
    """Quote a text as one step of a URL path.

    >>> step("a/b?c")
    'a%2Fb%3Fc'
    """
    return quote(text, safe="")


def size(count: int) -> str:
    """Format a number of bytes for people.

    >>> size(1536), size(12)
    ('1.5 kB', '12 B')
    """
    return f"{count} B" if count < 1024 else f"{count / 1024:.1f} kB"


def _chooser(lang: Lang) -> Callable[[str, str], str]:
    return (lambda zh, en: zh) if lang == "zh" else (lambda zh, en: en)


def _say(lang: Lang, text: Bilingual | None) -> str:
    return "" if text is None else text.in_(lang)
