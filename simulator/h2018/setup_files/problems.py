"""The problems that a set-up file of the simulator can have.  Ids ``TG-SIM-NNN``, of the simulator alone."""

from __future__ import annotations

from tempgoods_edi.values import Basis, Bilingual, Problem, Source

_SIMULATOR = Source(Basis.ASSUMED, "simulator: set-up files")
_SEE_EXAMPLES = Bilingual("见文档中的示例", "see the examples in the documentation")

UNREADABLE = Problem(
    id="TG-SIM-001",
    text=Bilingual("{file}：无法读取：{why}", "{file}: cannot be read: {why}"),
    fix=Bilingual("按提示位置更正", "correct it at the place given"),
    source=_SIMULATOR,
)
NO_TABLES = Problem(
    id="TG-SIM-002",
    text=Bilingual("{file}：应为 [[{kind}]] 表的列表", "{file}: must be a list of tables [[{kind}]]"),
    fix=_SEE_EXAMPLES,
    source=_SIMULATOR,
)
UNKNOWN_TABLE = Problem(
    id="TG-SIM-003",
    text=Bilingual("{file}：未知项“{value}”，{meant}", "{file}: unknown key “{value}”, {meant}"),
    fix=Bilingual("只写 [[{kind}]] 表", "write tables [[{kind}]] only"),
    source=_SIMULATOR,
)
UNKNOWN_KEY = Problem(
    id="TG-SIM-004",
    text=Bilingual("{where}：未知项“{key}”，{meant}", "{where}: unknown key “{key}”, {meant}"),
    fix=Bilingual("更正或删除此项", "correct the key or remove it"),
    source=_SIMULATOR,
)
MISSING = Problem(
    id="TG-SIM-005",
    text=Bilingual("{where}：缺少“{key}”", "{where}: “{key}” is missing"),
    fix=_SEE_EXAMPLES,
    source=_SIMULATOR,
)
WRONG_VALUE = Problem(
    id="TG-SIM-006",
    text=Bilingual(
        "{where}：{key} 的值 {value} 不对，应为{expected_form}", "{where}: {key} is {value}, not {expected_form}"
    ),
    fix=_SEE_EXAMPLES,
    source=_SIMULATOR,
)
UNKNOWN_NAME = Problem(
    id="TG-SIM-007",
    text=Bilingual(
        "{where}：{key} 的值“{value}”未知，{meant}", "{where}: {key} is “{value}”, which is not known, {meant}"
    ),
    fix=Bilingual("改为已知的名称", "write one that is known"),
    source=_SIMULATOR,
)
SAME_NAME = Problem(
    id="TG-SIM-008",
    text=Bilingual("{where}：第{other}个已用此名称", "{where}: number {other} has this name already"),
    fix=Bilingual("每个取不同的名称", "give each a name of its own"),
    source=_SIMULATOR,
)

PROBLEMS: tuple[Problem, ...] = (
    UNREADABLE, NO_TABLES, UNKNOWN_TABLE, UNKNOWN_KEY, MISSING, WRONG_VALUE, UNKNOWN_NAME, SAME_NAME,
)  # fmt: skip
