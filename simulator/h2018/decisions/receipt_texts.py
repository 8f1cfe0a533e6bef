"""The texts in answers and receipts: Chinese, like customs' own, each reason led by our code, none longer than its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tempgoods_edi.records.receipt import CheckInfo
from tempgoods_edi.values import MORE, Finding, Severity

TAKEN = "处理成功"
DRAFT_KEPT = "暂存成功"
AGAIN = "处理成功：该单证已申报，未重复登记"
STORED = "报文入库成功"
APPROVED = "审核通过"
RETURNED = "审核不通过，退单"
TO_OFFICER = "转人工审核"

_LONGEST_ANSWER = 4000
_LONGEST_NOTE = 255
_MOST_NOTES = 100
#: No field has an address as long; an element of whoever sent it may.
_LONGEST_PATH = 120
_MOST_REASONS = 5
#: What XML 1.0 cannot carry, and line breaks, which a note is not the place for.
_UNFIT = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


def check_info(findings: Sequence[Finding], opening: str = "") -> str:
    """The first reasons as one text, for CheckInfo of a technical answer."""
    reasons = [note(finding) for finding in findings[:_MOST_REASONS]]
    if len(findings) > _MOST_REASONS:
        reasons.append(_left(len(findings) - _MOST_REASONS, findings[-1].rule == MORE.id))
    return (opening + "；".join(reasons))[:_LONGEST_ANSWER] or "处理失败"


def notes(findings: Iterable[Finding]) -> tuple[CheckInfo, ...]:
    """One note per reason, as many as a receipt can carry; the last one then says how many are left."""
    found = tuple(findings)
    texts = list(dict.fromkeys(map(note, found)))
    if len(texts) > _MOST_NOTES:
        texts[_MOST_NOTES - 1 :] = [_left(len(texts) - _MOST_NOTES + 1, found[-1].rule == MORE.id)]
    return tuple(CheckInfo(note=text) for text in texts)


def _left(count: int, more: bool) -> str:
    """How many are not told; *more*: the last of them only says that nobody counted the rest."""
    return f"另有{count - 1}项以上" if more else f"另有{count}项"


def note(finding: Finding) -> str:
    """``[code] text (path)`` in at most 255 characters; code and path are never cut.

    >>> from tempgoods_edi.values import Bilingual
    >>> note(Finding(rule="TG-EXH-001", path="Head/EndDate", text=Bilingual("展期结束早于开始", ""), fix=Bilingual("", "")))
    '[TG-EXH-001] 展期结束早于开始 (Head/EndDate)'
    """
    head, tail = f"[{finding.rule}] ", f" ({finding.path[-_LONGEST_PATH:]})" if finding.path else ""
    # What is undecided is no fault of the message: whoever looks into it may read either language.
    both = finding.severity is Severity.UNDECIDED
    told = f"{finding.text.zh} / {finding.text.en}" if both else finding.text.zh
    text, room = _UNFIT.sub(" ", told), _LONGEST_NOTE - len(head) - len(tail)
    return head + (text if len(text) <= room else text[: room - 1] + "…") + tail


def plain_note(text: str) -> CheckInfo:
    """A note in a receipt that is no finding; text beyond the length of a note is cut off."""
    text = _UNFIT.sub(" ", text)
    return CheckInfo(note=text if len(text) <= _LONGEST_NOTE else text[: _LONGEST_NOTE - 1] + "…")
