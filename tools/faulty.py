"""Messages with one fault each, named for it: one for every rule that the message alone decides, one for each kind of schema fault.

All are signed by the right card, so that nothing else is wrong with them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from tempgoods_edi import outbound
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.envelope.message import package
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing import sign_object
from tempgoods_edi.signing.policy import SignaturePolicy
from tempgoods_edi.signing.signer import Signer
from tempgoods_edi.testing.rule_cases import RuleCase, load_rule_cases, load_valid
from tempgoods_edi.testing.rule_mutants import whole

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
OBJECT_ID = "M001"


class Faulty(Struct, frozen=True):
    """One file.

    :ivar findings: (rule, path) of everything that is wrong with it, warnings too, sorted.
    """

    name: str
    data: bytes
    today: str
    findings: tuple[tuple[str, str], ...]


#: What is done to the text of a package, and the fault it makes.
_EDITS = (
    ("missing-office-in-charge", "<MasterCusCd>2228</MasterCusCd>", "", "TG-XSD-001", "Head/MasterCusCd"),
    ("unknown-element", "<LinkMan>", "<Colour>red</Colour><LinkMan>", "TG-XSD-002", "Head/Colour"),
    ("direction-given-twice", "<HallNm>", "<ImpExpMarkCd>I</ImpExpMarkCd><HallNm>", "TG-XSD-003", "Head/ImpExpMarkCd"),
    ("quantity-in-words", "<DclQty>[^<]+<", "<DclQty>两台<", "TG-XSD-004", "ExhibitList[1]/DclQty"),
    ("number-of-changes-not-whole", "<ChgTmsCnt>0<", "<ChgTmsCnt>0.5<", "TG-XSD-005", "Head/ChgTmsCnt"),
    ("empty-name", "<ExhibitionNm>[^<]+<", "<ExhibitionNm><", "TG-XSD-006", "Head/ExhibitionNm"),
    ("contact-too-long", "<LinkMan>[^<]+<", f"<LinkMan>{'王' * 65}<", "TG-XSD-007", "Head/LinkMan"),
    ("30-february", "<EndDate>[^<]+<", "<EndDate>20270230<", "TG-XSD-008", "Head/EndDate"),
    ("direction-unknown", "<ImpExpMarkCd>I<", "<ImpExpMarkCd>X<", "TG-XSD-009", "Head/ImpExpMarkCd"),
    ("price-of-21-digits", "<UnitPrice>[^<]+<", f"<UnitPrice>{'9' * 26}<", "TG-XSD-010", "ExhibitList[1]/UnitPrice"),
    ("price-with-6-decimals", "<UnitPrice>[^<]+<", "<UnitPrice>1.234567<", "TG-XSD-011", "ExhibitList[1]/UnitPrice"),
    ("line-number-0", "<GdsSeqNo>1<", "<GdsSeqNo>0<", "TG-XSD-012", "ExhibitList[1]/GdsSeqNo"),
    ("line-number-too-high", "<GdsSeqNo>1<", "<GdsSeqNo>100000<", "TG-XSD-013", "ExhibitList[1]/GdsSeqNo"),
    ("quantity-zero", "<DclQty>[^<]+<", "<DclQty>0<", "TG-XSD-014", "ExhibitList[1]/DclQty"),
    ("text-between-elements", "<LinkMan>", "见附件<LinkMan>", "TG-XSD-016", "Head"),
    ("attribute-on-a-value", "<LinkMan>", '<LinkMan lang="zh">', "TG-XSD-017", "Head/LinkMan"),
    ("element-in-a-value", "<LinkMan>", "<LinkMan><b></b>", "TG-XSD-018", "Head/LinkMan"),
)  # fmt: skip


def files(card: Callable[[str], Signer], policy: Policy) -> Iterator[Faulty]:
    """Every faulty file.

    :param card: the signer of an enterprise.
    :param policy: how the desk judges them.
    """
    seen: set[str] = set()
    cases = load_rule_cases(FIXTURES / "rules")
    for each in cases:
        if not each.passes and each.rule not in seen:
            found = _against_rule(each, card, policy)
            if found is not None:
                seen.add(each.rule)
                yield found
    yield from _against_schema(load_valid(FIXTURES, "tmp101-full"), card)


def _against_rule(case: RuleCase, card: Callable[[str], Signer], policy: Policy) -> Faulty | None:
    """The case as a signed message; None where the message and the day alone do not lead to just its findings."""
    message = whole(case).message
    if message is None:
        return None
    data = outbound.build(message, OBJECT_ID, card(_enterprise(case)), SignaturePolicy()).data
    found = sorted((f.rule, f.path) for f in check(data or b"", Facts(today=case.facts.today), policy).findings)
    if found != sorted(case.expected):
        return None
    name = re.sub(r"[^a-z0-9]+", "-", case.name.lower()).strip("-")
    return Faulty(f"{case.rule}-{name}.xml", data or b"", str(case.facts.today), case.expected)


def _enterprise(case: RuleCase) -> str:
    """The enterprise whose card signs: the one of the valid message that the case was made from."""
    tree = json.loads((FIXTURES / "valid" / f"{case.base}.json").read_bytes())
    found: str = tree["document"]["OperCusRegCode"]
    return found


def _against_schema(case: RuleCase, card: Callable[[str], Signer]) -> Iterator[Faulty]:
    message = whole(case).message
    if message is None:
        raise ValueError(case.name)
    text, signer, today = package(message), card(case.record.oper_cus_reg_code), str(case.facts.today)
    for name, found, put, rule, path in _EDITS:
        edited, number = re.subn(found, put, text, count=1)
        if not number:
            raise ValueError(f"{name}: {found} is not in the message")
        data = sign_object(OBJECT_ID, edited.encode(), signer, SignaturePolicy())
        yield Faulty(f"{rule}-{name}.xml", data, today, ((rule, path),))
