"""Plants a fault in one of the other engines: its process says what the test says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tempgoods_edi.second_opinion import SecondOpinion

_LYING = """
import os, sys
from tempgoods_edi.second_opinion import worker
engines = {{asked: dict(each) for asked, each in worker.ENGINES.items()}}
true = engines[{asked!r}][{name!r}]
def false(data):
    {body}
engines[{asked!r}][{name!r}] = false
worker.answer_questions(sys.stdin.buffer, sys.stdout.buffer, engines)
"""
#: Calls right what is wrong, and wrong what is right.
LIES = "return 'wrong' if true(data) == 'right' else 'right'"


def planted(asked: str, name: str, body: str = LIES, **more: Any) -> SecondOpinion:
    """The engines, one of which does as *body* says."""
    script = _LYING.format(asked=asked, name=name, body=body)
    return SecondOpinion(command=(sys.executable, "-c", script), **more)


def lying_while(path: Path) -> str:
    """A body that lies while there is such a file, and tells the truth when it is gone."""
    return f"if not os.path.exists({str(path)!r}): return true(data)\n    {LIES}"


def silent_until(path: Path) -> str:
    """A body that gives no answer until there is such a file."""
    return f"while not os.path.exists({str(path)!r}): pass\n    return true(data)"
