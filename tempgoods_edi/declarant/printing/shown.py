"""The printed form of a value: the name of a code, a date with hyphens, and where a long word may be broken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from tempgoods_edi.codelists import code_list
from tempgoods_edi.declarant.printing.glyphs import showable
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Lang

#: A text, or one with the places where its line may be broken.
Pieces = str | list[str]

#: Codes that people know better than the names.
_TARIFF, _CURRENCIES = "hs_codes", "currencies"
#: Characters that are hardly wider than half the size of the type; any other counts as wide as that size.
_NARROW = frozenset("0123456789abcdefghijklnopqrstuvxyzfrtJI.,:;-_/()[]|'`\"!*^ ")
_NARROW_WIDTH = 0.62
#: What the typesetter breaks by itself: at blanks, and between ideographs.
_WORD = re.compile(r"[^ \t\n㐀-鿿\U00020000-\U0003ffff]+")


def value(field: FieldSpec, text: str, lang: Lang, *, brief: bool = False) -> str:
    """The *text* of a message's field for people; *brief* leaves out the code before a name."""
    if field.atom == "date" and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    name = _names(field).get(text) if field.facets.options else _named(field.codelist, text)
    if name is None or (brief and field.codelist == _CURRENCIES):
        return text
    return name[lang] if brief else f"{text} {name[lang]}"


def pieces(text: str, widest: float) -> Pieces:
    """*text* prepared for typesetting: a word that may be wider than *widest* (in font sizes) can be broken anywhere.

    >>> pieces("a longword", 4)
    ['a l', 'o', 'n', 'g', 'w', 'o', 'r', 'd']
    """
    text = showable(text)
    cuts = [
        at
        for word in _WORD.finditer(text)
        if _wide(word[0]) > widest
        for at in range(word.start() + 1, word.end())
        if not unicodedata.combining(text[at])
    ]
    if not cuts:
        return text
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _wide(word: str) -> float:
    return sum(_NARROW_WIDTH if character in _NARROW else 1.0 for character in word)


@cache
def _names(field: FieldSpec) -> Mapping[str, Mapping[Lang, str]]:
    return {option.value: {"zh": option.label.zh, "en": option.label.en} for option in field.facets.options}


@lru_cache(4096)
def _named(codelist: str | None, code: str) -> Mapping[Lang, str] | None:
    if codelist is None or codelist == _TARIFF:
        return None
    found = code_list(codelist).get(code)
    return None if found is None else {"zh": found.name.zh, "en": found.name.in_("en")}
