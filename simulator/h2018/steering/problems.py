"""The problems that a scenario can have beyond its form.  Ids ``TG-SIM-NNN``, of the simulator alone."""

from __future__ import annotations

from tempgoods_edi.values import Basis, Bilingual, Problem, Severity, Source

_SIMULATOR = Source(Basis.ASSUMED, "simulator: scenario files")

NOT_SENT_BY_DECLARANTS = Problem(
    id="TG-SIM-020",
    text=Bilingual("{where}：{value} 由海关发出，不会收到", "{where}: {value} is sent by customs and never comes in"),
    fix=Bilingual("改为企业发出的报文：{known}", "name messages that declarants send: {known}"),
    source=_SIMULATOR,
)
UNKNOWN_FIELD = Problem(
    id="TG-SIM-021",
    text=Bilingual("{where}：{code} 没有字段“{value}”，{meant}", "{where}: {code} has no field “{value}”, {meant}"),
    fix=Bilingual("路径从报文的根写起，如 Head/EndDate", "write the path from the message's root: Head/EndDate"),
    source=_SIMULATOR,
)
IMPOSSIBLE_VALUE = Problem(
    id="TG-SIM-022",
    text=Bilingual("{where}：{key} 不可能为“{value}”：{reason}", "{where}: {key} can never be “{value}”: {reason}"),
    fix=Bilingual("改为该字段可取的值", "write a value that the field can have"),
    source=_SIMULATOR,
)
OUTSIDE_CODE_LIST = Problem(
    id="TG-SIM-023",
    text=Bilingual(
        "{where}：“{value}”不在{title}代码表中，{meant}", "{where}: “{value}” is not in the list of {title}, {meant}"
    ),
    fix=Bilingual("从代码表中选择", "choose a code from the list"),
    source=_SIMULATOR,
)
NOT_TAKEN = Problem(
    id="TG-SIM-024",
    text=Bilingual("{where}：结果“{outcome}”不使用“{key}”", "{where}: outcome “{outcome}” does not take “{key}”"),
    fix=Bilingual("删除此项，或改用其他结果", "remove the key, or choose another outcome"),
    source=_SIMULATOR,
)
DOES_NOT_FIT = Problem(
    id="TG-SIM-025",
    text=Bilingual(
        "{where}：结果“{outcome}”不适用于 {value}", "{where}: outcome “{outcome}” cannot be given to {value}"
    ),
    fix=Bilingual("改用其他结果或其他报文", "choose another outcome or another message"),
    source=_SIMULATOR,
)
CONTRADICTION = Problem(
    id="TG-SIM-026",
    text=Bilingual("{where}：{value} 不能同时使用", "{where}: {value} exclude each other"),
    fix=Bilingual("只保留其中一个", "keep one of them"),
    source=_SIMULATOR,
)
NOTHING_ASKED = Problem(
    id="TG-SIM-027",
    text=Bilingual("{where}：字段“{value}”没有给出条件", "{where}: nothing is asked of field “{value}”"),
    fix=Bilingual("写一个值、值的列表、like 或 present", "write a value, a list of values, like or present"),
    source=_SIMULATOR,
)
PER_ALONE = Problem(
    id="TG-SIM-028",
    text=Bilingual("{where}：有 per 而没有 nth 或 every", "{where}: per without nth or every"),
    fix=Bilingual("加上 nth 或 every，或删除 per", "add nth or every, or remove per"),
    source=_SIMULATOR,
)
UNKNOWN_CODE = Problem(
    id="TG-SIM-029",
    severity=Severity.WARNING,
    text=Bilingual(
        "{where}：“{value}”不在本系统的{title}代码表中，{meant}",
        "{where}: our list of {title} does not have “{value}”, {meant}",
    ),
    fix=Bilingual("核对代码；确认无误可不改", "check the code; if it is right, leave it"),
    source=_SIMULATOR,
)

PROBLEMS: tuple[Problem, ...] = (
    NOT_SENT_BY_DECLARANTS, UNKNOWN_FIELD, IMPOSSIBLE_VALUE, OUTSIDE_CODE_LIST, NOT_TAKEN, DOES_NOT_FIT, CONTRADICTION,
    NOTHING_ASKED, PER_ALONE, UNKNOWN_CODE,
)  # fmt: skip
