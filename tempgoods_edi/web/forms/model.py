"""The form of a document: sections of fields, the goods grid, and the place of each finding.

Pure: a kind's spec, a tree and findings go in, what a template shows comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from tempgoods_edi.declarant.sections import sections
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.values import Bilingual, Finding, steps
from tempgoods_edi.web.forms import texts
from tempgoods_edi.web.forms.fields import Choice, Field, by_path, field_of
from tempgoods_edi.web.forms.sections import is_shown

Tree = dict[str, Any]


class Shape(Struct, frozen=True, kw_only=True):
    """The shape of a form: everything that determines its look, besides the document's content.

    :ivar goods: the repeated group of goods lines.
    :ivar version: filing, change or deletion.
    :ivar open: False for a form that is only read.
    :ivar offered: values of choices that do not come from the schema, by tag of the field.
    """

    spec: MessageSpec
    goods: GroupSpec
    number_tag: str
    version: VersionKind = VersionKind.FILING
    open: bool = True
    offered: Mapping[str, tuple[Choice, ...]] = {}

    def editable(self, field: FieldSpec) -> bool:
        """True when a declarant may fill in *field* here: never an automatic field (W3, W11, W21).

        A deletion gives its reason and changes nothing else.
        """
        if not self.open or field.auto or field.widget == "locked" or field.tag in CHOSEN_WITH.values():
            return False
        return field.change_only or self.version is not VersionKind.DELETION

    @property
    def goods_open(self) -> bool:
        """True when goods lines may be added and changed."""
        return self.open and self.version is not VersionKind.DELETION

    @property
    def columns(self) -> tuple[FieldSpec, ...]:
        """The fields of a goods line that this version of the form shows."""
        return tuple(
            child for child in self.goods.children if isinstance(child, FieldSpec) and is_shown(child, self.version)
        )


#: A choice that brings a second field with it: the chosen declarant's number brings the name (W15).
CHOSEN_WITH = {"DeclarantNo": "DeclarantNm"}
#: What a lookup fills in beside the field that was left, by kind of lookup (W14): tag ← what customs answers.
FILLED_BY = {"exhibition": {"ExhibitionNm": "exhibition_nm"}}


class FormSection(Struct, frozen=True):
    """The fields under one heading of a form."""

    title: Bilingual
    fields: tuple[Field, ...]


class Place(Struct, frozen=True):
    """One finding of the summary, with the input that it is about.

    :ivar href: anchor of the input or the line; empty when it speaks of the whole.
    :ivar line: number of the goods line, 1-based; None for another place.
    """

    finding: Finding
    label: Bilingual | None
    href: str
    line: int | None = None


class Form(Struct, frozen=True, kw_only=True):
    """The document as a form, with everything that its template needs."""

    shape: Shape
    sections: tuple[FormSection, ...]
    lines: tuple[Tree, ...]
    documents: tuple[Tree, ...]
    findings: tuple[Place, ...]
    blocking: tuple[Place, ...]

    @property
    def warnings_only(self) -> bool:
        """True when none of the findings is an error."""
        return not any(place.finding.is_error for place in (*self.blocking, *self.findings))


def form_of(
    shape: Shape, tree: Tree, findings: Iterable[Finding] = (), malformed: frozenset[str] = frozenset()
) -> Form:
    """The form of *tree*; findings at *malformed* paths prevent saving."""
    found = tuple(findings)
    at = by_path(found)
    places = tuple(place(shape, each) for each in found)
    return Form(
        shape=shape,
        sections=tuple(
            FormSection(title, members)
            for title, fields in sections(shape.spec, shape.number_tag)
            if (
                members := tuple(
                    _field(shape, tree, path, spec, at) for path, spec in fields if is_shown(spec, shape.version)
                )
            )
        ),
        lines=tuple(tree.get(shape.goods.tag) or ()),
        documents=tuple(tree.get("Documents") or ()),
        findings=tuple(each for each in places if each.finding.path not in malformed),
        blocking=tuple(each for each in places if each.finding.path in malformed),
    )


def value_at(tree: Tree, path: str) -> str:
    """The text at *path*, outside repeated groups; empty when there is none."""
    node: Any = tree
    for tag, _ in steps(path):
        node = node.get(tag) if isinstance(node, dict) else None
    return node if isinstance(node, str) else ""


def set_text(tree: Tree, path: str, text: str | None) -> None:
    """Set the text at *path*, outside repeated groups; None removes it."""
    *above, last = (tag for tag, _ in steps(path))
    for tag in above:
        tree = tree.setdefault(tag, {})
    if text is None:
        tree.pop(last, None)
    else:
        tree[last] = text


def row_fields(shape: Shape, row: Tree, findings: Iterable[Finding] = (), *, prefix: str = "row/") -> tuple[Field, ...]:
    """The fields of one goods line as inputs; *findings* have paths that end in the tag."""
    at = by_path(findings)
    by_tag = {path.rpartition("/")[2]: those for path, those in at.items()}
    return tuple(
        field_of(
            f"{prefix}{spec.tag}",
            spec,
            row.get(spec.tag) or "",
            editable=shape.goods_open and shape.editable(spec),
            findings=by_tag.get(spec.tag, ()),
        )
        for spec in shape.columns
    )


def place(shape: Shape, finding: Finding) -> Place:
    """The place on the form where *finding* is shown."""
    node = shape.spec.root.at(finding.path)
    label = finding.label or (node.label if node is not None else None)
    stepped = list(steps(finding.path))
    if stepped and stepped[0][0] == shape.goods.tag:
        line = stepped[0][1]
        return Place(finding, label, f"#line-{line}" if line else "#goods", line)
    if stepped and isinstance(node, GroupSpec):
        return Place(finding, label, "#documents" if node.repeated else "")
    if stepped and isinstance(shape.spec.root.at(stepped[0][0]), GroupSpec) and stepped[0][1] is not None:
        return Place(finding, label, "#documents")
    return Place(finding, label, f"#{finding.path}" if stepped and node is not None else "")


def _field(shape: Shape, tree: Tree, path: str, spec: FieldSpec, at: Mapping[str, tuple[Finding, ...]]) -> Field:
    editable = shape.editable(spec)
    return field_of(
        path,
        spec,
        value_at(tree, path),
        editable=editable,
        findings=at.get(path, ()),
        offered=shape.offered.get(spec.tag) if editable else None,
        fills=_fills(shape, path, spec),
        empty=_hint(shape, spec),
    )


def _hint(shape: Shape, spec: FieldSpec) -> Bilingual | None:
    """What is told in an empty field that fills itself (W7, W11, W12, W17, W20, W21)."""
    if spec.widget == "locked":
        return texts.NOT_TO_FILL
    if spec.tag == shape.number_tag:
        return texts.AFTER_APPROVAL
    return texts.AFTER_FIRST_SAVE if spec.tag == "SeqNo" else None


def _fills(shape: Shape, path: str, spec: FieldSpec) -> tuple[str, ...]:
    prefix = path.rpartition("/")[0]
    tags = [*FILLED_BY.get(spec.lookup or "", {}), *filter(None, (CHOSEN_WITH.get(spec.tag),))]
    return tuple(f"{prefix}/{tag}" for tag in tags if shape.spec.root.at(f"{prefix}/{tag}") is not None)
