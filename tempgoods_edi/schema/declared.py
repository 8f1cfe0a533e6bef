"""The declaration described by ``tg:message`` in a schema: its customs number, and its title in lists.

``<tg:message … prefix="ZH" number="ExhibitionNo" title="ExhibitionNm" due="PlannedReturnDate"/>``: a message with a prefix
is a declaration.  The other three name fields of its head; `due` is left out where no deadline runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.schema.spec import DeclarationSpec, FieldSpec, GroupSpec
from tempgoods_edi.values import Bilingual

HEAD, DOCUMENTS = "Head", "Documents"
#: What customs and the declarant's side know every declaration by.
_NUMBERS = ("SeqNo", "EtpsPreentNo", "DclTypeCd", "ChgTmsCnt", "MasterCusCd")
_PREFIX = re.compile("[A-Z]{2}")

_NO_PREFIX = Bilingual("prefix 须为两个大写字母：{value}", "prefix must be two capitals: {value}")
_NO_ANSWER = Bilingual("申报须注明回执（answers）", "a declaration names the receipt that answers it (answers)")
_NO_FIELD = Bilingual("表头中没有 {role} 所指的 {value}", "the head has no field {value}, which {role} names")
_NO_NUMBER = Bilingual("{value} 不是由海关填写的海关编号", "{value} is no customs number that the system fills in")
_NO_PART = Bilingual("申报须有 {part}", "a declaration has {part}")
_LINES = Bilingual("一组可重复的明细", "one repeated group of lines")


class NoDeclaration(TempgoodsError):
    """A schema says that its message is a declaration, but lacks what every declaration has."""


def declaration(about: Mapping[str, str], root: GroupSpec) -> DeclarationSpec | None:
    """The declaration that the attributes *about* of ``tg:message`` describe; None when the message is none.

    :raises NoDeclaration: it is said to be one, and lacks what every declaration has.
    """
    prefix = about.get("prefix")
    if prefix is None:
        return None
    if not _PREFIX.fullmatch(prefix):
        raise NoDeclaration(_NO_PREFIX.format(value=prefix))
    if not about.get("answers"):
        raise NoDeclaration(_NO_ANSWER)
    head = root.at(HEAD)
    if not isinstance(head, GroupSpec) or not isinstance(root.at(DOCUMENTS), GroupSpec):
        raise NoDeclaration(_NO_PART.format(part=f"{HEAD}, {DOCUMENTS}"))
    for tag in _NUMBERS:
        if not isinstance(head.at(tag), FieldSpec):
            raise NoDeclaration(_NO_PART.format(part=f"{HEAD}/{tag}"))
    number = _field(head, "number", about)
    if number.number != "customs" or not number.auto:
        raise NoDeclaration(_NO_NUMBER.format(value=number.tag))
    return DeclarationSpec(
        number=number,
        prefix=prefix,
        title=_field(head, "title", about),
        due=_field(head, "due", about) if "due" in about else None,
        goods=_lines(root),
        changeable=any(child.change_only for child in head.children if isinstance(child, FieldSpec)),
    )


def _field(head: GroupSpec, role: str, about: Mapping[str, str]) -> FieldSpec:
    tag = about.get(role) or ""
    found = next((child for child in head.children if child.tag == tag), None)
    if not isinstance(found, FieldSpec):
        raise NoDeclaration(_NO_FIELD.format(role=role, value=tag or "–"))
    return found


def _lines(root: GroupSpec) -> GroupSpec:
    groups = [child for child in root.children if isinstance(child, GroupSpec) and child.repeated]
    lines = [group for group in groups if group.tag != DOCUMENTS]
    if len(lines) != 1:
        raise NoDeclaration(_NO_PART.format(part=_LINES))
    return lines[0]
