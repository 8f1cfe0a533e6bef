"""All settings of one simulated customs server, as one frozen value.

No value is read from the environment here; the command line and the tests build what they need.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.options.numbers import DAY, PORT, seconds, whole
from tempgoods_edi.values import Bilingual

#: When the demonstration's tenant begins: the sample cases play in the spring of 2027.
DEMO_START = datetime(2027, 1, 10, 9, 0, tzinfo=CHINA_TIME)
#: What may be said of a seed, and of a length of time: ten years at most.
SEEDS, SECONDS = whole(0, 2**63 - 1), seconds(0, 3650 * DAY)

Port = Annotated[int, Meta(ge=PORT.low, le=PORT.high)]
Prefix = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Seconds = Annotated[float, Meta(ge=SECONDS.low, le=SECONDS.high)]

_NOT_A_TIME = Bilingual(
    "“{value}”不是时间，请写成 2027-01-10T09:00", "“{value}” is no time; write it as 2027-01-10T09:00"
)


class NotATime(TempgoodsError):
    """A text could not be read as a date and time."""


def instant(text: str) -> datetime:
    """Parse a business time as people write it, in China's zone where it names none.

    >>> instant("2027-01-10T09:00").isoformat()
    '2027-01-10T09:00:00+08:00'
    """
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise NotATime(_NOT_A_TIME.format(value=text[:60])) from None
    return told if told.tzinfo is not None else told.replace(tzinfo=CHINA_TIME)


class Config(Struct, frozen=True, kw_only=True):
    """The settings of one simulated customs server.

    :ivar database: what it remembers: path of an SQLite file, or URL; None remembers in memory only.
    :ivar host: address the HTTP server listens on.
    :ivar port: 0 takes any free port.
    :ivar hosts: further names by which it may be addressed, without port; those of this machine always may.
    :ivar token_file: file of the token that control, console and push targets need; None: they need none.
    :ivar exchange: root of OutBox/SentBox/InBox/FailBox; None switches the folders off.
    :ivar poll_seconds: how often OutBox is looked into.
    :ivar seed: the same seed and the same messages at the same times give the same bytes.
    :ivar starts_at: business time at the start, aware; None is the machine's own time.
    :ivar clock: ``live`` runs with the machine's, ``manual`` moves only when told to.
    :ivar progression: ``immediate`` answers everything at once, ``timed`` after the seconds below, ``polls`` when the
        recipient has pulled its receipts so many times, ``manual`` as ``timed`` but every review is an officer's.
    :ivar polls: pulls from one step to the next, for ``polls``.
    :ivar store_seconds: from intake to the receipt Y, in business time.
    :ivar review_seconds: from Y to the receipt 1 or 3, in business time.
    :ivar answer_seconds: from a query to its answer, in business time.
    :ivar sender_id: who the receipts are from; begins with no prefix of the real platform.
    :ivar key_name: what stands where customs' certificate number would.
    :ivar prefixes: the two letters that begin issued numbers, by name of the declaration (``exhibition``, ``loan_list``);
        what is not named keeps those of its schema, which are assumed.
    :ivar trust: files of the CAs that declarants' certificates are issued by; none leaves signed messages undecided.
    :ivar any_signer: where no CA is named, take whoever signed (for first tries with one's own keys).
    :ivar crls: files of their revocation lists.
    :ivar allow_unsigned: take messages without a signature (for first tries with other people's tools).
    :ivar signature_profile: which signatures are taken: ``standard``, ``legacy`` (rsa-sha1 too) or ``sm2-sm3`` (the
        national ones too, which need gmssl-pyx).
    :ivar second_opinion: ask other people's engines about every message too; undecided where they differ (extra
        ``second-opinion``).
    :ivar registry: CSV of the entries on file; None begins with an empty registry.
    :ivar scenarios: TOML of the scenarios in force from the start; None leaves those that were.
    :ivar faults: TOML of the fault plan in force from the start; None leaves the one that was.
    :ivar log: on standard error: ``text`` warnings for people, ``json`` every step, one JSON object a line.
    :ivar sftp_users: TOML of SFTP's users (see `transports.sftp.login`); None switches SFTP off.
    :ivar sftp_port: 0 takes any free port.
    :ivar tls: serve HTTPS in place of HTTP.
    :ivar tls_certificate: PEM with key and certificate; None makes a demonstration's.
    :ivar tls_client_ca: PEM of the CAs that clients' certificates must come from; None asks for none.
    :ivar keys: folder of the server's own keys, made when missing.
    :ivar max_body: largest HTTP body or file that is read (bytes).
    """

    database: str | None = None
    host: str = "127.0.0.1"
    port: Port = 8018
    hosts: tuple[str, ...] = ()
    token_file: Path | None = None
    exchange: Path | None = None
    poll_seconds: Annotated[float, Meta(ge=0.01, le=86400)] = 1.0
    seed: Annotated[int, Meta(ge=SEEDS.low, le=SEEDS.high)] = 2018
    starts_at: Annotated[datetime, Meta(tz=True)] | None = None
    clock: Literal["live", "manual"] = "live"
    progression: Literal["immediate", "timed", "polls", "manual"] = "timed"
    polls: Annotated[int, Meta(ge=1, le=1000)] = 1
    store_seconds: Seconds = 1.0
    review_seconds: Seconds = 2.0
    answer_seconds: Seconds = 0.0
    sender_id: str = "SIMEDCTMP0000001"
    key_name: str = "SIMULATED-H2018"
    prefixes: Mapping[str, Prefix] = {}
    trust: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    any_signer: bool = False
    allow_unsigned: bool = False
    signature_profile: Literal["standard", "legacy", "sm2-sm3"] = "standard"
    second_opinion: bool = False
    registry: Path | None = None
    scenarios: Path | None = None
    faults: Path | None = None
    log: Literal["text", "json"] = "text"
    sftp_users: Path | None = None
    sftp_port: Port = 8022
    tls: bool = False
    tls_certificate: Path | None = None
    tls_client_ca: Path | None = None
    keys: Path = Path("h2018-keys")
    max_body: Annotated[int, Meta(ge=1)] = 64 * 1024 * 1024
