from __future__ import annotations

import json
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tempgoods_edi.declarant import printing
from tempgoods_edi.declarant.kinds import KINDS
from tempgoods_edi.declarant.printing import NotOffered, NotPrinted, offered, render, sheets
from tempgoods_edi.declarant.printing.shown import pieces
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import Bilingual, Finding, Lang
from tests.declarant.printing.sample import APPROVED, NOW, SEQ_NO, document, kind_of, printed, run, stored, text
from tests.declarant.printing.test_barcode import scanned

ALL = [(slug, case, number, sheet.what) for slug, case, number in APPROVED for sheet in sheets(kind_of(slug))]
#: What is markup to the typesetter, to PDF, to XML and to the bar code's picture.
MARKUP = '#panic("x") $x^2$ *b* _i_ @ref <lbl> \\#h(1cm) `raw` /* c */ // d = e - f + g [h] ~ -- "q" {{z}} &amp; ]]> %)'


#: Words that nothing in them lets break, from just too long to as long as a field may be.
WORDS = ["W" * 512, "W" * 39, "—" * 50, "m" * 15, "）" * 300, "https://a.example/" + "x_" * 200, "1" * 512, "4" * 23]


def strings(field: FieldSpec) -> bool:
    """True for a field of free text."""
    return field.atom == "string" and (field.facets.max_length or 0) >= 64


def flat(said: str) -> str:
    """*said* without blanks, as `text` gives it."""
    return "".join(said.split())


@pytest.mark.needs("pdftotext")
@pytest.mark.requirement("W13")
@pytest.mark.parametrize(("slug", "case", "number", "what"), ALL)
def test_every_print_out_of_every_kind(slug: str, case: str, number: str, what: str) -> None:
    """Chinese text can be taken out, fonts are embedded, title and language are set, pages are counted."""
    pdf = render(stored(slug, document(case), number), what, "zh", NOW)
    said = text(pdf)
    sheet = next(sheet for sheet in sheets(kind_of(slug)) if sheet.what == what)
    assert flat(sheet.title.zh) in said
    assert number in said
    assert "打印时间2027-01-1009:30" in said
    fonts = run("pdffonts", "-", data=pdf).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts)  # emb
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.docinfo["/Title"]) == f"{sheet.title.zh} {number}"
        assert str(opened.Root.Lang) == "zh-CN"
        assert f"第1页共{len(opened.pages)}页" in said


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize(("slug", "case", "number"), APPROVED)
def test_a_list_says_whose_it_is(slug: str, case: str, number: str) -> None:
    """A list of goods by itself tells the exhibition, where there is one, and the enterprise."""
    head = document(case)["Head"]
    said = text(render(stored(slug, document(case), number), "list", "zh", NOW))
    for tag in ("ExhibitionNm", "ApplicantNm", "DclEtpsNm"):
        assert flat(head.get(tag, "")) in said


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize(("slug", "case", "number"), APPROVED)
def test_a_check_sheet_leaves_nothing_out(slug: str, case: str, number: str) -> None:
    """Every filled value of head, goods and documents stands on the check sheet, and every label of the head."""
    tree = document(case)
    it = stored(slug, tree, number)
    said = text(render(it, "check-sheet", "zh", NOW))
    for tag, value in it.tree["Head"].items():
        field = it.kind.spec.root.at(f"Head/{tag}")
        assert isinstance(field, FieldSpec)
        assert flat(field.label.zh) in said
        shown = f"{value[:4]}-{value[4:6]}-{value[6:]}" if field.atom == "date" else value
        assert flat(shown) in said, tag
    for line in tree[it.kind.goods.tag]:
        for tag in ("GdsNm", "GdsSpcfModelDesc", "Gdecd", "UnitPrice", "PackNo", "ExhibitorNm", "EntryNo"):
            assert flat(line.get(tag, "")) in said, (tag, line)
    for each in tree.get("Documents", ()):
        assert flat(each["DocNm"]) in said
    assert "核对单不作为凭证" in said


@pytest.mark.needs("pdftotext")
def test_a_check_sheet_tells_what_was_found() -> None:
    """Findings stand on the check sheet with field, text and remedy; without any it says so."""
    it = stored("exhibition", document("machine-tool-show"))
    finding = Finding(
        rule="TG-EXH-001", path="Head/EndDate", label=Bilingual("展期结束日期", "last day"),
        text=Bilingual("结束早于开始", "ends before it starts"), fix=Bilingual("改日期", "mend the day"),
    )  # fmt: skip
    assert "未发现问题" in text(render(it, "check-sheet", "zh", NOW))
    said = text(render(it, "check-sheet", "en", NOW, [finding]))
    assert "endsbeforeitstarts" in said
    assert "mendtheday" in said


@pytest.mark.requirement("W13")
@pytest.mark.parametrize(("slug", "case", "number"), APPROVED)
def test_only_the_check_sheet_before_approval(slug: str, case: str, number: str) -> None:
    """A draft offers the check sheet alone, an approved one all; what is not offered is refused."""
    draft, approved = stored(slug, document(case)), stored(slug, document(case), number)
    assert [sheet.what for sheet in offered(draft)] == ["check-sheet"]
    assert [sheet.what for sheet in offered(approved)] == ["check-sheet", "list", "application-form"]
    for what in ("list", "application-form", "", "../x"):
        with pytest.raises(NotOffered):
            render(draft, what, "zh", NOW)


def test_every_kind_has_its_sheets() -> None:
    """There is a sheet for each printing action of each kind, and each tag on it is a field of that kind."""
    for kind in KINDS:
        for sheet in sheets(kind):
            assert printed(sheet.action)
            tags = [tag for row in sheet.rows for tag in row]
            assert len(tags) == len(set(tags))
            for tag in tags:
                assert isinstance(kind.spec.root.at(f"Head/{tag}"), FieldSpec), (kind.slug, tag)
            for tag in (tag for column in sheet.columns for line in column.tags for tag in line):
                assert isinstance(kind.goods.at(tag), FieldSpec), (kind.slug, tag)


#: Fields that a declarant fills in for the portal and for customs' routing, not for the form.
NOT_ON_THE_FORM = {"EtpsPreentNo", "DclCusCd"}


def test_what_a_declarant_fills_in_stands_on_the_application_form() -> None:
    """Each field of the head that is filled in is in a row of the form, also where the rows are written by hand."""
    for kind in KINDS:
        (form,) = (sheet for sheet in sheets(kind) if sheet.what == "application-form")
        head = kind.spec.root.at("Head")
        assert isinstance(head, GroupSpec)
        fields = [child for child in head.children if isinstance(child, FieldSpec)]
        wanted = {field.tag for field in fields if not field.auto and not field.change_only} - NOT_ON_THE_FORM
        missing = wanted - {tag for row in form.rows for tag in row}
        assert missing == set(), f"{kind.slug}: not in the rows of `paper` in tempgoods_edi/declarations/"


@pytest.mark.parametrize("what", ["check-sheet", "list", "application-form"])
def test_the_same_again_gives_the_same_bytes(what: str) -> None:
    """Printing twice at one time gives the same bytes; at another time, others."""
    it = stored("confirmation", document("orchestra-tour"), "QR514127000003")
    first = render(it, what, "zh", NOW)
    assert first == render(it, what, "zh", NOW)
    assert first != render(it, what, "zh", NOW.replace(hour=10))


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize("what", ["check-sheet", "list", "application-form"])
@pytest.mark.parametrize(("slug", "case", "number"), APPROVED)
def test_markup_in_any_field_is_text(slug: str, case: str, number: str, what: str) -> None:
    """What is markup to somebody stands on the page as it was typed, in every free text at once."""
    it = spoilt(slug, case, number, MARKUP)
    said = text(render(it, what, "zh", NOW))
    assert flat(MARKUP) in said
    if what == "check-sheet":
        assert said.count(flat(MARKUP)) >= sum(map(strings, _leaves(it)))


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("what", ["check-sheet", "list", "application-form"])
def test_a_very_long_word_stays_on_the_page(what: str, word: str) -> None:
    """A word without any place to break it is broken; no letter lies outside the page's margins, none is lost."""
    pdf = render(spoilt("exhibition", "machine-tool-show", "ZH222827000001", word), what, "zh", NOW)
    assert word in text(pdf).replace("\x0c", "") or what != "check-sheet"
    boxes = run("pdftotext", "-bbox", "-", "-", data=pdf)
    for line in boxes.splitlines():
        if line.strip().startswith("<page"):
            wide = float(line.split('width="')[1].split('"')[0])
        if line.strip().startswith("<word"):
            left, right = (float(line.split(f'{name}="')[1].split('"')[0]) for name in ("xMin", "xMax"))
            assert 30 < left <= right < wide - 30, line


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rare_characters(lang: Lang) -> None:
    """What the fonts have is printed; what they lack is printed by its number, never as nothing or as an empty box."""
    said = text(render(spoilt("exhibition", "book-fair", None, "𠮷野 € ½ é ñ Ω я\u202e한"), "check-sheet", lang, NOW))
    assert "〔U+20BB7〕野€½éñΩя〔U+202E〕" in said


@pytest.mark.needs("zbar", "pdftotext")
@pytest.mark.parametrize(
    ("slug", "number", "what"), [(s, n, w) for s, _, n, w in ALL] + [("exhibition", None, "check-sheet")]
)
def test_a_scanner_reads_the_number(slug: str, number: str | None, what: str, tmp_path: Path) -> None:
    """From a print at 200 dots an inch a scanner reads customs' number; before there is one, the pre-entry number."""
    case = next(case for kind, case, _ in APPROVED if kind == slug)
    pdf = render(stored(slug, document(case), number), what, "zh", NOW)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-l", "1", "-", str(tmp_path / "page")], input=pdf, check=True)
    (page,) = tmp_path.glob("*.pgm")
    assert scanned(page.read_bytes()) == [number or SEQ_NO]


@pytest.mark.needs("pdftotext")
def test_five_thousand_lines() -> None:
    """The longest message is printed with every line, its header on every page, in the time that the press has."""
    pdf = render(stored("exhibition", document("book-fair"), "ZH010127000001"), "list", "zh", NOW)
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    said = text(pdf)
    assert pages > 100
    assert said.count("商品编码") == pages
    assert f"第{pages}页共{pages}页" in said
    assert "共5000项" in said


def test_a_press_that_fails_or_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A press that fails or does not end is an error in words, not a traceback, and leaves no process."""
    it = stored("exhibition", document("machine-tool-show"))
    monkeypatch.setattr(printing, "_template", lambda: "#panic()")
    with pytest.raises(NotPrinted):
        render(it, "check-sheet", "zh", NOW)
    monkeypatch.setattr(
        printing, "_template", lambda: "#while true { }\n#let f(n) = f(n + 1)\n#{ let x = 0; while true { x += 1 } }"
    )
    monkeypatch.setattr(printing, "_SECONDS", 0.5)
    with pytest.raises(NotPrinted):
        render(it, "check-sheet", "zh", NOW)


def test_an_empty_draft_prints() -> None:
    """A draft with nothing in it has a check sheet."""
    assert render(stored("exhibition", {"Head": {}}), "check-sheet", "zh", NOW).startswith(b"%PDF-1.7")


def test_pieces_lose_nothing() -> None:
    """However a text is cut, its pieces put together are the text."""
    for given in (MARKUP, "x" * 99, "国" * 99, "a b", ""):
        for longest in (1, 5, 60):
            assert "".join(pieces(given, longest)) == given


def spoilt(slug: str, case: str, number: str | None, said: str) -> Any:
    """A case with *said* in every free text of its head, first line and documents."""
    tree = json.loads(json.dumps(document(case)))
    kind = next(kind for kind in KINDS if kind.slug == slug)
    tree[kind.goods.tag] = tree[kind.goods.tag][:2]
    tree["Documents"] = [{"DocSeqNo": "1", "DocTypeCd": "00000004", "DocNm": said[:64]}]
    for path, field in kind.spec.root.fields():
        group, _, tag = path.rpartition("/")
        if strings(field) and group in ("Head", f"{kind.goods.tag}[]"):
            (tree["Head"] if group == "Head" else tree[kind.goods.tag][0])[tag] = said
    return stored(slug, tree, number)


def _leaves(it: Any) -> list[FieldSpec]:
    return [
        field
        for path, field in it.kind.spec.root.fields()
        if path.rpartition("/")[0] in ("Head", f"{it.kind.goods.tag}[]")
    ]
