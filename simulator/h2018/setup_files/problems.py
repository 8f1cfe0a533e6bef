"""The problems that a set-up file of the simulator can have.  Ids ``TG-SIM-NNN``, of the simulator alone."""

from __future__ import annotations

from functools import partial

from tempgoods_edi.values import Basis, Bilingual, Problem, Severity, Source


def problem_of(files: str, id: str, text: Bilingual, fix: Bilingual, severity: Severity = Severity.ERROR) -> Problem:
    """A problem that *files* of the simulator can have."""
    source = Source(Basis.ASSUMED, f"simulator: {files}")
    return Problem(id=id, severity=severity, text=text, fix=fix, source=source)


_problem = partial(problem_of, "set-up files")
_SEE_EXAMPLES = Bilingual("见文档中的示例", "see the examples in the documentation")

UNREADABLE = _problem(
    "TG-SIM-001",
    Bilingual("{file}：无法读取：{why}", "{file}: cannot be read: {why}"),
    Bilingual("按提示位置更正", "correct it at the place given"),
)
NO_TABLES = _problem(
    "TG-SIM-002",
    Bilingual("{file}：应为 [[{kind}]] 表的列表", "{file}: must be a list of tables [[{kind}]]"),
    _SEE_EXAMPLES,
)
UNKNOWN_TABLE = _problem(
    "TG-SIM-003",
    Bilingual("{file}：未知项“{value}”，{meant}", "{file}: unknown key “{value}”, {meant}"),
    Bilingual("只写 [[{kind}]] 表", "write tables [[{kind}]] only"),
)
UNKNOWN_KEY = _problem(
    "TG-SIM-004",
    Bilingual("{where}：未知项“{key}”，{meant}", "{where}: unknown key “{key}”, {meant}"),
    Bilingual("更正或删除此项", "correct the key or remove it"),
)
MISSING = _problem("TG-SIM-005", Bilingual("{where}：缺少“{key}”", "{where}: “{key}” is missing"), _SEE_EXAMPLES)
WRONG_VALUE = _problem(
    "TG-SIM-006",
    Bilingual(
        "{where}：{key} 的值 {value} 不对，应为{expected_form}", "{where}: {key} is {value}, not {expected_form}"
    ),
    _SEE_EXAMPLES,
)
UNKNOWN_NAME = _problem(
    "TG-SIM-007",
    Bilingual("{where}：{key} 的值“{value}”未知，{meant}", "{where}: {key} is “{value}”, which is not known, {meant}"),
    Bilingual("改为已知的名称", "write one that is known"),
)
SAME_NAME = _problem(
    "TG-SIM-008",
    Bilingual("{where}：第{other}个已用此名称", "{where}: number {other} has this name already"),
    Bilingual("每个取不同的名称", "give each a name of its own"),
)

PROBLEMS: tuple[Problem, ...] = (
    UNREADABLE, NO_TABLES, UNKNOWN_TABLE, UNKNOWN_KEY, MISSING, WRONG_VALUE, UNKNOWN_NAME, SAME_NAME,
)  # fmt: skip
