"""Turns the value of a cell into a message's text: codes for names, plain digits for numbers, dates without separators."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from tempgoods_edi.codelists import code_list
from tempgoods_edi.interchange import sheet_problems as problems
from tempgoods_edi.interchange.sheet_grid import Cell
from tempgoods_edi.interchange.sheet_headings import plain
from tempgoods_edi.schema.faults import value_faults
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.schema.strange import strange_value
from tempgoods_edi.values import Bilingual, Finding

#: Other names of codes that mean the very same; names that could mean two are not guessed at.
_ALSO: Mapping[str, Mapping[str, str]] = {
    "units": {
        "035": "公斤 kg kgs kilo kilos kilograms", "036": "g gram grams", "070": "公吨 t mt ton tons 吨数",
        "030": "m meter meters metres 公尺", "032": "㎡ m2 sqm 平方公尺 平米", "033": "m³ m3 cbm 立方",
        "095": "l liter litres liters 公升", "096": "ml", "006": "sets", "147": "km 公里",
    },
    "currencies": {
        "CNY": "rmb 人民币元 renminbi", "USD": "美金 us$ usdollars", "JPY": "日元 日圆 日币 japaneseyen",
        "KRW": "韩元 韩圆 韩币 koreanwon", "HKD": "港元 港币元 hk$", "CAD": "加元 加币", "AUD": "澳元 澳币",
        "TWD": "台币 新台币元", "CHF": "瑞郎 瑞士郎", "RUB": "卢布", "THB": "泰铢", "SGD": "新加坡币 新币",
        "GBP": "英磅 britishpound poundsterling", "EUR": "欧 euros", "MOP": "澳门币",
    },
    "countries": {
        "HKG": "香港 hongkong 香港特别行政区", "MAC": "澳门 macao macau", "TWN": "台湾 taiwan 台澎金马关税区",
        "RUS": "俄罗斯 russia 俄国", "GBR": "uk unitedkingdom 英 greatbritain england", "USA": "us 美 america",
        "KOR": "南韩 southkorea korea 大韩民国", "ARE": "阿联酋 uae", "DEU": "德 germany", "FRA": "法 france",
        "JPN": "日 japan", "ITA": "意 italy", "CZE": "捷克共和国 czechrepublic", "NLD": "荷 holland netherlands",
        "CHN": "中华人民共和国 prchina p.r.china china", "VNM": "越南 vietnam", "TUR": "土耳其 turkey",
    },
}  # fmt: skip
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_PARTS = re.compile(r"[\s()（）\[\]【】/|,，、:：;；—–-]+")
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_MONEY = re.compile(r"^[¥$€£]|[元]$")
_KILOGRAMS = re.compile(r"(?:kgs?|千克|公斤)$", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


def read_cell(field: FieldSpec, cell: Cell, path: str) -> tuple[str, tuple[Finding, ...]]:
    """The text of *cell* for *field*, with findings; what cannot be understood stays as written."""
    # Before it is trimmed: at the edges of a cell such characters are seen least of all.
    hidden = tuple(strange_value(field, cell.text, path))
    text, found = _understood(field, cell, path)
    return text, (*hidden, *found)


def _understood(field: FieldSpec, cell: Cell, path: str) -> tuple[str, tuple[Finding, ...]]:
    raw = cell.text.strip()
    if not raw:
        return "", ()
    if raw.upper() in _ERRORS:
        return raw, (problems.FORMULA_ERROR.at(path, value=raw),)
    if cell.lost_digits and field.atom == "string":
        return raw, (problems.LOST_DIGITS.at(path, value=raw),)
    if field.facets.options or field.codelist not in (None, "hs_codes"):
        return _coded(field, raw, path)
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if field.codelist == "hs_codes":
        text = _tariff_code(raw, is_number=cell.is_number)
    elif field.atom in ("decimal", "integer"):
        text = _number(raw)
    elif field.atom == "date" and (day := _DAY.fullmatch(unicodedata.normalize("NFKC", raw))):
        text = f"{day[1]}{int(day[2]):02d}{int(day[3]):02d}"
    elif field.number is not None:
        text = unicodedata.normalize("NFKC", raw).replace(" ", "").upper()
    return text, tuple(value_faults(field, text, path))


def _coded(field: FieldSpec, raw: str, path: str) -> tuple[str, tuple[Finding, ...]]:
    code = _code(field, raw)
    if code is None:
        shown = Bilingual(*("、".join(_examples(field, lang)) for lang in ("zh", "en")))
        return raw, (problems.NOT_A_CODE.at(path, value=raw, label=field.label, known=shown, expected=shown),)
    return code, tuple(value_faults(field, code, path))


@lru_cache(maxsize=4096)
def _code(field: FieldSpec, raw: str) -> str | None:
    """The code that *raw* is, names, or says together with its name; None when that is not certain."""
    names = _named(field)
    found = names.get(plain(raw))
    if found is not None:
        return found
    wide = unicodedata.normalize("NFKC", raw).strip().upper()
    if not field.facets.options and not list(value_faults(field, wide, "")):
        return wide
    begun = {code for name, code in names.items() if plain(raw).startswith(name)} if field.facets.options else set()
    said = {names.get(plain(part)) for part in _PARTS.split(raw) if part}
    for each in (said, begun):
        if len(each) == 1 and None not in each:
            return each.pop()
    return None


@cache
def _named(field: FieldSpec) -> Mapping[str, str]:
    """Codes by everything they are called; what is said of two codes is said of none."""
    found: dict[str, str | None] = {}
    for code, name, is_code in _all_names(field):
        key = plain(name)
        if key and found.setdefault(key, code) != code and not is_code:
            found[key] = None
    return {name: code for name, code in found.items() if code is not None}


def _all_names(field: FieldSpec) -> Iterator[tuple[str, str, bool]]:
    """Code, name of it, whether the name is the code itself or as sure."""
    if field.facets.options:
        named = [(option.value, (option.label.zh, option.label.en, "")) for option in field.facets.options]
    else:
        table = code_list(field.codelist or "")
        rows = [row for code in table.codes() if (row := table.get(code)) is not None]
        named = [(row.code, (row.name.zh, row.name.en or "", row.extra.get("old_code", ""))) for row in rows]
    for code, _ in named:
        yield code, code, True
        if code.isdecimal():
            yield code, str(int(code)), True
    for code, also in _ALSO.get(field.codelist or "", {}).items():
        yield from ((code, name, True) for name in also.split())
    for code, names in named:
        for name in filter(None, names):
            yield from ((code, each, False) for each in (name, f"{code}{name}", f"{name}{code}", _ASIDE.sub("", name)))


def _examples(field: FieldSpec, lang: str) -> Iterator[str]:
    if field.facets.options:
        return (f"{each.value} {each.label.zh if lang == 'zh' else each.label.en}" for each in field.facets.options)
    table = code_list(field.codelist or "")
    rows = [row for code in table.codes()[:3] if (row := table.get(code)) is not None]
    return (f"{row.code} {row.name.zh if lang == 'zh' else row.name.bilingual().en}" for row in rows)


def _tariff_code(raw: str, *, is_number: bool) -> str:
    """Ten digits, however they are parted; eight when only one code of the tariff begins so."""
    digits = re.sub(r"[\s.\-·]", "", unicodedata.normalize("NFKC", raw))
    table = code_list("hs_codes")
    if is_number and len(digits) == 9 and f"0{digits}" in table:
        return f"0{digits}"
    if len(digits) == 8 and digits.isdecimal():
        found = [code for code in table.codes() if code.startswith(digits)]
        if len(found) == 1:
            return found[0]
    return digits


def _number(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw).replace(" ", "")
    text = _KILOGRAMS.sub("", _MONEY.sub("", text)).removesuffix("元")
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
