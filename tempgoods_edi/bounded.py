"""Reads JSON and TOML from outside within limits of size, count and depth, and reports keys given twice.

The parsers themselves have no such bounds: a key of 40,000 parts takes them half a minute, a number of a million
digits or a key given twice is read as something else than was written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from tempgoods_edi import said
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import MOST_FINDINGS, Bilingual, shortened

#: Largest JSON from outside (bytes): a declaration of 5,000 lines in its JSON form has 6 MB.
MAX_JSON_BYTES = 16 * 1024 * 1024
#: Most values, of all kinds and depths, in one JSON.
MAX_JSON_VALUES = 500_000
#: Deepest nesting of JSON and of TOML.
MAX_DEPTH = 32
#: Longest number (characters).
MAX_NUMBER = 40
#: Largest TOML from outside (bytes): a thousand scenarios.
MAX_TOML_BYTES = 256 * 1024
#: Most parts of a dotted key in TOML.
MAX_KEY_PARTS = 16

_TOO_LARGE = Bilingual("{size} 字节，超过 {limit} 字节", "{size} bytes, more than {limit}")
_TOO_MANY = Bilingual("约 {count} 个值，超过 {limit} 个", "about {count} values, more than {limit}")
_TOO_DEEP = Bilingual("嵌套超过 {limit} 层", "nested more than {limit} deep")
_TOO_LONG = Bilingual("数字“{value}”超过 {limit} 个字符", "the number “{value}” has more than {limit} characters")
_NO_NUMBER = Bilingual("{value} 不是JSON的数字", "{value} is no number of JSON")
_NOT_UTF8 = Bilingual("编码不是UTF-8（第 {at} 字节）", "the encoding is not UTF-8 (byte {at})")
_TWICE = Bilingual("键“{key}”出现两次（{where}）", "the key “{key}” is given twice ({where})")
_HALF = Bilingual("含有半个字符 {code}", "holds half a character, {code}")
_TOP = Bilingual("最外层", "at the top")
_KEY_TOO_LONG = Bilingual(
    "第{line}行：以点分隔的键超过 {limit} 段", "line {line}: a dotted key of more than {limit} parts"
)


class Unfit(TempgoodsError):
    """The text was not read; the message says why.

    :ivar line: 1-based; None when unknown.
    :ivar column: 1-based, in characters.
    """

    def __init__(self, text: Bilingual, line: int | None = None, column: int | None = None) -> None:
        super().__init__(text)
        self.line = line
        self.column = column


class Doubled(Struct, frozen=True):
    """A key that one object has twice; the last of its values was read.

    :ivar path: of the object, as ``document/ExhibitList[3]``; empty at the top.
    """

    path: str
    key: str


class Json(Struct, frozen=True):
    """A parsed JSON text, with the keys that it gives twice."""

    tree: Any
    doubled: tuple[Doubled, ...] = ()


def read_json(data: bytes | str, max_bytes: int = MAX_JSON_BYTES) -> Json:
    """Parse the JSON in *data* within the limits.

    :raises Unfit: it is none, or is beyond a bound.
    """
    text = _decoded(data, max_bytes)
    count = text.count(",") + text.count("[") + text.count("{")
    if count > MAX_JSON_VALUES:
        raise Unfit(_TOO_MANY.format(count=count, limit=MAX_JSON_VALUES))
    twice: dict[int, tuple[dict[str, Any], list[str]]] = {}

    def paired(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            again = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]  # None on purpose
            twice[id(found)] = (found, list(dict.fromkeys(again)))
        return found

    try:
        tree = json.loads(
            text, object_pairs_hook=paired, parse_int=_whole, parse_float=_number, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        raise Unfit(said.of_json(error.msg, error.lineno, error.colno), error.lineno, error.colno) from None
    except RecursionError:
        raise Unfit(_TOO_DEEP.format(limit=MAX_DEPTH)) from None
    if _is_deeper(tree, MAX_DEPTH):
        raise Unfit(_TOO_DEEP.format(limit=MAX_DEPTH))
    return Json(tree, tuple(_doubled(tree, "", twice)) if twice else ())


def single(data: bytes | str, max_bytes: int = MAX_JSON_BYTES, *, halves: bool = False) -> Any:
    """Parse the JSON in *data*, refusing keys given twice.

    :param halves: half a surrogate may stand in texts, for whoever tells it with the name of its field.
    :raises Unfit: it is none, is beyond a bound, has a key twice or a text that nothing can hold.
    """
    found = read_json(data, max_bytes)
    if not halves and (half := _half(found.tree)) is not None:
        raise Unfit(_HALF.format(code=f"U+{ord(half):04X}"))
    for each in found.doubled:
        raise Unfit(_TWICE.format(key=shortened(each.key), where=shortened(each.path) or _TOP))
    return found.tree


def read_toml(data: bytes | str) -> dict[str, Any]:
    """Parse the TOML in *data* within the limits.

    :raises Unfit: it is none, or is beyond a bound.
    """
    text = _decoded(data, MAX_TOML_BYTES)
    line = _long_key(text)
    if line is not None:
        raise Unfit(_KEY_TOO_LONG.format(line=line, limit=MAX_KEY_PARTS), line)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Unfit(_TOO_DEEP.format(limit=MAX_DEPTH)) from None
    except ValueError as error:
        raise Unfit(_in_toml(str(error))) from None


def _in_toml(text: str) -> Bilingual:
    if "integer string conversion" in text:
        return _TOO_LONG.format(value="…", limit=MAX_NUMBER)
    return said.of_toml(text)


def _decoded(data: bytes | str, most: int) -> str:
    if isinstance(data, str):
        size = len(data) if len(data) > most else len(data.encode("utf-8", "surrogatepass"))
    else:
        size = len(data)
    if size > most:
        raise Unfit(_TOO_LARGE.format(size=size, limit=most))
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unfit(_NOT_UTF8.format(at=error.start + 1)) from None


def _whole(digits: str) -> int:
    if len(digits) > MAX_NUMBER:
        raise Unfit(_TOO_LONG.format(value=digits[:MAX_NUMBER] + "…", limit=MAX_NUMBER))
    return int(digits)


def _number(digits: str) -> float:
    if len(digits) > MAX_NUMBER:
        raise Unfit(_TOO_LONG.format(value=digits[:MAX_NUMBER] + "…", limit=MAX_NUMBER))
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Unfit(_NO_NUMBER.format(value=digits))
    return value


def _no_number(name: str) -> float:
    raise Unfit(_NO_NUMBER.format(value=name))


def _is_deeper(tree: Any, most: int) -> bool:
    level = [tree]
    for _ in range(most):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _doubled(tree: Any, path: str, twice: dict[int, tuple[dict[str, Any], list[str]]]) -> Iterator[Doubled]:
    """Where the objects of *twice* stand in *tree*, the first of them."""
    waiting, found = [(tree, path)], 0
    while waiting and found < MOST_FINDINGS:
        node, path = waiting.pop()
        if isinstance(node, dict):
            for key in twice.get(id(node), (node, ()))[1]:
                found += 1
                yield Doubled(path, key)
            lead = f"{path}/" if path else ""
            waiting.extend((value, f"{lead}{key}") for key, value in reversed(node.items()) if _holds(value))
        elif isinstance(node, list):
            numbered = [(value, f"{path}[{n}]") for n, value in enumerate(node, 1) if _holds(value)]
            waiting.extend(reversed(numbered))


_SURROGATE = re.compile("[\ud800-\udfff]")


def _half(tree: Any) -> str | None:
    """The first half of a surrogate pair in a key or text of *tree*."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend((*node, *node.values()))
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, str) and not node.isascii():
            found = _SURROGATE.search(node)
            if found is not None:
                return found[0]
    return None


def _holds(value: Any) -> bool:
    return isinstance(value, (dict, list))


#: A text (also one that never ends, so that it is passed once), a comment, a part of a key, blanks, or any other character.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:""")?|\'\'\'(?:[^\']|\'(?!\'\'))*(?:\'\'\')?'
    r'|"(?:[^"\\\n]|\\.)*"?|\'[^\'\n]*\'?|#[^\n]*|[\w-]+|[ \t]+|.',
    re.DOTALL,
)


def _long_key(text: str) -> int | None:
    """1-based line of the first dotted key of too many parts; None when there is none."""
    parts, dotted = 0, True
    for found in _TOKEN.finditer(text):
        part = found[0]
        if part[0] in " \t":
            continue
        if part == ".":
            dotted = True
        elif part[0] in "\"'-_" or part[0].isalnum():
            parts = parts + 1 if dotted and parts else 1
            dotted = False
            if parts > MAX_KEY_PARTS:
                return text.count("\n", 0, found.start()) + 1
        else:
            parts, dotted = 0, False
    return None
