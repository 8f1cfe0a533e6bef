"""Mutants of messages at the level of bytes, tokens and trees, and what the readers must agree on for each.

The recogniser may say *don't know*, never a wrong yes: what it takes, libxml2 finds valid, with the same values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random

from lxml import etree
from msgspec import Struct

from tempgoods_edi._xml import Malformed, parse
from tempgoods_edi.desk import Checked, Policy, check
from tempgoods_edi.envelope.message import DSIG, from_element, package, recognise
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema import reader, validator
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.signing import SignaturePolicy, SignatureState, sign_object
from tempgoods_edi.testing import sample
from tempgoods_edi.testing.trees import Shape
from tempgoods_edi.values import Verdict
from tests.properties.damage import TEXTS, damaged, rearranged

FIXTURES = Path(__file__).parents[2] / "fixtures"
#: Larger fixtures are left to the tests that are about size.
_LARGEST = 40_000
Mutate = Callable[[bytes, Random], bytes]


class Judged(Struct, frozen=True):
    """What the readers said of one mutant.

    :ivar valid: by libxml2 and the published schema.
    :ivar recognised: by the recogniser.
    """

    valid: bool
    recognised: bool


class Disagreement(AssertionError):
    """The readers do not agree on a mutant."""


@cache
def packages() -> tuple[tuple[MessageSpec, bytes], ...]:
    """The content of every fixture and of a sample of every message, as canonical text, with what it is."""
    found: dict[bytes, MessageSpec] = {}
    for path in sorted((*FIXTURES.glob("valid/*.xml"), *FIXTURES.glob("cases/*/*.xml"), *FIXTURES.glob("cases/*/receipts/*.xml"))):
        data = path.read_bytes()
        checked = check(data, Facts(today=sample.policy().now.date()), sample.policy()) if len(data) <= _LARGEST else None
        if checked is not None and checked.message is not None:
            found[package(checked.message).encode()] = checked.message.spec
    for spec in reader.messages():
        for shape in (Shape(), Shape(lines=2, documents=1, fill=6, seed=7), Shape(lines=3, fill=8, seed=99)):
            made = sample.sample(spec.code, shape)
            if made.message is not None:
                found[package(made.message).encode()] = spec
    return tuple((spec, text) for text, spec in found.items())


@cache
def whole() -> tuple[bytes, ...]:
    """Every fixture as it is: signed, invalid, hostile."""
    paths = sorted(FIXTURES.rglob("*.xml"))
    return tuple(data for path in paths if len(data := path.read_bytes()) <= _LARGEST)


def judged(spec: MessageSpec, data: bytes) -> Judged:
    """What libxml2 and the recogniser say of the content *data* of one message.

    :raises Disagreement: the recogniser takes what libxml2 does not, or reads other values.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    message = recognise(text, 0, len(text)) if text else None
    placed = data.replace(b"<Package>", f'<Package xmlns="{DSIG}">'.encode(), 1) if spec.direction == "out" else data
    root = parse(placed)
    named = None if message is None else message.spec
    schema = "signed.xsd" if spec.direction == "out" else "plain.xsd"
    if named is not None and named.direction != spec.direction:
        message = None  # the desk takes it for what it is only where it may come from
    valid = not isinstance(root, Malformed) and validator.refusal(schema, root) is None
    if message is not None:
        if isinstance(root, Malformed) or not valid:
            raise Disagreement(f"recognised, but not by libxml2: {data!r}")
        if from_element(message.spec, root) != message:
            raise Disagreement(f"read with other values: {data!r}")
    return Judged(valid, message is not None)


def judged_whole(data: bytes, signed_so: bool = False) -> Checked:
    """What the desk says of a whole message; valid only what the published schema accepts as it stands.

    :param signed_so: damaged first, signed afterwards.
    :raises Disagreement: it is undecided, or valid although the schema refuses it.
    """
    checked = check(data, Facts(today=sample.policy().now.date()), _policy())
    if checked.verdict is Verdict.UNDECIDED:
        raise Disagreement(f"undecided ({checked.reason}): {data!r}")
    if checked.verdict is Verdict.VALID and checked.signature is SignatureState.SIGNED:
        root = parse(data)
        if isinstance(root, Malformed) or validator.refusal("signed.xsd", root) is not None:
            raise Disagreement(f"valid, but not by signed.xsd: {data!r}")
    return checked


@cache
def _policy() -> Policy:
    return Policy(now=sample.policy().now, trust=sample.trust(), allow_unsigned=True)


def signed_again(data: bytes) -> bytes:
    """The content *data*, as damaged as it is, under a right signature."""
    return sign_object("M001", data, sample.signer(), SignaturePolicy())


# --- mutants

_TOKEN = re.compile(rb"<[^<>]*>|[^<]+|<")
_LEAF = re.compile(rb"<([A-Za-z_]+)>([^<]*)</\1>")
_SPELT: tuple[tuple[bytes, bytes], ...] = (
    (b"&", b"&#38;"), (b"1", b"&#49;"), (b"0", b"&#x30;"), (b"a", b"&#97;"), (b">", b"&gt;"), (b"2", b"<![CDATA[2]]>"),
)  # fmt: skip
_ASIDE = (b"<!---->", b"<!-- a -->", b"<?a b?>", b"\n", b"  ", b"\t", b"\r\n")


@cache
def _values() -> Mapping[bytes, tuple[bytes, ...]]:
    """Texts that each element has somewhere: most are right wherever it stands."""
    found: dict[bytes, dict[bytes, None]] = {}
    for _, text in packages():
        for leaf in _LEAF.finditer(text):
            found.setdefault(leaf[1], {})[leaf[2]] = None
    return {tag: tuple(texts) for tag, texts in found.items()}


def bytes_changed(data: bytes, random: Random) -> bytes:
    """One to three stretches of bytes damaged."""
    return damaged(data, random)


def digits_changed(data: bytes, random: Random) -> bytes:
    """One digit or letter of a value made another of its kind."""
    leaves = list(_LEAF.finditer(data))
    leaf = random.choice(leaves) if leaves else None
    if leaf is None or not leaf[2]:
        return data
    at = random.randrange(leaf.start(2), leaf.end(2))
    new = b"0123456789" if data[at : at + 1].isdigit() else b"ABCXYZ" if data[at : at + 1].isupper() else b"abcxyz"
    return data[:at] + bytes([random.choice(new)]) + data[at + 1 :] if data[at] < 128 else data


def values_exchanged(data: bytes, random: Random) -> bytes:
    """A value replaced by another of its own element, or by an odd text."""
    leaves = list(_LEAF.finditer(data))
    if not leaves:
        return data
    leaf = random.choice(leaves)
    usual = _values().get(leaf[1], (b"1",))
    new = random.choice(TEXTS) if random.randrange(4) == 0 else random.choice(usual)
    return data[: leaf.start(2)] + new + data[leaf.end(2) :]


def spelt_otherwise(data: bytes, random: Random) -> bytes:
    """The same content in another spelling: entities, CDATA, comments, blanks, empty tags."""
    way = random.randrange(4)
    if way == 0:
        plain, other = random.choice(_SPELT)
        leaves = [leaf for leaf in _LEAF.finditer(data) if plain in leaf[2]]
        if leaves:
            leaf = random.choice(leaves)
            return data[: leaf.start(2)] + leaf[2].replace(plain, other, 1) + data[leaf.end(2) :]
    if way == 1:
        tags = [tag for tag in _TOKEN.finditer(data) if tag[0].startswith(b"<")]
        if tags:
            tag = random.choice(tags)
            blank = random.choice((b" ", b"\n", b"\t "))
            return data[: tag.end() - 1] + blank + data[tag.end() - 1 :]
    places = [found.start() for found in re.finditer(rb"<", data)] or [0]
    at = random.choice(places)
    return data[:at] + random.choice(_ASIDE) + data[at:]


def tokens_changed(data: bytes, random: Random) -> bytes:
    """A token taken out, doubled, or exchanged with another."""
    tokens = _TOKEN.findall(data)
    if len(tokens) < 3:
        return data
    a, b = random.randrange(len(tokens)), random.randrange(len(tokens))
    way = random.randrange(4)
    if way == 0:
        del tokens[a]
    elif way == 1:
        tokens.insert(a, tokens[b])
    elif way == 2:
        tokens[a], tokens[b] = tokens[b], tokens[a]
    else:
        tokens[a] = tokens[b]
    return b"".join(tokens)


def leaves_rearranged(data: bytes, random: Random) -> bytes:
    """Leaves given other texts, moved, doubled, taken out."""
    return rearranged(data, random)


def tree_changed(data: bytes, random: Random) -> bytes:
    """An element with all that is in it taken out, doubled beside itself, moved, or renamed."""
    root = parse(data)
    if isinstance(root, Malformed):
        return data
    elements = [each for each in root.iter(etree.Element) if each.getparent() is not None]
    if not elements:
        return data
    one = random.choice(elements)
    above = one.getparent()
    if above is None:
        return data
    way = random.randrange(6)
    if way == 0:
        above.remove(one)
    elif way < 3:
        one.addnext(deepcopy(one))
    elif way == 3:
        random.choice(elements).append(deepcopy(one))
    elif way == 4:
        other = random.choice(elements)
        one.tag = other.tag
    else:
        repeated = [each for each in elements if each.getnext() is not None and each.getnext().tag == each.tag]  # type: ignore[union-attr]  # asked before
        if repeated:
            each = random.choice(repeated)
            each.getparent().remove(each)  # type: ignore[union-attr]  # never the root
    return etree.tostring(root, encoding="utf-8")


#: Kinds of mutants, with how often each is made.
KINDS: Mapping[str, tuple[int, Mutate]] = {
    "bytes": (3, bytes_changed),
    "digits": (5, digits_changed),
    "values": (5, values_exchanged),
    "spelling": (3, spelt_otherwise),
    "tokens": (2, tokens_changed),
    "leaves": (2, leaves_rearranged),
    "tree": (2, tree_changed),
}
_CHOSEN = tuple(name for name, (often, _) in KINDS.items() for _ in range(often))


def mutant(data: bytes, random: Random) -> tuple[str, bytes]:
    """One mutant of *data*, and of which kind; now and then two kinds at once."""
    kind = random.choice(_CHOSEN)
    data = KINDS[kind][1](data, random)
    if random.randrange(5) == 0:
        data = KINDS[random.choice(_CHOSEN)][1](data, random)
    return kind, data
