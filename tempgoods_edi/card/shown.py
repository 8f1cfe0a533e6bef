"""A message in readable form before it is signed; what cannot be shown is not signed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from tempgoods_edi._xml import Element, Malformed, parse
from tempgoods_edi.card import problems
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.desk import MAX_BYTES
from tempgoods_edi.envelope.message import (
    DSIG,
    DelcareFlag,
    Message,
    document_element,
    flag_field,
    from_element,
    info_group,
    recognise,
)
from tempgoods_edi.explain import readable
from tempgoods_edi.explain.readable import Section
from tempgoods_edi.schema import reader, validator
from tempgoods_edi.signing.canonical import is_canonical
from tempgoods_edi.values import Bilingual, Lang

#: Lines of goods that are shown; how many there are is always said.
FEW_LINES = 20

_OBJECT_ID = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}")
_BAD_ID = Bilingual("Object 的 Id 不可用", "the Object's Id cannot be used")
_NOT_CANONICAL = Bilingual("不是规范形式的 Package", "no Package in canonical form")
_NOT_VALID = Bilingual("不符合报文格式", "not as the schema has it")
_NOT_OURS = Bilingual("不是企业发出的报文", "no message an enterprise sends")


class ShownMessage(Struct, frozen=True):
    """A message that may be signed.

    :ivar package: the very bytes that are signed.
    :ivar enterprise: ten-character code of the enterprise that it is of.
    """

    object_id: str
    package: bytes
    message: Message
    enterprise: str
    root: Element

    @property
    def title(self) -> Bilingual:
        """The name of the message type."""
        spec = self.message.spec
        return Bilingual(f"{spec.code} {spec.title.zh}", f"{spec.code} {spec.title.en}")

    @property
    def message_id(self) -> str:
        """The id in the message's envelope."""
        return self.message.info.message_id

    def sections(self, lang: Lang) -> Iterator[Section]:
        """The document in readable form: labels, codes with names, and the first goods lines."""
        document = document_element(self.root)
        flag: DelcareFlag | None = self.message.flag
        if flag is not None:
            yield readable.Facts("", ((flag_field().label.in_(lang), readable.meaning(flag_field(), flag, lang)),))
        if document is not None:
            yield from readable.sections(self.message.spec.root, document, lang, FEW_LINES)
        yield from readable.sections(info_group(), self.root[0], lang, FEW_LINES)


def read_package(object_id: str, package: str) -> ShownMessage:
    """Read the message in *package*, the canonical XML text of one Package.

    :raises CardError: it is too big, or nothing that can be shown and signed.
    """
    inner = package.encode("utf-8", "surrogatepass")
    if len(inner) > MAX_BYTES:
        raise CardError(problems.TOO_BIG, size=len(inner), limit=MAX_BYTES)
    if not _OBJECT_ID.fullmatch(object_id):
        raise _unfit(_BAD_ID)
    if not inner.startswith(b"<Package>") or not is_canonical(inner):
        raise _unfit(_NOT_CANONICAL)
    held = parse(f'<Object xmlns="{DSIG}">'.encode() + inner + b"</Object>")
    # One element and nothing beside it: is_canonical does not look at whether tags match.
    if isinstance(held, Malformed) or len(held) != 1 or etree.QName(held[0]).localname != "Package" or held[0].tail:
        raise _unfit(_NOT_CANONICAL)
    message = recognise(package, 0, len(package)) or _validated(held[0])
    if message is None:
        raise _unfit(_NOT_VALID)
    if message.spec.direction != "out" or message.info.message_type != message.spec.code:
        raise _unfit(_NOT_OURS)
    return ShownMessage(object_id, inner, message, message.document.oper_cus_reg_code, held[0])


def _validated(package: Element) -> Message | None:
    """The message, by the slower way that has the last word; None when the schema refuses it."""
    document = document_element(package)
    spec = None if document is None else reader.rooted(etree.QName(document).localname)
    if spec is None or spec.direction != "out" or validator.refusal("signed.xsd", package) is not None:
        return None
    return from_element(spec, package)


def _unfit(reason: Bilingual) -> CardError:
    return CardError(problems.NOT_A_MESSAGE, reason=reason)
