"""The four kinds of declaration: which message each is, its name in addresses, its number, what lists show of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from tempgoods_edi.lifecycle.states import Action
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import GroupSpec, MessageSpec
from tempgoods_edi.values import Bilingual


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of declaration.

    :ivar slug: its name in URLs.
    :ivar number_tag: the field of the head that holds customs' number.
    :ivar number_label: what that number is called.
    :ivar title_tag: the field of the head that lists show as its title.
    :ivar due_tag: the field of the head that says until when the goods may stay.
    :ivar print_titles: what each print-out is called.
    """

    code: str
    slug: str
    number_tag: str
    title_tag: str
    due_tag: str
    print_titles: Mapping[Action, Bilingual]

    @property
    def spec(self) -> MessageSpec:
        """The message."""
        return reader.message(self.code)

    @property
    def title(self) -> Bilingual:
        """What it is called."""
        return self.spec.title

    @property
    def goods(self) -> GroupSpec:
        """The goods lines: the repeated group that is not the documents."""
        return next(
            child
            for child in self.spec.root.children
            if isinstance(child, GroupSpec) and child.repeated and child.tag != "Documents"
        )

    @property
    def number_label(self) -> Bilingual:
        """What customs' number is called."""
        node = self.spec.root.at(f"Head/{self.number_tag}")
        return self.title if node is None else node.label

    @property
    def changeable(self) -> bool:
        """True for the one kind that can be changed and deleted at customs."""
        return self.code == "TMP101"


def _prints(
    check_sheet: str, check_sheet_en: str, lists: str, lists_en: str, form: str, form_en: str
) -> Mapping[Action, Bilingual]:
    return MappingProxyType(
        {
            Action.PRINT_CHECK_SHEET: Bilingual(check_sheet, check_sheet_en),
            Action.PRINT_LIST: Bilingual(lists, lists_en),
            Action.PRINT_APPLICATION_FORM: Bilingual(form, form_en),
        }
    )


KINDS: tuple[Kind, ...] = (
    Kind(
        code="TMP101",
        slug="exhibition",
        number_tag="ExhibitionNo",
        title_tag="ExhibitionNm",
        due_tag="PlannedReturnDate",
        print_titles=_prints(
            "核对单", "check sheet", "展览品清单", "list of exhibits", "展览会备案申请表", "exhibition filing form"
        ),
    ),
    Kind(
        code="TMP111",
        slug="loan-list",
        number_tag="LoanListNo",
        title_tag="ExhibitionNm",
        due_tag="LoanEndDate",
        print_titles=_prints(
            "核对单",
            "check sheet",
            "外借展品清单",
            "list of exhibits lent out",
            "外借申请表",
            "application to lend out",
        ),
    ),
    Kind(
        code="TMP121",
        slug="confirmation",
        number_tag="ConfirmNo",
        title_tag="Purpose",
        due_tag="PlannedReturnDate",
        print_titles=_prints(
            "核对单",
            "check sheet",
            "货物清单",
            "list of goods",
            "暂时进出境货物确认申请书",
            "application for confirmation",
        ),
    ),
    Kind(
        code="TMP131",
        slug="extension",
        number_tag="ExtensionNo",
        title_tag="Reason",
        due_tag="RequestedDeadline",
        print_titles=_prints(
            "核对单",
            "check sheet",
            "货物清单",
            "list of goods",
            "暂时进出境货物延期申请书",
            "application for extension",
        ),
    ),
)
_BY_SLUG = {kind.slug: kind for kind in KINDS}
_BY_CODE = {kind.code: kind for kind in KINDS}


def by_slug(slug: str) -> Kind | None:
    """The kind named *slug* in addresses; None when there is none."""
    return _BY_SLUG.get(slug)


def by_code(code: str) -> Kind | None:
    """The kind of message *code*; None when it is no declaration."""
    return _BY_CODE.get(code)
