"""Every trouble that the card control tells of."""

from __future__ import annotations

from tempgoods_edi.card import problems
from tempgoods_edi.card.problems import Trouble

TROUBLES = tuple(each for each in vars(problems).values() if isinstance(each, Trouble))
