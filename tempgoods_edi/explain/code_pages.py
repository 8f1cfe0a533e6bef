"""Pages on the code lists: all lists, the age of each, and the meaning of a code."""

from __future__ import annotations

from tempgoods_edi.codelists import Code, CodeList, code_list, names
from tempgoods_edi.explain.markdown import Langs, code, items, page, say, table
from tempgoods_edi.explain.sources import say_source
from tempgoods_edi.schema import reader
from tempgoods_edi.values import Bilingual

_LIST, _TITLE, _CODE, _NAME = (
    Bilingual("代码表", "list"),
    Bilingual("名称", "title"),
    Bilingual("代码", "code"),
    Bilingual("名称", "name"),
)
_COUNT, _VINTAGE, _SOURCE = Bilingual("条数", "codes"), Bilingual("版本日期", "as of"), Bilingual("来源", "source")
_CLOSED = Bilingual("表外代码", "a code outside it")
_WRONG, _UNKNOWN = Bilingual("错误", "is an error"), Bilingual("警告：可能是新增代码", "is a warning: it may be newer")
_USED = Bilingual("用于", "used by")
_FORM = Bilingual("形式", "form")
_TITLE_ALL = Bilingual("代码表", "Code lists")
_MORE = Bilingual(
    "另有 {count} 条，请按代码或名称查找：`explain codes {name} …`",
    "{count} more: look them up by code or name, `explain codes {name} …`",
)
_MOST = 60


def lists_page(langs: Langs) -> str:
    """The page of all code lists, one row each."""
    rows = ([code(n), *_about(code_list(n), langs)] for n in names())
    header = (_LIST, _TITLE, _COUNT, _VINTAGE, _CLOSED, _SOURCE)
    return page(f"# {say(_TITLE_ALL, langs)}", table(header, rows, langs))


def list_page(codes: CodeList, langs: Langs, most: int = _MOST) -> str:
    """The page of one code list, with its first *most* codes."""
    shown = [row for each in codes.codes()[:most] if (row := codes.get(each)) is not None]
    rest = len(codes) - len(shown)
    return page(
        f"# {say(codes.title, langs)}",
        items(
            [
                (_LIST, code(codes.name)),
                (_FORM, code(codes.form)),
                (_COUNT, str(len(codes))),
                (_VINTAGE, str(codes.vintage)),
                (_CLOSED, say(_WRONG if codes.closed else _UNKNOWN, langs)),
                (_SOURCE, say_source(codes.source, langs)),
                (_USED, ", ".join(code(use) for use in uses(codes.name))),
            ],
            langs,
        ),
        _rows(shown, langs),
        say(_MORE.format(count=rest, name=codes.name), langs) if rest > 0 else "",
    )


def found_page(codes: CodeList, sought: str, langs: Langs) -> str | None:
    """The page of the codes in a list that *sought* names by code or by name; None when there are none."""
    exact = codes.get(sought) or codes.get(sought.upper())
    found = (exact,) if exact is not None else codes.search(sought, limit=_MOST)
    if not found:
        return None
    return page(f"# {say(codes.title, langs)}: {sought}", _rows(found, langs))


def uses(name: str) -> tuple[str, ...]:
    """The fields whose values come from the code list *name*."""
    return tuple(
        f"{spec.code} {path}"
        for spec in reader.messages()
        for path, field in spec.root.fields()
        if field.codelist == name
    )


def _about(codes: CodeList, langs: Langs) -> list[str]:
    closed = say(_WRONG if codes.closed else _UNKNOWN, langs)
    source = say_source(codes.source, langs)
    return [say(codes.title, langs), str(len(codes)), str(codes.vintage), closed, source]


def _rows(rows: tuple[Code, ...] | list[Code], langs: Langs) -> str:
    extra = tuple(dict.fromkeys(column for row in rows for column in row.extra))
    header = (_CODE, _NAME, *(Bilingual(column, column) for column in extra))
    cells = ([r.code, say(r.name.bilingual(), langs), *(r.extra.get(column, "") for column in extra)] for r in rows)
    return table(header, cells, langs)
