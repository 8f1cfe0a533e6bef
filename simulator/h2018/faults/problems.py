"""The problems that a fault plan can have beyond its form.  Ids ``TG-SIM-NNN``, of the simulator alone."""

from __future__ import annotations

from tempgoods_edi.values import Basis, Bilingual, Problem, Source

_SIMULATOR = Source(Basis.ASSUMED, "simulator: fault plans")

NOT_AT_THIS_STEP = Problem(
    id="TG-SIM-040",
    text=Bilingual(
        "{where}：故障“{fault}”不发生在步骤“{value}”", "{where}: fault “{fault}” does not strike at step “{value}”"
    ),
    fix=Bilingual("可用步骤：{known}", "steps it can strike at: {known}"),
    source=_SIMULATOR,
)
NOT_A_PARAMETER = Problem(
    id="TG-SIM-041",
    text=Bilingual("{where}：故障“{fault}”没有参数“{value}”", "{where}: fault “{fault}” has no parameter “{value}”"),
    fix=Bilingual("可用参数：{known}", "parameters it has: {known}"),
    source=_SIMULATOR,
)
EMPTY_WINDOW = Problem(
    id="TG-SIM-042",
    text=Bilingual("{where}：until（{value}）不晚于 since", "{where}: until ({value}) is not after since"),
    fix=Bilingual("核对两个时间", "check both times"),
    source=_SIMULATOR,
)
SHORTER_THAN_ITSELF = Problem(
    id="TG-SIM-043",
    text=Bilingual("{where}：longest（{value}秒）短于 seconds", "{where}: longest ({value} s) is less than seconds"),
    fix=Bilingual("核对两个时长", "check both lengths"),
    source=_SIMULATOR,
)

PROBLEMS: tuple[Problem, ...] = (NOT_AT_THIS_STEP, NOT_A_PARAMETER, EMPTY_WINDOW, SHORTER_THAN_ITSELF)
