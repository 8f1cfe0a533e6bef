"""Views that several pages share: a message as its form, a receipt with its result and notes, journal lines in words."""

from __future__ import annotations

from functools import partial
from typing import BinaryIO

from msgspec import Struct
from twisted.internet.defer import Deferred, succeed

from h2018.cases import Case
from h2018.console.form import NO_FORM, Form, Wanted, form
from h2018.console.stored_content import Content, content, local, readable
from h2018.console.web import Visit
from h2018.store import JournalLine, StoredReceipt
from tempgoods_edi._xml import Malformed, parse
from tempgoods_edi.schema.spec import MessageSpec
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


class ShownReceipt(Struct, frozen=True):
    """A receipt as a page shows it to people."""

    receipt: StoredReceipt
    result: str
    notes: tuple[str, ...]


class ShownBytes(Struct, frozen=True):
    """A message or receipt as a page shows it, made from the bytes that came in or went out.

    :ivar files: names of the attachments that came along.
    :ivar complete: all of the XML is shown.
    """

    form: Form = NO_FORM
    spec: MessageSpec | None = None
    files: tuple[str, ...] = ()
    xml: str = ""
    complete: bool = True


#: Where there are no bytes.
NOTHING_SEEN = ShownBytes()


def look(
    visit: Visit, line: JournalLine | None, found: Case | None, most: int, *, as_form: bool = True
) -> Deferred[ShownBytes]:
    """Read the bytes of *line* in a thread and prepare what a page shows of them; see `ShownBytes`.

    :param found: the declaration they made, with what was found in it.
    :param most: characters of XML that are shown.
    :raises apart.line.Busy: too many are looking at something.
    """
    if line is None or not line.size:
        return succeed(NOTHING_SEEN)
    return visit.tenant.workers.into(line, partial(_seen, visit, found, most, as_form))


def _seen(visit: Visit, found: Case | None, most: int, as_form: bool, file: BinaryIO) -> ShownBytes:
    """Found by a thread, since the bytes may be anything."""
    inside = content(file)
    xml, complete = readable(inside, most)
    filled = _form_of(visit, inside, found) if as_form else NO_FORM
    return ShownBytes(filled, inside.spec, inside.files, xml, complete)


def _form_of(visit: Visit, inside: Content, found: Case | None) -> Form:
    """The message *inside* as its form, with the page of its list that the address asks for."""
    if inside.spec is None or inside.message is None:
        return NO_FORM
    number, tag = visit.query.get("page", ""), visit.query.get("list", "")
    pages = {tag: int(number[:6])} if number.isascii() and number.isdigit() else {}
    wanted = Wanted(pages, marked=visit.query.get("marked") == "1")
    return form(inside.spec, inside.message, () if found is None else found.findings, visit.lang, wanted)


def shown_receipt(receipt: StoredReceipt) -> ShownReceipt:
    """A receipt prepared for a page, with its result and notes."""
    root = parse(receipt.data)
    if isinstance(root, Malformed):
        return ShownReceipt(receipt, "?", ())
    leaves = [(local(each), each.text or "") for each in root.iter() if isinstance(each.tag, str) and len(each) == 0]
    result = next((text for tag, text in leaves if tag == "manageResult"), "")
    return ShownReceipt(receipt, result, tuple(text for tag, text in leaves if tag == "note"))
