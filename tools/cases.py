"""Reads the case folders under ``fixtures/cases``: a note with the facts and an Excel list, as declarants hand them over.

Names become codes by the product's own code lists; the result is the JSON form of a message.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine
from msgspec import Struct

from h2018.demo import registry_file
from h2018.registry import csv_file
from h2018.registry.registry import Holdings
from tempgoods_edi.codelists import code_list, tariff
from tempgoods_edi.rules import KnownLine

Tree = dict[str, Any]


class Operator(Struct, frozen=True):
    """Who declares for an enterprise; made up, as the numbers are."""

    enterprise_no: str
    uscc: str
    enterprise: str
    name: str
    ic_card_no: str
    sender_id: str


OPERATORS: Mapping[str, Operator] = {
    "310173A546": Operator(
        "310173A546", "91310118G8YNNRGF2C", "华东会展发展有限公司", "王琳", "2100000310173", "DXPENT0000310173"
    ),
    "1101344024": Operator(
        "1101344024", "9111011317D3FFQM8P", "京华书业会展有限公司", "李文", "2100000110134", "DXPENT0000110134"
    ),
    "4401353966": Operator(
        "4401353966", "914401062NA7M03C0Y", "珠江文化演艺有限公司", "陈嘉仪", "2100000440135", "DXPENT0000440135"
    ),
    "5101086060": Operator(
        "5101086060", "915101040MG9TH774D", "西部轨道交通装备有限公司", "赵川", "2100000510108", "DXPENT0000510108"
    ),
}
CUSTOMS_ID = "DXPEDCTMP0000001"
#: What the demonstration's customs have on file.
REGISTRY = registry_file()

_DISPOSAL = {"复运出境": "1", "复运进境": "1", "消耗": "2", "赠送": "3", "留购": "4", "放弃": "5"}
_GUARANTEE = {"保证金": "1", "银行保函": "2", "ATA单证册": "3", "总担保": "4", "免担保": "5"}
_PROJECT = {"国家重点工程": "1", "国家科研项目": "2"}


class Case(Struct, frozen=True):
    """One case: where it is, which message it becomes, and the day it is declared."""

    folder: str
    code: str
    today: str
    read: Callable[[Path, Operator, str], Tree]
    enterprise_no: str


def message(case: Case, top: Path) -> Tree:
    """The JSON form of the message that *case* becomes."""
    operator, day = OPERATORS[case.enterprise_no], case.today.replace("-", "")
    serial = f"{CASES.index(case) + 1:011d}"
    document = case.read(top / case.folder, operator, day)
    document["OperCusRegCode"] = operator.enterprise_no
    message_id = f"{operator.sender_id}{CUSTOMS_ID}{day}100000{serial}"
    return {
        "message": case.code,
        "flag": "1",
        "envelope": {
            "version": "1.0",
            "message_id": message_id,
            "file_name": f"{case.folder}.xml",
            "sender_id": operator.sender_id,
            "receiver_id": CUSTOMS_ID,
            "send_time": f"{case.today}T10:00:00",
        },
        "facts": {"today": case.today},
        "document": {k: v for k, v in document.items() if v},
    }


def attachments(case: Case, top: Path) -> dict[str, bytes]:
    """The PDF files of *case* by name."""
    return {p.name: p.read_bytes() for p in sorted((top / case.folder).glob("*.pdf"))}


def _exhibition(folder: Path, operator: Operator, day: str) -> Tree:
    note = _note(folder)
    start, end = _span(note["展期"])
    organizer, undertaker = _company(note["主办单位"]), _company(note["承办单位"])
    kind, number, amount = _parts(r"(\S+) (\S+) 金额 (\d+) 人民币", note["担保"])
    head = {
        **_head(operator, day, _coded(note["主管海关"])),
        "ExhibitionNm": note["展览会名称"],
        "ExhibitionNmEn": note["英文名称"],
        "ImpExpMarkCd": _direction(note),
        "HallNm": note["展览地点"],
        "StartDate": start,
        "EndDate": end,
        **{f"Organizer{k}": v for k, v in organizer.items()},
        **{f"Undertaker{k}": v for k, v in undertaker.items()},
        "BoothArea": note["展出面积"].removesuffix("平方米"),
        "ExhibitorCnt": note["参展商数"],
        "IEPortCd": _coded(note["进境口岸"]),
        "PlannedIEDate": _day(note["预计进境"]),
        "PlannedReturnDate": _day(note["预计复运出境"]),
        "GuaranteeTypeCd": _GUARANTEE[kind],
        "GuaranteeNo": number,
        "GuaranteeAmt": amount,
        "GuaranteeCurrCd": _code("currencies", "人民币"),
        "OnSiteFlag": "0",
        "LinkMan": note["联系人"],
        "LinkTel": note["联系电话"],
    }
    return {"Head": head, "ExhibitList": list(_goods(folder)), "Documents": list(_documents(folder))}


def _loan_list(folder: Path, operator: Operator, day: str) -> Tree:
    note = _note(folder)
    start, end = _span(note["外借期间"])
    entry_no = note["报关单"]
    entry = registry().entries[entry_no]
    lines = [
        {
            "GdsSeqNo": str(row),
            "EntryNo": entry_no,
            "EntryGNo": item,
            **_entry_line(entry.lines[int(item)], "EntryQty", "EntryUnitCd"),
            "LoanQty": quantity,
        }
        for row, (item, quantity) in enumerate(re.findall(r"商品序号 (\d+) 数量(\d+)", note["外借商品"]), 1)
    ]
    head = {
        **_head(operator, day, "2228"),
        # The number customs gives to the first exhibition of the year at this office.
        "ExhibitionNo": "ZH222827000001",
        "ExhibitionNm": note["展览会"],
        "DeclarantNo": "2210031017301",
        "DeclarantNm": "周敏",
        "BorrowerNm": note["借展单位"],
        "LoanPlace": note["外借地点"],
        "LoanReason": note["外借事由"],
        "LoanStartDate": start,
        "LoanEndDate": end,
        **_contact(operator),
    }
    return {"Head": head, "LoanGoods": lines}


def _confirmation(folder: Path, operator: Operator, day: str) -> Tree:
    note = _note(folder)
    start, end = _span(note["活动时间"])
    applicant = _company(note["申请人"])
    kind, carnet = _parts(r"(\S+) (\S+)", note["担保"])
    head = {
        **_head(operator, day, _coded(note["主管海关"])),
        "ImpExpMarkCd": _direction(note),
        "CategoryCd": _code("temp_goods_categories", note["类别"]),
        **{f"Applicant{k}": v for k, v in applicant.items()},
        "ApplicantAddr": note["地址"],
        "Purpose": note["用途"],
        "UsePlace": note["使用地点"],
        "ActivityStartDate": start,
        "ActivityEndDate": end,
        "IEPortCd": _coded(note["进境口岸"]),
        "PlannedIEDate": _day(note["拟进境日期"]),
        "PlannedReturnDate": _day(note["拟复运出境日期"]),
        "GuaranteeTypeCd": _GUARANTEE[kind],
        "AtaFlag": "1",
        "AtaCarnetNo": carnet,
        "TransportCd": _code("transport_modes", note["运输方式"]),
        **_contact(operator),
    }
    return {"Head": head, "Goods": list(_goods(folder)), "Documents": list(_documents(folder))}


def _extension(folder: Path, operator: Operator, day: str) -> Tree:
    note = _note(folder)
    entry_no = note["原报关单号"]
    entry = registry().entries[entry_no]
    lines = [
        {
            "GdsSeqNo": str(row),
            "EntryNo": entry_no,
            "EntryGNo": str(item),
            **_entry_line(line, "EntryQty", "DclUnitCd"),
            "RemainQty": f"{line.remaining:f}",
            "ExtQty": f"{line.remaining:f}",
        }
        for row, (item, line) in enumerate(sorted(entry.lines.items()), 1)
    ]
    head = {
        **_head(operator, day, entry_no[:4]),
        "ImpExpMarkCd": "I",
        "EntryNo": entry_no,
        "CategoryCd": _code("temp_goods_categories", note["类别"]),
        "IEDate": _day(note["进境日期"]),
        "CurrentDeadline": _day(note["现复运期限"]),
        "ExtensionCnt": note["第几次"],
        "RequestedDeadline": _day(note["申请延期至"]),
        "ProjectTypeCd": _PROJECT.get(note["项目"], "0"),
        "Reason": note["理由"],
        "GuaranteeTypeCd": "4",
        "GuaranteeNo": "ZDB5101260001",
        **_contact(operator),
    }
    return {"Head": head, "Goods": lines}


#: In the order in which they are declared.
CASES: tuple[Case, ...] = (
    Case("machine-tool-show", "TMP101", "2026-11-20", _exhibition, "310173A546"),
    Case("book-fair", "TMP101", "2026-11-20", _exhibition, "1101344024"),
    Case("orchestra-tour", "TMP121", "2026-11-20", _confirmation, "4401353966"),
    Case("rail-test-equipment", "TMP131", "2026-11-20", _extension, "5101086060"),
    Case("lent-to-institute", "TMP111", "2027-03-10", _loan_list, "310173A546"),
)


def _head(operator: Operator, day: str, office: str) -> Tree:
    return {
        "EtpsPreentNo": f"{operator.enterprise_no[:6]}-{day}-01",
        "DclTypeCd": "1",
        "ChgTmsCnt": "0",
        "MasterCusCd": office,
        "InputEtpsNo": operator.enterprise_no,
        "InputEtpsSccd": operator.uscc,
        "InputEtpsNm": operator.enterprise,
        "OperatorNm": operator.name,
        "IcCardNo": operator.ic_card_no,
        "DclEtpsNo": operator.enterprise_no,
        "DclEtpsSccd": operator.uscc,
        "DclEtpsNm": operator.enterprise,
        "DclDate": day,
    }


def _contact(operator: Operator) -> Tree:
    return {"LinkMan": operator.name, "LinkTel": "021-58449506"}


def _goods(folder: Path) -> Iterator[Tree]:
    """The rows of the Excel list under its header row, as goods lines."""
    (book,) = folder.glob("*.xlsx")
    rows = python_calamine.CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python(skip_empty_area=False)
    header_at = next(n for n, row in enumerate(rows) if row[0] == "序号")
    header = [str(cell) for cell in rows[header_at]]
    for cells in rows[header_at + 1 :]:
        row = dict(zip(header, cells, strict=True))
        hs, unit = str(row["商品编码"]), _code("units", str(row["计量单位"]))
        known = tariff(hs)
        line = {
            "GdsSeqNo": _number(row["序号"]),
            "Gdecd": hs,
            "GdsNm": str(row["中文品名"]),
            "GdsSpcfModelDesc": str(row["规格型号"]),
            "DclQty": _number(row["数量"]),
            "DclUnitCd": unit,
            **({} if known is None else _legal(row, unit, known.first_unit, known.second_unit)),
            "UnitPrice": _number(row["单价"]),
            "TotalPrice": _number(row["总价"]),
            "CurrCd": _code("currencies", str(row["币制"])),
            "NatCd": _code("countries", str(row["原产国"])),
            "GrossWt": _number(row["毛重(kg)"]),
            "NetWt": _number(row["净重(kg)"]),
            "PackNo": str(row["箱号"]),
            "ExhibitorNm": str(row.get("参展商") or ""),
            "BoothNo": str(row.get("展位") or ""),
            "DisposalCd": _DISPOSAL[str(row.get("处置") or "复运出境")],
        }
        yield {tag: text for tag, text in line.items() if text}


def _legal(row: Mapping[str, Any], unit: str, first: str, second: str | None) -> Tree:
    def quantity(legal: str) -> str:
        return _number(row["净重(kg)"]) if legal == "035" and unit != "035" else _number(row["数量"])

    found = {"LawfQty": quantity(first), "LawfUnitCd": first}
    if second is not None:
        found |= {"SecdLawfQty": quantity(second), "SecdLawfUnitCd": second}
    return found


def registry() -> Holdings:
    """What the demonstration's customs have on file."""
    return csv_file.from_csv(REGISTRY)


def _entry_line(line: KnownLine, quantity: str, unit: str) -> Tree:
    found = {
        "Gdecd": line.hs_code,
        "GdsNm": line.name,
        "GdsSpcfModelDesc": line.model,
        quantity: f"{line.quantity:f}",
        unit: line.unit,
        "UnitPrice": None if line.unit_price is None else f"{line.unit_price:f}",
        "CurrCd": line.currency,
        "NatCd": line.origin,
    }
    return {tag: text for tag, text in found.items() if text}


def _documents(folder: Path) -> Iterator[Tree]:
    for number, path in enumerate(sorted(folder.glob("*.pdf")), 1):
        data = path.read_bytes()
        yield {
            "DocSeqNo": str(number),
            "DocTypeCd": "50000001",
            "DocNm": path.name,
            "DocSize": str(len(data)),
            "DocHashAlg": "SHA-256",
            "DocHash": base64.b64encode(hashlib.sha256(data).digest()).decode(),
        }


def _note(folder: Path) -> dict[str, str]:
    (path,) = folder.glob("*资料.txt")
    return dict(line.split("：", 1) for line in path.read_text("utf-8").splitlines() if "：" in line)


def _company(text: str) -> Tree:
    name, number, uscc = _parts(r"(.+)（(\w+)，(\w+)）", text)
    return {"No": number, "Sccd": uscc, "Nm": name}


def _direction(note: Mapping[str, str]) -> str:
    return {"进境": "I", "出境": "E"}[note["进出境"]]


def _coded(text: str) -> str:
    return _parts(r".*（(\w+)）", text)[0]


def _span(text: str) -> tuple[str, str]:
    start, end = text.split("至")
    return _day(start), _day(end)


def _day(text: str) -> str:
    year, month, day = _parts(r"(\d+)年(\d+)月(\d+)日", text)
    return f"{int(year):04d}{int(month):02d}{int(day):02d}"


def _parts(pattern: str, text: str) -> tuple[str, ...]:
    found = re.fullmatch(pattern, text)
    if found is None:
        raise ValueError(f"{text!r} is not like {pattern!r}")
    return tuple(str(group) for group in found.groups())


def _code(listed: str, name: str) -> str:
    found = [code for code in code_list(listed).search(name, 50) if code.name.zh == name]
    if len(found) != 1:
        raise ValueError(f"{name!r} is not one name in {listed}")
    return found[0].code


def _number(value: object) -> str:
    """A number from Excel in plain digits: 3950043.0 → 3950043."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
