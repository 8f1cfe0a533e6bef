"""The language of a page: the reader's preference, and the page's ``lang`` attribute."""

from __future__ import annotations

from collections.abc import Mapping

from tempgoods_edi.values import Lang

#: What attributes and headers call the languages.
TAGS: Mapping[Lang, str] = {"zh": "zh-CN", "en": "en"}


def other(lang: Lang) -> Lang:
    """The other of the two languages."""
    return "en" if lang == "zh" else "zh"


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
