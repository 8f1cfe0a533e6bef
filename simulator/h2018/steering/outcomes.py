"""The catalogue of outcomes that testers can ask for, as data: what each does to a message.

`CATALOGUE` is what the control interface lists, what scenarios may name and what reserved test values are read by;
there is no second list.  An `Outcome` is one of them as asked for, with its particulars.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal, get_args

from msgspec import Struct

from h2018 import problems as customs
from h2018.setup_files.durations import duration_text
from tempgoods_edi.declarations import all_rules
from tempgoods_edi.envelope import problems as envelope
from tempgoods_edi.schema import problems as schema
from tempgoods_edi.signing import problems as signing
from tempgoods_edi.values import Bilingual, Finding, Problem

#: What a message is, as far as an outcome must fit it.
Subject = Literal["draft", "declaration", "query", "receipt_request"]

#: The step that a delay postpones.
Step = Literal["answer", "store", "review"]

#: A particular that an outcome can be given.
Particular = Literal["rule", "path", "note", "code", "delay"]
PARTICULARS: tuple[Particular, ...] = get_args(Particular)

_EVERY: tuple[Subject, ...] = ("draft", "declaration", "query", "receipt_request")
_DECLARED: tuple[Subject, ...] = ("declaration",)
_GROUNDS: tuple[Particular, ...] = ("rule", "path", "note", "code", "delay")


class OutcomeKind(Struct, frozen=True, kw_only=True):
    """One kind of outcome in the catalogue.

    :ivar subjects: what it can be asked for; on anything else it is passed over.
    :ivar answer: the technical answer: ``rules`` as without it; ``taken`` DealFlag 0 · ``refused`` -1, not registered ·
        ``busy`` -1, and the same bytes may come again · ``none`` the rules decide, but no answer is sent.
    :ivar receipts: manageResult of each business receipt, in order; None for those the rules give.
    :ivar officer: after these receipts it waits for an officer's decision.
    :ivar delays: the step that its delay postpones.
    :ivar takes: the particulars it can be given.
    :ivar needs: the particulars it makes no sense without.
    """

    name: str
    label: Bilingual
    does: Bilingual
    subjects: tuple[Subject, ...]
    delays: Step
    takes: tuple[Particular, ...]
    answer: Literal["rules", "taken", "refused", "busy", "none"] = "taken"
    receipts: tuple[str, ...] | None = None
    officer: bool = False
    needs: tuple[Particular, ...] = ()

    @property
    def example(self) -> str:
        """A reserved in-house number that asks for this outcome."""
        delay = "-30S" if "delay" in self.needs else ""
        return f"T-{self.name.upper()}{delay}-0001"


_KINDS: tuple[OutcomeKind, ...] = (
    OutcomeKind(
        name="rules",
        label=Bilingual("按规则", "by the rules"),
        does=Bilingual(
            "由真实规则决定；优先级更低的场景和保留值不再起作用",
            "the real rules decide; scenarios and reserved values below are not asked",
        ),
        subjects=_EVERY,
        answer="rules",
        delays="review",
        takes=(),
    ),
    OutcomeKind(
        name="delay",
        label=Bilingual("延迟", "delayed"),
        does=Bilingual("由真实规则决定，审核（查询则为答复）推迟指定时长", "the real rules decide, that much later"),
        subjects=("declaration", "query"),
        answer="rules",
        delays="review",
        takes=("delay",),
        needs=("delay",),
    ),
    OutcomeKind(
        name="approve",
        label=Bilingual("通过", "approved"),
        does=Bilingual(
            "回执 Y、1，发给海关编号，不论业务规则如何；报文本身仍须合格",
            "receipts Y and 1 with a customs number whatever the business rules say; the message itself must be sound",
        ),
        subjects=_DECLARED,
        receipts=("Y", "1"),
        delays="review",
        takes=("note", "delay"),
    ),
    OutcomeKind(
        name="reject",
        label=Bilingual("退单", "rejected"),
        does=Bilingual("回执 Y、3，附规则编号和说明", "receipts Y and 3, with the rule's id and a note"),
        subjects=_DECLARED,
        receipts=("Y", "3"),
        delays="review",
        takes=_GROUNDS,
    ),
    OutcomeKind(
        name="store_fail",
        label=Bilingual("入库失败", "not stored"),
        does=Bilingual(
            "回执 Z，附代码和说明；可重新申报", "receipt Z with a code and a note; it can be declared again"
        ),
        subjects=_DECLARED,
        receipts=("Z",),
        delays="store",
        takes=("code", "note", "delay"),
    ),
    OutcomeKind(
        name="manual",
        label=Bilingual("转人工", "to manual review"),
        does=Bilingual("回执 Y、2，等待关员决定", "receipts Y and 2, then it waits for an officer"),
        subjects=_DECLARED,
        receipts=("Y", "2"),
        officer=True,
        delays="review",
        takes=("note", "delay"),
    ),
    OutcomeKind(
        name="manual_approve",
        label=Bilingual("转人工后通过", "approved after manual review"),
        does=Bilingual("回执 Y、2、1", "receipts Y, 2 and 1"),
        subjects=_DECLARED,
        receipts=("Y", "2", "1"),
        delays="review",
        takes=("note", "delay"),
    ),
    OutcomeKind(
        name="manual_reject",
        label=Bilingual("转人工后退单", "rejected after manual review"),
        does=Bilingual("回执 Y、2、3，附规则编号和说明", "receipts Y, 2 and 3, with the rule's id and a note"),
        subjects=_DECLARED,
        receipts=("Y", "2", "3"),
        delays="review",
        takes=_GROUNDS,
    ),
    OutcomeKind(
        name="stuck",
        label=Bilingual("审核无结果", "stuck in review"),
        does=Bilingual("回执 Y，此后不再有回执", "receipt Y, and none ever after"),
        subjects=_DECLARED,
        receipts=("Y",),
        delays="store",
        takes=("delay",),
    ),
    OutcomeKind(
        name="silent",
        label=Bilingual("无业务回执", "never a receipt"),
        does=Bilingual("技术回执成功，此后没有任何回执或答复", "the technical answer is good, then nothing ever comes"),
        subjects=("declaration", "query", "receipt_request"),
        receipts=(),
        delays="answer",
        takes=("delay",),
    ),
    OutcomeKind(
        name="refuse",
        label=Bilingual("技术回执失败", "refused at once"),
        does=Bilingual(
            "技术回执 DealFlag -1，附代码和说明，不登记", "technical answer -1 with a code and a note; not registered"
        ),
        subjects=_EVERY,
        answer="refused",
        receipts=(),
        delays="answer",
        takes=_GROUNDS,
    ),
    OutcomeKind(
        name="busy",
        label=Bilingual("系统繁忙", "busy"),
        does=Bilingual(
            "技术回执 DealFlag -1“系统繁忙”，不登记，同一报文可再次发送",
            "technical answer -1, busy; not registered, the same bytes may be sent again",
        ),
        subjects=_EVERY,
        answer="busy",
        receipts=(),
        delays="answer",
        takes=("note", "delay"),
    ),
    OutcomeKind(
        name="no_answer",
        label=Bilingual("不予应答", "no answer"),
        does=Bilingual(
            "报文已登记，回执由规则决定，但始终不发技术回执",
            "it is registered and the rules decide on receipts, but the technical answer never comes",
        ),
        subjects=_EVERY,
        answer="none",
        delays="review",
        takes=(),
    ),
)

#: Every outcome by its name, in the order people are shown them.
CATALOGUE: Mapping[str, OutcomeKind] = MappingProxyType({kind.name: kind for kind in _KINDS})


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True):
    """An outcome with its particulars, as somebody asked for it.

    :ivar name: a key of `CATALOGUE`.
    :ivar delay: seconds of business time; None for the usual.
    :ivar rule: id of the rule given as the ground.
    :ivar path: the field the ground is about.
    :ivar note: the text given as the ground, in any language.
    :ivar code: a code of customs' own, put before the text when no rule is named.
    """

    name: str
    delay: float | None = None
    rule: str | None = None
    path: str | None = None
    note: str | None = None
    code: str | None = None

    @property
    def kind(self) -> OutcomeKind:
        """The outcome's kind in the catalogue; KeyError when the catalogue has no such kind."""
        return CATALOGUE[self.name]

    @property
    def text(self) -> Bilingual:
        """The outcome in words, with its particulars."""
        parts = [self.rule or self.code, None if self.delay is None else duration_text(self.delay)]
        tail = "".join(f", {part}" for part in parts if part)
        return Bilingual(self.kind.label.zh + tail.replace(", ", "，"), self.kind.label.en + tail)


def fits(outcome: Outcome, subject: Subject) -> bool:
    """True when a message of this kind can have *outcome*."""
    return subject in outcome.kind.subjects


@cache
def problems() -> Mapping[str, Problem]:
    """Every problem that can be named as the ground of a refusal, by id."""
    listed = (*envelope.PROBLEMS, *signing.PROBLEMS, *schema.PROBLEMS, *customs.PROBLEMS)
    return MappingProxyType({each.id: each for each in (*listed, *(rule.problem for rule in all_rules()))})


_PLACE = re.compile(r"\{\w+\}")


def ground(outcome: Outcome) -> Finding:
    """The ground of a steered refusal as a finding, which reads like any other in a receipt.

    With a rule but no note the rule's own text is used, its places left open: ``…``.

    >>> ground(Outcome(name="store_fail", code="H8001")).rule
    'H8001'
    """
    problem = None if outcome.rule is None else problems().get(outcome.rule)
    text, fix = outcome.kind.label, Bilingual("测试指令，无需更正", "asked for by a tester: nothing to correct")
    if problem is not None:
        text, fix = _open(problem.text), _open(problem.fix)
    if outcome.note is not None:
        text = Bilingual(outcome.note, outcome.note)
    rule = outcome.rule or outcome.code or f"SIM-{outcome.name.upper().replace('_', '-')}"
    return Finding(rule=rule, path=outcome.path or "", text=text, fix=fix)


def _open(text: Bilingual) -> Bilingual:
    return Bilingual(_PLACE.sub("…", text.zh), _PLACE.sub("…", text.en))
