"""What several pages show: a message as its form, a receipt with its result and notes, the words of the journal."""

from __future__ import annotations

from msgspec import Struct

from h2018.cases import Case
from h2018.console.form import Form, Wanted, form
from h2018.console.reading import Content, local
from h2018.console.web import Visit
from h2018.store import Receipt
from tempgoods_edi._xml import Malformed, parse
from tempgoods_edi.values import Bilingual

#: The kinds of journal lines, in words.
WHAT = {
    "received": Bilingual("收到", "received"),
    "repeated": Bilingual("重复收到", "received again"),
    "answered": Bilingual("技术回执", "answered"),
    "decided": Bilingual("处理", "decided"),
    "made": Bilingual("生成", "made"),
    "sent": Bilingual("发出", "sent"),
    "fault": Bilingual("故障注入", "struck by a fault"),
    "control": Bilingual("操作", "control"),
    "failed": Bilingual("内部错误", "failed"),
}


class Told(Struct, frozen=True):
    """A receipt as people read it."""

    receipt: Receipt
    result: str
    notes: tuple[str, ...]


def form_of(visit: Visit, inside: Content, found: Case | None) -> Form:
    """The message *inside* as its form, with the page of its list that the address asks for."""
    if inside.spec is None or inside.message is None:
        return Form((), ())
    number, tag = visit.query.get("page", ""), visit.query.get("list", "")
    pages = {tag: int(number[:6])} if number.isascii() and number.isdigit() else {}
    wanted = Wanted(pages, marked=visit.query.get("marked") == "1")
    return form(inside.spec, inside.message, () if found is None else found.findings, visit.lang, wanted)


def told(receipt: Receipt) -> Told:
    """A receipt with its result and notes."""
    root = parse(receipt.data)
    if isinstance(root, Malformed):
        return Told(receipt, "?", ())
    leaves = [(local(each), each.text or "") for each in root.iter() if isinstance(each.tag, str) and len(each) == 0]
    result = next((text for tag, text in leaves if tag == "manageResult"), "")
    return Told(receipt, result, tuple(text for tag, text in leaves if tag == "note"))
