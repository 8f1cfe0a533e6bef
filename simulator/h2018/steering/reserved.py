"""Reserved test values: an in-house number that asks for the outcome of its declaration.

::

    T-<outcome>[-<delay>][-<anything>]        T-REJECT-30S-0001    T-APPROVE-0002    T-STORE_FAIL

Only the in-house number (企业内部编号) is ever read this way; no other field is magic.  ``T-`` is written in capitals,
the rest in either case.  What follows outcome and delay keeps the number unique, as customs demands.
"""

from __future__ import annotations

import re

from msgspec import Struct

from h2018.setup_files.durations import FORM, seconds
from h2018.steering.outcomes import CATALOGUE, Outcome
from tempgoods_edi.nearest import meant
from tempgoods_edi.values import Bilingual

_FORM = re.compile(rf"T-(?P<outcome>[^-]*)(?:-(?P<delay>(?i:{FORM}))(?=-|\Z))?(?:-.*)?", re.DOTALL)


class Unrecognised(Struct, frozen=True):
    """The reason why a number is no reserved test value.

    :ivar meant: it begins like one, so whoever wrote it may have meant it to be one.
    """

    text: Bilingual
    meant: bool = False


def parse(number: str | None) -> Outcome | Unrecognised:
    """The outcome that an in-house number asks for, or the reason why it asks for none.

    >>> parse("T-REJECT-30S-0001")
    Outcome(name='reject', delay=30.0)
    >>> parse("T-REJCT-0001").text.en
    'T-REJCT-0001: “REJCT” is no outcome, did you mean REJECT?'
    >>> parse("2027-0001").meant
    False
    """
    found = None if number is None else _FORM.fullmatch(number)
    if number is None or found is None:
        return Unrecognised(Bilingual("企业内部编号不以 T- 开头", "the in-house number does not begin with T-"))
    word, written = found["outcome"], found["delay"]
    kind = CATALOGUE.get(word.lower())
    if kind is None:
        hint = meant(word.upper(), [name.upper() for name in CATALOGUE])
        text = Bilingual("{number}：“{word}”不是测试结果，{hint}", "{number}: “{word}” is no outcome, {hint}")
        return _not(text, number, word=word, hint=hint)
    delay = None if written is None else seconds(written)
    if written is not None and delay is None:
        return _not(Bilingual("{number}：时长过长", "{number}: the delay is too long"), number)
    if written is not None and "delay" not in kind.takes:
        text = Bilingual("{number}：“{word}”不能延迟", "{number}: “{word}” takes no delay")
        return _not(text, number, word=word)
    if written is None and "delay" in kind.needs:
        text = Bilingual("{number}：须写明时长，如 {example}", "{number}: write how long, as in {example}")
        return _not(text, number, example=kind.example)
    return Outcome(name=kind.name, delay=delay)


def _not(text: Bilingual, number: str, **params: object) -> Unrecognised:
    return Unrecognised(text.format(number=number, **params), meant=True)
