"""The menu at the left, in the Single Window's order (manual, chapters 1 to 3)."""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.values import Bilingual


class Entry(Struct, frozen=True):
    """One line of the menu."""

    text: Bilingual
    address: str


class Section(Struct, frozen=True):
    """Some lines under one heading."""

    text: Bilingual
    entries: tuple[Entry, ...]


MENU = (
    Section(
        Bilingual("我的工作", "My work"),
        (
            Entry(Bilingual("首页", "Start page"), "/"),
            Entry(Bilingual("报关员", "Declarants"), "/declarants"),
            Entry(Bilingual("接口令牌", "API tokens"), "/tokens"),
        ),
    ),
    Section(
        Bilingual("展览品", "Exhibits"),
        (
            Entry(Bilingual("展览会备案", "Exhibition filing"), "/forms/exhibition"),
            Entry(Bilingual("外借展品清单申报", "Loan list"), "/forms/loan-list"),
        ),
    ),
    Section(
        Bilingual("暂时进出境货物", "Temporary goods"),
        (
            Entry(Bilingual("确认申报", "Confirmation"), "/forms/confirmation"),
            Entry(Bilingual("延期申报", "Extension"), "/forms/extension"),
        ),
    ),
    Section(
        Bilingual("综合查询", "Queries"),
        (
            Entry(Bilingual("展览会备案查询", "Exhibition filings"), "/queries/exhibition"),
            Entry(Bilingual("外借展品清单查询", "Loan lists"), "/queries/loan-list"),
            Entry(Bilingual("暂时进出境货物确认查询", "Confirmations"), "/queries/confirmation"),
            Entry(Bilingual("暂时进出境货物延期查询", "Extensions"), "/queries/extension"),
            Entry(Bilingual("核注情况查询", "Write-offs"), "/queries/write-off"),
        ),
    ),
)


def current(path: str) -> str:
    """The address of the menu's line that the page at *path* belongs to; empty when to none.

    >>> current("/forms/exhibition"), current("/queries/write-off/1"), current("/nowhere")
    ('/forms/exhibition', '/queries/write-off', '')
    """
    for section in MENU:
        for entry in section.entries:
            if path == entry.address or (entry.address != "/" and path.startswith(entry.address + "/")):
                return entry.address
    return ""
