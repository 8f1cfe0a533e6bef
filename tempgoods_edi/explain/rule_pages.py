"""Pages on the catalogue of problems: one page for each id, and the tables of all."""

from __future__ import annotations

from collections.abc import Iterable

from tempgoods_edi.explain.catalogue import Entry, areas, catalogue, entry
from tempgoods_edi.explain.markdown import Langs, code, items, page, say, table
from tempgoods_edi.explain.sources import say_source
from tempgoods_edi.schema import reader
from tempgoods_edi.values import Bilingual, Severity

_ID, _TEXT, _FIX, _SEVERITY = (
    Bilingual("编号", "id"),
    Bilingual("问题", "what is wrong"),
    Bilingual("处理", "what to do"),
    Bilingual("级别", "severity"),
)
_WHERE, _WHEN, _NEEDS, _SOURCE, _AGAIN = (
    Bilingual("位置", "where"),
    Bilingual("何时判断", "judged"),
    Bilingual("所需信息", "needs to know"),
    Bilingual("来源", "source"),
    Bilingual("可重试", "may pass later unchanged"),
)
_SEVERITIES = {
    Severity.ERROR: Bilingual("错误", "error"),
    Severity.UNDECIDED: Bilingual("未决", "undecided"),
    Severity.WARNING: Bilingual("警告", "warning"),
}
_DECLARING, _ALWAYS = Bilingual("仅申报时", "when declaring"), Bilingual("暂存和申报时", "on drafts too")
_ANY = Bilingual("任何报文", "any message")
_YES, _NO = Bilingual("是", "yes"), Bilingual("否", "no")
_AREA = Bilingual("环节", "part")
_TITLE_RULES = Bilingual("业务规则", "Business rules")
_TITLE_ERRORS = Bilingual("错误编号", "Error codes")
_ABOUT_ERRORS = Bilingual(
    "编号形如 `TG-环节-序号`，不重复使用。`tempgoods-edi explain 编号` 给出说明。花括号处为当时的值。",
    "An id reads `TG-PART-NUMBER` and is never used again. `tempgoods-edi explain ID` explains one. "
    "A value of the moment stands where the braces are.",
)
#: What each fact is, in words: where it is not known, the rules that need it are not judged.
FACTS = {
    "card": Bilingual("签名证书中的企业", "the enterprise in the signing certificate"),
    "in_house_numbers": Bilingual("已用过的企业内部编号", "in-house numbers used before"),
    "exhibitions": Bilingual("海关备案的展览会", "customs' exhibitions on file"),
    "entries": Bilingual("海关的报关单", "customs' entries"),
    "extensions": Bilingual("已批准的延期", "extensions approved before"),
    "declarants": Bilingual("企业的报关员名单", "the enterprise's declarants"),
    "in_force": Bilingual("已批准的版本", "the version in force"),
    "attachments": Bilingual("随附的PDF文件（ZIP内）", "the PDF files beside the message (in the ZIP)"),
    "seen_message_ids": Bilingual("收到过的报文编号", "message ids taken before"),
}


def rule_page(id: str, langs: Langs = ("zh", "en")) -> str | None:
    """The page of the problem *id*; None when there is none."""
    found = entry(id)
    return None if found is None else entry_page(found, langs)


def entry_page(found: Entry, langs: Langs) -> str:
    """The page of one entry, from the catalogue or from another list of problems."""
    problem = found.problem
    facts = [
        (_FIX, say(problem.fix, langs)),
        (_SEVERITY, say(_SEVERITIES[problem.severity], langs)),
        (_AREA, say(areas()[found.area], langs)),
        (_WHERE, _where(found, langs)),
        (_SOURCE, say_source(found.problem.source, langs)),
        (_AGAIN, say(_YES if problem.retriable else _NO, langs)),
    ]
    if found.rule is not None:
        needs = ", ".join(say(FACTS[name], langs) for name in found.rule.needs)
        facts += [(_WHEN, say(_DECLARING if found.rule.declare_only else _ALWAYS, langs)), (_NEEDS, needs)]
    return page(f"# {problem.id}", say(problem.text, langs), items(facts, langs))


def rules_page(langs: Langs) -> str:
    """The page of all business rules, grouped by area."""
    rules = [each for each in catalogue() if each.rule is not None]
    header = (_ID, _TEXT, _FIX, _WHERE, _SEVERITY, _WHEN, _NEEDS, _SOURCE)
    return page(f"# {say(_TITLE_RULES, langs)}", *_by_area(rules, header, langs))


def errors_page(langs: Langs) -> str:
    """The page of every id that a check can give."""
    header = (_ID, _TEXT, _FIX, _SEVERITY)
    return page(
        f"# {say(_TITLE_ERRORS, langs)}", say(_ABOUT_ERRORS, langs), *_by_area(list(catalogue()), header, langs)
    )


def _by_area(entries: Iterable[Entry], header: tuple[Bilingual, ...], langs: Langs) -> Iterable[str]:
    entries = list(entries)
    for area, title in areas().items():
        rows = [_row(each, header, langs) for each in entries if each.area == area]
        if rows:
            yield page(f"## {area} · {say(title, langs)}", table(header, rows, langs))


def _row(found: Entry, header: tuple[Bilingual, ...], langs: Langs) -> list[str]:
    problem, rule = found.problem, found.rule
    cells = {
        _ID: problem.id,
        _TEXT: say(problem.text, langs),
        _FIX: say(problem.fix, langs),
        _SEVERITY: say(_SEVERITIES[problem.severity], langs),
        _WHERE: _where(found, langs),
        _WHEN: "" if rule is None else say(_DECLARING if rule.declare_only else _ALWAYS, langs),
        _NEEDS: "" if rule is None else ", ".join(say(FACTS[name], langs) for name in rule.needs),
        _SOURCE: say_source(found.problem.source, langs),
    }
    return [cells[column] for column in header]


def _where(found: Entry, langs: Langs) -> str:
    if found.rule is None:
        return say(_ANY, langs)
    path, messages = found.rule.at, found.messages
    if not path:
        return ", ".join(messages)
    node = reader.message(messages[0]).root.at(path)
    label = "" if node is None else f" ({say(node.label, langs)})"
    return f"{', '.join(messages)} {code(path)}{label}"
