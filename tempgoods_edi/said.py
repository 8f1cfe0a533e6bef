"""Translates the errors of the JSON and TOML parsers into both languages."""

from __future__ import annotations

import re

from tempgoods_edi.values import Bilingual, shortened

#: By how the parser's own text begins; the longer beginnings first.
_JSON = {
    "Expecting value": Bilingual("此处应有一个值", "a value is expected"),
    "Expecting property name": Bilingual("此处应有双引号中的名称", "a name in double quotes is expected"),
    "Expecting ':'": Bilingual("此处应有冒号“:”", "a colon is expected"),
    "Expecting ','": Bilingual("此处应有逗号“,”", "a comma is expected"),
    "Extra data": Bilingual("内容结束后还有其他内容", "something follows after the end"),
    "Invalid control character": Bilingual("文字中有控制字符", "a control character within a text"),
    "Unterminated string": Bilingual("文字没有以双引号结束", "a text has no closing quote"),
    "Invalid \\": Bilingual("反斜杠“\\”后的写法不可用", "what follows a backslash cannot be used"),
    "Illegal trailing comma": Bilingual("最后一个值后多了逗号", "a comma too many after the last value"),
}
_TOML = {
    "Invalid value": Bilingual("值的写法不可用（文字须加双引号）", "a value that cannot be used (texts need quotes)"),
    "Invalid statement": Bilingual("不是“名称 = 值”的形式", "not of the form “name = value”"),
    "Invalid initial character for a key part": Bilingual("名称的写法不可用", "a name that cannot be used"),
    "Expected '=' after a key": Bilingual("名称后应有“=”", "a name needs “=” after it"),
    "Expected newline or end of document": Bilingual("一行中有多余的内容", "something too much in a line"),
    "Expected ']": Bilingual("缺少“]”", "“]” is missing"),
    "Unclosed array": Bilingual("列表没有以“]”结束", "a list has no closing “]”"),
    "Unclosed inline table": Bilingual("表没有以“}”结束", "a table has no closing “}”"),
    "Unterminated string": Bilingual("文字没有以引号结束", "a text has no closing quote"),
    "Illegal character": Bilingual("有不可用的字符", "a character that cannot be used"),
    "Unescaped '\\'": Bilingual("文字中的反斜杠应写作“\\\\”", "a backslash in a text is written twice"),
    "Invalid hex value": Bilingual("反斜杠后的编码不可用", "what follows a backslash cannot be used"),
    "Escaped character": Bilingual("反斜杠后的编码不可用", "what follows a backslash cannot be used"),
    "Invalid date or datetime": Bilingual("没有这个日期或时间", "there is no such date or time"),
    "Cannot overwrite a value": Bilingual("同一名称出现两次", "a name is given twice"),
    "Duplicate inline table key": Bilingual("同一名称出现两次", "a name is given twice"),
    "Cannot declare": Bilingual("同一个表出现两次", "a table is given twice"),
    "Cannot redefine namespace": Bilingual("同一名称出现两次", "a name is given twice"),
    "Cannot mutate immutable": Bilingual("同一名称出现两次", "a name is given twice"),
    "Expected": Bilingual("写法不可用", "it is not written as it should be"),
    "Found invalid character": Bilingual("有不可用的字符", "a character that cannot be used"),
}
_PLACE = re.compile(r"\((?:at line ([0-9]+), column ([0-9]+)|at end of document)\)\s*\Z")
_AT = Bilingual("第{line}行第{column}列：{why}", "{why}: line {line}, column {column}")
_AT_END = Bilingual("文件末尾：{why}", "{why}: at the end")


def of_json(said: str, line: int, column: int) -> Bilingual:
    """The error of `json` in both languages, with its place."""
    return _AT.format(why=_words(said, _JSON), line=line, column=column)


def of_toml(said: str) -> Bilingual:
    """The error of `tomllib` in both languages, with its place."""
    place = _PLACE.search(said)
    why = _words(said, _TOML)
    if place is None:
        return why
    return _AT_END.format(why=why) if place[1] is None else _AT.format(why=why, line=place[1], column=place[2])


def _words(said: str, known: dict[str, Bilingual]) -> Bilingual:
    text = shortened(said)
    return next((words for start, words in known.items() if said.startswith(start)), Bilingual(text, text))
