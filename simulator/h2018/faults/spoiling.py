"""Applies a fault to bytes: the same fault does the same to the same bytes, whenever it is applied.

`spoil` changes one message; `dispatches` says what leaves, when and how often.  Bytes that are no message of ours (a
ZIP, or spoiled before) are spoiled in a cruder way, never left as they are and never an error.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from lxml import etree
from msgspec import Struct

from h2018.faults.breaches import breached
from h2018.faults.latency import Piece, draw, dribbled
from h2018.faults.plan import Fault
from h2018.seeded_random import chance
from tempgoods_edi.envelope.message import DSIG

#: Elements that say whose declaration a message is about.
_NUMBERS = ("etpsPreentNo", "SeqNo", "EtpsPreentNo", "businessId", "business_id", "ExhibitionNo", "EntryNo")
_DIGITS, _LETTERS = "0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'


class Dispatch(Struct, frozen=True, kw_only=True):
    """One message to be sent, with its delay and the number of later messages that overtake it.

    :ivar seconds: how much later than it would have, in business time.
    :ivar behind: how many of the recipient's later messages leave before it.
    """

    data: bytes
    seconds: float = 0.0
    behind: int = 0


def spoil(fault: Fault, data: bytes) -> bytes:
    """Apply *fault* to *data*; *data* itself for a fault that does nothing to bytes, such as ``late``."""
    spoiler = _SPOILERS.get(fault.kind)
    return data if spoiler is None else spoiler(fault, data, chance(fault.seed, "spoil"))


def dispatches(fault: Fault | None, data: bytes) -> tuple[Dispatch, ...]:
    """The messages that are sent in the place of the receipt *data*: none, one, or several."""
    if fault is None:
        return (Dispatch(data=data),)
    parameters = fault.parameters
    if fault.kind == "lost":
        return ()
    if fault.kind == "late":
        return (Dispatch(data=data, seconds=wait(fault)),)
    if fault.kind == "duplicated":
        return (Dispatch(data=data),) * (parameters.copies or 2)
    if fault.kind == "reordered":
        return (Dispatch(data=data, behind=parameters.behind or 1),)
    return (Dispatch(data=spoil(fault, data)),)


def wait(fault: Fault) -> float:
    """Seconds until the first byte, or until the receipt is sent; 0 for a fault that is not about time."""
    profile = fault.parameters.profile
    return 0.0 if profile is None else draw(profile, chance(fault.seed, "wait"))


def trickle(fault: Fault, data: bytes) -> tuple[Piece, ...]:
    """The pieces in which a slow answer is sent; the first delay is in the first piece."""
    pieces = dribbled(len(data), fault.parameters.bytes_per_second or max(1, len(data)))
    first = wait(fault)
    if not pieces:
        return (Piece(first, 0),)
    return (Piece(first + pieces[0].seconds, pieces[0].size), *pieces[1:])


def _empty(_fault: Fault, _data: bytes, _random: Random) -> bytes:
    return b""


def _garbage(fault: Fault, _data: bytes, random: Random) -> bytes:
    return random.randbytes(fault.parameters.size or 0)


def _truncated(fault: Fault, data: bytes, _random: Random) -> bytes:
    keep = 0.5 if fault.parameters.keep is None else fault.parameters.keep
    return data[: min(int(len(data) * keep), max(0, len(data) - 1))]


def _misaddressed(_fault: Fault, data: bytes, random: Random) -> bytes:
    root = _parsed(data)
    if root is None:
        return _crude(data, random)
    others: dict[str, str] = {}
    for element in root.iter(*(f"{{*}}{tag}" for tag in _NUMBERS)):
        if element.text and not len(element):
            # One number stays one number, wherever it stands.
            element.text = others.setdefault(element.text, _another(element.text, random))
    return _written(root) if others else _changed(_fault, data, random)


def _changed(_fault: Fault, data: bytes, random: Random) -> bytes:
    root = _parsed(data)
    leaves = (
        []
        if root is None
        else [each for each in root.iter(etree.Element) if (each.text or "").strip() and not len(each)]
    )
    if root is None or not leaves:
        return _crude(data, random)
    leaf = random.choice(leaves)
    text = leaf.text or ""
    at = random.choice([number for number, character in enumerate(text) if not character.isspace()])
    leaf.text = text[:at] + _other(text[at], random) + text[at + 1 :]
    return _written(root)


def _badly_signed(_fault: Fault, data: bytes, random: Random) -> bytes:
    root = _parsed(data)
    if root is None:
        return _crude(data, random)
    digest, value = b64encode(random.randbytes(32)).decode(), b64encode(random.randbytes(256)).decode()
    c14n, sha256 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2001/04/xmlenc#sha256"
    opening = (
        f'<Signature xmlns="{DSIG}"><SignedInfo><CanonicalizationMethod Algorithm="{c14n}"/>'
        '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        f'<Reference URI="#simulated"><DigestMethod Algorithm="{sha256}"/><DigestValue>{digest}</DigestValue></Reference>'
        f"</SignedInfo><SignatureValue>{value}</SignatureValue><KeyInfo><KeyName>SIMULATED</KeyName></KeyInfo>"
        '<Object Id="simulated">'
    )
    return (
        _DECLARATION
        + opening.encode()
        + etree.tostring(root, encoding="UTF-8", xml_declaration=False)
        + (b"</Object></Signature>")
    )


def _wrong_encoding(fault: Fault, data: bytes, random: Random) -> bytes:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _crude(data, random)
    if fault.parameters.encoding == "twice":
        spoiled = data.decode("latin-1").encode()
        return spoiled if spoiled != data else text.encode("utf-16")
    spoiled = text.encode(fault.parameters.encoding or "gb18030")
    # Without a single Chinese character GB18030 is UTF-8 after all.
    return spoiled if not _is_utf_8(spoiled) else text.encode("utf-16")


def _schema_invalid(fault: Fault, data: bytes, random: Random) -> bytes:
    root = _parsed(data)
    if root is None or not breached(root, fault.parameters.breach or "unknown"):
        return _crude(data, random)
    return _written(root)


#: What each kind of fault does to bytes; those not named leave them alone.
_SPOILERS: Mapping[str, Callable[[Fault, bytes, Random], bytes]] = MappingProxyType(
    {
        "empty": _empty,
        "garbage": _garbage,
        "truncated": _truncated,
        "misaddressed": _misaddressed,
        "changed": _changed,
        "badly_signed": _badly_signed,
        "wrong_encoding": _wrong_encoding,
        "schema_invalid": _schema_invalid,
    }
)


def _parsed(data: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _written(root: etree._Element) -> bytes:
    return _DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _crude(data: bytes, random: Random) -> bytes:
    """*data* with one byte changed; something where there was nothing."""
    if not data:
        return b"\0"
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ random.randrange(1, 256)]) + data[at + 1 :]


def _another(number: str, random: Random) -> str:
    """A number of the same form that is another one: its last six characters differ somewhere."""
    head, tail = number[:-6], number[-6:]
    fresh = [_other(character, random) if random.random() < 0.5 else character for character in tail]
    fresh[-1] = _other(tail[-1], random)
    return head + "".join(fresh)


def _other(character: str, random: Random) -> str:
    """Another character of the same sort."""
    sort = _DIGITS if character.isdigit() else _LETTERS
    return random.choice([each for each in sort if each != character])


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
