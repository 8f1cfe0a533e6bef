"""The kinds of declaration, as portal and gateway need them: every message whose schema says that it is one.

What each is called, which fields lists show, what can be changed and printed is said by its schema and by its entry in
`declarations`; nothing is listed here.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tempgoods_edi.declarations import BY_CODE, NAMES, Paper
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import DeclarationSpec, GroupSpec, MessageSpec
from tempgoods_edi.values import Bilingual


class Kind(Struct, frozen=True, kw_only=True, eq=False):
    """One kind of declaration.

    :ivar slug: its name in URLs.
    """

    slug: str
    spec: MessageSpec
    declared: DeclarationSpec

    @property
    def code(self) -> str:
        """The code of the kind's message type."""
        return self.spec.code

    @property
    def title(self) -> Bilingual:
        """The name of the kind for people."""
        return self.spec.title

    @property
    def goods(self) -> GroupSpec:
        """The group of the kind's goods lines."""
        return self.declared.goods

    @property
    def number_tag(self) -> str:
        """The field of the head that holds customs' number."""
        return self.declared.number.tag

    @property
    def number_label(self) -> Bilingual:
        """The label of customs' number."""
        return self.declared.number.label

    @property
    def title_tag(self) -> str:
        """The field of the head that lists show as its title."""
        return self.declared.title.tag

    @property
    def due_tag(self) -> str | None:
        """The head field with the day until which the goods may stay; None where no deadline runs."""
        return None if self.declared.due is None else self.declared.due.tag

    @property
    def changeable(self) -> bool:
        """True for a kind that can be changed and deleted at customs."""
        return self.declared.changeable

    @property
    def heading(self) -> Bilingual:
        """The menu heading of the kind."""
        return BY_CODE[self.code].heading

    @property
    def paper(self) -> Paper:
        """The print-out settings of the kind, beyond what follows from its schema."""
        return BY_CODE[self.code].paper


def _kinds() -> Iterator[Kind]:
    for code, name in NAMES.items():
        spec = reader.message(code)
        if spec.declaration is not None:
            yield Kind(slug=name.replace("_", "-"), spec=spec, declared=spec.declaration)


KINDS: tuple[Kind, ...] = tuple(_kinds())
_BY_SLUG = {kind.slug: kind for kind in KINDS}
_BY_CODE = {kind.code: kind for kind in KINDS}

#: The number that other declarations name an exhibition by.
EXHIBITION_NO = "ExhibitionNo"


def by_slug(slug: str) -> Kind | None:
    """The kind with that slug in addresses; None when there is none."""
    return _BY_SLUG.get(slug)


def by_code(code: str) -> Kind | None:
    """The kind of message *code*; None when it is no declaration."""
    return _BY_CODE.get(code)


def numbered(tag: str) -> frozenset[str]:
    """Codes of the kinds whose own customs number stands in the head field *tag*."""
    return frozenset(kind.code for kind in KINDS if kind.number_tag == tag)


def naming(tag: str) -> frozenset[str]:
    """Codes of the kinds whose head field *tag* names another document by its number."""
    return frozenset(kind.code for kind in KINDS if kind.spec.root.at(f"Head/{tag}") is not None) - numbered(tag)
