"""Problems of a message that only customs can know, no desk: who owns a number, what was already declared.

Ids ``TG-CUS-NNN``, of the simulator alone; explained in ``docs/simulator.md``.
"""

from __future__ import annotations

from tempgoods_edi.values import Basis, Bilingual, Problem, Source

_ASSUMED = Source(Basis.ASSUMED, "simulator: intake")
_TABLE = Source(Basis.MANUAL, "用户手册1.1、3.1：各状态下可进行的操作")

NOT_ONES_OWN = Problem(
    id="TG-CUS-001",
    text=Bilingual("编号“{value}”不能使用", "number “{value}” cannot be used"),
    source=_ASSUMED,
    fix=Bilingual("使用本单位该份单证的编号，或留空", "use the number of this declaration of yours, or none"),
)
NOT_NOW = Problem(
    id="TG-CUS-002",
    text=Bilingual("预录入编号 {value}：{reason}", "pre-entry number {value}: {reason}"),
    source=_TABLE,
    fix=Bilingual("等待审核结果；已通过的展览会可变更", "wait for the decision; an approved exhibition can be changed"),
    retriable=True,
)
OTHER_FILING = Problem(
    id="TG-CUS-003",
    text=Bilingual(
        "海关编号“{value}”与预录入编号 {seq_no} 不是同一份备案",
        "customs number “{value}” and pre-entry number {seq_no} are not of one filing",
    ),
    source=_ASSUMED,
    fix=Bilingual("核对两个编号", "check both numbers"),
)
NOT_HANDLED = Problem(
    id="TG-CUS-004",
    text=Bilingual("模拟海关尚不办理 {value}", "this simulated customs does not handle {value} yet"),
    source=_ASSUMED,
    fix=Bilingual("请改用其他报文", "send another message"),
)
NO_RECEIPTS = Problem(
    id="TG-CUS-005",
    text=Bilingual("无权查询，或没有可补发的回执", "no right to ask, or no receipts to send again"),
    source=_ASSUMED,
    fix=Bilingual("核对预录入编号或海关编号", "check the pre-entry number or the customs number"),
)
OFFICER = Problem(
    id="TG-CUS-006",
    text=Bilingual("{value}", "{value}"),
    source=_ASSUMED,
    fix=Bilingual("按关员意见修改后重新申报", "correct it as the officer says and declare again"),
)

PROBLEMS: tuple[Problem, ...] = (NOT_ONES_OWN, NOT_NOW, OTHER_FILING, NOT_HANDLED, NO_RECEIPTS, OFFICER)
