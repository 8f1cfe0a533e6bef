"""Lays out the sections of `explain.readable` as plain text in columns."""

from __future__ import annotations

from collections.abc import Sequence

from tempgoods_edi.explain.readable import Grid, Section
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.visible import width

_MORE = Bilingual("… 另有 {count} 行（--all 全部显示）", "… {count} more lines (--all shows them)")


def section_text(section: Section, lang: Lang) -> str:
    """One section with its title."""
    rows = [section.header, *section.rows] if isinstance(section, Grid) else section.rows
    lines = [*([section.title] if section.title else ()), *aligned(rows)]
    if isinstance(section, Grid) and section.left_out:
        lines.append("  " + _MORE.format(count=section.left_out).in_(lang))
    return "\n".join(lines)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """*rows* in columns; a Chinese character is two columns wide."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
