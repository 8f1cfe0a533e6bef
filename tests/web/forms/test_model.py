"""The form of a tree, and the tree of a form: pure."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.declarant.kinds import KINDS, Kind
from tempgoods_edi.declarant.sections import leaves
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.testing.strategies import trees
from tempgoods_edi.values import Bilingual, Finding
from tempgoods_edi.web.forms import goods, posting
from tempgoods_edi.web.forms.fields import Choice
from tempgoods_edi.web.forms.model import CHOSEN_WITH, Form, Shape, Tree, form_of
from tempgoods_edi.web.forms.plain_grid import operate

by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)


def shape(kind: Kind, tree: Tree | None = None, **changes: Any) -> Shape:
    """The shape of the form of *tree*, whose declarant is on the list."""
    head = (tree or {}).get("Head", {})
    person = Choice(head.get("DeclarantNo", "1"), Bilingual(*[head.get("DeclarantNm", "某人")] * 2))
    version = VersionKind(head.get("DclTypeCd", "1"))
    made = Shape(
        spec=kind.spec,
        goods=kind.goods,
        number_tag=kind.number_tag,
        version=version,
        offered={"DeclarantNo": (person,)},
    )
    return msgspec.structs.replace(made, **changes)


def posted(form: Form) -> dict[str, str]:
    """What the inputs of *form* send, line ends as browsers send them."""
    fields = [field for section in form.sections for field in section.fields if field.widget != "fixed"]
    sent = {field.path: field.value.replace("\n", "\r\n") for field in fields}
    return sent | {"goods": str(goods.safe_json(form.lines)), "action": "save"}


def without_typed(kind: Kind, tree: Tree, at: Shape) -> Tree:
    """*tree* with only what the system fills in: what the store would have if nothing had been typed."""
    base = copy.deepcopy(tree)
    for path, spec in leaves(kind.spec):
        if at.editable(spec):
            above: Any = base.get("Head", {}) if path.startswith("Head/") else base
            above.pop(spec.tag, None)
            if spec.tag in CHOSEN_WITH:
                above.pop(CHOSEN_WITH[spec.tag], None)
    for line in base.get(kind.goods.tag, ()):
        for spec in at.columns:
            if at.editable(spec):
                line.pop(spec.tag, None)
    return base


def plain(tree: Any) -> Any:
    """*tree* with the line ends that browsers know; a lone carriage return is one of them."""
    if isinstance(tree, str):
        return tree.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(tree, dict):
        return {tag: plain(value) for tag, value in tree.items()}
    return [plain(each) for each in tree]


@by_kind
@given(data=st.data())
def test_a_document_survives_its_form(kind: Kind, data: st.DataObject) -> None:
    """Tree → form → post → tree is the same tree, but for line ends: all that was typed is in the post."""
    tree = plain(data.draw(trees(kind.spec)))
    for number, name in CHOSEN_WITH.items():
        # One without the other is no choice that a form makes.
        if tree["Head"].keys() & {number, name} != {number, name}:
            tree["Head"] = {tag: text for tag, text in tree["Head"].items() if tag not in (number, name)}
    at = shape(kind, tree)
    base = without_typed(kind, tree, at)
    form = form_of(at, tree)
    assert posting.read_post(at, posted(form), base).tree == tree


@by_kind
@given(data=st.data())
def test_what_the_system_fills_in_is_never_taken_from_a_post(kind: Kind, data: st.DataObject) -> None:
    """Values posted for locked and automatic fields, and for names that no field has, change nothing."""
    tree = plain(data.draw(trees(kind.spec, max_lines=3)))
    at = shape(kind, tree)
    sent = posted(form_of(at, tree))
    for path, spec in leaves(kind.spec):
        if not at.editable(spec):
            sent[path] = "9"
    sent |= {"Head/Nothing": "x", "Documents[1]/DocNm": "x.pdf", "OperCusRegCode": "0000000000", "x": "y"}
    rows = msgspec.json.decode(sent["goods"])
    locked = [spec.tag for spec in at.columns[1:] if not at.editable(spec)]
    sent["goods"] = msgspec.json.encode(
        [{**row, **dict.fromkeys(locked, "9"), "Nothing": "x"} for row in rows]
    ).decode()
    assert posting.read_post(at, sent, tree).tree == tree


@by_kind
def test_every_leaf_has_its_place(kind: Kind) -> None:
    """A filing shows every field but those of changes, once; the change shows those too."""
    tags = {path for path, spec in leaves(kind.spec) if not spec.change_only}
    shown = [field.path for section in form_of(shape(kind), {}).sections for field in section.fields]
    assert set(shown) == tags
    assert len(shown) == len(tags)
    change = shape(kind, version=VersionKind.CHANGE)
    deletion = shape(kind, version=VersionKind.DELETION)
    both = {f.path for at in (change, deletion) for s in form_of(at, {}).sections for f in s.fields}
    assert both == {path for path, _ in leaves(kind.spec)}


@by_kind
def test_marks_are_the_schemas(kind: Kind) -> None:
    """Yellow with * is what a draft needs, yellow what declaring needs; never what the system fills in (W5)."""
    fields = {field.path: field for section in form_of(shape(kind), {}).sections for field in section.fields}
    for path, spec in leaves(kind.spec):
        if path not in fields:
            continue
        locked = spec.auto or spec.widget == "locked" or spec.tag in CHOSEN_WITH.values()
        expected = "" if locked else "draft" if spec.required or spec.need == "draft" else spec.need or ""
        assert fields[path].mark == expected, path


@by_kind
def test_a_deletion_changes_nothing_but_its_reason(kind: Kind) -> None:
    """Whatever is posted with a deletion, only fields of changes are taken."""
    at = shape(kind, version=VersionKind.DELETION)
    base: Tree = {"Head": {"LinkMan": "甲"}, kind.goods.tag: [{"GdsSeqNo": "1"}]}
    sent = {"Head/LinkMan": "乙", "Head/DelReason": "不办了", "goods": "[]", "Head/Rmk": "x"}
    head = posting.read_post(at, sent, base).tree
    assert head["Head"]["LinkMan"] == "甲"
    assert "Rmk" not in head["Head"]
    assert head[kind.goods.tag] == [{"GdsSeqNo": "1"}]


@by_kind
def test_findings_land_at_their_inputs(kind: Kind) -> None:
    """Each finding is at its field; of goods lines at the line; malformed ones are those that keep from saving."""
    fix = Bilingual("改", "fix")
    paths = [path for path, spec in leaves(kind.spec) if not spec.change_only]
    found = [Finding(rule="TG-X-001", path=path, text=fix, fix=fix) for path in paths]
    line = Finding(rule="TG-X-002", path=f"{kind.goods.tag}[7]/Rmk", text=fix, fix=fix)
    document = Finding(rule="TG-X-003", path="Documents[1]/DocNm", text=fix, fix=fix)
    form = form_of(shape(kind), {}, [*found, line, document], frozenset({paths[0]}))
    at = {field.path: field for section in form.sections for field in section.fields}
    assert all(at[path].findings[0].path == path and at[path].worst == "error" for path in paths)
    assert [place.finding.path for place in form.blocking] == [paths[0]]
    by_path = {place.finding.path: place for place in form.findings}
    assert (by_path[line.path].href, by_path[line.path].line) == ("#line-7", 7)
    assert by_path[document.path].href == "#documents"
    assert all(by_path[path].href == f"#{path}" for path in paths[1:])


def test_nothing_typed_is_lost_that_no_control_can_hold() -> None:
    """A day that is none, a code outside its list, a text of several lines: each keeps a control that shows it whole."""
    (kind,) = (kind for kind in KINDS if kind.slug == "exhibition")
    tree: Tree = {"Head": {"EndDate": "2027032", "OnSiteFlag": "7", "ExhibitionNm": "一\n二", "CountryCd": "??"}}
    at = shape(kind)
    form = form_of(at, tree)
    assert posting.read_post(at, posted(form), {}).tree == tree
    fields = {field.tag: field for section in form.sections for field in section.fields}
    assert (fields["EndDate"].widget, fields["ExhibitionNm"].widget) == ("text", "textarea")
    assert "7" in {choice.value for choice in fields["OnSiteFlag"].choices}


def test_a_declarant_comes_from_the_list_only() -> None:
    """A number that is not on the list changes nothing; one that is brings its name (W15)."""
    (kind,) = (kind for kind in KINDS if kind.slug == "loan-list")
    people = (Choice("31026577", Bilingual("沈一舟", "沈一舟")), Choice("31029904", Bilingual("顾念慈", "顾念慈")))
    at = shape(kind, offered={"DeclarantNo": people})
    base: Tree = {"Head": {"DeclarantNo": "31026577", "DeclarantNm": "沈一舟"}}
    assert posting.read_post(at, {"Head/DeclarantNo": "666", "Head/DeclarantNm": "谁"}, base).tree == base
    chosen = posting.read_post(at, {"Head/DeclarantNo": "31029904"}, base).tree
    assert chosen == {"Head": {"DeclarantNo": "31029904", "DeclarantNm": "顾念慈"}}
    assert posting.read_post(at, {"Head/DeclarantNo": ""}, base).tree == {"Head": {}}


@pytest.mark.parametrize("goods_part", ["{", "[1]", '[{"Rmk": 1}]', '{"a": "b"}', "null", '[{"Rmk": ["x"]}]'])
def test_a_tampered_grid_is_refused(goods_part: str) -> None:
    """What is no list of texts by tag is refused, not guessed."""
    with pytest.raises(posting.UnreadablePost):
        posting.read_post(shape(KINDS[0]), {"goods": goods_part}, {})


@given(texts=st.lists(st.text(), max_size=5))
def test_json_in_a_page_ends_nothing(texts: list[str]) -> None:
    """Whatever the texts: no bracket, no ampersand, and the same list comes out again."""
    made = str(goods.safe_json(texts))
    assert not set("<>&'") & set(made)
    assert msgspec.json.decode(made) == texts


def test_sums_are_exact_and_by_unit() -> None:
    """Each currency has its own sum, to the last digit; what is no number counts nothing."""
    lines = [{"TotalPrice": "0.1", "CurrCd": "EUR"}] * 3 + [
        {"TotalPrice": "1234567890123456789.25", "CurrCd": "USD"},
        {"TotalPrice": "x", "CurrCd": "USD"},
        {"GrossWt": "1e5"},
        {"GrossWt": "NaN"},
    ]
    totals = {total.label.en: total.amounts for total in goods.totals(shape(KINDS[0]), lines)}
    assert [(amount, unit.zh) for amount, unit in totals["Total price"]] == [
        ("0.3", "欧元"),
        ("1,234,567,890,123,456,789.25", "美元"),
    ]


class TestRows:
    """The goods grid's buttons without scripts."""

    at = shape(KINDS[0])
    base: ClassVar[Tree] = {
        "ExhibitList": [{"GdsSeqNo": str(n), "GdsNm": f"货{n}", "LawfUnitCd": "001"} for n in range(1, 4)]
    }

    def press(self, action: str, *picked: str, **fields: str) -> tuple[list[str], int | None, int]:
        """Names of the goods after a button, the open line, the page."""
        sent = {"goods": str(goods.safe_json(self.base["ExhibitList"])), "action": action}
        sent |= {name.replace("__", "/").replace("row_open", "row-open"): value for name, value in fields.items()}
        rows = operate(self.at, posting.read_post(self.at, sent, self.base, picked))
        assert rows is not None
        return [line.get("GdsNm", "") for line in rows.tree.get("ExhibitList", ())], rows.open_line, rows.page

    def test_new(self) -> None:
        """新增 opens a line behind the last."""
        assert self.press("row-new") == (["货1", "货2", "货3"], 4, 1)

    def test_done(self) -> None:
        """确定 takes the new line; an empty one is none."""
        assert self.press("row-done", row_open="4", row__GdsNm="货4") == (["货1", "货2", "货3", "货4"], None, 1)
        assert self.press("row-done", row_open="4", row__GdsNm=" ") == (["货1", "货2", "货3"], None, 1)

    def test_edit(self) -> None:
        """修改 opens that line; what was open is kept."""
        assert self.press("row-edit:2") == (["货1", "货2", "货3"], 2, 1)
        assert self.press("row-edit:1", row_open="2", row__GdsNm="新") == (["货1", "新", "货3"], 1, 1)
        assert self.press("row-edit:99") == (["货1", "货2", "货3"], None, 1)

    def test_delete(self) -> None:
        """删除 takes the ticked lines away."""
        assert self.press("row-delete", "1", "3") == (["货2"], None, 1)

    def test_copy(self) -> None:
        """复制 puts copies of the ticked lines at the end."""
        assert self.press("row-copy", "2") == (["货1", "货2", "货3", "货2"], None, 1)

    def test_an_open_line_is_never_lost(self) -> None:
        """Whatever button is pressed, 暂存 included, what was typed into the open line is in the tree."""
        for action in ("save", "declare", "page:2", "row-copy", "row-delete", "import", "upload"):
            sent = {"goods": "[]", "action": action, "row-open": "1", "row/GdsNm": "打了一半"}
            assert posting.read_post(self.at, sent, {}).tree == {"ExhibitList": [{"GdsNm": "打了一半"}]}

    def test_a_deleted_line_takes_its_own_values_along(self) -> None:
        """What the system filled into a line stays with that line when one before it is deleted."""
        base: Tree = {"ExhibitList": [{"GdsSeqNo": str(n), "LawfUnitCd": f"00{n}"} for n in range(1, 4)]}
        sent = {"goods": '[{"GdsSeqNo":"2"},{"GdsSeqNo":"3"},{"GdsNm":"新"},{"GdsSeqNo":"3"}]'}
        tree = posting.read_post(self.at, sent, base).tree
        assert tree["ExhibitList"] == [
            {"GdsSeqNo": "2", "LawfUnitCd": "002"},
            {"GdsSeqNo": "3", "LawfUnitCd": "003"},
            {"GdsNm": "新"},
        ]


def test_columns_of_every_kind_are_the_schemas() -> None:
    """The grid has every field of a line in the schema's order; ModfMarkCd only in a change."""
    for kind in KINDS:
        tags = [child.tag for child in kind.goods.children if isinstance(child, FieldSpec)]
        assert [spec.tag for spec in shape(kind, version=VersionKind.CHANGE).columns] == tags
        assert [spec.tag for spec in shape(kind).columns] == [tag for tag in tags if tag != "ModfMarkCd"]
