"""A message shown as a form: every field with its label, its address, its code's meaning and the findings about it.

Derived from the message's spec, for any message; long lists are cut into pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from h2018.console.stored_content import local
from tempgoods_edi._xml import Element
from tempgoods_edi.explain.readable import meaning
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.values import Bilingual, Finding, Lang

LINES = 100
#: What no field is as long as, and no block has as many of; what was sent may be.  The rest is in the exact bytes.
MOST_TEXT, MOST_CELLS = 1000, 500
_LONGER = Bilingual("{text}…（共 {count} 个字符）", "{text}… ({count} characters)")
_MORE = Bilingual("另有 {count} 项", "{count} more")
_UNKNOWN = Bilingual("{tag}（不认识）", "{tag} (unknown)")

#: What was found, by the address it was found at.
Found = Mapping[str, Sequence[Finding]]


class Cell(Struct, frozen=True):
    """One field of a form: label, address, value, findings.

    :ivar path: its address, such as ``ExhibitList[3]/DclQty``.
    :ivar figure: it is a quantity or an amount.
    """

    path: str
    label: str
    text: str
    findings: tuple[Finding, ...] = ()
    figure: bool = False


class Block(Struct, frozen=True):
    """A group of fields, shown one under the other."""

    title: str
    cells: tuple[Cell, ...]


class FormLine(Struct, frozen=True):
    """One line of a list within a form.

    :ivar findings: those at the line as a whole.
    """

    number: int
    path: str
    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...] = ()


class Table(Struct, frozen=True):
    """One page of a list within a form.

    :ivar total: lines of the whole list.
    :ivar marked: how many of them something was found at.
    :ivar only_marked: only those are paged through.
    """

    tag: str
    title: str
    header: tuple[str, ...]
    lines: tuple[FormLine, ...]
    total: int
    marked: int
    page: int
    pages: int
    only_marked: bool = False


class Form(Struct, frozen=True):
    """A whole message shown as a form."""

    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]

    @property
    def paths(self) -> Iterator[tuple[str, str]]:
        """Address and label of every field, and of every list line, that the form shows."""
        for block in self.blocks:
            yield from ((cell.path, cell.label) for cell in block.cells)
        for table in self.tables:
            yield from ((line.path, f"{table.title} {line.number}") for line in table.lines)


#: What has no form.
NO_FORM = Form((), ())


class Wanted(Struct, frozen=True):
    """The lines of the message's lists that a page is to show.

    :ivar pages: tag of a list → page, from 1.
    :ivar marked: only lines at which something was found.
    """

    pages: Mapping[str, int] = {}
    marked: bool = False


_FIRST = Wanted()


def form(spec: MessageSpec, message: Element, findings: Sequence[Finding], lang: Lang, wanted: Wanted = _FIRST) -> Form:
    """Turn *message* into the form that a page shows."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.path, []).append(finding)
    groups = [child for child in spec.root.children if isinstance(child, GroupSpec)]
    blocks: list[Block] = []
    tables: list[Table] = []
    for group in groups:
        same = [child for child in message if isinstance(child.tag, str) and local(child) == group.tag]
        if not same:
            continue
        if group.repeated:
            tables.append(_table(group, same, found, lang, wanted))
        else:
            cells = (cell for each in same for cell in _cells(group, each, f"{group.tag}/", found, lang))
            blocks.append(Block(group.label.in_(lang), _first(cells, lang)))
    rest = _first(_cells(spec.root, message, "", found, lang), lang)
    if rest:
        blocks.append(Block(spec.title.in_(lang), rest))
    return Form(tuple(blocks), tuple(tables))


def _first(cells: Iterator[Cell], lang: Lang) -> tuple[Cell, ...]:
    """As many as a page has room for, and how many are left."""
    shown = tuple(islice(cells, MOST_CELLS))
    left = sum(1 for _ in cells)
    return (*shown, Cell("", _MORE.format(count=left).in_(lang), "")) if left else shown


def _cells(group: GroupSpec, element: Element, prefix: str, found: Found, lang: Lang) -> Iterator[Cell]:
    """The leaves directly below *element*; what the spec does not know is shown by its tag."""
    known = {child.tag: child for child in group.children}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        tag = local(child)
        spec = known.get(tag)
        if isinstance(spec, GroupSpec):
            continue
        path, text = prefix + tag, _text(child, lang)
        findings = tuple(found.get(path, ()))
        if spec is None:
            yield Cell(path, _UNKNOWN.format(tag=tag).in_(lang), text, findings)
        else:
            yield Cell(path, spec.label.in_(lang), meaning(spec, text, lang), findings)


def _table(group: GroupSpec, elements: Sequence[Element], found: Found, lang: Lang, wanted: Wanted) -> Table:
    fields = [child for child in group.children if isinstance(child, FieldSpec)]
    used = {local(leaf) for element in elements for leaf in element if isinstance(leaf.tag, str) and leaf.text}
    shown = [field for field in fields if field.tag in used or _asked_for(group.tag, field.tag, found)]
    struck = _struck(group.tag, found)
    numbers = sorted(n for n in struck if 0 < n <= len(elements)) if wanted.marked else range(1, len(elements) + 1)
    pages = max(1, -(-len(numbers) // LINES))
    page = min(max(1, wanted.pages.get(group.tag, 1)), pages)
    lines = []
    for number in numbers[(page - 1) * LINES : page * LINES]:
        path = f"{group.tag}[{number}]"
        texts = {local(leaf): _text(leaf, lang) for leaf in elements[number - 1] if isinstance(leaf.tag, str)}
        cells = tuple(_cell(field, path, texts, found, lang) for field in shown)
        lines.append(FormLine(number, path, cells, tuple(found.get(path, ()))))
    header = tuple(field.label.in_(lang) for field in shown)
    return Table(
        tag=group.tag,
        title=group.label.in_(lang),
        header=header,
        lines=tuple(lines),
        total=len(elements),
        marked=len(struck),
        page=page,
        pages=pages,
        only_marked=wanted.marked,
    )


def _cell(field: FieldSpec, line: str, texts: Mapping[str, str], found: Found, lang: Lang) -> Cell:
    path = f"{line}/{field.tag}"
    text = meaning(field, texts.get(field.tag, ""), lang)
    figure = field.atom in ("decimal", "integer")
    return Cell(path, field.label.in_(lang), text, tuple(found.get(path, ())), figure)


def _struck(tag: str, found: Found) -> set[int]:
    """Numbers of the lines of list *tag* at which something was found."""
    start = f"{tag}["
    numbers = (path[len(start) :].partition("]")[0] for path in found if path.startswith(start))
    return {int(number) for number in numbers if number.isascii() and number.isdigit()}


def _asked_for(group: str, tag: str, found: Found) -> bool:
    return any(path.startswith(f"{group}[") and path.endswith(f"]/{tag}") for path in found)


def _text(element: Element, lang: Lang) -> str:
    text = " ".join("".join(str(part) for part in element.itertext()).split())
    return text if len(text) <= MOST_TEXT else _LONGER.format(text=text[:MOST_TEXT], count=len(text)).in_(lang)
