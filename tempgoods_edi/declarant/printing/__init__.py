"""Print-outs of declarations as PDF: the checking copy (核对单), the goods list (清单), and customs' own forms."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from tempgoods_edi.declarant.printing import glyphs
from tempgoods_edi.declarant.printing.contents import Printed, contents
from tempgoods_edi.declarant.printing.sheets import Sheet, sheets
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual, Finding, Lang
from tempgoods_edi.visible import visible

__all__ = ["NotOffered", "NotPrinted", "Printed", "Sheet", "offered", "render", "sheets"]

_HERE = Path(__file__).parent
_PRESS = _HERE / "press.py"
_SECONDS = 60
#: Presses at work at the same time, in one process of the portal, and how many may stand in line, those included: each
#: keeps a thread of the portal, and a press may take its memory.
_AT_ONCE, _IN_LINE = BoundedSemaphore(2), BoundedSemaphore(12)
#: Goods lines up to which a print-out is tagged for people who have it read to them.
_TAGGED = 500

_NOT_OFFERED = Bilingual("当前状态不能打印“{what}”", "“{what}” cannot be printed in this state")
_UNKNOWN = Bilingual("没有这种打印件：{what}", "there is no such print-out: {what}")
_FAILED = Bilingual("打印失败：{why}", "printing failed: {why}")
_BUSY = Bilingual("正在打印的太多，请稍后再试", "too much is being printed; try again later")
_TOO_LONG = Bilingual("超过 {n} 秒未完成", "not done within {n} seconds")


class NotOffered(TempgoodsError):
    """The kind of declaration has no such print-out, or not in this state."""


class NotPrinted(TempgoodsError):
    """The printing process failed or took too long."""


def offered(stored: Printed) -> tuple[Sheet, ...]:
    """The print-outs of *stored* that are available now, in the order of a menu."""
    return tuple(sheet for sheet in sheets(stored.kind) if sheet.action in stored.actions)


def render(stored: Printed, what: str, lang: Lang, now: datetime, findings: Sequence[Finding] = ()) -> bytes:
    """The print-out *what* of *stored* as PDF; the same arguments give the same bytes.

    :param what: ``check-sheet``, ``list`` or ``application-form``.
    :param now: the time it says it was printed at, aware.
    :param findings: what a check found, for the check sheet.
    :raises NotOffered: it cannot be printed (see `offered`).
    :raises NotPrinted: the press failed.
    """
    sheet = next((sheet for sheet in sheets(stored.kind) if sheet.what == what), None)
    if sheet is None:
        raise NotOffered(_UNKNOWN.format(what=what))
    if sheet.action not in stored.actions:
        raise NotOffered(_NOT_OFFERED.format(what=sheet.title))
    lines = stored.tree.get(stored.kind.goods.tag) or ()
    job = {
        "template": _template(),
        "fonts": str(glyphs.folder()),
        "timestamp": int(now.timestamp()),
        "tagged": len(lines) <= _TAGGED,
        "data": json.dumps(_seen(contents(stored, sheet, lang, now, findings)), ensure_ascii=False, sort_keys=True),
    }
    return _pressed(json.dumps(job).encode())


def _seen(data: Any) -> Any:
    """*data* with every text in it as people should see it."""
    if isinstance(data, str):
        return visible(data, "\n")
    if isinstance(data, Mapping):
        return {key: _seen(value) for key, value in data.items()}
    return [_seen(each) for each in data] if isinstance(data, list | tuple) else data


def _pressed(job: bytes) -> bytes:
    if not _IN_LINE.acquire(blocking=False):
        raise NotPrinted(_FAILED.format(why=_BUSY))
    try:
        with _AT_ONCE:
            return _press(job)
    finally:
        _IN_LINE.release()


def _press(job: bytes) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PRESS)], input=job, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotPrinted(_FAILED.format(why=_TOO_LONG.format(n=_SECONDS))) from None
    if done.returncode or not done.stdout:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise NotPrinted(_FAILED.format(why=last or done.returncode))
    return done.stdout


@cache
def _template() -> str:
    return (_HERE / "templates" / "sheets.typ").read_text("utf-8")
