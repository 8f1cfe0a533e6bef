"""The language to use, according to the environment."""

from __future__ import annotations

from collections.abc import Mapping

from tempgoods_edi.values import Lang


def spoken(environment: Mapping[str, str]) -> Lang:
    """The language of ``TEMPGOODS_LANG``, else that of the locale.

    >>> spoken({"LANG": "zh_CN.UTF-8"}), spoken({"LANG": "zh_CN.UTF-8", "TEMPGOODS_LANG": "en"}), spoken({})
    ('zh', 'en', 'en')
    """
    for name in ("TEMPGOODS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
