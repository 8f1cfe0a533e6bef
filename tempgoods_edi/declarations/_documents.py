"""Rules on the list of attached documents, as it stands in the message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from tempgoods_edi.dangers import MAX_BYTES
from tempgoods_edi.declarations._sources import manual, published
from tempgoods_edi.records.parts import Document
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual

#: Characters of a hash in Base64.
HASH_CHARACTERS = {"SHA-1": 28, "SHA-256": 44, "SM3": 44}
_NOT_IN_A_NAME = frozenset('/\\:*?"<>|') | {chr(code) for code in range(32)}


class Documented(Protocol):
    """A declaration with a list of documents."""

    @property
    def documents(self) -> Sequence[Document]: ...


@rule(
    "TG-DOC-007",
    at="Documents[]/DocSize",
    zh="文件“{name}”为 {value} 字节，超过4M（{most} 字节）",
    en="{name} has {value} bytes, more than 4 MB ({most})",
    fix=Bilingual("压缩或拆分文件", "Compress the file or split it"),
    source=manual("2.1：上传文件不能超过4M"),
)
def files_are_not_too_large(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """The listed size of a file is within the limit; another rule compares it with the file."""
    for position, document in enumerate(doc.documents, 1):
        if document.doc_size > MAX_BYTES:
            yield Hit(at=(position,), value=document.doc_size, params={"name": document.doc_nm, "most": MAX_BYTES})


@rule(
    "TG-DOC-010",
    at="Documents[]/DocNm",
    zh="文件“{value}”列出了不止一次",
    en="{value} is listed more than once",
    fix=Bilingual("文件名不得重复", "Give each file its own name"),
    source=published("金关二期 随附单证：报文与附件按文件名对应"),
)
def files_are_listed_once(doc: Documented, facts: Facts) -> Iterator[Hit]:
    """A file name is listed once, because the name connects the list with the files."""
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
    """A file name ends in .pdf; another rule reports a blank name."""
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
    """A file name has no folder, because files travel flat in one ZIP."""
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
    """A listed hash has the length of its algorithm: 20 or 32 bytes, in Base64."""
    for position, document in enumerate(doc.documents, 1):
        wanted = HASH_CHARACTERS.get(document.doc_hash_alg)
        if wanted is not None and len(document.doc_hash) != wanted:
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
    """A listed file has more than zero bytes."""
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
    """A document number is used once, because receipts name documents by number."""
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
    """Document numbers run from 1 to the number of documents."""
    count = len(doc.documents)
    for position, document in enumerate(doc.documents, 1):
        if document.doc_seq_no > count:
            yield Hit(at=(position,), value=document.doc_seq_no, params={"count": count})


LISTED: tuple[Any, ...] = (
    files_are_not_too_large,
    files_are_listed_once,
    files_are_called_pdf,
    file_names_are_bare,
    hashes_fit_their_algorithm,
    files_are_not_empty,
    document_numbers_are_unique,
    document_numbers_have_no_gap,
)
