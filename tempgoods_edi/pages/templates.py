"""Renders templates: values are escaped, texts come in the reader's language, invisible characters are shown.

A template knows ``lang``, its tags ``lang_tag`` and ``other_lang_tag``, ``t("中文", "English")`` for a text of its own, and
``say`` (function and filter) for one that is `Bilingual`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from tempgoods_edi.pages.language import TAGS, other
from tempgoods_edi.pages.visible_page import visible_page
from tempgoods_edi.values import Bilingual, Lang

if TYPE_CHECKING:
    from jinja2 import Environment

#: The filters, or the values, that the templates of one package know besides, in a language.
Own = Callable[[Lang], Mapping[str, Any]]


def _none(_: Lang) -> Mapping[str, Any]:
    return {}


class Templates:
    """The Jinja templates of *package*, in its folder ``templates``.

    :param filters: what its templates know as filters besides.
    :param known: what they know as values besides.
    """

    __slots__ = ("_environments", "_filters", "_known", "_package")

    def __init__(self, package: str, *, filters: Own = _none, known: Own = _none) -> None:
        self._package, self._filters, self._known = package, filters, known
        self._environments: dict[Lang, Environment] = {}

    def text(self, template: str, lang: Lang, content: Mapping[str, object]) -> str:
        """Render *template* with *content* for readers of *lang*."""
        return visible_page(self._environment(lang).get_template(template).render(content))

    def page(self, template: str, lang: Lang, content: Mapping[str, object]) -> bytes:
        """Render *template* into the bytes of an HTML page in UTF-8."""
        return self.text(template, lang, content).encode("utf-8", "replace")

    def _environment(self, lang: Lang) -> Environment:
        if lang not in self._environments:
            self._environments[lang] = self._made(lang)
        return self._environments[lang]

    def _made(self, lang: Lang) -> Environment:
        # Imported here: a server whose pages nobody opens does not pay for it at its start.
        from jinja2 import Environment, PackageLoader, StrictUndefined

        made = Environment(
            loader=PackageLoader(self._package),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        said = partial(say, lang=lang)
        made.filters.update({"say": said, **self._filters(lang)})
        made.globals.update(lang=lang, lang_tag=TAGS[lang], other_lang_tag=TAGS[other(lang)], t=partial(_chosen, lang))
        made.globals.update({"say": said, **self._known(lang)})
        return made


def say(text: Bilingual | str | None, lang: Lang) -> str:
    """*text* in *lang*; empty for None.

    >>> say(Bilingual("是", "yes"), "en")
    'yes'
    """
    if text is None:
        return ""
    return text if isinstance(text, str) else text.in_(lang)


def _chosen(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en
