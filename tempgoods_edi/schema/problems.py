"""The problems that a schema can find in a message, as catalogue entries."""

from __future__ import annotations

from tempgoods_edi.values import Basis, Bilingual, Problem, Severity, Source

_XSD = Source(Basis.PUBLISHED, "W3C XML Schema 1.0")


def _problem(number: int, zh: str, en: str, fix_zh: str, fix_en: str) -> Problem:
    return Problem(id=f"TG-XSD-{number:03d}", text=Bilingual(zh, en), fix=Bilingual(fix_zh, fix_en), source=_XSD)


MISSING = _problem(1, "缺少“{label}”", "“{label}” is missing", "请填写“{label}”", "fill in “{label}”")
UNKNOWN_ELEMENT = _problem(
    2, "不认识的元素 {value}", "unknown element {value}", "请删除或改正元素名", "remove it or correct its name"
)
MISPLACED = _problem(
    3,
    "元素 {value} 重复或位置不对",
    "element {value} is repeated or out of order",
    "请按报文规定的顺序填写，每个元素一次",
    "write the elements in the order of the schema, each once",
)
NOT_A_DECIMAL = _problem(
    4, "“{value}”不是数字", "“{value}” is not a number", "只能填写数字和小数点", "use digits and a decimal point only"
)
NOT_AN_INTEGER = _problem(5, "“{value}”不是整数", "“{value}” is not a whole number", "只能填写整数", "use digits only")
TOO_SHORT = _problem(
    6,
    "“{value}”长度不足 {limit}",
    "“{value}” is shorter than {limit}",
    "至少填写 {limit} 个字符",
    "give at least {limit} characters",
)
TOO_LONG = _problem(
    7,
    "长度 {length} 超过 {limit}",
    "{length} characters, more than {limit}",
    "请缩短至 {limit} 个字符以内",
    "shorten it to {limit} characters",
)
WRONG_FORM = _problem(
    8,
    "“{value}”格式不符：{form}",
    "“{value}” has the wrong form: {form}",
    "请按格式填写：{form}",
    "write it as: {form}",
)
NOT_IN_LIST = _problem(
    9, "“{value}”不在可选值之内", "“{value}” is not one of the values", "可选值：{choices}", "choose one of: {choices}"
)
TOO_MANY_DIGITS = _problem(
    10,
    "“{value}”超过 {limit} 位数字",
    "“{value}” has more than {limit} digits",
    "总位数不得超过 {limit}",
    "use at most {limit} digits",
)
TOO_MANY_DECIMALS = _problem(
    11,
    "“{value}”小数超过 {limit} 位",
    "“{value}” has more than {limit} decimals",
    "小数不得超过 {limit} 位",
    "use at most {limit} decimals",
)
TOO_LOW = _problem(
    12, "“{value}”小于 {limit}", "“{value}” is below {limit}", "不得小于 {limit}", "give at least {limit}"
)
TOO_HIGH = _problem(
    13, "“{value}”大于 {limit}", "“{value}” is above {limit}", "不得大于 {limit}", "give at most {limit}"
)
NOT_ABOVE = _problem(
    14, "“{value}”须大于 {limit}", "“{value}” must be above {limit}", "须大于 {limit}", "give more than {limit}"
)
TOO_MANY = _problem(
    15,
    "“{label}”超过 {limit} 项",
    "more than {limit} of “{label}”",
    "请拆分或删减至 {limit} 项",
    "keep at most {limit}",
)
STRAY_TEXT = _problem(
    16,
    "此处不得有文字“{value}”",
    "no text may stand here: “{value}”",
    "请删除元素之间的文字",
    "remove the text between the elements",
)
STRAY_ATTRIBUTE = _problem(
    17, "此处不得有属性 {value}", "no attribute may stand here: {value}", "请删除该属性", "remove the attribute"
)
CHILD_IN_VALUE = _problem(
    18, "值内不得有元素 {value}", "no element may stand in a value: {value}", "请只填写文字", "write plain text only"
)
REFUSED = _problem(
    19, "不符合报文规范：{message}", "refused by the schema: {message}", "请对照报文规范检查", "compare with the schema"
)

NOT_A_CHARACTER = _problem(
    20,
    "含有不能用于报文的字符 {code}（第 {position} 个字符）",
    "holds a character no message can carry, {code}, at position {position}",
    "请删除该不可见字符后重新输入",
    "delete the invisible character and type the text again",
)
STRANGE_CHARACTER = Problem(
    id="TG-XML-042",
    text=Bilingual(
        "“{label}”第 {place} 个字符 {sign} 看不见，或会改变其前后文字的显示",
        "character {place} of “{label}”, {sign}, cannot be seen, or changes how the text around it is shown",
    ),
    fix=Bilingual(
        "若不是有意为之，请删除后重新输入（U+FFFD 表示转码时丢失了字符）",
        "unless it is meant, delete it and type the text again (U+FFFD stands where a conversion lost a character)",
    ),
    source=Source(Basis.ASSUMED, "House rule: what is shown is what is signed"),
    severity=Severity.WARNING,
)

PROBLEMS: tuple[Problem, ...] = (
    MISSING,
    UNKNOWN_ELEMENT,
    MISPLACED,
    NOT_A_DECIMAL,
    NOT_AN_INTEGER,
    TOO_SHORT,
    TOO_LONG,
    WRONG_FORM,
    NOT_IN_LIST,
    TOO_MANY_DIGITS,
    TOO_MANY_DECIMALS,
    TOO_LOW,
    TOO_HIGH,
    NOT_ABOVE,
    TOO_MANY,
    STRAY_TEXT,
    STRAY_ATTRIBUTE,
    CHILD_IN_VALUE,
    REFUSED,
    NOT_A_CHARACTER,
    STRANGE_CHARACTER,
)
