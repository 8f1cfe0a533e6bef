"""The problems of a message that are found before its document is read, as catalogue entries."""

from __future__ import annotations

from collections.abc import Mapping

from tempgoods_edi._xml import Malformed, MalformedKind
from tempgoods_edi.looks import Looks
from tempgoods_edi.values import Basis, Bilingual, Finding, Problem, Severity, Source

_XML = Source(Basis.PUBLISHED, "W3C Extensible Markup Language (XML) 1.0")
_FAMILY = Source(Basis.PUBLISHED, "金关二期 HDE_W3C_Common.xsd")
_VOLUME = Source(Basis.PUBLISHED, "DXP 报文传输 MQ/AMQP 单个报文不超过 4096 KB")
_ZIP = Source(Basis.PUBLISHED, "导入客户端：ZIP 内 1 个 XML 与若干 PDF，无文件夹")
_HOUSE = Source(Basis.ASSUMED, "our own choice; no public schema")

EMPTY = Problem(
    id="TG-XML-001",
    text=Bilingual("文件为空", "the file is empty"),
    source=_XML,
    fix=Bilingual("请检查文件是否写完", "check that the file was written completely"),
)
NOT_XML = Problem(
    id="TG-XML-002",
    text=Bilingual("不是格式正确的XML：{message}", "not well-formed XML: {message}"),
    source=_XML,
    fix=Bilingual("请在所示位置更正", "correct it at the place shown"),
)
WRONG_ENCODING = Problem(
    id="TG-XML-003",
    text=Bilingual("编码不是UTF-8（{value}）", "the encoding is not UTF-8 ({value})"),
    source=_XML,
    fix=Bilingual("请以UTF-8编码保存并声明", "save and declare it as UTF-8"),
)
DOCTYPE = Problem(
    id="TG-XML-004",
    text=Bilingual("不得含有DOCTYPE声明", "a document type declaration is not allowed"),
    source=_HOUSE,
    fix=Bilingual("请删除<!DOCTYPE …>及实体", "remove <!DOCTYPE …> and its entities"),
)
TOO_BIG = Problem(
    id="TG-XML-005",
    text=Bilingual("{size} 字节，超过 {limit} 字节", "{size} bytes, more than {limit}"),
    source=_VOLUME,
    fix=Bilingual("请将清单拆分为多份申报", "split the list over several declarations"),
)
TOO_DEEP = Problem(
    id="TG-XML-006",
    text=Bilingual("元素嵌套过深", "the elements are nested too deeply"),
    source=_HOUSE,
    fix=Bilingual("请按报文规范生成报文", "build the message as its schema says"),
)
BAD_ARCHIVE = Problem(
    id="TG-XML-007",
    text=Bilingual("ZIP文件无法读取：{value}", "the ZIP file cannot be read: {value}"),
    source=_ZIP,
    fix=Bilingual("请重新压缩", "pack it again"),
)
NOT_ONE_MESSAGE = Problem(
    id="TG-XML-008",
    text=Bilingual("ZIP内有 {value} 个XML报文，应为1个", "the ZIP holds {value} XML messages, it must be one"),
    source=_ZIP,
    fix=Bilingual("每个ZIP只放一份报文及其附件", "put one message and its attachments in each ZIP"),
)
UNSAFE_MEMBER = Problem(
    id="TG-XML-009",
    text=Bilingual("ZIP内不允许的文件“{value}”", "a file that may not be in the ZIP: “{value}”"),
    source=_ZIP,
    fix=Bilingual(
        "只放.xml和.pdf，不要文件夹、压缩包或重名", "only .xml and .pdf; no folders, archives or equal names"
    ),
)
XML_1_1 = Problem(
    id="TG-XML-043",
    text=Bilingual(
        "XML 声明的版本是 1.1：本系统按 1.0 读取，其他程序读到的字符和换行可能不同",
        "the XML declaration says version 1.1: it is read as 1.0 here, and others may read other characters and line breaks",
    ),
    source=_HOUSE,
    fix=Bilingual('声明写作 version="1.0" 后重新签名', 'write version="1.0" in the declaration and sign again'),
    severity=Severity.WARNING,
)
STAGE_FAILED = Problem(
    id="TG-XML-010",
    text=Bilingual("检查未能完成：{value}", "the check could not be completed: {value}"),
    source=_HOUSE,
    fix=Bilingual("请将报文与此提示一并报告给我们", "report the message together with this text"),
)
PACKED_OTHERWISE = Problem(
    id="TG-XML-021",
    text=Bilingual("ZIP内“{value}”的压缩方法是 {method}，未解压", "“{value}” in the ZIP is packed by {method}; it was not unpacked"),
    source=_ZIP,
    fix=Bilingual(
        "重新压缩，压缩方法选“Deflate”（Windows“发送到压缩文件夹”即可）",
        "pack it again with the method Deflate, as “Send to compressed folder” of Windows does",
    ),
)
ENCRYPTED_MEMBER = Problem(
    id="TG-XML-022",
    text=Bilingual("ZIP内“{value}”设有密码", "“{value}” in the ZIP has a password"),
    source=_ZIP,
    fix=Bilingual("去掉密码后重新压缩", "pack it again without a password"),
)
TOO_MANY_MEMBERS = Problem(
    id="TG-XML-023",
    text=Bilingual("ZIP内有 {value} 个文件，超过 {limit} 个", "the ZIP holds {value} files, more than {limit}"),
    source=_ZIP,
    fix=Bilingual("只放一份报文及其附件", "put only one message and its attachments into it"),
)
UNFOLDS = Problem(
    id="TG-XML-024",
    text=Bilingual("ZIP解压后为 {value} 字节，超过 {limit} 字节", "the ZIP unpacks to {value} bytes, more than {limit}"),
    source=_HOUSE,
    fix=Bilingual("减小或减少附件", "send smaller or fewer attachments"),
)
OVERLAPPING_MEMBER = Problem(
    id="TG-XML-025",
    text=Bilingual("ZIP内“{value}”与其他文件重叠", "“{value}” in the ZIP lies over another file"),
    source=_HOUSE,
    fix=Bilingual("用常用的压缩程序重新压缩", "pack it again with an ordinary program"),
)
NAME_UNREADABLE = Problem(
    id="TG-XML-026",
    text=Bilingual("ZIP内文件名“{value}”的编码无法辨认", "the encoding of the file name “{value}” in the ZIP cannot be told"),
    source=_ZIP,
    fix=Bilingual("文件名用UTF-8或GBK编码，或改用英文字母和数字", "write file names in UTF-8 or GBK, or only in letters and digits"),
)
NOT_A_MESSAGE = Problem(
    id="TG-XML-027",
    text=Bilingual("这是{kind}，不是报文", "this is {name}, not a message"),
    source=_HOUSE,
    fix=Bilingual("{fix_zh}", "{fix_en}"),
)
TOO_MANY_PARTS = Problem(
    id="TG-XML-028",
    text=Bilingual("标记或属性过多（{message}）", "too many tags or attributes ({message})"),
    source=_HOUSE,
    fix=Bilingual("请按报文规范生成报文", "build the message as its schema says"),
)
MESSAGE_UNFOLDS = Problem(
    id="TG-XML-029",
    text=Bilingual(
        "ZIP内的报文“{value}”解压后超过 {limit} 字节", "the message “{value}” in the ZIP unpacks to more than {limit} bytes"
    ),
    source=_VOLUME,
    fix=Bilingual(
        "检查该文件是否为报文；确为报文的，将清单拆分为多份申报",
        "see whether the file is a message at all; if it is, split its list over several declarations",
    ),
)

UNKNOWN_MESSAGE = Problem(
    id="TG-ENV-001",
    text=Bilingual("未知报文“{value}”", "unknown message “{value}”"),
    source=_HOUSE,
    fix=Bilingual("可用报文：{known}", "known messages: {known}"),
)
TYPE_DIFFERS = Problem(
    id="TG-ENV-002",
    text=Bilingual("报文类型“{value}”与内容 {code} 不符", "message type “{value}” does not fit its content, {code}"),
    source=_FAMILY,
    fix=Bilingual("message_type 应填 {code}", "message_type must be {code}"),
)
NOT_ONE_POCKET = Problem(
    id="TG-ENV-003",
    text=Bilingual("分包数为 {value}，应为1", "{value} packets, it must be one"),
    source=_HOUSE,
    fix=Bilingual("一份报文一个包：填1", "a message is one packet: write 1"),
)
WRONG_POCKET = Problem(
    id="TG-ENV-004",
    text=Bilingual("当前包序号为 {value}，应为1", "packet number {value}, it must be 1"),
    source=_HOUSE,
    fix=Bilingual("填1", "write 1"),
)
UNSTRUCTURED = Problem(
    id="TG-ENV-005",
    text=Bilingual("不接收非格式化报文", "unstructured messages are not taken"),
    source=_HOUSE,
    fix=Bilingual("请删除is_unstructured", "remove is_unstructured"),
)
REPLAYED = Problem(
    id="TG-ENV-006",
    text=Bilingual("报文编号“{value}”已使用过", "message_id “{value}” was used before"),
    source=_FAMILY,
    fix=Bilingual("每份报文使用新的message_id", "give every message a message_id of its own"),
)
MESSAGE_ID_FORM = Problem(
    id="TG-ENV-007",
    severity=Severity.WARNING,
    source=Source(Basis.PUBLISHED, "DXP message_id：16+16+14+11"),
    text=Bilingual("报文编号“{value}”不是惯用格式", "message_id “{value}” has not the usual form"),
    fix=Bilingual(
        "发送方16位、接收方16位、时间14位、顺序号11位", "sender 16, receiver 16, time 14, serial 11 characters"
    ),
)
NO_ENVELOPE = Problem(
    id="TG-ENV-008",
    text=Bilingual("“{value}”没有报文信封", "“{value}” stands without its envelope"),
    source=_FAMILY,
    fix=Bilingual("请放入Signature/Object/Package", "put it into Signature/Object/Package"),
)
WRONG_DIRECTION = Problem(
    id="TG-ENV-009",
    text=Bilingual("{value} 是海关发出的报文，企业不得发送", "{value} is sent by customs, not to customs"),
    source=_HOUSE,
    fix=Bilingual("请发送申报或查询报文", "send a declaration or a query"),
)

PROBLEMS: tuple[Problem, ...] = (
    EMPTY,
    NOT_XML,
    WRONG_ENCODING,
    DOCTYPE,
    TOO_BIG,
    TOO_DEEP,
    BAD_ARCHIVE,
    NOT_ONE_MESSAGE,
    UNSAFE_MEMBER,
    MESSAGE_UNFOLDS,
    TOO_MANY_PARTS,
    XML_1_1,
    STAGE_FAILED,
    PACKED_OTHERWISE,
    ENCRYPTED_MEMBER,
    TOO_MANY_MEMBERS,
    UNFOLDS,
    OVERLAPPING_MEMBER,
    NAME_UNREADABLE,
    NOT_A_MESSAGE,
    UNKNOWN_MESSAGE,
    TYPE_DIFFERS,
    NOT_ONE_POCKET,
    WRONG_POCKET,
    UNSTRUCTURED,
    REPLAYED,
    MESSAGE_ID_FORM,
    NO_ENVELOPE,
    WRONG_DIRECTION,
)

_MALFORMED: Mapping[MalformedKind, Problem] = {
    MalformedKind.EMPTY: EMPTY,
    MalformedKind.SIZE: TOO_BIG,
    MalformedKind.ENCODING: WRONG_ENCODING,
    MalformedKind.DOCTYPE: DOCTYPE,
    MalformedKind.DEPTH: TOO_DEEP,
    MalformedKind.COUNT: TOO_MANY_PARTS,
    MalformedKind.SYNTAX: NOT_XML,
}


def not_a_message(looks: Looks) -> Finding:
    """The finding for a file of another kind."""
    name, fix = looks.name, looks.fix
    return NOT_A_MESSAGE.at(kind=name.zh, name=name.en, fix_zh=fix.zh, fix_en=fix.en)


def malformed(what: Malformed, size: int, limit: int) -> Finding:
    """The finding for bytes that are no acceptable XML.

    :param size: how many bytes there are.
    :param limit: how many there may be.
    """
    value = what.message if what.kind is MalformedKind.ENCODING else None
    found = _MALFORMED[what.kind].at(value=value, message=what.message, size=size, limit=limit)
    return found.placed(line=what.line, column=what.column, label=None)
