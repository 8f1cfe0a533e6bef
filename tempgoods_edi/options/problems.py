"""The errors that a command line can have."""

from __future__ import annotations

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

NO_COMMAND = Bilingual("没有命令“{name}”，{hint}", "there is no command “{name}”; {hint}")
NO_OPTION = Bilingual("没有选项“{name}”，{hint}", "there is no option “{name}”; {hint}")
NO_ARGUMENT = Bilingual("缺少参数 {name}", "{name} is missing")
OPTION_MISSING = Bilingual("缺少选项 {name}", "the option {name} is missing")
TOO_MANY = Bilingual("多余的参数：{words}", "more than it takes: {words}")
NEEDS_VALUE = Bilingual("选项 {name} 需要一个值", "the option {name} needs a value")
TAKES_NO_VALUE = Bilingual("选项 {name} 不带值", "the option {name} takes no value")
NOT_TAKEN = Bilingual("{name} 不能为“{value}”，应为{wanted}", "{name} cannot be “{value}”; it should be {wanted}")
SHOULD_BE = Bilingual("{text}；应为{wanted}", "{text}; it should be {wanted}")
ONE_OF = Bilingual("以下之一：{values}", "one of {values}")

_WITH_USAGE = Bilingual(
    "用法：{usage}\n帮助：{program} -h\n\n错误：{text}", "Usage: {usage}\nHelp: {program} -h\n\nError: {text}"
)


class Misuse(TempgoodsError):
    """A command line asks for something that does not exist; the text says what does."""

    def of(self, program: str, usage: str) -> Misuse:
        """A copy of the error with the command's usage line added."""
        return Misuse(_WITH_USAGE.format(program=program, usage=usage, text=self.text))
