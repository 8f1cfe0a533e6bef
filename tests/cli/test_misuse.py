"""A command line that cannot be obeyed: exit code 2, no traceback, and what would be right, in the reader's language."""

from __future__ import annotations

import pytest

from h2018.__main__ import main as alone
from tempgoods_edi.options.declared import Parameter
from tests.cli.commands import FOUND, OPTIONS, Found, named
from tests.cli.conftest import Line, Ran

NUMBERS = [(found, option) for found, option in OPTIONS if option.said.limits is not None]
CHOICES = [(found, option) for found, option in OPTIONS if option.choices]
NO_NUMBERS = ("nan", "inf", "-inf", "-1", "-0.5", "1e30", "1e308", str(10**30), "1" * 5000, "ten", "0x10", "")


@pytest.fixture
def said(line: Line, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    """The answer to a command of either program, in the language that the first word names."""

    def answered(lang: str, found: Found, *words: str) -> Ran:
        monkeypatch.setenv("TEMPGOODS_LANG", lang)
        if found.words:
            return line(*found.words, *words)
        code, out = alone(words), capsys.readouterr()
        return Ran(code, out.out, out.err)

    return answered


def refused(ran: Ran) -> str:
    """What was said of a line that is refused."""
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert "mistake is ours" not in ran.err
    return ran.err


@pytest.mark.parametrize(("found", "option"), NUMBERS, ids=named)
def test_every_number_has_limits_that_are_told(said: Line, found: Found, option: Parameter) -> None:
    """What is no number, no finite one or beyond the limits starts nothing, and the limits are named."""
    limits = option.said.limits
    assert limits is not None
    for text in NO_NUMBERS:
        for words in ((f"{option.shown}={text}",), (option.shown, text)):
            assert f"{limits.told.en}\n" in refused(said("en", found, *words))
    assert f"应为{limits.told.zh}\n" in refused(said("zh", found, option.shown, "ten"))


def test_numbers_are_found() -> None:
    """The walk meets those that the issue of limits is about."""
    met = {f"{found} {option.shown}" for found, option in NUMBERS}
    assert met >= {"simulate --store-seconds", "python -m h2018 --port", "gateway --tries", "card insert --latency"}


@pytest.mark.parametrize(("found", "option"), CHOICES, ids=named)
def test_an_unknown_choice_is_told_with_those_there_are(said: Line, found: Found, option: Parameter) -> None:
    """All of them, in both languages."""
    for lang, told in (("en", "should be one of"), ("zh", "以下之一：")):
        err = refused(said(lang, found, option.shown, "another"))
        assert told in err
        for choice in option.choices:
            assert choice in err


@pytest.mark.parametrize(("found", "option"), OPTIONS, ids=named)
def test_a_misspelt_option_is_told_with_what_was_meant(said: Line, found: Found, option: Parameter) -> None:
    """One letter too many: the option itself is among those that may have been meant."""
    written = f"{option.shown}s"
    err = refused(said("en", found, written))
    assert f"there is no option “{written}”; did you mean " in err
    assert option.shown in err.partition("did you mean")[2]
    assert f"没有选项“{written}”，是否为" in refused(said("zh", found, written))


@pytest.mark.parametrize("found", [each for each in FOUND if any(p.required for p in each.command.parameters)], ids=str)
def test_what_is_missing_is_named(said: Line, found: Found) -> None:
    """An argument or option without which a command cannot begin."""
    lacking = next(each for each in found.command.parameters if each.required)
    assert f"{lacking.shown} is missing" in refused(said("en", found))
    assert f"缺少{'选项' if lacking.is_option else '参数'} {lacking.shown}" in refused(said("zh", found))


@pytest.mark.parametrize(("found", "option"), OPTIONS, ids=named)
def test_an_option_without_its_value_is_told(said: Line, found: Found, option: Parameter) -> None:
    """And a switch with one."""
    if option.is_switch:
        assert "takes no value" in refused(said("en", found, f"{option.shown}=1"))
        assert "不带值" in refused(said("zh", found, f"{option.shown}=1"))
    else:
        assert f"{option.shown} needs a value" in refused(said("en", found, option.shown))
        assert f"选项 {option.shown} 需要一个值" in refused(said("zh", found, option.shown))


def test_the_language_that_a_line_asks_for_counts(line: Line) -> None:
    """`--lang` goes before the environment, even where something else is wrong."""
    assert "错误：没有选项“--formt”" in line("check", "--lang", "zh", "--formt", "json", "x").err
    assert "错误：没有选项“--formt”" in line("check", "--formt", "json", "--lang=zh", "x").err
