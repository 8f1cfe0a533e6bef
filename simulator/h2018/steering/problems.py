"""The problems that a scenario can have beyond its form.  Ids ``TG-SIM-NNN``, of the simulator alone."""

from __future__ import annotations

from functools import partial

from h2018.setup_files.problems import problem_of
from tempgoods_edi.values import Bilingual, Problem, Severity

_problem = partial(problem_of, "scenario files")

NOT_SENT_BY_DECLARANTS = _problem(
    "TG-SIM-020",
    Bilingual("{where}：{value} 由海关发出，不会收到", "{where}: {value} is sent by customs and never comes in"),
    Bilingual("改为企业发出的报文：{known}", "name messages that declarants send: {known}"),
)
UNKNOWN_FIELD = _problem(
    "TG-SIM-021",
    Bilingual("{where}：{code} 没有字段“{value}”，{meant}", "{where}: {code} has no field “{value}”, {meant}"),
    Bilingual("路径从报文的根写起，如 Head/EndDate", "write the path from the message's root: Head/EndDate"),
)
IMPOSSIBLE_VALUE = _problem(
    "TG-SIM-022",
    Bilingual("{where}：{key} 不可能为“{value}”：{reason}", "{where}: {key} can never be “{value}”: {reason}"),
    Bilingual("改为该字段可取的值", "write a value that the field can have"),
)
OUTSIDE_CODE_LIST = _problem(
    "TG-SIM-023",
    Bilingual(
        "{where}：“{value}”不在{title}代码表中，{meant}", "{where}: “{value}” is not in the list of {title}, {meant}"
    ),
    Bilingual("从代码表中选择", "choose a code from the list"),
)
NOT_TAKEN = _problem(
    "TG-SIM-024",
    Bilingual("{where}：结果“{outcome}”不使用“{key}”", "{where}: outcome “{outcome}” does not take “{key}”"),
    Bilingual("删除此项，或改用其他结果", "remove the key, or choose another outcome"),
)
DOES_NOT_FIT = _problem(
    "TG-SIM-025",
    Bilingual("{where}：结果“{outcome}”不适用于 {value}", "{where}: outcome “{outcome}” cannot be given to {value}"),
    Bilingual("改用其他结果或其他报文", "choose another outcome or another message"),
)
CONTRADICTION = _problem(
    "TG-SIM-026",
    Bilingual("{where}：{value} 不能同时使用", "{where}: {value} exclude each other"),
    Bilingual("只保留其中一个", "keep one of them"),
)
NOTHING_ASKED = _problem(
    "TG-SIM-027",
    Bilingual("{where}：字段“{value}”没有给出条件", "{where}: nothing is asked of field “{value}”"),
    Bilingual("写一个值、值的列表、like 或 present", "write a value, a list of values, like or present"),
)
PER_ALONE = _problem(
    "TG-SIM-028",
    Bilingual("{where}：有 per 而没有 nth 或 every", "{where}: per without nth or every"),
    Bilingual("加上 nth 或 every，或删除 per", "add nth or every, or remove per"),
)
UNKNOWN_CODE = _problem(
    "TG-SIM-029",
    Bilingual(
        "{where}：“{value}”不在本系统的{title}代码表中，{meant}",
        "{where}: our list of {title} does not have “{value}”, {meant}",
    ),
    Bilingual("核对代码；确认无误可不改", "check the code; if it is right, leave it"),
    severity=Severity.WARNING,
)

PROBLEMS: tuple[Problem, ...] = (
    NOT_SENT_BY_DECLARANTS, UNKNOWN_FIELD, IMPOSSIBLE_VALUE, OUTSIDE_CODE_LIST, NOT_TAKEN, DOES_NOT_FIT, CONTRADICTION,
    NOTHING_ASKED, PER_ALONE, UNKNOWN_CODE,
)  # fmt: skip
