"""Actors: the operator of an enterprise who is logged in, as the certificate on the card says."""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.declarant.errors import NotACard
from tempgoods_edi.rules import Card
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.values import Bilingual

_PARTS = (
    ("enterprise_code", Bilingual("海关十位编码", "the customs code")),
    ("enterprise_name", Bilingual("企业名称", "the enterprise's name")),
    ("uscc", Bilingual("统一社会信用代码", "the unified social credit code")),
    ("operator_name", Bilingual("操作员姓名", "the operator's name")),
    ("ic_card_no", Bilingual("IC卡号", "the IC card number")),
)


class Actor(Struct, frozen=True, kw_only=True):
    """The logged-in operator and the enterprise; every method of `filing` takes the actor first.

    :ivar enterprise_no: 海关十位编码; what is shown and changed is this enterprise's only.
    :ivar sccd: 统一社会信用代码.
    :ivar certificate_serial: hexadecimal, upper-case.
    """

    enterprise_no: str
    enterprise_nm: str
    sccd: str
    operator_nm: str
    ic_card_no: str
    certificate_serial: str

    @property
    def card(self) -> Card:
        """The card of the actor in the form that rules read."""
        return Card(
            enterprise_no=self.enterprise_no, uscc=self.sccd, operator=self.operator_nm, ic_card_no=self.ic_card_no
        )


def actor_of(identity: CertificateIdentity) -> Actor:
    """The actor that a certificate names; raises `NotACard` when the certificate lacks enterprise or operator."""
    lacking = [label for name, label in _PARTS if not getattr(identity, name)]
    if lacking:
        zh, en = "、".join(label.zh for label in lacking), ", ".join(label.en for label in lacking)
        raise NotACard(Bilingual(f"证书中没有{zh}，不是报关单位的卡", f"not a declarant's card: it lacks {en}"))
    return Actor(
        enterprise_no=identity.enterprise_code or "",
        enterprise_nm=identity.enterprise_name or "",
        sccd=identity.uscc or "",
        operator_nm=identity.operator_name or "",
        ic_card_no=identity.ic_card_no or "",
        certificate_serial=identity.serial,
    )
