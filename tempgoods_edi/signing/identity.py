"""The identity in a certificate: its holder, its serial number, and the days of its validity.

The subject layout is assumed (no certificate of the real customs CA is public): CN operator, O enterprise,
OU ten-character customs code, serialNumber IC card no (13 digits), organizationIdentifier 统一社会信用代码.
A subject attribute that stands there twice says nothing: its value is None.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, tzinfo

from msgspec import Struct

from tempgoods_edi.numbers import CHINA_TIME


class CertificateIdentity(Struct, frozen=True):
    """The holder that a certificate names.

    :ivar serial: hexadecimal, upper-case, no leading zeros: the KeyName.
    :ivar subject: the whole subject (RFC 4514).
    :ivar enterprise_code: ten-character customs code (海关十位编码).
    :ivar uscc: unified social credit code (统一社会信用代码).
    """

    serial: str
    subject: str
    issuer: str
    operator_name: str | None
    enterprise_name: str | None
    enterprise_code: str | None
    uscc: str | None
    ic_card_no: str | None
    not_before: datetime
    not_after: datetime

    @property
    def first_day(self) -> date:
        """The first day of the certificate's validity, in China."""
        return in_zone(self.not_before, CHINA_TIME).date()

    @property
    def last_day(self) -> date:
        """The last day of the certificate's validity, in China."""
        return in_zone(self.not_after, CHINA_TIME).date()


def serial_of(key_name: str) -> str:
    """A serial number in the normal form in which it is compared.

    >>> serial_of(" 00bc7c01 ")
    'BC7C01'
    """
    return key_name.strip().upper().lstrip("0") or "0"


def in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    """Convert *moment* to the time zone *zone*."""
    with suppress(OverflowError):  # 31 December 9999: RFC 5280 §4.1.2.5 writes "never" so
        return moment.astimezone(zone)
    return moment
