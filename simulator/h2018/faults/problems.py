"""The problems that a fault plan can have beyond its form.  Ids ``TG-SIM-NNN``, of the simulator alone."""

from __future__ import annotations

from functools import partial

from h2018.setup_files.problems import problem_of
from tempgoods_edi.values import Bilingual, Problem

_problem = partial(problem_of, "fault plans")

NOT_AT_THIS_STEP = _problem(
    "TG-SIM-040",
    Bilingual(
        "{where}：故障“{fault}”不发生在步骤“{value}”", "{where}: fault “{fault}” does not strike at step “{value}”"
    ),
    Bilingual("可用步骤：{known}", "steps it can strike at: {known}"),
)
NOT_A_PARAMETER = _problem(
    "TG-SIM-041",
    Bilingual("{where}：故障“{fault}”没有参数“{value}”", "{where}: fault “{fault}” has no parameter “{value}”"),
    Bilingual("可用参数：{known}", "parameters it has: {known}"),
)
EMPTY_WINDOW = _problem(
    "TG-SIM-042",
    Bilingual("{where}：until（{value}）不晚于 since", "{where}: until ({value}) is not after since"),
    Bilingual("核对两个时间", "check both times"),
)
SHORTER_THAN_ITSELF = _problem(
    "TG-SIM-043",
    Bilingual("{where}：longest（{value}秒）短于 seconds", "{where}: longest ({value} s) is less than seconds"),
    Bilingual("核对两个时长", "check both lengths"),
)

PROBLEMS: tuple[Problem, ...] = (NOT_AT_THIS_STEP, NOT_A_PARAMETER, EMPTY_WINDOW, SHORTER_THAN_ITSELF)
