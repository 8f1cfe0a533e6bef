"""PINs and PUKs for the commands: from the environment or typed, never on the command line, which others can see."""

from __future__ import annotations

import os
import secrets
import sys
from typing import TYPE_CHECKING

from tempgoods_edi.cli.terminal import CommandError, hidden
from tempgoods_edi.values import Bilingual, Lang

if TYPE_CHECKING:
    from tempgoods_edi.card.cards import Pin

PIN, NEW_PIN, PUK = Bilingual("密码", "PIN"), Bilingual("新密码", "new PIN"), Bilingual("PUK", "PUK")

_VARIABLES = {PIN: "TEMPGOODS_PIN", NEW_PIN: "TEMPGOODS_NEW_PIN", PUK: "TEMPGOODS_PUK"}
_NO_SECRET = Bilingual(
    "没有输入{what}：用终端输入，或设置环境变量 {variable}",
    "no {what} was given: type it at a terminal, or set {variable} in the environment",
)


def asked(what: Bilingual, lang: Lang, *, twice: bool = False) -> Pin:
    """A PIN or PUK from the environment or a prompt."""
    from tempgoods_edi.card.cards import Pin

    variable = _VARIABLES[what]
    given = os.environ.get(variable)
    if given is None and sys.stdin.isatty():
        given = hidden(what, lang, twice=twice)
    if not given:
        raise CommandError(_NO_SECRET.format(what=what, variable=variable))
    return Pin(given)


def made_up(what: Bilingual, digits: int) -> tuple[str, bool]:
    """A PIN or PUK for a new card, from the environment or else generated, and whether it was generated."""
    given = os.environ.get(_VARIABLES[what])
    return given or "".join(secrets.choice("0123456789") for _ in range(digits)), not given
