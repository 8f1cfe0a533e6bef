"""Explains msgspec's errors in both languages: which value does not fit its type, where, and what would fit.

>>> import msgspec
>>> try:
...     msgspec.convert("8018", int)
... except msgspec.ValidationError as error:
...     misfit(error, "8018", int, "port").en
'“port” is the text “8018”; it should be a whole number'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

from msgspec import inspect

from tempgoods_edi.values import Bilingual, shortened

#: Names whose values are never shown.
_SECRET = frozenset(("key", "passwd", "password", "pin", "secret", "token"))
_LONGEST = 60

_WORDS = {
    "int": Bilingual("整数", "a whole number"),
    "float": Bilingual("数字", "a number"),
    "str": Bilingual("文字", "a text"),
    "bool": Bilingual("true 或 false", "true or false"),
    "array": Bilingual("列表", "a list"),
    "object": Bilingual("带名称的值", "values with names"),
    "datetime": Bilingual("日期和时间，如 2027-01-10T09:00:00+08:00", "a date and time as 2027-01-10T09:00:00+08:00"),
    "date": Bilingual("日期，如 2027-01-10", "a date as 2027-01-10"),
    "null": Bilingual("空", "nothing"),
}
_OR = Bilingual("或", " or ")
_TYPE = r"Expected `([^`]*)`"
_COMPARED = {
    ">=": Bilingual("不小于", "at least"),
    "<=": Bilingual("不大于", "at most"),
    ">": Bilingual("大于", "more than"),
    "<": Bilingual("小于", "less than"),
}

_IS = Bilingual("“{where}”是{value}，应为{wanted}", "“{where}” is {value}; it should be {wanted}")
_SHOULD = Bilingual("“{where}”应为{wanted}", "“{where}” should be {wanted}")
_TOP = Bilingual("最外层", "the whole")
_LACKS = Bilingual("缺少“{name}”（{where}），请补上", "“{name}” is missing in {where}: add it")
_UNKNOWN = Bilingual(
    "没有“{name}”（{where}），可用：{known}；请改正或删除",
    "there is no “{name}” in {where}, only {known}: correct or remove it",
)
_OTHERWISE = Bilingual("另一种值", "something else")
_ONE_OF = Bilingual("{values} 之一", "one of {values}")

_PLACE, _KEY = " - at ", "`key` in "
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def misfit(error: Exception, given: Any, wanted: Any, name: str = "") -> Bilingual:
    """The text that says why *given* does not fit the type *wanted*: place, value and what to do.

    :param error: what msgspec raised.
    :param name: what *given* itself is called; empty for the whole of something.
    """
    # The last one: a name that is told may hold the same signs, a place never does.
    said, at, place = str(error).rpartition(_PLACE)
    if not at or not place.startswith(("`$", _KEY)):
        said, place = str(error), ""
    keyed, path = place.startswith(_KEY), place.removeprefix(_KEY).strip("`").removeprefix("$")
    steps = [step[1] or step[2] for step in _STEP.finditer(path)]
    value, kind = _at(given, inspect.type_info(wanted), steps)
    where = _where(name, steps)
    lacking = re.fullmatch(r"Object (missing required|contains unknown) field `(.*)`", said, re.DOTALL)
    if lacking and lacking[1] == "missing required":
        return _LACKS.format(name=lacking[2], where=where)
    if lacking:
        known = ", ".join(field.encode_name for field in getattr(kind, "fields", ()))
        return _UNKNOWN.format(name=shortened(lacking[2], _LONGEST), where=where, known=known or "-")
    words = _wanted(said, kind)
    last = next((step for step in reversed(steps) if not step.isdigit()), name)
    if value is _NOWHERE or keyed or last in _SECRET:
        return _SHOULD.format(where=where, wanted=words)
    return _IS.format(where=where, value=_shown(value), wanted=words)


def _wanted(said: str, kind: Any) -> Bilingual:
    if said.startswith("Invalid enum value") or isinstance(kind, inspect.LiteralType):
        values = ", ".join(map(str, getattr(kind, "values", ())))
        return _ONE_OF.format(values=values) if values else _OTHERWISE
    for pattern, words in _PATTERNS:
        found = pattern.fullmatch(said)
        if found:
            return words(*found.groups())
    return _OTHERWISE


def _kinds(text: str) -> Bilingual:
    parts = [_WORDS.get(part, Bilingual(part, part)) for part in text.split(" | ") if part != "null"]
    return Bilingual(_OR.zh.join(part.zh for part in parts), _OR.en.join(part.en for part in parts))


def _compared(kind: str, sign: str, figure: str) -> Bilingual:
    text = Bilingual("{kind}，{sign} {n}", "{kind}, {sign} {n}")
    return text.format(kind=_kinds(kind), sign=_COMPARED[sign], n=figure)


def _long(kind: str, sign: str, figure: str) -> Bilingual:
    unit = Bilingual("个字符", "characters") if kind == "str" else Bilingual("项", "items")
    text = Bilingual("{kind}，{sign} {n} {unit}", "{kind}, {sign} {n} {unit}")
    return text.format(kind=_kinds(kind), sign=_COMPARED[sign], n=figure, unit=unit)


#: What msgspec says, as the words for what is wanted; the groups are its types and figures.
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[..., Bilingual]], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (_TYPE + r", got `.*", _kinds),
        (_TYPE + r" (>=|<=|>|<) (\S+)", _compared),
        (_TYPE + r" of length (>=|<=|>|<) (\d+)", _long),
        (
            _TYPE + r" of length (\d+), got \d+",
            lambda kind, figure: Bilingual("正好 {n} 项的列表", "a list of {n}").format(n=figure),
        ),
        (
            _TYPE + r" matching regex '?(.*?)'?",
            lambda kind, form: Bilingual("形如 {form} 的文字", "a text like {form}").format(form=form),
        ),
        (
            _TYPE + r" that's a multiple of (\S+)",
            lambda kind, figure: Bilingual("{n} 的倍数", "a multiple of {n}").format(n=figure),
        ),
        (
            _TYPE + " with a timezone component",
            lambda kind: Bilingual(
                "带时区的时间，如 2027-01-10T09:00:00+08:00", "a time with its zone, as 2027-01-10T09:00:00+08:00"
            ),
        ),
        (
            _TYPE + " without a timezone component",
            lambda kind: Bilingual("不带时区的时间", "a time without zone"),
        ),
        (r"Invalid RFC3339 encoded (\w+)", _kinds),
    )
)

#: Stands for a value that the path does not lead to.
_NOWHERE = object()


def _at(value: Any, kind: Any, steps: list[str]) -> tuple[Any, Any]:
    """The value at the end of *steps*, and the type wanted there."""
    for step in steps:
        kind = _within(kind, step)
        try:
            value = value[int(step)] if step.isdigit() and not isinstance(value, dict) else value[step]
        except (KeyError, IndexError, TypeError):
            value = _NOWHERE
    return value, _within(kind, None)


def _within(kind: Any, step: str | None) -> Any:
    """The type below *kind*; None for the step: itself, of a type or nothing the type."""
    if isinstance(kind, inspect.UnionType):
        inner = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        kind = next((each for each in inner if step is None or _within(each, step) is not None), None)
    if isinstance(kind, inspect.Metadata):
        kind = kind.type
    if step is None:
        return kind
    if isinstance(kind, inspect.StructType):
        return next((field.type for field in kind.fields if field.encode_name == step), None)
    if isinstance(kind, inspect.TupleType):
        return kind.item_types[int(step)] if step.isdigit() and int(step) < len(kind.item_types) else None
    if isinstance(kind, inspect.DictType):
        return kind.value_type
    return getattr(kind, "item_type", None)


def _where(name: str, steps: list[str]) -> Bilingual:
    """A path as everywhere in the house: ``user[1]/name``."""
    path = name
    for step in steps:
        if step.isdigit():
            path += f"[{int(step) + 1}]"
        elif step != "...":
            path += f"/{step}" if path else step
    text = shortened(path, _LONGEST)
    return Bilingual(text, text) if text else _TOP


def _shown(value: Any) -> Bilingual:
    if isinstance(value, bool):
        word = "true" if value else "false"
        return Bilingual(word, word)
    if isinstance(value, str):
        return Bilingual("文字“{text}”", "the text “{text}”").format(text=shortened(value, _LONGEST))
    if isinstance(value, (int, float, date, time)):
        text = shortened(str(value), _LONGEST)
        return Bilingual(text, text)
    if value is None:
        return _WORDS["null"]
    return _WORDS["object"] if isinstance(value, dict) else _WORDS["array"]
