"""The rules on accompanying documents: what the message lists, and the files that came beside it.

What a file is was found out by ``attachments.inspect``; here it is only judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from tempgoods_edi.declarations._sources import manual, published
from tempgoods_edi.records.parts import Document
from tempgoods_edi.rules import Attachment, Facts, Hit, rule
from tempgoods_edi.values import Bilingual

#: 用户手册2.1: a file may not be larger than 4 MB.
MAX_BYTES = 4 * 1024 * 1024
#: What ``attachments.inspect`` calls a file that is a PDF but cannot be read without repair.
DAMAGED = "Damaged"

_HASH_CHARACTERS = {"SHA-1": 28, "SHA-256": 44, "SM3": 44}
_NOT_IN_A_NAME = frozenset('/\\:*?"<>|') | {chr(code) for code in range(32)}


class Documented(Protocol):
    """A declaration with a list of documents."""

    @property
    def documents(self) -> Sequence[Document]: ...


def _matched(doc: Documented, facts: Facts) -> Iterator[tuple[int, Document, Attachment]]:
    """Each listed document whose file is here, with its position."""
    if facts.attachments:
        for position, document in enumerate(doc.documents, 1):
            attachment = facts.attachments.get(document.doc_nm)
            if attachment is not None:
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
    """Every name on the list is the name of a file."""
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
    """Nothing comes along unsaid."""
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
    """Judged by content, whatever the name."""
    for position, document, attachment in _matched(doc, facts):
        if not attachment.is_pdf and attachment.size:
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
    """An empty password is encryption too."""
    for position, document, attachment in _matched(doc, facts):
        if attachment.encrypted:
            yield Hit(at=(position,), value=document.doc_nm)


@rule(
    "TG-DOC-005",
    at="Documents[]/DocNm",
    zh="文件“{value}”含有不允许的内容：{dangers}",
    en="{value} holds what must not be in it: {dangers}",
    fix=Bilingual(
        "用“打印为PDF”重新生成不含脚本、启动动作和嵌入文件的PDF",
        "Print it to a new PDF, without scripts, launch actions and embedded files",
    ),
    source=manual("2.1：上传附件必须为PDF格式（仅供查阅）"),
    needs=("attachments",),
)
def files_do_nothing_when_opened(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """A document is read, it does not act."""
    for position, document, attachment in _matched(doc, facts):
        dangers = [danger for danger in attachment.dangers if danger != DAMAGED]
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
    """Readers repair silently; what they show may not be what was sent."""
    for position, document, attachment in _matched(doc, facts):
        if DAMAGED in attachment.dangers:
            yield Hit(at=(position,), value=document.doc_nm)


@rule(
    "TG-DOC-007",
    at="Documents[]/DocSize",
    zh="文件“{name}”为 {value} 字节，超过4M（{most} 字节）",
    en="{name} has {value} bytes, more than 4 MB ({most})",
    fix=Bilingual("压缩或拆分文件", "Compress the file or split it"),
    source=manual("2.1：上传文件不能超过4M"),
)
def files_are_not_too_large(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """By the size given; whether that is true is another rule."""
    for position, document in enumerate(doc.documents, 1):
        if document.doc_size > MAX_BYTES:
            yield Hit(at=(position,), value=document.doc_size, params={"name": document.doc_nm, "most": MAX_BYTES})


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
    """An empty listing is told by another rule."""
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
    """A hash of the wrong length is told by another rule; one that cannot be made here is not judged."""
    for position, document, attachment in _matched(doc, facts):
        actual = attachment.hashes.get(document.doc_hash_alg)
        given = document.doc_hash
        if actual is not None and actual != given and len(given) == _HASH_CHARACTERS[document.doc_hash_alg]:
            yield Hit(at=(position,), value=given, expected=Bilingual(actual, actual), params={"name": document.doc_nm})


@rule(
    "TG-DOC-010",
    at="Documents[]/DocNm",
    zh="文件“{value}”列出了不止一次",
    en="{value} is listed more than once",
    fix=Bilingual("文件名不得重复", "Give each file its own name"),
    source=published("金关二期 随附单证：报文与附件按文件名对应"),
)
def files_are_listed_once(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """The name is what binds the list to the files."""
    if len(doc.documents) > 1:
        seen: set[str] = set()
        for position, document in enumerate(doc.documents, 1):
            if document.doc_nm in seen:
                yield Hit(at=(position,), value=document.doc_nm)
            seen.add(document.doc_nm)


@rule(
    "TG-DOC-011",
    at="Documents[]/DocNm",
    zh="文件名“{value}”不是 .pdf",
    en="The name {value} does not end in .pdf",
    fix=Bilingual("只能上传PDF文件", "Only PDF files can be sent"),
    source=manual("2.1：上传附件必须为PDF格式"),
)
def files_are_called_pdf(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """A blank name is told as such."""
    for position, document in enumerate(doc.documents, 1):
        name = document.doc_nm
        if not name.endswith(".pdf") and not name.lower().endswith(".pdf") and name.strip():
            yield Hit(at=(position,), value=name)


@rule(
    "TG-DOC-012",
    at="Documents[]/DocNm",
    zh="文件名“{value}”含有路径或不允许的字符",
    en="The name {value} holds a path or characters that no file name may have",
    fix=Bilingual("只用文件名本身，不带文件夹", "Give the bare name, without folders"),
    source=published("导入客户端手册4.2：压缩包内不得有文件夹"),
)
def file_names_are_bare(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """The files travel flat in one ZIP."""
    for position, document in enumerate(doc.documents, 1):
        if document.doc_nm.startswith(".") or not _NOT_IN_A_NAME.isdisjoint(document.doc_nm):
            yield Hit(at=(position,), value=document.doc_nm)


@rule(
    "TG-DOC-013",
    at="Documents[]/DocHash",
    zh="散列值有 {length} 个字符，{algorithm} 应为 {wanted} 个",
    en="The hash has {length} characters, one by {algorithm} has {wanted}",
    fix=Bilingual("按所选算法重新计算，用Base64表示", "Make the hash by the algorithm named, in Base64"),
    source=published("EdocRealation、USF001 FILE_DIGEST（Base64）"),
)
def hashes_fit_their_algorithm(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """20 or 32 bytes, in Base64."""
    for position, document in enumerate(doc.documents, 1):
        wanted = _HASH_CHARACTERS[document.doc_hash_alg]
        if len(document.doc_hash) != wanted:
            params = {"length": len(document.doc_hash), "algorithm": document.doc_hash_alg, "wanted": wanted}
            yield Hit(at=(position,), value=document.doc_hash, params=params)


@rule(
    "TG-DOC-014",
    at="Documents[]/DocSize",
    zh="文件“{name}”为空",
    en="{name} is empty",
    fix=Bilingual("上传有内容的文件", "Upload a file with something in it"),
    source=manual("2.1：上传附件必须为PDF格式"),
)
def files_are_not_empty(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """Zero bytes are no document."""
    for position, document in enumerate(doc.documents, 1):
        if document.doc_size == 0:
            yield Hit(at=(position,), value=0, params={"name": document.doc_nm})


@rule(
    "TG-DOC-015",
    at="Documents[]/DocSeqNo",
    zh="单证序号 {value} 重复",
    en="The number {value} is given to two documents",
    fix=Bilingual("序号由系统填写，从1连续编号", "The system numbers the documents from 1 without gaps"),
    source=published("AcmpFormDt/acmpFormSeqno"),
)
def document_numbers_are_unique(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """A number is how a receipt names a document."""
    if len(doc.documents) > 1:
        seen: set[int] = set()
        for position, document in enumerate(doc.documents, 1):
            if document.doc_seq_no in seen:
                yield Hit(at=(position,), value=document.doc_seq_no)
            seen.add(document.doc_seq_no)


@rule(
    "TG-DOC-016",
    at="Documents[]/DocSeqNo",
    zh="共 {count} 份单证，序号却有 {value}：编号不连续",
    en="There are {count} documents, yet one is numbered {value}: the numbers have a gap",
    fix=Bilingual("序号由系统填写，从1连续编号", "The system numbers the documents from 1 without gaps"),
    source=published("AcmpFormDt/acmpFormSeqno"),
)
def document_numbers_have_no_gap(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """Numbers run from 1 to the count."""
    count = len(doc.documents)
    for position, document in enumerate(doc.documents, 1):
        if document.doc_seq_no > count:
            yield Hit(at=(position,), value=document.doc_seq_no, params={"count": count})


DOCUMENTS: tuple[Any, ...] = (
    listed_files_came,
    files_that_came_are_listed,
    files_are_pdf,
    files_are_not_encrypted,
    files_do_nothing_when_opened,
    files_are_whole,
    files_are_not_too_large,
    files_have_their_size,
    files_have_their_hash,
    files_are_listed_once,
    files_are_called_pdf,
    file_names_are_bare,
    hashes_fit_their_algorithm,
    files_are_not_empty,
    document_numbers_are_unique,
    document_numbers_have_no_gap,
)
