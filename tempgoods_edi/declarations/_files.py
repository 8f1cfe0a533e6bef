"""Rules on the files that are attached to the message.

What a file is was found out by ``attachments.inspect``; here it is only judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tempgoods_edi.dangers import DAMAGED, MAX_BYTES, OVERSIZED, UNOPENED
from tempgoods_edi.declarations._documents import HASH_CHARACTERS, Documented
from tempgoods_edi.declarations._sources import manual, published
from tempgoods_edi.records.parts import Document
from tempgoods_edi.rules import Attachment, Facts, Hit, rule
from tempgoods_edi.values import Bilingual

#: What is not in a file, but was met when it was opened.
_NOT_IN_IT = frozenset((DAMAGED, OVERSIZED, UNOPENED))


def _matched(doc: Documented, facts: Facts) -> Iterator[tuple[int, Document, Attachment]]:
    """Each listed document whose file is here, with its position; one that is listed as too large may be cut short."""
    if facts.attachments:
        for position, document in enumerate(doc.documents, 1):
            attachment = facts.attachments.get(document.doc_nm)
            if attachment is not None and (attachment.size <= MAX_BYTES or document.doc_size <= MAX_BYTES):
                yield position, document, attachment


@rule(
    "TG-DOC-001",
    at="Documents[]/DocNm",
    zh="单证“{value}”已列出，但未收到文件",
    en="{value} is listed, but its file did not come",
    fix=Bilingual(
        "与报文一起发送该文件，或从随附单证中删除", "Send the file with the message, or take it off the list"
    ),
    source=published("金关二期 随附单证：报文与附件按文件名对应"),
    needs=("attachments",),
)
def listed_files_came(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """Every listed document has its attached file."""
    for position, document in enumerate(doc.documents, 1):
        if facts.attachments is not None and document.doc_nm not in facts.attachments:
            yield Hit(at=(position,), value=document.doc_nm)


@rule(
    "TG-DOC-002",
    at="Documents",
    zh="收到文件“{value}”，随附单证中却没有列出",
    en="The file {value} came, but is not listed",
    fix=Bilingual("在随附单证中列出该文件，或不要发送", "List the file among the documents, or do not send it"),
    source=published("金关二期 随附单证：报文与附件按文件名对应"),
    needs=("attachments",),
)
def files_that_came_are_listed(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """Every attached file is a listed document."""
    if facts.attachments:
        listed = {document.doc_nm for document in doc.documents}
        for name in facts.attachments:
            if name not in listed:
                yield Hit(value=name)


@rule(
    "TG-DOC-003",
    at="Documents[]/DocNm",
    zh="文件“{value}”的内容不是PDF",
    en="{value} is not a PDF by its content",
    fix=Bilingual("转换为PDF后重新上传；改扩展名无效", "Convert it to PDF; renaming does not help"),
    source=manual("2.1：上传附件必须为PDF格式"),
    needs=("attachments",),
)
def files_are_pdf(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """An attached file is a PDF by its content, whatever its name."""
    for position, document, attachment in _matched(doc, facts):
        if not attachment.is_pdf and attachment.size and not attachment.before_mark:
            yield Hit(at=(position,), value=document.doc_nm)


@rule(
    "TG-DOC-004",
    at="Documents[]/DocNm",
    zh="文件“{value}”已加密，海关无法打开",
    en="{value} is encrypted; customs cannot open it",
    fix=Bilingual("去除密码和权限限制后重新上传", "Remove its password and restrictions"),
    source=manual("2.1：上传附件必须为PDF格式（须可打开）"),
    needs=("attachments",),
)
def files_are_not_encrypted(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """An attached PDF is not encrypted, not even with an empty password."""
    for position, document, attachment in _matched(doc, facts):
        if attachment.encrypted:
            yield Hit(at=(position,), value=document.doc_nm)


@rule(
    "TG-DOC-005",
    at="Documents[]/DocNm",
    zh="文件“{value}”含有不允许的内容：{dangers}",
    en="{value} holds what must not be in it: {dangers}",
    fix=Bilingual(
        "用“打印为PDF”重新生成不含脚本、自动动作、嵌入文件和旧版本的PDF",
        "Print it to a new PDF, without scripts, automatic actions, embedded files and earlier versions",
    ),
    source=manual("2.1：上传附件必须为PDF格式（仅供查阅）"),
    needs=("attachments",),
)
def files_do_nothing_when_opened(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """An attached PDF has no action that runs when it is opened."""
    for position, document, attachment in _matched(doc, facts):
        dangers = [danger for danger in attachment.dangers if danger not in _NOT_IN_IT]
        if dangers:
            yield Hit(at=(position,), value=document.doc_nm, params={"dangers": ", ".join(dangers)})


@rule(
    "TG-DOC-006",
    at="Documents[]/DocNm",
    zh="文件“{value}”已损坏或不完整",
    en="{value} is damaged or cut short",
    fix=Bilingual("重新生成PDF后上传", "Make the PDF anew"),
    source=manual("2.1：上传附件必须为PDF格式（须可打开）"),
    needs=("attachments",),
)
def files_are_whole(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """An attached PDF is complete: readers repair silently and may show something else than was sent."""
    for position, document, attachment in _matched(doc, facts):
        if DAMAGED in attachment.dangers:
            yield Hit(at=(position,), value=document.doc_nm)


@rule(
    "TG-DOC-008",
    at="Documents[]/DocSize",
    zh="文件“{name}”列为 {value} 字节，收到的是 {size} 字节",
    en="{name} is listed with {value} bytes, {size} came",
    fix=Bilingual("重新上传文件，由系统填写大小和散列值", "Upload the file again; the system gives size and hash"),
    source=published("EdocRealation/EdocSize"),
    needs=("attachments",),
)
def files_have_their_size(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """The listed size is the size of the file; another rule reports an empty entry."""
    for position, document, attachment in _matched(doc, facts):
        if document.doc_size not in (0, attachment.size):
            yield Hit(
                at=(position,), value=document.doc_size, params={"name": document.doc_nm, "size": attachment.size}
            )


@rule(
    "TG-DOC-009",
    at="Documents[]/DocHash",
    zh="文件“{name}”的散列值与报文所列不符：文件在签名后被换过",
    en="{name} does not have the hash listed: the file was changed after signing",
    fix=Bilingual("重新上传文件并重新签名申报", "Upload the file again, sign and declare again"),
    source=published("USF001 FILE_DIGEST、UN_STRUCTURED FileHash"),
    needs=("attachments",),
)
def files_have_their_hash(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """The listed hash is the file's; wrong lengths are another rule's, unknown algorithms are not judged."""
    for position, document, attachment in _matched(doc, facts):
        actual = attachment.hashes.get(document.doc_hash_alg)
        given = document.doc_hash
        if actual is not None and actual != given and len(given) == HASH_CHARACTERS[document.doc_hash_alg]:
            yield Hit(at=(position,), value=given, expected=Bilingual(actual, actual), params={"name": document.doc_nm})


@rule(
    "TG-DOC-017",
    at="Documents[]/DocNm",
    zh="文件“{value}”无法在限定的时间和内存内打开",
    en="{value} cannot be opened within the limits of time and memory",
    fix=Bilingual(
        "用“打印为PDF”重新生成；同一压缩包内的其他文件有此问题时，先更正那些文件",
        "Print it to a new PDF; if other files of the same archive are refused for this too, correct those first",
    ),
    source=manual("2.1：上传附件必须为PDF格式（须可打开）"),
    needs=("attachments",),
)
def files_can_be_opened(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """An attached file can be opened for inspection."""
    for position, document, attachment in _matched(doc, facts):
        if not {OVERSIZED, UNOPENED}.isdisjoint(attachment.dangers):
            yield Hit(at=(position,), value=document.doc_nm)


@rule(
    "TG-DOC-018",
    at="Documents[]/DocNm",
    zh="文件“{value}”的PDF内容之前有 {before} 字节其他内容",
    en="{value} has {before} bytes of something else before its PDF begins",
    fix=Bilingual("用“打印为PDF”重新生成", "Print it to a new PDF"),
    source=manual("2.1：上传附件必须为PDF格式"),
    needs=("attachments",),
)
def files_begin_as_pdf(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """An attached PDF has nothing before its header: other programs could read that as another type of file."""
    for position, document, attachment in _matched(doc, facts):
        if not attachment.is_pdf and attachment.before_mark:
            yield Hit(at=(position,), value=document.doc_nm, params={"before": attachment.before_mark})


FILES: tuple[Any, ...] = (
    listed_files_came,
    files_that_came_are_listed,
    files_are_pdf,
    files_are_not_encrypted,
    files_do_nothing_when_opened,
    files_are_whole,
    files_have_their_size,
    files_have_their_hash,
    files_can_be_opened,
    files_begin_as_pdf,
)
