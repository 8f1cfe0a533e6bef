"""Compares our verdict with the other engines': where they differ, the result is undecided."""

from __future__ import annotations

from msgspec import structs

from tempgoods_edi.desk import Checked
from tempgoods_edi.second_opinion.engine_process import Said
from tempgoods_edi.second_opinion.worker import Word
from tempgoods_edi.signing.signature_problems import DIGEST_WRONG, SIGNATURE_WRONG
from tempgoods_edi.signing.verify import SignatureState
from tempgoods_edi.values import Basis, Bilingual, Finding, Problem, Severity, Source, Verdict

_SOURCE = Source(Basis.ASSUMED, "House rule: engines that differ decide nothing")
_REPORT = Bilingual(
    "其中之一有错：请将报文与此提示一并报告给我们，在此之前不要依赖任一结论",
    "one of them is wrong: report the message together with this text, and rely on none of them until then",
)
DIFFER = Problem(
    id="TG-XML-040",
    text=Bilingual("各验证程序对{about}结论不一：{who}", "engines differ about the {about}: {who}"),
    fix=_REPORT,
    source=_SOURCE,
    severity=Severity.UNDECIDED,
)
NO_ANSWER = Problem(
    id="TG-XML-041",
    text=Bilingual(
        "第二意见：{value} 未能给出结论（超时、内存不足或出错）",
        "second opinion: {value} gave no answer (out of time or memory, or it failed)",
    ),
    fix=Bilingual(
        "单独再检查此报文，或不用 --second-opinion", "check this message again alone, or without --second-opinion"
    ),
    source=_SOURCE,
    severity=Severity.UNDECIDED,
)
PROBLEMS = (DIFFER, NO_ANSWER)

_OURS = "tempgoods-edi"
_ABOUT = {"schema": Bilingual("报文结构", "schema"), "signature": Bilingual("签名", "signature")}
_WORDS = {"right": Bilingual("正确", "right"), "wrong": Bilingual("不正确", "wrong")}


def compared(checked: Checked, said: Said | None) -> Checked:
    """*checked* with the other engines' results added; undecided where they differ or gave no answer."""
    findings = (
        [_no_answer("–")] if said is None else [each for about in _ABOUT for each in _about(checked, about, said)]
    )
    if not findings:
        return checked
    return structs.replace(
        checked,
        verdict=Verdict.UNDECIDED,
        findings=(*checked.findings, *findings),
        reason=findings[0].text,
        trusted=False,
    )


def _no_answer(who: str) -> Finding:
    return NO_ANSWER.at(value=who)


def _about(checked: Checked, about: str, said: Said) -> list[Finding]:
    ours = _schema(checked) if about == "schema" else _signature(checked)
    if ours == "abstains":
        return []
    words: dict[str, Word] = {_OURS: ours, **said.get(about, {})}
    told = {name: word for name, word in words.items() if word in ("right", "wrong")}
    failed = [name for name, word in words.items() if word == "failed"]
    found = []
    if len(set(told.values())) > 1:
        who = Bilingual(
            "，".join(f"{name} {_WORDS[word].zh}" for name, word in told.items()),
            ", ".join(f"{name} {_WORDS[word].en}" for name, word in told.items()),
        )
        found.append(DIFFER.at(about=_ABOUT[about], who=who))
    # What is wrong anyway may stop others half-way; what we call right must be followed to its end.
    if ours == "right" and failed:
        found.append(_no_answer(", ".join(failed)))
    return found


def _schema(checked: Checked) -> Word:
    """Our word on the schema; none where we did not come so far, or refuse more than the schema does."""
    if any(each.rule.startswith("TG-XSD-") for each in checked.findings):
        return "wrong"
    return "abstains" if checked.message is None else "right"


def _signature(checked: Checked) -> Word:
    """Our word on digest and value; none where a policy refuses the signature whatever they are."""
    if checked.signature is SignatureState.SIGNED:
        return "right"
    rules = {each.rule for each in checked.findings if each.rule.startswith("TG-SIG-")}
    return "wrong" if rules & {DIGEST_WRONG.id, SIGNATURE_WRONG.id} else "abstains"
