"""``tempgoods-edi explain``: explains a finding, a field, a message, a code or a state."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import sys
from collections.abc import Sequence
from typing import Annotated

from tempgoods_edi.cli.terminal import UNDECIDED, LanguageOption, complain, language, tell
from tempgoods_edi.options import Argument, Command
from tempgoods_edi.values import Bilingual, Lang, Problem

_UNKNOWN = Bilingual("没有关于“{words}”的说明。", "nothing here is called “{words}”.")
_NEAREST = Bilingual("是否指：{near}", "did you mean: {near}")
_ALL = Bilingual(
    "不带参数的 tempgoods-edi explain 列出全部。", "tempgoods-edi explain, with nothing after it, lists what there is."
)


def _explain(
    words: Annotated[
        list[str] | None,
        Argument("ID|FIELD|MESSAGE|codes [LIST [CODE]]|rules|errors|lifecycle|fidelity", help="Else what there is."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Explain a finding, a field, a message, a code list, the life of a declaration. 说明。"""
    from tempgoods_edi.explain.topics import explained, nearest

    say = language(lang)
    found = explained(words or (), (say,)) or _of_the_simulator(words or (), say)
    if found is not None:
        _show(found)
        return
    complain(_UNKNOWN.format(words=" ".join(words or ())), say)
    near = nearest(words or ())
    complain(_NEAREST.format(near=", ".join(near)) if near else _ALL, say)
    raise SystemExit(UNDECIDED)


def simulators_problems() -> tuple[Problem, ...]:
    """The problems that only the simulator knows: every ``PROBLEMS`` of its modules named ``…problems``."""
    import h2018

    modules = (info.name for info in pkgutil.walk_packages(h2018.__path__, "h2018.") if info.name.endswith("problems"))
    return tuple(each for name in modules for each in importlib.import_module(name).PROBLEMS)


def _of_the_simulator(words: Sequence[str], lang: Lang) -> str | None:
    from tempgoods_edi.explain.catalogue import Entry
    from tempgoods_edi.explain.rule_pages import entry_page

    asked = " ".join(words).upper()
    return next((entry_page(Entry(problem=each), (lang,)) for each in simulators_problems() if each.id == asked), None)


def _show(markdown: str) -> None:
    """Set for the eye on a terminal; as Markdown everywhere else."""
    if not sys.stdout.isatty():
        tell(markdown.rstrip("\n"), "en")
        return
    from tempgoods_edi.cli.markdown import set_for_terminal

    columns = shutil.get_terminal_size().columns
    tell(set_for_terminal(markdown, columns, styled=not os.environ.get("NO_COLOR")), "en")


COMMAND = Command(_explain)
